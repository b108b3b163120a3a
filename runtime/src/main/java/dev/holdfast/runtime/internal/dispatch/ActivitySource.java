// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.internal.Settings;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** The worker queue, as a worker sees it. */
final class ActivitySource implements FetchLoop.Source<ActivityItem> {

  private final Provider provider;
  private final StoreCalls calls;
  private final LeaseKeeper leases;
  private final Settings settings;
  private final BiConsumer<ActivityItem, Lease> process;

  ActivitySource(
      Provider provider,
      StoreCalls calls,
      LeaseKeeper leases,
      Settings settings,
      BiConsumer<ActivityItem, Lease> process) {
    this.provider = provider;
    this.calls = calls;
    this.leases = leases;
    this.settings = settings;
    this.process = process;
  }

  @Override
  public StoreHealth.Call call() {
    return StoreHealth.Call.FETCH_ACTIVITIES;
  }

  @Override
  public List<ActivityItem> fetch(int most, Duration waitUpTo) {
    return provider.fetchActivityItems(
        ActivityFetch.of(most, settings.lockFor()).withWaitUpTo(waitUpTo));
  }

  @Override
  public Runnable accept(ActivityItem item) {
    ActivityIdentity id = item.task().identity();
    String work = id.instanceId() + "/" + id.executionId() + "/" + id.activityId();
    Lease lease = leases.keep(item.lockToken(), work);
    return () -> {
      try {
        process.accept(item, lease);
      } catch (Throwable e) {
        calls.abandon(
            item.lockToken(), Abandonment.after(settings.retryDelay(item.attemptCount())));
        throw e;
      } finally {
        leases.release(item.lockToken());
      }
    };
  }

  @Override
  public void giveBack(ActivityItem item) {
    leases.release(item.lockToken());
    calls.abandon(item.lockToken(), Abandonment.now().uncounted());
  }
}
