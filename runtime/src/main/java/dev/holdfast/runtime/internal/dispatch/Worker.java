// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.CloseReport;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.Settings;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.runtime.internal.Values;
import dev.holdfast.worker.internal.util.WorkerThreads;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.replay.CodeWatch;
import dev.holdfast.runtime.internal.replay.Host;
import dev.holdfast.runtime.internal.replay.PayloadLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that works: two fetch loops, the keepers of their locks, the cache. */
public final class Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final Provider provider;
  private final boolean ownsProvider;
  private final Settings settings;
  private final WorkerThreads workerThreads = new WorkerThreads();
  private final StoreHealth health = new StoreHealth();
  private final StoreCalls calls;
  private final LeaseKeeper leases;
  private final ExecutionCache cache;
  private final Claims claims;
  private final InlineHistory inlineHistory = new InlineHistory();
  private final TurnProcessor turns;
  private final ActivityProcessor activities;
  private final FetchLoop<OrchestrationItem> turnLoop;
  private final FetchLoop<ActivityItem> activityLoop;
  private final CodeWatch codeWatch;
  private final List<Thread> fetchers;
  private final List<Thread> keepers;
  private final ReentrantLock closing = new ReentrantLock();
  private @Nullable CloseReport report;

  private Worker(
      Provider provider,
      boolean ownsProvider,
      Registry registry,
      Settings settings,
      CompletionSignals signals) {
    this.provider = provider;
    this.ownsProvider = ownsProvider;
    this.settings = settings;
    WorkerThreads workerThreads = new WorkerThreads();
    leases = new LeaseKeeper(provider, health, settings.lockFor());
    calls = new StoreCalls(provider, health, leases, settings.lockFor(), inlineHistory);
    Setbacks setbacks = new Setbacks(calls, settings, System::nanoTime);
    Served<OrchestrationCode> orchestrations =
        new Served<>(registry.orchestrations(), System::nanoTime);
    Served<String> activityNames = new Served<>(registry.activities(), System::nanoTime);
    turnLoop =
        new FetchLoop<>(
            "holdfast-turn",
            slots(settings.maxConcurrentTurns()),
            new PayloadRoom("instances", Runtime.getRuntime().maxMemory()),
            new TurnSource(
                provider,
                calls,
                leases,
                settings,
                inlineHistory,
                registry,
                orchestrations,
                this::memoryIsShort,
                this::process),
            health,
            workerThreads);
    activityLoop =
        new FetchLoop<>(
            "holdfast-activity",
            slots(settings.maxConcurrentActivities()),
            new PayloadRoom("activities", Runtime.getRuntime().maxMemory()),
            new ActivitySource(
                provider,
                calls,
                leases,
                settings,
                registry,
                activityNames,
                setbacks,
                this::memoryIsShort,
                this::process),
            health,
            workerThreads);
    claims = new Claims(registry, turnLoop, activityLoop);
    cache = new ExecutionCache(settings.cacheSize(), settings.lockFor());
    codeWatch =
        new CodeWatch(
            settings.blockedAfter(),
            new BlockedTurns(turnLoop, settings.maxConcurrentTurns(), this::reportLater));
    Host host =
        new Host(
            new Values(settings.converter()),
            workerThreads,
            codeWatch,
            PayloadLimit.of(provider.info().limits().maxPayloadBytes()));
    turns =
        new TurnProcessor(
            provider,
            calls,
            claims,
            registry,
            settings,
            cache,
            inlineHistory,
            signals,
            host,
            setbacks,
            this::memoryIsShort);
    activities = new ActivityProcessor(calls, claims, registry, settings);
    // Platform threads: activities that keep every carrier busy must not cost other work its locks.
    // What nothing is registered for is not fetched.
    fetchers = new ArrayList<>();
    if (!orchestrations.isNothing()) {
      fetchers.add(workerThreads.daemon("holdfast-fetch-turns", turnLoop));
    }
    if (!activityNames.isNothing()) {
      fetchers.add(workerThreads.daemon("holdfast-fetch-activities", activityLoop));
    }
    keepers =
        List.of(
            workerThreads.daemon("holdfast-locks-turns", leases::keepInstances),
            workerThreads.daemon("holdfast-locks-activities", leases::keepActivities),
            workerThreads.daemon("holdfast-code-watch", codeWatch));
  }

  /** Begins to work. */
  public static Worker start(
      Provider provider,
      boolean ownsProvider,
      Registry registry,
      Settings settings,
      CompletionSignals signals) {
    Worker worker = new Worker(provider, ownsProvider, registry, settings, signals);
    worker.begin();
    LOG.info(
        "working on {} with {} turns and {} activities at once",
        provider.info().id(),
        settings.maxConcurrentTurns(),
        settings.maxConcurrentActivities());
    return worker;
  }

  private void begin() {
    boolean begun = false;
    try {
      for (Thread thread : Stream.of(keepers, fetchers).flatMap(List::stream).toList()) {
        thread.setUncaughtExceptionHandler(this::cannotGoOn);
        thread.start();
      }
      begun = true;
    } finally {
      if (!begun) {
        close(Duration.ZERO); // half a worker would look alive
      }
    }
  }

  /** Whatever can be thrown is caught in the loops; this is for what cannot be thought of. */
  private void cannotGoOn(Thread thread, Throwable error) {
    Told.error(LOG, "the thread " + thread.getName() + " has ended; the worker is closed", error);
    workerThreads.daemon("holdfast-close", () -> close(settings.closeGrace())).start();
  }

  /**
   * Stores the start of an instance once, and takes the instance over if this worker can run it and
   * has room; throws what the store throws.
   *
   * @return whether it was stored, and not started before
   */
  public boolean enqueueStart(OrchestratorMessage message) {
    ExecutionStart start = Objects.requireNonNull(message.start(), "start");
    try (Reservation<OrchestrationItem> room = claims.of(start, message.body().size())) {
      if (room.size() > 0) {
        return calls.enqueue(message, room);
      }
      return provider.enqueue(message).stored();
    }
  }

  /** Whoever reports does not wait for the store: it has others to look after. */
  private void reportLater(String instanceId, String problem) {
    for (Lease lease : leases.underWay()) {
      if (lease.token() instanceof LockToken.OfInstance token
          && token.instanceId().equals(instanceId)) {
        workerThreads.daemon("holdfast-report", () -> calls.report(token, problem)).start();
      }
    }
  }

  /** Stops; see {@link dev.holdfast.runtime.Holdfast#close(Duration)}. */
  public CloseReport close(Duration grace) {
    closing.lock();
    try {
      CloseReport known = report;
      if (known == null) {
        known = stop(grace);
        report = known;
      }
      return known;
    } finally {
      closing.unlock();
    }
  }

  private CloseReport stop(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    turnLoop.close();
    activityLoop.close();
    // The keepers are needed until the work is done.
    fetchers.forEach(Thread::interrupt);
    try {
      for (Thread thread : fetchers) {
        thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      }
      activityLoop.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      turnLoop.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    CloseReport left = giveBack();
    leases.close();
    health.close();
    keepers.forEach(Thread::interrupt);
    cache.clear();
    codeWatch.close();
    if (ownsProvider) {
      provider.close();
    }
    if (left.isClean()) {
      LOG.info("closed; nothing was left");
    } else {
      LOG.warn(
          "closed; gave back {} instances {} and {} activities {}",
          left.leftInstances().size(),
          left.leftInstances(),
          left.leftActivities().size(),
          left.leftActivities());
    }
    return left;
  }

  private CloseReport giveBack() {
    List<String> instances = new ArrayList<>();
    List<String> leftActivities = new ArrayList<>();
    for (Lease lease : leases.underWay()) {
      boolean lost = lease.isOver();
      lease.end();
      if (!lost && calls.abandon(lease.token(), Abandonment.now().uncounted())) {
        switch (lease.token()) {
          case LockToken.OfInstance token -> instances.add(lease.work());
          case LockToken.OfActivity token -> leftActivities.add(lease.work());
        }
      }
    }
    return new CloseReport(instances, leftActivities);
  }

  /** Whatever is parked can be had again from its history. */
  private void memoryIsShort() {
    cache.clear();
  }

  private void process(OrchestrationItem item, Lease lease) {
    turns.process(item, lease);
  }

  private void process(ActivityItem item, Lease lease) {
    activities.process(item, lease);
  }

  /** Half for claims, where the store knows them: that much of the work of others is certain. */
  private Slots slots(int count) {
    boolean claims = provider.info().declares(Feature.CLAIM_THROUGH);
    return new Slots(count, claims ? count / 2 : 0);
  }
}
