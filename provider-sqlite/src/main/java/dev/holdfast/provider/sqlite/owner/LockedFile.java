// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.owner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A file that this process has locked with the operating system. Thread-safe. */
final class LockedFile implements AutoCloseable {

  /**
   * What must stay open. A channel that is garbage-collected is closed, and the system frees the
   * locks of a file when its process closes any channel of it.
   */
  private static final Set<FileChannel> OPEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private LockedFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Opens and locks a file; empty when it is locked by another process, or is gone once it is
   * locked.
   */
  static Optional<LockedFile> tryLock(Path path, OpenOption... options) throws IOException {
    // An interrupted thread cannot use a channel without closing it.
    boolean interrupted = Thread.interrupted();
    try {
      return tryLockUninterrupted(path, options);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Optional<LockedFile> tryLockUninterrupted(Path path, OpenOption... options)
      throws IOException {
    FileChannel channel = FileChannel.open(path, options);
    OPEN.add(channel);
    try {
      if (channel.tryLock() != null && Files.exists(path)) {
        return Optional.of(new LockedFile(path, channel));
      }
    } catch (OverlappingFileLockException e) {
      // This very process holds it, by another copy of this code: closing the channel would free
      // the lock.
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      close(channel);
      throw e;
    }
    close(channel);
    return Optional.empty();
  }

  /**
   * Deletes the file while it is locked, so that no other process can have entered it as its own.
   */
  void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    close(channel);
  }

  private static void close(FileChannel channel) throws IOException {
    OPEN.remove(channel);
    channel.close();
  }
}
