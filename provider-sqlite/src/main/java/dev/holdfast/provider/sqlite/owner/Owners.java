// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.owner;

import dev.holdfast.provider.admin.LockFacts.Holder;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owners of one database: a directory beside it with a locked file for each. The files stay
 * empty; their names say everything. Thread-safe.
 */
public final class Owners implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Owners.class);

  /** The mark of locks that have no owner. */
  public static final long NOBODY = 0;

  private static final String SUFFIX = "-owners";
  private static final int ATTEMPTS = 20;

  private final Path directory;
  private final long id;
  private final LockedFile own;

  private Owners(Path directory, long id, LockedFile own) {
    this.directory = directory;
    this.id = id;
    this.own = own;
  }

  /**
   * Enters a new owner.
   *
   * @param database the database file, which exists
   * @return the owners, one of them new; empty when the file system does not lock files: then locks
   *     of a dead holder end at their lock end and no sooner
   */
  public static Optional<Owners> enter(Path database) {
    try {
      // One directory, whatever links lead to the file.
      Path real = database.toRealPath();
      return Optional.of(enterIn(real.resolveSibling(real.getFileName() + SUFFIX)));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn(
          "{}: no file can be locked beside the database ({}); what a process holds when it dies"
              + " waits for the end of its locks",
          database,
          e.toString());
      return Optional.empty();
    }
  }

  private static Owners enterIn(Path directory) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      OwnerName name = OwnerName.draw();
      try {
        Files.createDirectories(directory);
        Optional<LockedFile> own =
            LockedFile.tryLock(
                directory.resolve(name.fileName()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        if (own.isPresent()) {
          return new Owners(directory, name.id(), own.get());
        }
        // Another process took the file for one that was left behind.
      } catch (NoSuchFileException e) {
        // A process that left has removed the directory.
        LOG.debug("entering {}: {}", directory, e.toString());
      }
    }
    throw new IOException(directory + " does not keep what is put there");
  }

  /** {@return the new owner, with which its locks are marked} */
  public long id() {
    return id;
  }

  /**
   * An owner whose process has died. While this is open no other process finds it.
   *
   * @param id the owner
   */
  public record Dead(long id, LockedFile file) implements AutoCloseable {

    /** Removes the owner, once nothing is marked with it any more. */
    public void strikeOff() {
      try {
        file.delete();
      } catch (IOException e) {
        LOG.debug("striking off a dead owner: {}", e.toString());
      }
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        LOG.debug("letting go of a dead owner: {}", e.toString());
      }
    }
  }

  /**
   * Finds the owners whose processes have died, except those that another process has found and not
   * closed yet.
   */
  public List<Dead> dead() {
    List<Dead> dead = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Path fileName = file.getFileName();
        if (fileName != null) {
          OwnerName.parse(fileName.toString())
              .filter(name -> !isAlive(name))
              .flatMap(name -> take(file, name))
              .ifPresent(dead::add);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("looking for dead owners in {}: {}", directory, e.toString());
    }
    return dead;
  }

  /** Returns whether the process of an owner is there, as far as that can be told. */
  public Holder holder(long owner) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, owner + "-*")) {
      for (Path file : files) {
        Optional<OwnerName> name = OwnerName.parse(String.valueOf(file.getFileName()));
        if (name.isPresent()) {
          return isAlive(name.get()) ? Holder.LIVING : unseen(file, name.get());
        }
      }
      // It has left, or was found dead before.
      return Holder.GONE;
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("looking for an owner in {}: {}", directory, e.toString());
      return Holder.UNKNOWN;
    }
  }

  /** What is known of a process that is not seen running: it may be in another container. */
  private static Holder unseen(Path file, OwnerName name) {
    Optional<Dead> dead = take(file, name);
    dead.ifPresent(Dead::close);
    return dead.isPresent() ? Holder.GONE : Holder.UNKNOWN;
  }

  /**
   * Files of this process are never touched: closing them would free them. Neither are those of
   * processes that are seen running, whatever became of their files.
   */
  private static boolean isAlive(OwnerName name) {
    return name.process().equals(ProcessMark.current()) || name.process().isSeenRunning();
  }

  private static Optional<Dead> take(Path file, OwnerName name) {
    try {
      return LockedFile.tryLock(file, StandardOpenOption.WRITE)
          .map(locked -> new Dead(name.id(), locked));
    } catch (IOException e) {
      LOG.debug("looking at {}: {}", file, e.toString());
      return Optional.empty();
    }
  }

  /**
   * Leaves in an orderly way: locks that are still marked with this owner end at their lock end.
   */
  @Override
  public void close() {
    try {
      own.delete();
      own.close();
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // Other owners are in the directory.
    } catch (IOException e) {
      LOG.debug("leaving {}: {}", directory, e.toString());
    }
  }
}
