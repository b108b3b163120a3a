// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;

/** The life of activities that only some callers may take. */
public final class RoutedPath {

  private final Provider provider;
  private final Duration lockFor;
  private final String id;

  /**
   * Prepares the calls.
   *
   * @param lockFor how long to lock, longer than the calls take
   * @param id the instance, which does not exist yet
   */
  public RoutedPath(Provider provider, Duration lockFor, String id) {
    this.provider = provider;
    this.lockFor = lockFor;
    this.id = id;
  }

  /** Makes the calls, and leaves nothing that is deliverable. */
  public void run() {
    provider.enqueue(Sample.start(id, Sample.NAME, null));
    OrchestrationItem item = fetched();
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(item.lockToken(), 1)
            .activities(List.of(task(1, "a"), task(2, "b"), task(3, "c")))
            .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
            .build());
    for (TagFilter filter :
        List.of(TagFilter.tags("b", "x"), TagFilter.untaggedOr("a", "y"), TagFilter.any())) {
      ActivityFetch fetch = ActivityFetch.of(1, lockFor).withTagFilter(filter);
      List<ActivityItem> items = provider.fetchActivityItems(fetch);
      assertThat(items).hasSize(1);
      provider.ackActivityItem(
          ActivityAck.of(items.get(0).lockToken(), Sample.completion(items.get(0))));
      assertThat(provider.fetchActivityItems(fetch)).isEmpty();
    }
    provider.ackOrchestrationItem(OrchestrationAck.builder(fetched().lockToken(), 1).build());
  }

  private OrchestrationItem fetched() {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lockFor));
    assertThat(items).hasSize(1);
    return items.get(0);
  }

  private ActivityTask task(long number, String tag) {
    return ActivityTask.builder(
            new ActivityIdentity(id, 1, number), "activity", Payload.empty(), Sample.NAME)
        .tag(tag)
        .build();
  }
}
