// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.ProviderError.Misconfigured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that the open file is still the one at its path. A file that was deleted or replaced goes
 * on working for every process that has it open, and everything written to it is gone when the last
 * of them ends. Once that was seen the handle cannot be used any more, even when the file comes
 * back: what was written where cannot be known. Thread-safe.
 */
final class FileGuard {

  private static final Logger LOG = LoggerFactory.getLogger(FileGuard.class);

  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private enum State {
    IN_PLACE,
    GONE,
    REPLACED
  }

  private final @Nullable Path path;
  private final @Nullable Object identity;
  private final LongSupplier nanoTime;
  private final AtomicLong nextCheck;
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile State state = State.IN_PLACE;

  /**
   * Guards a file that has just been opened.
   *
   * @param path the file, null for a database in memory
   */
  FileGuard(@Nullable Path path) {
    this(path, System::nanoTime);
  }

  FileGuard(@Nullable Path path, LongSupplier nanoTime) {
    this.path = path;
    this.identity = path == null ? null : identity(path);
    this.nanoTime = nanoTime;
    this.nextCheck = new AtomicLong(nanoTime.getAsLong() + INTERVAL_NANOS);
  }

  /** {@return the identity of a file; null when the system does not tell it} */
  private static @Nullable Object identity(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  /** Throws when the file is known to be lost; checks the path once a second. */
  void checkNowAndThen(String operation) {
    long now = nanoTime.getAsLong();
    long due = nextCheck.get();
    if (now - due >= 0 && nextCheck.compareAndSet(due, now + INTERVAL_NANOS)) {
      look();
    }
    try {
      throwIfLost();
    } catch (FileLost e) {
      throw e.in(operation);
    }
  }

  /** Says that the file is lost. */
  static final class FileLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FileLost(String description) {
      super(description);
    }

    Misconfigured in(String operation) {
      return new Misconfigured(operation, String.valueOf(getMessage()));
    }
  }

  /** Checks the path, and throws when the file is lost. */
  void check() throws FileLost {
    look();
    throwIfLost();
  }

  private void look() {
    if (path == null || identity == null || state == State.REPLACED) {
      return;
    }
    try {
      Object found = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      if (!identity.equals(found)) {
        lost(State.REPLACED);
      }
    } catch (NoSuchFileException e) {
      lost(State.GONE);
    } catch (IOException e) {
      LOG.debug("looking at {}: {}", path, e.toString()); // which says nothing about the file
    }
  }

  private void lost(State how) {
    state = how;
    if (told.compareAndSet(false, true)) {
      LOG.error("{}", description());
    }
  }

  private void throwIfLost() {
    if (state != State.IN_PLACE) {
      throw new FileLost(description());
    }
  }

  private String description() {
    return "the database file %s was %s while it was open, so that nothing written since can be found again; stop whoever moves files here, see what the file has, and open the store anew"
        .formatted(path, state == State.REPLACED ? "replaced by another" : "deleted or moved");
  }
}
