// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.worker.LeftWork;
import dev.holdfast.worker.Worker;
import java.time.Duration;

/**
 * A running worker of queues. Any number of them, in one process or in many, may work on one store.
 * Thread-safe.
 */
public final class QueueWorker implements AutoCloseable {

  private final QueueEngine engine;
  private final Worker worker;
  private final Activity activity;
  private final Duration closeGrace;
  private volatile boolean closed;

  QueueWorker(QueueEngine engine, Worker worker, Activity activity, Duration closeGrace) {
    this.engine = engine;
    this.worker = worker;
    this.activity = activity;
    this.closeGrace = closeGrace;
  }

  /**
   * Returns queues whose entries this worker may take at once, where the store knows eager
   * dispatch; otherwise they are as those of {@link EventQueue#on}.
   *
   * @param aggregate the aggregate and its commands
   * @param <S> the state
   * @param <C> the commands
   * @param <E> the events
   * @return the queues, good until this is closed
   */
  public <S, C, E> EventQueue<S, C, E> queue(QueuedAggregate<S, C, E> aggregate) {
    return engine.queue(aggregate, worker::enqueue);
  }

  /** {@return what it has done since it began} */
  public QueueCounts counts() {
    return engine.counts();
  }

  /** {@return how it is} */
  public QueueHealth health() {
    return new QueueHealth(!closed, activity.active(), activity.setbacks());
  }

  /** Closes with the grace period of the settings; see {@link #close(Duration)}. */
  @Override
  public void close() {
    close(closeGrace);
  }

  /**
   * Stops fetching, finishes what is under way within the grace period, and gives back to the store
   * what is left, uncounted (ES-33). Closing again does nothing and reports the same.
   *
   * @param grace how long to wait for what is under way; zero or more
   * @return what was left
   * @throws IllegalArgumentException when the grace period is negative
   */
  public LeftWork close(Duration grace) {
    LeftWork left = worker.close(grace);
    closed = true;
    return left;
  }
}
