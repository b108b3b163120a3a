// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of a projection, a thread for each shard. Any number of runners, in one process or
 * in many, share the shards; one whose process dies is followed by another when its lease ends
 * (ES-21). Thread-safe.
 */
public final class ProjectionRunner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProjectionRunner.class);

  private final List<ShardRunner<?, ?>> shards;
  private final Duration closeWithin;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ProjectionRunner(List<ShardRunner<?, ?>> shards, Duration closeWithin) {
    this.shards = shards;
    this.closeWithin = closeWithin;
  }

  static ProjectionRunner start(Site<?, ?> site, int count, RunnerSettings settings) {
    String holder = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
    List<ShardRunner<?, ?>> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shards.add(new ShardRunner<>(site, i, settings, holder));
    }
    ProjectionRunner runner = new ProjectionRunner(List.copyOf(shards), settings.closeWithin());
    for (ShardRunner<?, ?> shard : shards) {
      runner.threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("projection-" + site.name + "-" + shard.health().shard())
              .start(() -> runner.run(shard)));
    }
    return runner;
  }

  private void run(ShardRunner<?, ?> shard) {
    try {
      boolean goesOn = true;
      while (goesOn) {
        Duration pause = shard.turn();
        goesOn = !closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      shard.release();
    }
  }

  /** {@return how it is with each shard, in their order} */
  public List<ShardHealth> shards() {
    return shards.stream().map(ShardRunner::health).toList();
  }

  /** {@return whether it has not been closed, and every shard goes on} */
  public boolean isWell() {
    return closed.getCount() > 0 && shards().stream().allMatch(ShardHealth::isWell);
  }

  /**
   * Finishes the pages that are under way, gives the shards to others, and ends. Handlers that are
   * not done in the time of {@link RunnerSettings#closeWithin} are interrupted, and those that do
   * not end then are left behind in threads that do not keep the process: others take their shards
   * over when the lease ends, and what they commit after that is refused. An interrupt is passed on
   * to the handlers at once.
   */
  @Override
  public void close() {
    closed.countDown();
    boolean interrupted = !isLeftInPeace();
    if (threads.stream().anyMatch(Thread::isAlive)) {
      threads.forEach(Thread::interrupt);
      interrupted |= !isLeftInPeace();
    }
    for (Thread thread : threads) {
      if (thread.isAlive()) {
        LOG.warn("{}: the handler does not end; its shard is left to others", thread.getName());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the shards; returns false when it was interrupted. */
  private boolean isLeftInPeace() {
    long deadline = System.nanoTime() + closeWithin.toNanos();
    try {
      for (Thread thread : threads) {
        thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
