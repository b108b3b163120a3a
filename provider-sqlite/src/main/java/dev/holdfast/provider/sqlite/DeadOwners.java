// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.sqlite.owner.Owners;
import dev.holdfast.provider.sqlite.queue.OwnerLocks;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.support.StoreTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the locks of holders whose process has died, so that their work does not wait for its lock
 * end. Fetches search for dead owners now and then. Thread-safe.
 */
final class DeadOwners {

  private static final Logger LOG = LoggerFactory.getLogger(DeadOwners.class);

  /** How often a fetch searches; a search reads a directory. */
  private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

  private final Database database;
  private final Owners owners;
  private final Path file;
  private final AtomicLong nextLook = new AtomicLong(System.nanoTime());

  DeadOwners(Database database, Owners owners, Path file) {
    this.database = database;
    this.owners = owners;
    this.file = file;
  }

  /** Searches when it is time to. */
  void lookIfDue() {
    long now = System.nanoTime();
    long due = nextLook.get();
    if (now - due >= 0 && nextLook.compareAndSet(due, now + INTERVAL_NANOS)) {
      look();
    }
  }

  /** Searches now; what goes wrong is left to the next search, of this process or another. */
  void look() {
    try {
      for (Owners.Dead dead : owners.dead()) {
        try (dead) {
          endLocks(dead.id());
          dead.strikeOff();
        } catch (ProviderError e) {
          LOG.debug("{}: the locks of a dead process stay for now: {}", file, e.getMessage());
        }
      }
    } catch (RuntimeException | Error e) {
      // Not thrown: the fetch that searches was called for work.
      LOG.warn("{}: looking for dead processes failed, and will be tried again", file, e);
    }
  }

  private void endLocks(long owner) {
    String operation = "endLocksOfTheDead";
    OwnerLocks locks =
        database.read(
            operation,
            session ->
                OwnerLocks.find(session, owner, StoreTime.toMicros(database.clock().instant())));
    if (locks.size() > 0) {
      database.lock(
          operation,
          tx -> {
            locks.end(tx, owner);
            return null;
          });
      LOG.info(
          "{}: a process has died; {} ended",
          file,
          locks.size() == 1
              ? "1 lock that it held has"
              : locks.size() + " locks that it held have");
    }
  }
}
