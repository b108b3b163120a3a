// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.worker.LeftWork;
import dev.holdfast.worker.SessionSettings;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.WorkerVitals;
import dev.holdfast.worker.internal.util.Texts;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running worker: the pollers, the renewal of their locks, and the runners. */
public final class RunningWorker {

  private static final Logger LOG = LoggerFactory.getLogger(RunningWorker.class);

  /** Unless more time is given: a fetch that was interrupted ends with its call. */
  private static final Duration LAST_FETCH = Duration.ofSeconds(1);

  private final Provider provider;
  private final boolean ownsProvider;
  private final Engines engines;
  private final Deliveries deliveries;
  private final WorkerSettings settings;
  private final WorkerThreads workerThreads = new WorkerThreads();
  private final StoreAvailability health;
  private final RetryingStore store;
  private final LockRenewer locks;
  private final @Nullable SessionKeeper sessions;
  private final EagerDispatch eager;
  private final TurnsAhead turnsAhead;
  private final TurnRunner turns;
  private final ActivityRunner activities;
  private final Poller<OrchestrationItem> turnPoller;
  private final ActivityPollers activityPollers;
  private final Map<Thread, Poller<?>> pollers;
  private final List<Thread> keepers;
  private final ReentrantLock closing = new ReentrantLock();
  private volatile boolean closes;
  private @Nullable LeftWork report;

  private RunningWorker(
      Provider provider,
      boolean ownsProvider,
      Engines engines,
      WorkerSettings settings,
      List<ActivityGroups.Group> limits,
      List<WorkerListener> listeners,
      Map<String, Runnable> background) {
    this.deliveries = new Deliveries(listeners);
    this.health = new StoreAvailability(deliveries::storeFailed);
    this.provider = provider;
    this.ownsProvider = ownsProvider;
    this.engines = engines;
    this.settings = settings;
    String owner = owner();
    Routes routes = Routes.of(provider.info(), settings, owner);
    sessions = sessions(owner);
    locks = new LockRenewer(provider, health, settings.lockFor());
    store = new RetryingStore(provider, health, locks, routes, engines, workerThreads);
    StoreClock clock = new StoreClock(System::nanoTime, System::currentTimeMillis);
    Served<OrchestrationCode> code = new Served<>(engines.code(), System::nanoTime);
    ActivityGroups groups =
        new ActivityGroups(limits, engines.activities(), settings.routing().tags());
    turnPoller =
        new Poller<>(
            "holdfast-turn",
            slots(settings.maxConcurrentTurns()),
            new PayloadRoom("instances", Runtime.getRuntime().maxMemory()),
            new TurnSource(
                provider,
                store,
                locks,
                settings,
                engines,
                code,
                deliveries,
                routes,
                clock,
                this::process),
            health,
            workerThreads,
            Pace.FREE);
    activityPollers =
        new ActivityPollers(
            provider,
            store,
            locks,
            settings,
            engines,
            deliveries,
            routes,
            sessions,
            health,
            workerThreads,
            groups,
            owner,
            slots(settings.maxConcurrentActivities()),
            this::process);
    eager = new EagerDispatch(engines, routes, groups, turnPoller, activityPollers.others());
    Setbacks setbacks = new Setbacks(store, settings, System::nanoTime);
    turns = new TurnRunner(engines, settings, store, eager, setbacks);
    turnsAhead =
        new TurnsAhead(
            provider,
            engines,
            eager,
            clock,
            routes,
            new OpenAheadTurn.Settled() {
              @Override
              public void stored(Work work, TurnOutput output, Duration took) {
                locks.cancelled(Set.copyOf(output.cancelledActivities()));
                setbacks.over(work.instanceId());
                deliveries.stored(work, output, took);
              }

              @Override
              public void notUsed(Work work) {
                deliveries.aheadNotUsed(work);
              }
            });
    activities =
        new ActivityRunner(engines, settings, store, eager, setbacks, turnsAhead, sessions);
    // Platform threads: activities that keep every carrier busy must not cost other work its locks.
    // What no engine has is not fetched.
    pollers = new LinkedHashMap<>();
    if (!code.isNothing()) {
      pollers.put(workerThreads.daemon("holdfast-fetch-turns", turnPoller), turnPoller);
    }
    pollers.putAll(activityPollers.pollers());
    keepers = new ArrayList<>();
    keepers.add(workerThreads.daemon("holdfast-locks-turns", locks::keepInstances));
    keepers.add(workerThreads.daemon("holdfast-locks-activities", locks::keepActivities));
    keepers.addAll(activityPollers.keepers());
    if (sessions != null) {
      keepers.add(workerThreads.daemon("holdfast-sessions", sessions::keep));
    }
    background.forEach((name, loop) -> keepers.add(workerThreads.daemon(name, loop)));
  }

  /** A name of its own for each worker: what it holds must not count as held by another. */
  private static String owner() {
    return "worker-%d-%s".formatted(ProcessHandle.current().pid(), UUID.randomUUID());
  }

  private @Nullable SessionKeeper sessions(String owner) {
    SessionSettings held = settings.routing().sessions();
    return held == null
        ? null
        : new SessionKeeper(
            provider
                .capability(Sessions.class)
                .orElseThrow(() -> new NotSupported("Worker.start", Feature.SESSIONS)),
            health,
            owner,
            held,
            System::nanoTime);
  }

  /** Begins to work. */
  public static RunningWorker start(
      Provider provider,
      boolean ownsProvider,
      Engines engines,
      WorkerSettings settings,
      List<ActivityGroups.Group> limits,
      List<WorkerListener> listeners,
      Map<String, Runnable> background) {
    RunningWorker worker =
        new RunningWorker(provider, ownsProvider, engines, settings, limits, listeners, background);
    worker.begin();
    LOG.info(
        "working on {} with {} and {} at once",
        provider.info().id(),
        Texts.count(settings.maxConcurrentTurns(), "turn"),
        Texts.count(settings.maxConcurrentActivities(), "activity", "activities"));
    return worker;
  }

  private void begin() {
    boolean begun = false;
    try {
      for (Thread thread :
          Stream.of(keepers, pollers.keySet()).flatMap(Collection::stream).toList()) {
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

  /**
   * Closes the worker when a thread ends by an exception. The loops catch all they can; this is the
   * last resort.
   */
  private void cannotGoOn(Thread thread, Throwable error) {
    Told.error(LOG, "the thread " + thread.getName() + " has ended; the worker is closed", error);
    workerThreads.daemon("holdfast-close", () -> close(settings.closeGrace())).start();
  }

  /**
   * Stores a message once, and takes over the instance that it starts if this worker can do it and
   * has room; throws what the store throws.
   *
   * @return whether this call stored it; false when an earlier one had
   */
  public boolean enqueue(OrchestratorMessage message) {
    ExecutionStart start = message.start();
    if (start != null) {
      try (SlotReservation<OrchestrationItem> room = eager.reserve(start, message.body().size());
          Ahead ahead = turnsAhead.of(message, start, room)) {
        if (room.size() > 0) {
          return store.enqueue(message, room, ahead);
        }
      }
    }
    return provider.enqueue(message).stored();
  }

  /** Stops; see {@link dev.holdfast.worker.Worker#close(Duration)}. */
  public LeftWork close(Duration grace) {
    closing.lock();
    try {
      LeftWork known = report;
      if (known == null) {
        known = stop(grace);
        report = known;
      }
      return known;
    } finally {
      closing.unlock();
    }
  }

  /** {@return how the worker stands} */
  public WorkerVitals vitals() {
    List<WorkerVitals.Loop> loops = new ArrayList<>();
    pollers.forEach((thread, poller) -> loops.add(poller.vitals(thread)));
    return new WorkerVitals(
        closes, loops, health.failing(), turnPoller.inHand(), activityPollers.inHand());
  }

  private LeftWork stop(Duration grace) {
    closes = true;
    long deadline = System.nanoTime() + grace.toNanos();
    turnPoller.close();
    activityPollers.close();
    // The lock renewers are needed until the work is done.
    pollers.keySet().forEach(Thread::interrupt);
    try {
      endPollers(grace);
      activityPollers.awaitIdle(deadline);
      turnPoller.awaitIdle(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LeftWork left = giveBack();
    if (sessions != null) {
      sessions.close();
    }
    locks.close();
    health.close();
    keepers.forEach(Thread::interrupt);
    engines.close();
    if (ownsProvider) {
      provider.close();
    }
    if (left.isNothing()) {
      LOG.info("closed; nothing was left");
    } else {
      LOG.warn(
          "closed; gave back {} {} and {} {}",
          Texts.count(left.instances().size(), "instance"),
          left.instances(),
          Texts.count(left.activities().size(), "activity", "activities"),
          left.activities());
    }
    return left;
  }

  /** A fetch that is under way would take at once what this worker is about to give back. */
  private void endPollers(Duration grace) throws InterruptedException {
    Duration longest = grace.compareTo(LAST_FETCH) > 0 ? grace : LAST_FETCH;
    long deadline = System.nanoTime() + longest.toNanos();
    for (Thread thread : pollers.keySet()) {
      thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
  }

  private LeftWork giveBack() {
    List<String> instances = new ArrayList<>();
    List<ActivityIdentity> leftActivities = new ArrayList<>();
    for (HeldLock lock : locks.underWay()) {
      boolean lost = lock.isOver();
      lock.end();
      if (!lost && store.abandon(lock.token(), AbandonOptions.now().uncounted())) {
        switch (lock.token()) {
          case LockToken.OfInstance token -> instances.add(token.instanceId());
          case LockToken.OfActivity token -> leftActivities.add(token.activity());
        }
      }
    }
    return new LeftWork(instances, leftActivities);
  }

  private void process(OrchestrationItem item, HeldLock lock) {
    Thread thread = Thread.currentThread();
    deliveries.during(item, lock, () -> turns.run(item, lock, () -> turnPoller.giveUpSlot(thread)));
  }

  private void process(ActivityItem item, HeldLock lock) {
    deliveries.during(item, lock, () -> activities.run(item, lock));
  }

  /**
   * Half of the slots are for claims, where the store honours them. The other half is for fetches,
   * and so for work of other workers.
   */
  private Slots slots(int count) {
    boolean claims = provider.info().declares(Feature.EAGER_DISPATCH);
    return new Slots(count, claims ? count / 2 : 0);
  }
}
