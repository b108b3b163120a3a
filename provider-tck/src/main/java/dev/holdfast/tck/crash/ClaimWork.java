// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The work of a child that is going to be killed and gets everything by claims: each instance is
 * claimed with its start, its two activities with its first turn, and again with the completion of
 * the first activity. So whatever of it is in the store is locked. Not thread-safe.
 *
 * @param provider the store
 * @param say says a line
 * @param prefix how ids of instances begin
 * @param lockFor how long to lock
 */
record ClaimWork(Provider provider, Consumer<String> say, String prefix, Duration lockFor) {

  /** Works for ever. */
  void work() {
    for (int number = 1; ; number++) {
      String id = prefix + "-" + number;
      say.accept("claiming " + id);
      run(id);
      say.accept("claimed " + id);
    }
  }

  private void run(String id) {
    EagerInstance eager = new EagerInstance(lockFor, 0, null);
    OrchestrationItem item =
        Optional.ofNullable(
                provider.enqueue(Sample.start(id, Sample.NAME, null), eager).eagerInstance())
            .orElseThrow(() -> new IllegalStateException("a start claimed nothing"));
    say.accept("turn " + id);
    AckResult turn =
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), 1)
                .historyDelta(Sample.events(1, 1))
                .activities(List.of(Sample.activity(id, 1), Sample.activity(id, 2)))
                .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
                .eager(new EagerActivities(2, lockFor, TagFilter.untagged(), null))
                .build());
    if (!(turn instanceof AckResult.Applied applied) || applied.eagerActivities().size() != 2) {
      throw new IllegalStateException("a turn did not claim its activities: " + turn);
    }
    ActivityItem activity = applied.eagerActivities().get(0);
    say.accept("completing " + id);
    AckResult done =
        provider.ackActivityItem(
            new ActivityAck(activity.lockToken(), Sample.completion(activity), eager));
    if (!(done instanceof AckResult.Applied completed) || completed.eagerInstance() == null) {
      throw new IllegalStateException("a completion claimed nothing: " + done);
    }
  }
}
