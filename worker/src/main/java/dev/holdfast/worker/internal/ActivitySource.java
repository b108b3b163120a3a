// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The worker queue, as a worker sees it. */
final class ActivitySource extends LockedSource<ActivityItem, String> {

  private final Routes routes;
  private final TagFilter tags;
  private final Predicate<ActivityTask> others;
  private final @Nullable SessionKeeper sessions;

  /**
   * Creates it.
   *
   * @param tags what it fetches of the tags that are served
   * @param others what it may get and leaves to another source of this worker
   */
  ActivitySource(
      Provider provider,
      RetryingStore store,
      LockRenewer locks,
      WorkerSettings settings,
      Engines engines,
      Served<String> served,
      Deliveries deliveries,
      Routes routes,
      TagFilter tags,
      Predicate<ActivityTask> others,
      @Nullable SessionKeeper sessions,
      BiConsumer<ActivityItem, HeldLock> process) {
    super(provider, store, locks, settings, engines, served, deliveries, process);
    this.routes = routes;
    this.tags = tags;
    this.others = others;
    this.sessions = sessions;
  }

  @Override
  public StoreCall call() {
    return StoreCall.FETCH_ACTIVITIES;
  }

  @Override
  public List<ActivityItem> fetch(int most, long maxBytes, Duration waitUpTo) {
    return provider.fetchActivityItems(
        routes
            .with(ActivityFetch.of(most, settings.lockFor()))
            .withTagFilter(tags)
            .withWaitUpTo(waitUpTo)
            .withServed(served.filter())
            .withMaxBytes(maxBytes));
  }

  @Override
  public boolean takes(ActivityItem item) {
    if (others.test(item.task())) {
      served.metOthers();
      return false;
    }
    return true;
  }

  @Override
  public Runnable accept(ActivityItem item, boolean claimed) {
    Runnable work = super.accept(item, claimed);
    String session = item.task().sessionId();
    SessionKeeper keeper = sessions;
    if (session == null || keeper == null) {
      return work;
    }
    keeper.delivered(session, token(item));
    return () -> {
      try {
        work.run();
      } finally {
        keeper.processed(session, token(item));
      }
    };
  }

  @Override
  public void giveBack(ActivityItem item) {
    super.giveBack(item);
    if (sessions != null) {
      // It came with its session, which is to be released with the others.
      sessions.noted(item.task().sessionId(), token(item));
    }
  }

  @Override
  LockToken token(ActivityItem item) {
    return item.lockToken();
  }

  @Override
  String work(ActivityItem item) {
    ActivityIdentity id = item.task().identity();
    return id.instanceId() + "/" + id.executionId() + "/" + id.activityId();
  }

  @Override
  public void fetched(int items) {
    deliveries.fetched(Work.Kind.ACTIVITY, items);
  }

  @Override
  WorkNotes notes(ActivityItem item, boolean claimed) {
    return deliveries.notes(claimed);
  }

  @Override
  int deliveryCount(ActivityItem item) {
    return item.deliveryCount();
  }

  @Override
  boolean isServed(ActivityItem item) {
    return engines.activity(item.task().name()) != null;
  }

  @Override
  public long bytes(ActivityItem item) {
    return item.task().input().size();
  }
}
