// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.engine.GraphEngine;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.worker.LeftWork;
import dev.holdfast.worker.Worker;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running worker for graphs: takes runs and steps from a store, does them and stores what comes
 * of it. Any number of workers may work on one store. Thread-safe.
 *
 * <pre>{@code
 * try (Graphs graphs = Graphs.builder("sqlite:documents.db")
 *     .graph(PUBLISH)
 *     .step(FETCH, (context, in) -> new Text(read(in.path())))
 *     .start()) {
 *   graphs.client().start(PUBLISH, "doc-1", Map.of("path", "a.txt"));
 *   JsonNode outputs = graphs.client().await("doc-1", Duration.ofMinutes(1));
 * }
 * }</pre>
 */
public final class Graphs implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Graphs.class);

  private final Worker worker;
  private final GraphClient client;
  private final Duration closeGrace;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final @Nullable Thread hook;

  private Graphs(Worker worker, GraphClient client, Duration closeGrace, boolean closeOnShutdown) {
    this.worker = worker;
    this.client = client;
    this.closeGrace = closeGrace;
    this.hook = closeOnShutdown ? hook() : null;
  }

  private @Nullable Thread hook() {
    Thread thread =
        Thread.ofPlatform()
            .name("holdfast-graphs-shutdown")
            .inheritInheritableThreadLocals(false)
            .unstarted(() -> {
              LOG.info("the JVM is shutting down; closing");
              close();
            });
    try {
      Runtime.getRuntime().addShutdownHook(thread);
      return thread;
    } catch (IllegalStateException e) {
      LOG.debug("the JVM is shutting down; nothing closes by itself any more");
      return null;
    }
  }

  /**
   * Begins with a store's URL; the provider is opened by {@link Builder#start} and closed by {@link
   * #close}.
   *
   * @param url where the store is, such as {@code sqlite:documents.db}
   * @return a new builder
   */
  public static Builder builder(String url) {
    ProviderConfig config = ProviderConfig.url(url).build();
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
   * Creates a client without a worker beside it.
   *
   * @param provider the provider, which stays the caller's to close
   * @param definitions the graphs whose runs are to be restarted and recovered by it
   * @return the client
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store has no {@link
   *     dev.holdfast.provider.Feature#STATE_TABLES}
   */
  public static GraphClient client(Provider provider, GraphDefinition... definitions) {
    return client(provider, new GraphEngine.Builder().graphs(List.of(definitions)));
  }

  /**
   * Creates a client without a worker beside it, whose starts are traced.
   *
   * @param provider the provider, which stays the caller's to close
   * @param tracing what traces
   * @param definitions the graphs whose runs are to be restarted and recovered by it
   * @return the client
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store has no {@link
   *     dev.holdfast.provider.Feature#STATE_TABLES}
   */
  public static GraphClient client(
      Provider provider, Tracing tracing, GraphDefinition... definitions) {
    Objects.requireNonNull(tracing, "tracing");
    return client(
        provider, new GraphEngine.Builder().graphs(List.of(definitions)).tracing(tracing));
  }

  private static GraphClient client(Provider provider, GraphEngine.Builder engine) {
    return engine
        .build(provider)
        .client(message -> provider.enqueue(message).stored(), Builder.MAX_RUN_ATTEMPTS);
  }

  /**
   * Returns a client on the same store, good until this is closed.
   *
   * @return the client, always the same
   */
  public GraphClient client() {
    return client;
  }

  /**
   * Waits until this is closed, by {@link #close()} or because the JVM shuts down.
   *
   * @throws InterruptedException when the thread is interrupted
   */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  /** Closes with the grace period of the settings; see {@link #close(Duration)}. */
  @Override
  public void close() {
    close(closeGrace);
  }

  /**
   * Stops fetching, finishes what is under way, interrupts steps that are not done within the grace
   * period, and gives back to the store what is left, uncounted. Closes the provider if this opened
   * it. Closing again does nothing and reports the same.
   *
   * @param grace how long to wait for what is under way; zero or more
   * @return what was left
   * @throws IllegalArgumentException when the grace period is negative
   */
  public LeftWork close(Duration grace) {
    try {
      return worker.close(grace);
    } finally {
      removeHook();
      closed.countDown();
    }
  }

  private void removeHook() {
    try {
      if (hook != null) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    } catch (IllegalStateException e) {
      LOG.trace("the JVM is shutting down, and the hook has begun or will begin");
    }
  }

  /** Collects what a worker does and how. Not thread-safe; good for one {@link #start}. */
  public static final class Builder {

    private static final int MAX_RUN_ATTEMPTS = 10;

    private final Supplier<Provider> opener;
    private final boolean ownsProvider;
    private final GraphEngine.Builder engine = new GraphEngine.Builder();
    private final List<WorkerListener> listeners = new ArrayList<>();
    private WorkerSettings settings = WorkerSettings.defaults();
    private boolean closeOnShutdown = true;
    private @Nullable Duration stuckAfter = Duration.ofMinutes(5);
    private Duration lookEvery = Duration.ofMinutes(1);
    private int maxRunAttempts = MAX_RUN_ATTEMPTS;
    private Duration wakeEvery = Duration.ofMinutes(1);
    private final List<Polled> polled = new ArrayList<>();

    private record Polled(
        GraphDefinition graph, String stepId, PolledSource source, Duration every) {}

    private Builder(Supplier<Provider> opener, boolean ownsProvider) {
      this.opener = opener;
      this.ownsProvider = ownsProvider;
    }

    /**
     * Registers a graph: its runs are worked on here. Runs of other graphs and versions are left to
     * workers that have them.
     *
     * @param definition the graph, checked
     * @return this
     * @throws IllegalArgumentException when name and version are registered already
     */
    public Builder graph(GraphDefinition definition) {
      engine.graph(definition);
      return this;
    }

    /**
     * Registers the code of a step type: its steps are done here, whatever graph they are of. Steps
     * without code here are left to workers that have it.
     *
     * @param <I> the record of the inputs
     * @param <O> the record of the outputs
     * @param type the step type
     * @param function the code, called from many threads
     * @return this
     * @throws IllegalArgumentException when the type has code already
     */
    public <I extends @Nullable Object, O extends @Nullable Object> Builder step(
        StepType<I, O> type, StepFunction<I, O> function) {
      engine.step(type, Objects.requireNonNull(function, "function"));
      return this;
    }

    /**
     * Sets how the worker works: how much at once, how long locks are, how long closing waits,
     * which tags and sessions it serves.
     *
     * @param settings the settings; {@link WorkerSettings#defaults()} unless set
     * @return this
     */
    public Builder settings(WorkerSettings settings) {
      this.settings = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /**
     * Adds a listener, for metrics.
     *
     * @param listener is told of each turn and each step of this worker
     * @return this
     */
    public Builder listener(WorkerListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Has starts, turns and attempts of steps traced. Without it nothing is, and nothing is stored
     * for it.
     *
     * @param tracing what traces, such as that of {@code holdfast-observability} for OpenTelemetry
     * @return this
     */
    public Builder tracing(Tracing tracing) {
      engine.tracing(Objects.requireNonNull(tracing, "tracing"));
      return this;
    }

    /**
     * Sets how this worker looks for stuck runs, those that nothing in the store will move.
     *
     * @param after how long nothing has happened to them; 5 minutes unless set
     * @param every how often it looks, above zero; every minute unless set
     * @return this
     * @throws IllegalArgumentException when one is out of range
     */
    public Builder recoversStuckRuns(Duration after, Duration every) {
      if (after.isNegative() || !every.isPositive()) {
        throw new IllegalArgumentException(
            "stuck runs are looked for every %s, after %s; give an interval above zero and an age"
                    .formatted(every, after)
                + " of zero or more");
      }
      stuckAfter = after;
      lookEvery = every;
      return this;
    }

    /**
     * Has this worker look for no stuck runs.
     *
     * @return this
     */
    public Builder leavesStuckRuns() {
      stuckAfter = null;
      return this;
    }

    /**
     * Sets how often this worker looks for suspended runs that have inputs and were not woken.
     * Deliveries wake their runs by themselves; this finds what was missed.
     *
     * @param every how often it looks, above zero; every minute unless set. A run is woken when it
     *     is found twice
     * @return this
     * @throws IllegalArgumentException when it is out of range
     */
    public Builder wakesWaitingRuns(Duration every) {
      wakeEvery = positive("waiting runs are looked for", every);
      return this;
    }

    /**
     * Registers a source of a trigger, which this worker polls for each run of the graph that goes
     * on. What it returns is delivered with its cursors, in one commit.
     *
     * @param graph the graph
     * @param trigger the id of the trigger's row, such as {@code orders}
     * @param source the source, called from one thread
     * @param every how long it rests between two polls, above zero
     * @return this
     * @throws IllegalArgumentException when the graph has no such trigger, or the interval is out
     *     of range
     */
    public Builder source(
        GraphDefinition graph, String trigger, PolledSource source, Duration every) {
      boolean known = graph.step(trigger).map(step -> step.trigger() != null).orElse(false);
      if (!known) {
        throw new IllegalArgumentException(
            "graph %s %s has no trigger \"%s\"".formatted(graph.name(), graph.version(), trigger));
      }
      Objects.requireNonNull(source, "source");
      polled.add(new Polled(graph, trigger, source, positive("a source is polled", every)));
      return this;
    }

    private static Duration positive(String what, Duration every) {
      if (!every.isPositive()) {
        throw new IllegalArgumentException(
            "%s every %s; give an interval above zero".formatted(what, every));
      }
      return every;
    }

    /**
     * Sets after how many attempts a run that is found stuck again is given up, as failed, with the
     * reason.
     *
     * @param attempts the most attempts, the first included; 10 unless set
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder maxRunAttempts(int attempts) {
      if (attempts < 1) {
        throw new IllegalArgumentException("maxRunAttempts is " + attempts + "; it starts at 1");
      }
      maxRunAttempts = attempts;
      return this;
    }

    /**
     * Sets whether the worker closes by itself when the JVM shuts down.
     *
     * @param close whether it does; true unless set
     * @return this
     */
    public Builder closeOnShutdown(boolean close) {
      closeOnShutdown = close;
      return this;
    }

    /**
     * Begins to work.
     *
     * @return the running worker, to be closed by the caller
     * @throws dev.holdfast.provider.ProviderError when the store cannot be opened; {@code
     *     NotSupported} when it has no {@link dev.holdfast.provider.Feature#STATE_TABLES}
     */
    public Graphs start() {
      Provider provider = opener.get();
      try {
        return start(provider);
      } catch (RuntimeException | Error e) {
        if (ownsProvider) {
          provider.close();
        }
        throw e;
      }
    }

    private Graphs start(Provider provider) {
      GraphEngine built = engine.build(provider);
      // before the worker: it says so when the store lacks a feature
      built.client(message -> provider.enqueue(message).stored(), maxRunAttempts);
      Worker.Builder builder =
          Worker.builder(provider)
              .turns(built.turns())
              .activities(built.activities())
              .settings(settings)
              .ownsProvider(ownsProvider);
      listeners.forEach(builder::listener);
      if (stuckAfter != null) {
        builder.background(
            "holdfast-stuck-runs", built.stuckRuns(stuckAfter, lookEvery, maxRunAttempts));
      }
      if (built.needsInboxes() || !polled.isEmpty()) {
        builder.background("holdfast-waiting-runs", built.waitingRuns(wakeEvery));
      }
      for (int i = 0; i < polled.size(); i++) {
        Polled one = polled.get(i);
        builder.background(
            "holdfast-source-%d-%s".formatted(i + 1, one.stepId()),
            built.poller(one.graph(), one.stepId(), one.source(), one.every()));
      }
      Worker worker = builder.start();
      GraphClient client = built.client(worker::enqueue, maxRunAttempts);
      return new Graphs(worker, client, settings.closeGrace(), closeOnShutdown);
    }
  }
}
