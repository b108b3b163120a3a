// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.ShutdownHook;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.client.InterceptedClient;
import dev.holdfast.runtime.internal.client.StoreClient;
import dev.holdfast.runtime.internal.event.JacksonCheck;
import dev.holdfast.runtime.internal.replay.HistoryLimit;
import dev.holdfast.runtime.internal.schedule.ScheduleCode;
import dev.holdfast.runtime.internal.turn.EngineSettings;
import dev.holdfast.runtime.internal.turn.ReplayEngine;
import dev.holdfast.worker.LeftWork;
import dev.holdfast.worker.RedeliveryBackoff;
import dev.holdfast.worker.Unrunnable;
import dev.holdfast.worker.Worker;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.WorkerVitals;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running worker: takes instances and activities from a store, runs them and stores the results.
 * Any number of workers, in one process or in many, may work on one store. Thread-safe.
 *
 * <pre>{@code
 * try (Holdfast holdfast = Holdfast.builder("sqlite:orders.db")
 *     .activity(RESERVE, (context, order) -> warehouse.reserve(order))
 *     .orchestration(PROCESS)
 *     .start()) {
 *   holdfast.client().start(PROCESS, "order-1", order);
 *   Receipt receipt = holdfast.client().await(PROCESS, "order-1", Duration.ofMinutes(1));
 * }
 * }</pre>
 */
public final class Holdfast implements AutoCloseable {

  /** 100 years: longer than any worker lives, and a {@code long} of nanoseconds can hold it. */
  private static final Duration LONGEST_GRACE = Duration.ofDays(36_500);

  private final Worker worker;
  private final HoldfastClient client;
  private final Duration closeGrace;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final @Nullable ShutdownHook hook;

  private Holdfast(
      Worker worker, HoldfastClient client, Duration closeGrace, boolean closeOnShutdown) {
    this.worker = worker;
    this.client = client;
    this.closeGrace = closeGrace;
    hook = closeOnShutdown ? ShutdownHook.install(this::close) : null;
  }

  /**
   * Begins with a store's URL; the provider is opened by {@link Builder#start} and closed by {@link
   * #close}.
   *
   * @param url where the store is, such as {@code sqlite:orders.db}
   * @return a new builder
   */
  public static Builder builder(String url) {
    return builder(ProviderConfig.url(url).build());
  }

  /**
   * Begins with a store's configuration; the provider is opened by {@link Builder#start} and closed
   * by {@link #close}.
   *
   * @param config where the store is
   * @return a new builder
   */
  public static Builder builder(ProviderConfig config) {
    Objects.requireNonNull(config, "config");
    return new Builder(() -> Providers.open(config), true);
  }

  /**
   * Begins with an open provider, which stays the caller's to close.
   *
   * @param provider the provider
   * @return a new builder
   */
  public static Builder builder(Provider provider) {
    Objects.requireNonNull(provider, "provider");
    return new Builder(() -> provider, false);
  }

  /**
   * Returns a client on the same store, good until this is closed. It notices at once what this
   * worker completes.
   *
   * @return the client, always the same
   */
  public HoldfastClient client() {
    return client;
  }

  /**
   * Waits until this is closed, by {@link #close()} or because the JVM shuts down. For programs
   * that do nothing but work: the threads of a worker do not keep the JVM alive.
   *
   * @throws InterruptedException when the thread is interrupted
   */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  /**
   * Says how this worker stands: whether its loops run, and which calls the store fails. Asks
   * nothing of the store.
   *
   * @return what is so now
   */
  public WorkerVitals vitals() {
    return worker.vitals();
  }

  /** Closes with the grace period that the builder was given; see {@link #close(Duration)}. */
  @Override
  public void close() {
    close(closeGrace);
  }

  /**
   * Stops fetching, finishes what is under way, interrupts activities that are not done within the
   * grace period, and gives back to the store what is left, uncounted. Closes the provider if this
   * opened it. Closing again does nothing and reports the same.
   *
   * @param grace how long to wait for what is under way; zero or more
   * @return what was left
   * @throws IllegalArgumentException when the grace period is negative
   */
  public CloseReport close(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("the grace period is " + grace + "; it starts at zero");
    }
    try {
      LeftWork left = worker.close(grace);
      return CloseReport.of(left);
    } finally {
      client.close();
      if (hook != null) {
        hook.remove();
      }
      closed.countDown();
    }
  }

  /** Collects what a worker runs and how. Not thread-safe; good for one {@link #start}. */
  public static final class Builder extends ServedWork<Builder> {

    private final Supplier<Provider> opener;
    private final boolean ownsProvider;
    private final Registry.Builder registry = new Registry.Builder();
    private int maxConcurrentTurns = 64;
    private int maxConcurrentActivities = 64;
    private Duration lockFor = Duration.ofSeconds(30);
    private int cacheSize = 1_000;
    private int maxDeliveries = 10;
    private RedeliveryBackoff redelivery =
        new RedeliveryBackoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
    private boolean failUnrunnable;
    private Duration closeGrace = Duration.ofSeconds(10);
    private boolean closeOnShutdown = true;
    private Duration blockedAfter = Duration.ofSeconds(5);
    private HistoryLimit historyLimit = HistoryLimit.DEFAULT;
    private Duration aheadAtMost = EngineSettings.AHEAD_AT_MOST;
    private Duration streamLookEvery = EngineSettings.STREAM_LOOK_EVERY;
    private final List<WorkerListener> listeners = new ArrayList<>();
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final Map<String, Event<?>> events = new HashMap<>();
    private @Nullable DataConverter converter;
    private @Nullable Tracing tracing;

    private Builder(Supplier<Provider> opener, boolean ownsProvider) {
      this.opener = opener;
      this.ownsProvider = ownsProvider;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Registers an activity and its code.
     *
     * @param <I> the input type
     * @param <O> the output type
     * @param activity name and types
     * @param function the code, called from many threads
     * @return this
     * @throws IllegalArgumentException when the name is registered already
     */
    public <I extends @Nullable Object, O extends @Nullable Object> Builder activity(
        Activity<I, O> activity, ActivityFunction<I, O> function) {
      registry.add(activity, Objects.requireNonNull(function, "function"));
      return this;
    }

    /**
     * Registers an activity without output, as a function that returns nothing.
     *
     * @param <I> the input type
     * @param activity its name and types
     * @param action what it does
     * @return this
     * @throws IllegalArgumentException when the name is registered already
     */
    public <I extends @Nullable Object> Builder action(
        Activity<I, @Nullable Void> activity, ActivityAction<I> action) {
      Objects.requireNonNull(action, "action");
      ActivityFunction<I, @Nullable Void> function =
          (context, input) -> {
            action.run(context, input);
            return null;
          };
      return this.<I, @Nullable Void>activity(activity, function);
    }

    /**
     * Registers an orchestration. The same name may be registered under several versions. A worker
     * that has one also serves the {@linkplain HoldfastClient#schedules() schedules} of its store.
     *
     * @param orchestration the orchestration with its code
     * @return this
     * @throws IllegalArgumentException when name and version are registered already, or it has no
     *     code
     */
    public Builder orchestration(Orchestration<?, ?> orchestration) {
      registry.add(orchestration);
      return this;
    }

    /**
     * Makes the type of an event known. The client of this worker then refuses a value that is
     * raised by name alone and cannot be decoded to that type, instead of leaving it to the
     * instance to fail.
     *
     * @param event its name and type
     * @return this
     * @throws IllegalArgumentException when the name is known with another type
     */
    public Builder event(Event<?> event) {
      Event<?> before = events.putIfAbsent(event.name(), event);
      if (before != null && !before.type().equals(event.type())) {
        throw new IllegalArgumentException(
            "the event \"%s\" is known with the types %s and %s"
                .formatted(event, before.type().getTypeName(), event.type().getTypeName()));
      }
      return this;
    }

    /**
     * Registers all activities of an interface.
     *
     * @param <T> the interface
     * @param type an interface with {@link dev.holdfast.runtime.annotated.Activities}
     * @param code does them, called from many threads
     * @return this
     * @throws IllegalArgumentException when it is no such interface, or a name is registered
     *     already
     */
    public <T> Builder activities(Class<T> type, T code) {
      InterfaceMethod.activities(this, type, code);
      return this;
    }

    /**
     * Registers all orchestrations of an interface.
     *
     * @param <T> the interface
     * @param type an interface with {@link dev.holdfast.runtime.annotated.Orchestrations}
     * @param code makes the object that has the code, for each execution and each replay of it
     * @return this
     * @throws IllegalArgumentException when it is no such interface, or a name is registered
     *     already
     */
    public <T> Builder orchestrations(Class<T> type, Function<OrchestrationContext, T> code) {
      InterfaceMethod.orchestrations(this, type, code);
      return this;
    }

    /**
     * Sets how many instances are worked on at once.
     *
     * @param count from 1; 64 unless set. Most of them wait for the store, which commits concurrent
     *     turns together
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder maxConcurrentTurns(int count) {
      maxConcurrentTurns = atLeast(1, "maxConcurrentTurns", count);
      return this;
    }

    /**
     * Sets how many activities run at once.
     *
     * @param count from 1; 64 unless set
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder maxConcurrentActivities(int count) {
      maxConcurrentActivities = atLeast(1, "maxConcurrentActivities", count);
      return this;
    }

    /**
     * Sets how long work stays locked when its worker dies. Locks of a living worker are renewed.
     *
     * @param lockFor 100 ms or more; 30 seconds unless set
     * @return this
     * @throws IllegalArgumentException when it is shorter
     */
    public Builder lockFor(Duration lockFor) {
      if (lockFor.compareTo(Duration.ofMillis(100)) < 0) {
        throw new IllegalArgumentException("lockFor is " + lockFor + "; it starts at 100 ms");
      }
      this.lockFor = lockFor;
      return this;
    }

    /**
     * Sets how many waiting executions stay in memory. Others are replayed from their history when
     * something happens to them.
     *
     * @param count from 0; 1000 unless set
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder cacheSize(int count) {
      cacheSize = atLeast(0, "cacheSize", count);
      return this;
    }

    /**
     * Sets after how many deliveries without a result an instance or activity is failed as poison.
     *
     * @param count from 1; 10 unless set
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder maxDeliveries(int count) {
      maxDeliveries = atLeast(1, "maxDeliveries", count);
      return this;
    }

    /**
     * Sets how long work is kept back before it is delivered again: its code does not follow its
     * history, its history cannot be read, its turn failed unexpectedly, memory is short. Doubled
     * with each delivery. Work whose code is not registered here is not kept back: it goes to
     * another worker at once.
     *
     * @param first the first time, zero or more; 1 second unless set
     * @param max the longest time, not below the first; 1 minute unless set
     * @return this
     * @throws IllegalArgumentException when one is out of range
     */
    public Builder redeliveryBackoff(Duration first, Duration max) {
      redelivery = new RedeliveryBackoff(first, max);
      return this;
    }

    /**
     * Sets what becomes of work that this worker cannot run although it is sound: its orchestration
     * or activity is not registered, its code does not follow its history, its history cannot be
     * read. Unless set it waits, visible in the status, until a worker comes that can run it; its
     * deliveries do not count.
     *
     * <p>With {@code true} they count, and after {@link #maxDeliveries} of them the instance, or
     * the call of the activity, is failed for good. This worker then also takes work for other
     * workers that it cannot run itself: instances when it has any orchestration, activities when
     * it has any activity. Of use where every worker has all code and a mistake is to be noticed at
     * once, as in tests.
     *
     * @param fail whether it fails in the end; false unless set
     * @return this
     */
    public Builder failUnrunnable(boolean fail) {
      failUnrunnable = fail;
      return this;
    }

    /**
     * Sets how long {@link Holdfast#close()} waits for what is under way.
     *
     * @param grace zero or more; 10 seconds unless set
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder closeGrace(Duration grace) {
      if (grace.isNegative()) {
        throw new IllegalArgumentException("closeGrace is " + grace + "; it starts at zero");
      }
      closeGrace = grace;
      return this;
    }

    /**
     * Sets for how long the code of an orchestration may run without waiting for something of its
     * context and without ending. Then a warning says where it is, and again after growing
     * intervals; other instances go on. Such code blocks or computes, which belongs into
     * activities.
     *
     * @param limit above zero; 5 seconds unless set
     * @return this
     * @throws IllegalArgumentException when it is not positive
     */
    public Builder blockedCodeAfter(Duration limit) {
      if (!limit.isPositive()) {
        throw new IllegalArgumentException(
            "blockedCodeAfter is " + limit + "; it must be above zero");
      }
      blockedAfter = limit.compareTo(LONGEST_GRACE) > 0 ? LONGEST_GRACE : limit;
      return this;
    }

    /**
     * Sets how long the history of an execution may be. One that goes on for ever should continue
     * as new long before, see {@link OrchestrationContext#continueAsNew} and {@link
     * OrchestrationContext#historyLength}: a history is read as a whole where a worker does not
     * have its execution in memory.
     *
     * @param warnAt from so many events on a warning is logged, and told to {@link
     *     WorkerListener#historyIsLong}, once for each execution; from 1; 10,000 unless set
     * @param most an execution that has more events after a turn and has not ended is failed with
     *     {@link Failure#HISTORY_TOO_LONG}; not below the other; 50,000 unless set
     * @return this
     * @throws IllegalArgumentException when one is out of range
     */
    public Builder historyLimit(long warnAt, long most) {
      historyLimit = new HistoryLimit(warnAt, most);
      return this;
    }

    /**
     * Sets whether the worker closes by itself when the JVM shuts down, after SIGTERM for example,
     * so that what it has locked is free at once. It takes as long as the grace period at most.
     * Programs that close it in an order of their own, such as containers of beans, need not switch
     * it off: closing twice does no harm.
     *
     * @param close whether it does; true unless set
     * @return this
     */
    public Builder closeOnShutdown(boolean close) {
      closeOnShutdown = close;
      return this;
    }

    /**
     * Adds a listener, for metrics and traces. Without one nothing is measured.
     *
     * @param listener is told of each turn and each activity of this worker
     * @return this
     */
    public Builder listener(WorkerListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Adds an interceptor, within those that were added before. Without one nothing is wrapped.
     *
     * @param interceptor runs around turns, code and calls of {@link Holdfast#client()}
     * @return this
     */
    public Builder interceptor(Interceptor interceptor) {
      interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
      return this;
    }

    /**
     * Sets how values are encoded.
     *
     * @param converter the converter; {@link DataConverter#jackson()} unless set
     * @return this
     */
    public Builder dataConverter(DataConverter converter) {
      this.converter = Objects.requireNonNull(converter, "converter");
      return this;
    }

    /**
     * Has starts, turns, their appends to streams, and activities traced. Without it nothing is,
     * and nothing is stored for it.
     *
     * @param tracing what traces, such as that of {@code holdfast-observability} for OpenTelemetry
     * @return this
     */
    public Builder tracing(Tracing tracing) {
      this.tracing = Objects.requireNonNull(tracing, "tracing");
      return this;
    }

    /** Sets for how long code may run ahead; for tests, on machines that may be slow. */
    Builder aheadAtMost(Duration atMost) {
      aheadAtMost = atMost;
      return this;
    }

    /** Sets how often waits for events of streams are looked at; for tests. */
    Builder streamLookEvery(Duration every) {
      streamLookEvery = every;
      return this;
    }

    /**
     * Opens the store if need be and begins to work.
     *
     * @return the running worker, to be closed by the caller
     * @throws dev.holdfast.provider.ProviderError when the store cannot be opened; {@link
     *     dev.holdfast.provider.ProviderError.NotSupported} when it does not declare a feature that
     *     a setting needs
     * @throws IllegalArgumentException when sessions are idle sooner than a lock ends, the ranges
     *     of versions do not contain this worker's own, or a limit does not fit what it serves
     * @throws IllegalStateException when Jackson and its annotations are of versions that do not
     *     work together
     */
    public Holdfast start() {
      JacksonCheck.run();
      WorkerSettings workerSettings =
          new WorkerSettings(
              maxConcurrentTurns,
              maxConcurrentActivities,
              lockFor,
              maxDeliveries,
              redelivery,
              failUnrunnable ? Unrunnable.FAIL : Unrunnable.RELEASE,
              closeGrace,
              routing());
      EngineSettings settings =
          new EngineSettings(
              cacheSize,
              blockedAfter,
              historyLimit,
              aheadAtMost,
              streamLookEvery,
              runtimeVersion(),
              converter == null ? DataConverter.jackson() : converter,
              new Interceptors(interceptors),
              tracing);
      // Any orchestration may be what a schedule starts.
      registry.addBesideOthers(ScheduleCode.SCHEDULE, ScheduleCode.RUN);
      Provider provider = opener.get();
      CompletionSignals signals = new CompletionSignals();
      Worker worker = start(provider, settings, workerSettings, signals);
      StoreClient client =
          StoreClient.beside(
              provider, settings.converter(), signals, worker::enqueue, events, tracing);
      return new Holdfast(
          worker,
          interceptors.isEmpty() ? client : new InterceptedClient(client, settings.interceptors()),
          closeGrace,
          closeOnShutdown);
    }

    private Worker start(
        Provider provider,
        EngineSettings settings,
        WorkerSettings workerSettings,
        CompletionSignals signals) {
      boolean started = false;
      try {
        Worker.Builder builder =
            ReplayEngine.in(
                    provider, registry.build(), settings, workerSettings, signals, listeners)
                .ownsProvider(ownsProvider);
        listeners.forEach(builder::listener);
        limitActivities(builder);
        Worker worker = builder.start();
        started = true;
        return worker;
      } finally {
        if (!started && ownsProvider) {
          provider.close();
        }
      }
    }
  }
}
