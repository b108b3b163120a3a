// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The lives of instances whose turns are applied ahead: the shortest way, and the others. */
public final class AheadPath {

  private static final Duration FAR = Duration.ofDays(1);

  private final Provider provider;
  private final Duration lockFor;
  private final String name;

  /**
   * Prepares the calls.
   *
   * @param lockFor how long to lock, longer than the calls take
   * @param name begins the ids of the instances, which do not exist yet
   */
  public AheadPath(Provider provider, Duration lockFor, String name) {
    this.provider = provider;
    this.lockFor = lockFor;
    this.name = name;
  }

  /** Makes the calls, and leaves nothing that is deliverable. */
  public void run() {
    ActivityItem only = started(name + "-plain", 1).get(0);
    completed(only, last(3, List.of()));

    // A timer waits, and the last turn sends a message: no way but the one for lists.
    String other = name + "-other";
    ActivityItem timed = started(name + "-timed", 1, FAR).get(0);
    completed(timed, last(3, List.of(Sample.message(other, "orphan"))));

    // Of a list, the first turn of an instance fits and no other.
    List<ActivityItem> two = started(name + "-two", 2);
    List<AckResult.Applied> results = results(two, last(4, List.of()));
    assertThat(results)
        .extracting(AckResult.Applied::turnAhead)
        .containsExactly(AckResult.applied(), null);
    OrchestrationItem item = Objects.requireNonNull(results.get(1).eagerInstance());
    provider.ackOrchestrationItem(last(6, List.of()).ack(item.lockToken()));
  }

  private List<ActivityItem> started(String id, int activities, Duration... timers) {
    List<OrchestratorMessage> messages =
        List.of(timers).stream().map(in -> Sample.timer(id, "timer", in)).toList();
    TurnContent first =
        TurnContent.builder(1)
            .historyDelta(Sample.events(1, 1L + activities))
            .activities(
                LongStream.rangeClosed(1, activities)
                    .mapToObj(number -> Sample.activity(id, number))
                    .toList())
            .messages(messages)
            .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
            .eager(new EagerActivities(activities, lockFor, TagFilter.untagged(), null))
            .build();
    OrchestratorMessage start =
        OrchestratorMessage.builder(id, "start", Sample.message(id, "start").body())
            .start(Sample.start(id, Sample.NAME, null).start())
            .messageId("start")
            .build();
    AckResult result = provider.enqueue(start, claim(new TurnAhead(1, 0, first))).turnAhead();
    assertThat(result).isInstanceOf(AckResult.Applied.class);
    return ((AckResult.Applied) Objects.requireNonNull(result)).eagerActivities();
  }

  private static TurnAhead last(long event, List<OrchestratorMessage> messages) {
    return new TurnAhead(
        1,
        event - 1,
        TurnContent.builder(1)
            .historyDelta(Sample.events(event, event + 1))
            .messages(messages)
            .metadata(ExecutionMetadata.builder().status(ExecutionStatus.COMPLETED).build())
            .build());
  }

  private void completed(ActivityItem item, TurnAhead turn) {
    assertThat(results(List.of(item), turn))
        .extracting(AckResult.Applied::turnAhead)
        .containsExactly(AckResult.applied());
  }

  /** Acks activities, all with the same turn. */
  private List<AckResult.Applied> results(List<ActivityItem> items, TurnAhead turn) {
    List<ActivityAck> acks =
        items.stream()
            .map(item -> new ActivityAck(item.lockToken(), Sample.completion(item), claim(turn)))
            .toList();
    return provider.ackActivityItems(acks).stream().map(AckResult.Applied.class::cast).toList();
  }

  private EagerInstance claim(@Nullable TurnAhead turn) {
    return new EagerInstance(lockFor, 10, null).withTurnAhead(turn);
  }
}
