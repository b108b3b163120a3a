// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The work of a child that is going to be killed and runs whole orchestrations by turns ahead: a
 * start and {@value #TURNS} turns, of which each but the last schedules and claims one activity,
 * whose completion brings the next. What a turn stores follows from its number. Not thread-safe.
 *
 * @param provider the store
 * @param say says a line
 * @param prefix how ids of instances begin
 * @param lockFor how long to lock
 */
record AheadWork(Provider provider, Consumer<String> say, String prefix, Duration lockFor) {

  /** How many turns an instance has. */
  static final int TURNS = 4;

  /** How many events a turn appends. */
  static final int EVENTS = 2;

  /** The instance of a child. */
  static String instance(String prefix, int number) {
    return prefix + "-" + number;
  }

  /** To whom all turns of a child send a message. It is never started by the child. */
  static String sink(String prefix) {
    return prefix + "-sink";
  }

  /** What a turn tells. */
  static String told(String id, int turn) {
    return "turn " + turn + " of " + id;
  }

  /** Works for ever. */
  void work() {
    for (int number = 1; ; number++) {
      String id = instance(prefix, number);
      say.accept("starting " + id);
      OrchestratorMessage start = Sample.start(id, Sample.NAME, null);
      @Nullable ActivityItem activity =
          applied(id, 1, provider.enqueue(start, eager(id, 1)).turnAhead());
      for (int turn = 2; activity != null; turn++) {
        AckResult result =
            provider.ackActivityItem(
                new ActivityAck(
                    activity.lockToken(), Sample.completion(activity), eager(id, turn)));
        activity =
            applied(id, turn, result instanceof AckResult.Applied call ? call.turnAhead() : result);
      }
    }
  }

  private @Nullable ActivityItem applied(String id, int turn, @Nullable AckResult result) {
    int expected = turn == TURNS ? 0 : 1;
    if (!(result instanceof AckResult.Applied applied)
        || applied.eagerActivities().size() != expected) {
      throw new IllegalStateException("turn " + turn + " was not applied: " + result);
    }
    say.accept("applied " + id + " " + turn);
    return expected == 0 ? null : applied.eagerActivities().get(0);
  }

  private EagerInstance eager(String id, int turn) {
    long last = (long) EVENTS * (turn - 1);
    boolean ends = turn == TURNS;
    return new EagerInstance(lockFor, 0, null)
        .withTurnAhead(
            new TurnAhead(
                1,
                last,
                TurnContent.builder(1)
                    .historyDelta(Sample.events(last + 1, last + EVENTS))
                    .activities(ends ? List.of() : List.of(Sample.activity(id, turn)))
                    .messages(List.of(Sample.message(sink(prefix), told(id, turn))))
                    .metadata(
                        ExecutionMetadata.builder()
                            .name(Sample.NAME)
                            .status(ends ? ExecutionStatus.COMPLETED : ExecutionStatus.RUNNING)
                            .output(Payload.utf8(told(id, turn)))
                            .build())
                    .eager(new EagerActivities(1, lockFor, TagFilter.untagged(), null))
                    .build()));
  }
}
