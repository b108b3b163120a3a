// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.jdbc.batch.Outcome;
import dev.holdfast.provider.sqlite.store.Write.Durability;
import dev.holdfast.provider.sqlite.store.WriteCombiner.ReadyListener;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open database: a combining writer and a pool of readers, or one connection for both in
 * memory. Thread-safe.
 */
public final class Database implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final SqliteFile file;
  private final FileGuard guard;
  private final WriteCombiner writer;
  private final @Nullable ReadPool readers;
  private final InstantSource clock;
  private volatile boolean closed;

  /** A read in one snapshot. */
  @FunctionalInterface
  public interface Read<T extends @Nullable Object> {
    T apply(Session session) throws SQLException;
  }

  /**
   * Creates a database out of a session that is open.
   *
   * @param owner the owner of the locks that are taken through this
   */
  public Database(
      SqliteFile file,
      Session writerSession,
      InstantSource clock,
      long owner,
      ReadyListener listener) {
    this.clock = clock;
    this.file = file;
    this.guard = new FileGuard(file.path());
    this.writer = new WriteCombiner(file, guard, writerSession, clock, owner, listener);
    this.readers = file.inMemory() ? null : new ReadPool(file, guard);
  }

  /** {@return how many writes durable commits have carried} */
  public CommitCounts.OfCalls commitSizes() {
    return writer.sizes();
  }

  /** {@return the clock that decides} */
  public InstantSource clock() {
    return clock;
  }

  /** Runs one write and returns its committed result. */
  public <R extends @Nullable Object> R write(String operation, Write.Body<R> body) {
    checkOpen(operation);
    return writer.run(new Write<>(operation, body));
  }

  /**
   * Runs one write with payload and returns its committed result.
   *
   * @param bytes how much payload it writes
   */
  public <R extends @Nullable Object> R write(String operation, long bytes, Write.Body<R> body) {
    checkOpen(operation);
    return writer.run(Write.of(operation, bytes, body));
  }

  /** Runs one write that prolongs locks, ahead of other writes. */
  public <R extends @Nullable Object> R renew(String operation, Write.Body<R> body) {
    checkOpen(operation);
    return writer.run(Write.renewal(operation, body));
  }

  /** Runs one write that only takes locks, and so need not wait for the disk. */
  public <R extends @Nullable Object> R lock(String operation, Write.Body<R> body) {
    checkOpen(operation);
    return writer.run(new Write<>(operation, Durability.RELAXED, body));
  }

  /**
   * Runs one write that is best effort, and so need not wait for the disk: a power cut may undo it.
   *
   * @param bytes how much payload it writes
   */
  public <R extends @Nullable Object> R writeLater(
      String operation, long bytes, Write.Body<R> body) {
    checkOpen(operation);
    return writer.run(new Write<>(operation, Durability.RELAXED, false, bytes, body));
  }

  /** {@return whether a connection of a caller can lead to this database} */
  public boolean isReachedByCallers() {
    return !file.inMemory();
  }

  /** Runs one write in the transaction of a caller, and leaves the end of that to the caller. */
  public <R extends @Nullable Object> R writeFor(
      String operation, Connection connection, Write.Body<R> body) {
    checkOpen(operation);
    Path path = file.path();
    if (path == null) {
      throw new InvalidRequest(operation, "no connection leads to a database in memory");
    }
    return new CallersTransaction(operation, path, clock, connection).run(body);
  }

  /**
   * Runs several writes in order, each atomic on its own, in one commit where none fails and they
   * are not large.
   *
   * @param finish what to add at the end, null for nothing
   */
  public <R> List<Outcome<R>> writeAll(
      String operation, List<Write<R>> writes, @Nullable AfterWrites<R> finish) {
    checkOpen(operation);
    return writer.runAll(writes, finish);
  }

  /** Runs a read in one snapshot of what is committed. */
  public <T extends @Nullable Object> T read(String operation, Read<T> read) {
    checkOpen(operation);
    if (readers == null) {
      return write(operation, tx -> read.apply(tx.session()));
    }
    try {
      return readers.read(operation, read);
    } catch (SQLException e) {
      throw SqlErrors.classify(operation, file.path(), e);
    } catch (ProviderError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new WriteCombiner.Failure(WriteCombiner.Phase.BODY, file.path(), e).error(operation);
    }
  }

  /**
   * {@return whether another connection holds the right to write, and does not give it back for a
   * moment}
   */
  public boolean isWriterTaken(String operation) {
    checkOpen(operation);
    if (file.inMemory()) {
      return false;
    }
    try (Session session = file.openProbe()) {
      session.execute("BEGIN IMMEDIATE");
      session.execute("ROLLBACK");
      return false;
    } catch (SQLException e) {
      if (SqlErrors.isContention(e)) {
        return true;
      }
      throw SqlErrors.classify(operation, file.path(), e);
    }
  }

  /** {@return whether the handle was closed} */
  public boolean isClosed() {
    return closed;
  }

  /** Refuses calls on a closed handle (SPI-10), and on one whose file was deleted or replaced. */
  public void checkOpen(String operation) {
    if (closed) {
      throw closedError(operation);
    }
    guard.checkNowAndThen(operation);
  }

  static InvalidRequest closedError(String operation) {
    return new InvalidRequest(operation, "this provider handle is closed; open a new one");
  }

  /** Lets what is under way finish, then closes every connection. */
  @Override
  public void close() {
    closed = true;
    try {
      if (readers != null) {
        readers.close();
      }
    } finally {
      closeWriter();
    }
  }

  private void closeWriter() {
    try {
      writer.close();
    } catch (SQLException e) {
      LOG.warn("closing the database: {}", e.getMessage());
    }
  }
}
