// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.Worker;
import dev.holdfast.worker.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Processes queues (ES-30). {@link #start} runs it in a worker of its own; {@link #turns} plugs it
 * into one that has other engines too, such as graphs, on the same store. Thread-safe.
 *
 * <pre>{@code
 * try (QueueWorker worker = QueueEngine.builder(events).queue(ACCOUNTS).build().start()) {
 *   worker.queue(ACCOUNTS).enqueue("alice", "transfer-17", new Deposit(500));
 * }
 * }</pre>
 */
public final class QueueEngine {

  private final EventSourcing events;
  private final TurnHandler turns;
  private final Counters counters;

  private QueueEngine(EventSourcing events, TurnHandler turns, Counters counters) {
    this.events = events;
    this.turns = turns;
    this.counters = counters;
  }

  /**
   * Begins with the library on a store.
   *
   * @param events the library, which stays the caller's to close; not a view of a tenant, since
   *     workers process the queues of all of them
   * @return a new builder
   * @throws IllegalArgumentException when it is the library of an inline projection
   */
  public static Builder builder(EventSourcing events) {
    events.store().refuseAppender("queues");
    return new Builder(Objects.requireNonNull(events, "events"));
  }

  /** {@return what does the turns of the queues, for {@link Worker.Builder#turns}} */
  public TurnHandler turns() {
    return turns;
  }

  /** {@return what has been done since this was built} */
  public QueueCounts counts() {
    return counters.counts();
  }

  /**
   * Begins to work.
   *
   * @param settings how the worker works: how many queues at once, how long locks are, after how
   *     many deliveries without a result an entry is given up, how long closing waits
   * @return the running worker, to be closed by the caller
   */
  public QueueWorker start(WorkerSettings settings) {
    Activity activity = new Activity();
    Worker worker =
        Worker.builder(events.provider())
            .turns(turns)
            .settings(settings)
            .listener(activity)
            .start();
    return new QueueWorker(this, worker, activity, settings.closeGrace());
  }

  /**
   * Begins to work with {@link WorkerSettings#defaults()}.
   *
   * @return the running worker, to be closed by the caller
   */
  public QueueWorker start() {
    return start(WorkerSettings.defaults());
  }

  <S, C, E> EventQueue<S, C, E> queue(
      QueuedAggregate<S, C, E> aggregate, Consumer<OrchestratorMessage> sender) {
    return new EventQueue<>(events, aggregate, sender);
  }

  /** Collects what is processed and how. Not thread-safe; good for one engine. */
  public static final class Builder {

    private final EventSourcing events;
    private final List<QueuedAggregate<?, ?, ?>> aggregates = new ArrayList<>();
    private QueuePolicy policy = QueuePolicy.defaults();

    private Builder(EventSourcing events) {
      this.events = events;
    }

    /**
     * Registers an aggregate: its queues are processed here. Those of others are left to workers
     * that have them.
     *
     * @param aggregate the aggregate and its commands
     * @return this
     */
    public Builder queue(QueuedAggregate<?, ?, ?> aggregate) {
      aggregates.add(Objects.requireNonNull(aggregate, "aggregate"));
      return this;
    }

    /**
     * Sets what becomes of entries whose processing fails.
     *
     * @param policy the policy; {@link QueuePolicy#defaults()} unless set. Workers of one store are
     *     to have the same
     * @return this
     */
    public Builder policy(QueuePolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Builds the engine.
     *
     * @return the engine
     * @throws IllegalArgumentException when two aggregates have the same category
     */
    public QueueEngine build() {
      Counters counters = new Counters();
      TurnHandler turns = new QueueTurnHandler(events, aggregates, policy, counters);
      return new QueueEngine(events, turns, counters);
    }
  }
}
