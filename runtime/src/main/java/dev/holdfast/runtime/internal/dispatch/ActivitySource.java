// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.internal.Registry;
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
  private final Registry registry;
  private final Served<String> served;
  private final Setbacks setbacks;
  private final Runnable shortage;
  private final BiConsumer<ActivityItem, Lease> process;

  ActivitySource(
      Provider provider,
      StoreCalls calls,
      LeaseKeeper leases,
      Settings settings,
      Registry registry,
      Served<String> served,
      Setbacks setbacks,
      Runnable shortage,
      BiConsumer<ActivityItem, Lease> process) {
    this.provider = provider;
    this.calls = calls;
    this.leases = leases;
    this.settings = settings;
    this.registry = registry;
    this.served = served;
    this.setbacks = setbacks;
    this.shortage = shortage;
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
    Lease lease = leases.keep(item.lockToken(), work);
    boolean foreign = registry.activity(item.task().name()) == null && !settings.failUnrunnable();
    if (foreign) {
      served.metOthers();
    }
    return () -> {
      try {
        if (foreign) {
          setbacks.notHere(
              lease, "no activity \"%s\" is registered here".formatted(item.task().name()));
        } else {
          process.accept(item, lease);
        }
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
  public long bytes(ActivityItem item) {
    return item.task().input().size();
  }

  @Override
  public void memoryIsShort() {
    shortage.run();
  }

  @Override
  public void giveBack(ActivityItem item) {
    leases.release(item.lockToken());
    calls.abandon(item.lockToken(), Abandonment.now().uncounted());
  }
}
