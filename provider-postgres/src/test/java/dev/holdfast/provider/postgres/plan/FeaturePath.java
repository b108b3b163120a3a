// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What workers and operators ask where features are used: work by tag, the custom status, pages of
 * the list, what there is to say of one instance, and pruning. Not the search for a free session,
 * which walks past the ready activities of sessions that others hold.
 */
public final class FeaturePath {

  private static final int PAGE = 20;

  private final Provider provider;
  private final Duration lockFor;
  private final String name;

  /**
   * Prepares the calls.
   *
   * @param provider the handle; nothing is deliverable in its store
   * @param lockFor how long to lock, longer than the calls take
   * @param name the id of the instance, which does not exist yet
   */
  public FeaturePath(Provider provider, Duration lockFor, String name) {
    this.provider = provider;
    this.lockFor = lockFor;
    this.name = name;
  }

  /** Makes the calls, and leaves nothing that is deliverable. */
  public void run() {
    provider.enqueue(Sample.start(name, Sample.NAME, null));
    ack(
        OrchestrationAck.builder(fetched().lockToken(), 1)
            .historyDelta(Sample.events(1, 3))
            .activities(List.of(task(1, "gpu"), task(2, null)))
            .metadata(
                ExecutionMetadata.builder()
                    .name(Sample.NAME)
                    .customStatus(new CustomStatusChange.Set(Payload.utf8("begun")))
                    .build())
            .build());
    assertThat(capability(CustomStatus.class).read(name, 0)).isPresent();

    work(TagFilter.tags("gpu", "none-has-this"));
    work(TagFilter.untaggedOr("gpu"));
    ask();
    ack(
        OrchestrationAck.builder(fetched().lockToken(), 1)
            .historyDelta(Sample.events(4, 4))
            .metadata(ExecutionMetadata.builder().status(ExecutionStatus.COMPLETED).build())
            .build());
    capability(ExecutionPruning.class).prune(name, ExecutionPruning.Options.keepLast(1));
  }

  private ActivityTask task(long id, @Nullable String tag) {
    return new ActivityTask(
        new ActivityIdentity(name, 1, id), "ship", Payload.empty(), null, tag, Sample.NAME, null);
  }

  private OrchestrationItem fetched() {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lockFor));
    assertThat(items).hasSize(1);
    return items.get(0);
  }

  private void ack(OrchestrationAck ack) {
    assertThat(provider.ackOrchestrationItem(ack)).isInstanceOf(AckResult.Applied.class);
  }

  private void work(TagFilter tags) {
    ActivityFetch fetch = ActivityFetch.of(PAGE, lockFor).withTagFilter(tags);
    List<ActivityItem> items = provider.fetchActivityItems(fetch);
    assertThat(items).hasSize(1);
    provider.ackActivityItem(
        ActivityAck.of(items.get(0).lockToken(), Sample.completion(items.get(0))));
    assertThat(provider.fetchActivityItems(fetch)).isEmpty();
  }

  /** Everything whose cost must not grow with the store; metrics are counts, and do. */
  private void ask() {
    InstanceAdmin admin = capability(InstanceAdmin.class);
    Stream.of(
            InstanceFilter.all(),
            InstanceFilter.builder().statuses(ExecutionStatus.RUNNING).build(),
            InstanceFilter.builder().parentInstanceId(name).build())
        .forEach(filter -> {
          InstancePage page = admin.list(InstanceQuery.firstPage(filter, PAGE));
          if (page.nextPageToken() != null) {
            admin.list(InstanceQuery.firstPage(filter, PAGE).from(page.nextPageToken()));
          }
        });
    admin.instance(name);
    admin.executions(name);
    admin.tree(name);
    admin.children(name);
    admin.parent(name);
    admin.stats(name);
    admin.facts(name);
  }

  private <C extends Capability> C capability(Class<C> type) {
    return provider.capability(type).orElseThrow();
  }
}
