// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.worker.Unrunnable;
import dev.holdfast.worker.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** The worker queue, as a worker sees it. */
final class ActivitySource implements Poller.Source<ActivityItem> {

  private final Provider provider;
  private final RetryingStore store;
  private final LockRenewer locks;
  private final WorkerSettings settings;
  private final Engines engines;
  private final Served<String> served;
  private final BiConsumer<ActivityItem, HeldLock> process;

  ActivitySource(
      Provider provider,
      RetryingStore store,
      LockRenewer locks,
      WorkerSettings settings,
      Engines engines,
      Served<String> served,
      BiConsumer<ActivityItem, HeldLock> process) {
    this.provider = provider;
    this.store = store;
    this.locks = locks;
    this.settings = settings;
    this.engines = engines;
    this.served = served;
    this.process = process;
  }

  @Override
  public StoreHealth.Call call() {
    return StoreHealth.Call.FETCH_ACTIVITIES;
  }

  @Override
  public List<ActivityItem> fetch(int most, long maxBytes, Duration waitUpTo) {
    return provider.fetchActivityItems(
        ActivityFetch.of(most, settings.lockFor())
            .withWaitUpTo(waitUpTo)
            .withServed(served.filter())
            .withMaxBytes(maxBytes));
  }

  @Override
  public Runnable accept(ActivityItem item) {
    ActivityIdentity id = item.task().identity();
    String work = id.instanceId() + "/" + id.executionId() + "/" + id.activityId();
    HeldLock lock = locks.keep(item.lockToken(), work);
    if (settings.unrunnable() == Unrunnable.RELEASE
        && engines.activity(item.task().name()) == null) {
      served.metOthers();
    }
    return () -> {
      try {
        process.accept(item, lock);
      } catch (Throwable e) {
        store.abandon(
            item.lockToken(), Abandonment.after(settings.redelivery().after(item.attemptCount())));
        throw e;
      } finally {
        locks.release(item.lockToken());
      }
    };
  }

  @Override
  public long bytes(ActivityItem item) {
    return item.task().input().size();
  }

  @Override
  public void memoryIsShort() {
    engines.memoryIsShort();
  }

  @Override
  public void giveBack(ActivityItem item) {
    locks.release(item.lockToken());
    store.abandon(item.lockToken(), Abandonment.now().uncounted());
  }
}
