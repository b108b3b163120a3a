// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.state.AuditEntry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what is in a buffer, batch by batch, by a thread that begins with the first entry. While
 * the store fails it tries again, at growing intervals, and says so once per outage. Thread-safe.
 */
final class AuditWriter {

  private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final AuditBuffer buffer;
  private final AuditRows rows;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final AtomicBoolean dropTold = new AtomicBoolean();

  AuditWriter(AuditBuffer buffer, AuditRows rows) {
    this.buffer = buffer;
    this.rows = rows;
  }

  /** Begins the thread; does nothing the second time. */
  void begin() {
    if (begun.get() || !begun.compareAndSet(false, true)) {
      return;
    }
    try {
      Thread.ofPlatform().daemon().name("holdfast-audit").start(this::write);
    } catch (OutOfMemoryError e) {
      begun.set(false); // no thread can be started now; the next entry tries again
    }
  }

  /** Says that entries are dropped, once until the store takes entries again. */
  void full() {
    if (dropTold.compareAndSet(false, true)) {
      LOG.warn(
          "the buffer of audit entries is full: the store takes fewer than are offered; entries are"
              + " dropped and counted until it has room again");
    }
  }

  private void write() {
    Duration pause = Duration.ZERO;
    while (true) {
      List<AuditEntry> batch = buffer.next(pause);
      if (batch.isEmpty()) {
        return;
      }
      try {
        rows.insert("offer", batch);
        buffer.stored(batch.size());
        if (pause.isPositive()) {
          LOG.info("audit entries are stored again; {}", buffer.counts());
        }
        dropTold.set(false);
        pause = Duration.ZERO;
      } catch (RuntimeException | Error e) {
        // Whatever it is: this thread is the only one, and the entries wait for it.
        if (pause.isZero()) {
          LOG.warn(
              "storing audit entries fails, and is tried again until it works; meanwhile up to {}"
                  + " of them wait, and further ones are dropped",
              AuditBuffer.MOST_ENTRIES,
              e);
        }
        pause = longer(pause);
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return pause.isZero()
        ? SHORTEST_PAUSE
        : twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }
}
