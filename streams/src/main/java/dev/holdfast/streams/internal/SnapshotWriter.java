// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.streams.SnapshotCounts;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts snapshots beside the work, on a thread of its own, and prunes. What fails is counted and
 * fails nothing else; what comes while too many wait is left out, because a later one does as well
 * (ES-04). Either is logged once: a failure until a snapshot was put and pruned again, one that is
 * left out until none waits any more. Thread-safe.
 */
public final class SnapshotWriter {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);
  private static final int MOST_WAITING = 1_000;

  private final @Nullable Snapshots snapshots;
  private final int kept;
  private final ThreadPoolExecutor thread;
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong present = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong pruned = new AtomicLong();
  private final AtomicBoolean failureIsKnown = new AtomicBoolean();
  private final AtomicBoolean dropIsKnown = new AtomicBoolean();

  SnapshotWriter(@Nullable Snapshots snapshots, Settings settings) {
    this.snapshots = snapshots;
    kept = settings.keptSnapshots();
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("holdfast-snapshots-", 0).factory());
    thread.allowCoreThreadTimeOut(true);
  }

  /** Has a snapshot put soon. It is made on the writer's thread, not on the caller's. */
  public void offer(Supplier<Snapshot> snapshot) {
    Snapshots to = snapshots;
    if (to == null) {
      return;
    }
    try {
      thread.execute(() -> putQuietly(to, snapshot));
    } catch (RejectedExecutionException e) {
      dropped.incrementAndGet();
      if (!thread.isShutdown() && dropIsKnown.compareAndSet(false, true)) {
        LOG.warn(
            "{} snapshots wait to be put: until there is room, others are left out and counted",
            MOST_WAITING);
      }
    }
  }

  private void putQuietly(Snapshots to, Supplier<Snapshot> snapshot) {
    try {
      put(to, snapshot.get());
    } catch (RuntimeException e) {
      failed.incrementAndGet();
      if (failureIsKnown.compareAndSet(false, true)) {
        LOG.warn(
            "a snapshot was not put; the work goes on without it, and those that fail after it are"
                + " only counted: {}",
            e.toString());
      }
    }
  }

  /** Puts a snapshot and prunes; returns whether it was new. */
  boolean put(Snapshots to, Snapshot snapshot) {
    boolean isNew = to.put(snapshot);
    if (thread.getQueue().isEmpty()) { // one place for the next would be taken at once
      dropIsKnown.set(false);
    }
    (isNew ? stored : present).incrementAndGet();
    if (isNew) {
      pruned.addAndGet(to.prune(snapshot.stream(), snapshot.schema(), kept));
    }
    failureIsKnown.set(false);
    return isNew;
  }

  /** What became of the snapshots so far. */
  public SnapshotCounts counts() {
    return new SnapshotCounts(
        stored.get(), present.get(), failed.get(), dropped.get(), pruned.get());
  }

  /** Puts what waits, for so long at most; what comes later is dropped. */
  public void close(Duration grace) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        dropped.addAndGet(thread.shutdownNow().size());
      }
    } catch (InterruptedException e) {
      dropped.addAndGet(thread.shutdownNow().size());
      Thread.currentThread().interrupt();
    }
  }
}
