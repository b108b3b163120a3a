// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.engine.Constants;
import org.h2.jdbcx.JdbcDataSource;

/**
 * Transactions on one database. Thread-safe.
 *
 * <p>H2 is only ever called on threads of this class. An interrupt of a caller's thread would
 * otherwise close the file under everybody, and H2 does not wait for the write of a commit that an
 * interrupted thread makes.
 *
 * <p>There is one writer at a time: what it reads stays true until it commits, numbers are drawn in
 * the order of commits, and there are no deadlocks. Each handle writes on one thread, so that those
 * who wait for their turn hold one connection and not all of them.
 */
public final class Database implements AutoCloseable {

  private final Location location;
  private final Connections connections;
  private final StoreClock clock;
  private final Writer writer;
  private final ExecutorService writing;
  private final ExecutorService reading;

  private Database(Location location, DataSource source, InstantSource clock) {
    this.location = location;
    this.connections = new Connections(source, location);
    this.clock = location.server() ? StoreClock.ofServer() : StoreClock.of(clock);
    this.writer = Writer.of(location);
    ThreadFactory factory = Thread.ofPlatform().daemon().name("holdfast-h2-", 1).factory();
    writing = Executors.newSingleThreadExecutor(factory);
    int others = location.connections() - 1;
    reading = others == 0 ? writing : Executors.newFixedThreadPool(others, factory);
  }

  /** What happens in a transaction. */
  public interface Work<T> {
    /**
     * Does it. What it throws rolls the transaction back.
     *
     * @param tx the transaction
     * @return the answer
     * @throws SQLException when H2 fails
     */
    T in(Tx tx) throws SQLException;
  }

  /**
   * Where connections come from, if not from the caller.
   *
   * @param location where the database is
   * @return H2's own source of connections
   */
  public static DataSource source(Location location) {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(location.jdbcUrl());
    source.setUser(location.user());
    source.setPassword(location.password());
    return source;
  }

  /**
   * Opens the database and brings its schema up to date, or checks it.
   *
   * @param location where it is
   * @param source its connections: as {@link #source} makes them, or the caller's; perhaps wrapped
   * @param config what to do about the schema, and the clock
   * @return the open database
   * @throws ProviderError when it cannot be opened; nothing is left open
   */
  public static Database open(Location location, DataSource source, ProviderConfig config) {
    Database database = new Database(location, source, config.clock());
    try {
      database.run(
          "open",
          database.writing,
          connection ->
              database.writer.alone(
                  "open",
                  () -> {
                    Schema schema = new Schema(location, database.connections);
                    schema.prepare(connection, config.schemaMode());
                    return true;
                  }));
      return database;
    } catch (ProviderError e) {
      database.close();
      throw e;
    }
  }

  /**
   * Reads, all of it from one moment.
   *
   * @param <T> the type of the answer
   * @param operation the SPI call, for errors
   * @param work what to read
   * @return the answer
   */
  public <T> T read(String operation, Work<T> work) {
    return run(
        operation,
        reading,
        connection -> {
          // H2's REPEATABLE READ keeps a moment for each table, only SNAPSHOT keeps one for all.
          connection.setTransactionIsolation(Constants.TRANSACTION_SNAPSHOT);
          long now = clock.micros(new Tx(connection, operation, 0, 0));
          T answer = work.in(new Tx(connection, operation, now, 0));
          connection.commit();
          return answer;
        });
  }

  /**
   * Writes, as the only writer, all or nothing.
   *
   * @param <T> the type of the answer
   * @param operation the SPI call, for errors
   * @param work what to write; what it throws undoes it
   * @return the answer, after the commit is durable
   */
  public <T> T write(String operation, Work<T> work) {
    return run(
        operation,
        writing,
        connection -> writer.alone(operation, () -> write(operation, connection, work)));
  }

  private <T> T write(String operation, Connection connection, Work<T> work) throws SQLException {
    boolean clean = false;
    try {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      Tx before = new Tx(connection, operation, 0, 0);
      // From here to the commit no other process writes.
      long number =
          before
              .first("SELECT last_number FROM holdfast_store FOR UPDATE", row -> row.getLong(1))
              .orElseThrow(() -> new SQLException("holdfast_store has lost its row"));
      // Not before: while this one waited, its own lock may have ended.
      Tx tx = new Tx(connection, operation, clock.micros(before), number);
      T answer = work.in(tx);
      if (tx.lastNumber() > number) {
        tx.update("UPDATE holdfast_store SET last_number = ?", tx.lastNumber());
      }
      commit(connection, operation);
      clean = true;
      return answer;
    } finally {
      if (!clean) {
        // Before the next writer begins.
        undo(connection);
      }
    }
  }

  /** Never throws: what went wrong before is what the caller has to hear of. */
  private static void undo(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // H2 rolls back what a closed connection leaves.
      try {
        connection.close();
      } catch (SQLException broken) {
        e.addSuppressed(broken);
      }
    }
  }

  private void commit(Connection connection, String operation) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw SqlErrors.classifyCommit(operation, e);
    }
    if (location.sync()) {
      sync(connection, operation);
    }
  }

  /** What is committed can be synced by any connection; only when none can is it uncertain. */
  private void sync(Connection connection, String operation) {
    try {
      checkpoint(connection);
    } catch (SQLException first) {
      try {
        connections.withAnother(another -> {
          checkpoint(another);
          return true;
        });
      } catch (SQLException e) {
        throw new OutcomeUnknown(operation, "committed, but perhaps not on the disk", e);
      }
    }
  }

  private static void checkpoint(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    }
  }

  private <T> T run(String operation, ExecutorService threads, Connections.Job<T> job) {
    try {
      // join() is not interrupted, and keeps the flag of a thread that is.
      return CompletableFuture.supplyAsync(() -> connected(operation, job), threads).join();
    } catch (RejectedExecutionException e) {
      throw new InvalidRequest(operation, "this handle is closed; open a new one");
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProviderError error) {
        throw error;
      }
      throw new StoreFailure(operation, "failed unexpectedly", e.getCause());
    }
  }

  private <T> T connected(String operation, Connections.Job<T> job) {
    try {
      return connections.with(job);
    } catch (SQLException e) {
      if (SqlErrors.isUnavailable(e)) {
        // The next call must not find another connection of a server that is gone.
        connections.close();
      }
      throw SqlErrors.classify(operation, e);
    }
  }

  /** Ends running calls and closes all connections of this handle. */
  @Override
  public void close() {
    writing.shutdown();
    reading.shutdown();
    await(writing);
    await(reading);
    connections.close();
    writer.leave(location);
  }

  /**
   * Not {@code threads.close()}: that one interrupts the threads when the caller is interrupted.
   */
  private static void await(ExecutorService threads) {
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
