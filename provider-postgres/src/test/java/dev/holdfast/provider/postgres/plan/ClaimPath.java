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
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/** The life of an instance whose work is claimed and never fetched. */
public final class ClaimPath {

  private static final int ACTIVITIES = 10;

  private final Provider provider;
  private final String id;
  private final EagerInstance instances;
  private final EagerActivities activities;

  /**
   * Prepares the calls.
   *
   * @param lockFor how long to lock, longer than the calls take
   * @param id the instance, which does not exist yet
   */
  public ClaimPath(Provider provider, Duration lockFor, String id) {
    this.provider = provider;
    this.id = id;
    instances = new EagerInstance(lockFor, ACTIVITIES, null);
    activities = new EagerActivities(ACTIVITIES, lockFor, TagFilter.untagged(), null);
  }

  /** Makes the calls, and leaves nothing that is deliverable. */
  public void run() {
    OrchestratorMessage start =
        OrchestratorMessage.builder(id, "start", Sample.message(id, "start").body())
            .start(Sample.start(id, Sample.NAME, null).start())
            .messageId("start")
            .build();
    OrchestrationItem item =
        Objects.requireNonNull(provider.enqueue(start, instances).eagerInstance());
    assertThat(provider.enqueue(start, instances).eagerInstance()).isNull();
    List<ActivityItem> scheduled =
        applied(
                OrchestrationAck.builder(item.lockToken(), 1)
                    .historyDelta(Sample.events(1, 5))
                    .activities(
                        LongStream.rangeClosed(1, ACTIVITIES)
                            .mapToObj(number -> Sample.activity(id, number))
                            .toList())
                    .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
                    .eager(activities)
                    .build())
            .eagerActivities();
    assertThat(scheduled).hasSize(ACTIVITIES);
    List<AckResult> results =
        provider.ackActivityItems(
            scheduled.stream()
                .map(one -> new ActivityAck(one.lockToken(), Sample.completion(one), instances))
                .toList());
    AckResult.Applied last = (AckResult.Applied) results.get(ACTIVITIES - 1);
    OrchestrationItem completed = Objects.requireNonNull(last.eagerInstance());
    assertThat(completed.messages()).hasSize(ACTIVITIES);
    end(completed, ExecutionStatus.RUNNING);
    end(
        Objects.requireNonNull(
            provider.enqueue(Sample.message(id, "end"), instances).eagerInstance()),
        ExecutionStatus.COMPLETED);
  }

  private void end(OrchestrationItem item, ExecutionStatus status) {
    long last = item.history().lastEventId();
    applied(
        OrchestrationAck.builder(item.lockToken(), 1)
            .historyDelta(Sample.events(last + 1, last + 1))
            .metadata(ExecutionMetadata.builder().status(status).build())
            .build());
  }

  private AckResult.Applied applied(OrchestrationAck ack) {
    return (AckResult.Applied) provider.ackOrchestrationItem(ack);
  }
}
