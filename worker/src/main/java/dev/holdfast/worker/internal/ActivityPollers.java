// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.worker.ActivityLimit;
import dev.holdfast.worker.Unrunnable;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The pollers of the worker queue: one for each group of activities that has a limit, and one for
 * all others. Each has slots of its own, so that no group keeps another one waiting.
 */
final class ActivityPollers {

  private static final Duration BRIEFLY = Duration.ofSeconds(1);

  private final Provider provider;
  private final RetryingStore store;
  private final LockRenewer locks;
  private final WorkerSettings settings;
  private final Engines engines;
  private final Deliveries deliveries;
  private final Routes routes;
  private final @Nullable SessionKeeper sessions;
  private final StoreAvailability health;
  private final WorkerThreads threads;
  private final PayloadRoom room = new PayloadRoom("activities", Runtime.getRuntime().maxMemory());
  private final Poller<ActivityItem> others;
  private final List<Poller<ActivityItem>> all = new ArrayList<>();
  private final List<SharedLimit> shared = new ArrayList<>();
  private final Map<Thread, Poller<?>> pollers = new LinkedHashMap<>();

  /**
   * Creates the pollers; none runs yet.
   *
   * @param owner in whose name shared limits are held
   * @param slots the slots of activities without a limit
   * @param process processes an item
   * @throws NotSupported when a limit is shared and the store has no leases
   */
  ActivityPollers(
      Provider provider,
      RetryingStore store,
      LockRenewer locks,
      WorkerSettings settings,
      Engines engines,
      Deliveries deliveries,
      Routes routes,
      @Nullable SessionKeeper sessions,
      StoreAvailability health,
      WorkerThreads threads,
      ActivityGroups groups,
      String owner,
      Slots slots,
      BiConsumer<ActivityItem, HeldLock> process) {
    this.provider = provider;
    this.store = store;
    this.locks = locks;
    this.settings = settings;
    this.engines = engines;
    this.deliveries = deliveries;
    this.routes = routes;
    this.sessions = sessions;
    this.health = health;
    this.threads = threads;
    Served<String> names = served(groups);
    TagFilter tags = groups.otherTags();
    others = poller(slots, source(names, tags, groups, process), Pace.FREE);
    if (!names.isNothing() && !tags.equals(TagFilter.none())) {
      pollers.put(threads.daemon("holdfast-fetch-activities", others), others);
    }
    for (ActivityGroups.Group group : groups.groups()) {
      add(group, groups, owner, process);
    }
  }

  private Served<String> served(ActivityGroups groups) {
    if (!groups.limitNames()) {
      return new Served<>(groups.otherNames(), System::nanoTime);
    }
    // Work that no worker can do is met from time to time all the same; see Served.
    Duration filtered = settings.unrunnable() == Unrunnable.FAIL ? BRIEFLY : Served.FILTERED;
    return new Served<>(groups.otherNames(), filtered, true, System::nanoTime);
  }

  private void add(
      ActivityGroups.Group group,
      ActivityGroups groups,
      String owner,
      BiConsumer<ActivityItem, HeldLock> process) {
    ActivityLimit limit = group.limit();
    Integer most = limit.most();
    int count =
        most == null
            ? settings.maxConcurrentActivities()
            : Math.min(most, settings.maxConcurrentActivities());
    Slots slots = new Slots(count, 0);
    Served<String> names =
        group.names().isEmpty()
            ? new Served<>(groups.otherNames(), System::nanoTime)
            : Served.only(group.names());
    TagFilter tags =
        group.tags().isEmpty()
            ? groups.otherTags()
            : TagFilter.tags(group.tags().toArray(String[]::new));
    if (names.isNothing() || tags.equals(TagFilter.none())) {
      return;
    }
    Poller<ActivityItem> poller;
    if (limit.name() == null) {
      poller = poller(slots, source(names, tags, null, process), pace(limit));
    } else {
      SharedLimit together = shared(limit, owner);
      BiConsumer<ActivityItem, HeldLock> inTurn =
          (item, lock) -> {
            if (!together.during(lock, () -> process.accept(item, lock))) {
              store.abandon(lock.token(), AbandonOptions.now().uncounted());
            }
          };
      poller = poller(slots, source(names, tags, null, inTurn), together);
    }
    pollers.put(threads.daemon("holdfast-fetch-limited-" + pollers.size(), poller), poller);
  }

  private static Pace pace(ActivityLimit limit) {
    Integer starts = limit.starts();
    Duration period = limit.period();
    return starts == null || period == null
        ? Pace.FREE
        : new LocalRate(starts, period, System::nanoTime);
  }

  private SharedLimit shared(ActivityLimit limit, String owner) {
    Leases leases =
        provider
            .capability(Leases.class)
            .orElseThrow(() -> new NotSupported("Worker.start", Feature.LEASES));
    SharedLimit together = new SharedLimit(leases, owner, limit, settings.lockFor());
    shared.add(together);
    return together;
  }

  private ActivitySource source(
      Served<String> served,
      TagFilter tags,
      @Nullable ActivityGroups limited,
      BiConsumer<ActivityItem, HeldLock> process) {
    return new ActivitySource(
        provider,
        store,
        locks,
        settings,
        engines,
        served,
        deliveries,
        routes,
        tags,
        task -> limited != null && limited.isLimited(task),
        sessions,
        process);
  }

  private Poller<ActivityItem> poller(Slots slots, ActivitySource source, Pace pace) {
    Poller<ActivityItem> poller =
        new Poller<>("holdfast-activity", slots, room, source, health, threads, pace);
    all.add(poller);
    return poller;
  }

  /** {@return the poller of what has no limit, which alone takes what is handed over} */
  Poller<ActivityItem> others() {
    return others;
  }

  /** {@return the pollers with their threads, which are not started} */
  Map<Thread, Poller<?>> pollers() {
    return pollers;
  }

  /** {@return how many activities are being processed} */
  int inHand() {
    return all.stream().mapToInt(Poller::inHand).sum();
  }

  /** {@return the threads that keep what shared limits hold, not started} */
  List<Thread> keepers() {
    return shared.stream().map(limit -> threads.daemon("holdfast-limit", limit::keep)).toList();
  }

  /** Fetches nothing from now on, and gives back what waits for a shared limit. */
  void close() {
    all.forEach(Poller::close);
    shared.forEach(SharedLimit::close);
  }

  /** Waits until nothing is being processed, at most until a moment of {@code nanoTime}. */
  void awaitIdle(long deadline) throws InterruptedException {
    for (Poller<ActivityItem> poller : all) {
      poller.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }
}
