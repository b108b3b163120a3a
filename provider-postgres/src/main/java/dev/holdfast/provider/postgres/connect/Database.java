// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.postgres.schema.SchemaName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends statements to the server, each its own transaction and round trip, and turns what goes
 * wrong into the contract's errors. Thread-safe; holds no connection between calls.
 */
public final class Database implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final Connections connections;
  private final SchemaName schema;
  private final StoreGuard guard;
  private final PlatformThreads threads = new PlatformThreads();
  private volatile Runnable whenServerIsOfNoUse = () -> {};
  private final AtomicBoolean looks = new AtomicBoolean();
  private volatile BooleanSupplier listens = () -> false;
  private volatile boolean closed;

  /**
   * Makes calls.
   *
   * @param guard sees whether the store is still there
   */
  public Database(Connections connections, SchemaName schema, StoreGuard guard) {
    this.connections = connections;
    this.schema = schema;
    this.guard = guard;
  }

  /** Fills in a statement, executes it and reads the result. */
  @FunctionalInterface
  public interface Call<T extends @Nullable Object> {
    T on(Connection connection, PreparedStatement statement) throws SQLException;
  }

  /**
   * Turns an error of the server into one of the contract; returns null to leave it to the usual
   * classification.
   */
  @FunctionalInterface
  public interface Refusals {
    @Nullable ProviderError of(SQLException e);
  }

  /** Makes a call that writes. */
  public <T extends @Nullable Object> T write(String operation, String sql, Call<T> call) {
    return write(operation, sql, call, e -> null);
  }

  /** Makes a call that writes, and that the store may refuse with errors of the contract. */
  public <T extends @Nullable Object> T write(
      String operation, String sql, Call<T> call, Refusals refusals) {
    return run(operation, sql, call, true, refusals);
  }

  /** Makes a call that only reads. */
  public <T extends @Nullable Object> T read(String operation, String sql, Call<T> call) {
    return run(operation, sql, call, false, e -> null);
  }

  private <T extends @Nullable Object> T run(
      String operation, String sql, Call<T> call, boolean writes, Refusals refusals) {
    checkOpen(operation);
    try {
      String text = schema.inSql(sql);
      return threads.call(() -> {
        try (Connection connection = connect(operation)) {
          return run(operation, text, call, writes, refusals, connection);
        } catch (SQLException e) {
          // Giving the connection back failed; the call itself has its result or its error.
          throw SqlErrors.classify(operation, e);
        }
      });
    } catch (ProviderError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // Names the class only: reading its message may fail once more.
      throw new StoreFailure(operation, "unexpected: " + e.getClass().getName(), e);
    }
  }

  private <T extends @Nullable Object> T run(
      String operation,
      String text,
      Call<T> call,
      boolean writes,
      Refusals refusals,
      Connection connection) {
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      while (true) {
        try {
          return call.on(connection, statement);
        } catch (SQLException e) {
          // Each time one more deletion has been committed, so this comes to an end.
          if (!SqlErrors.isInstanceGone(e)) {
            throw e;
          }
        }
      }
    } catch (SQLException e) {
      if (SqlErrors.isServerOfNoUse(e)) {
        drop(connection);
      } else if (SqlErrors.isConnectionOfNoUse(e)) {
        connections.discard(connection);
      }
      guard.lookAfter(e, connection, operation);
      ProviderError refusal = refusals.of(e);
      if (refusal != null) {
        throw refusal;
      }
      throw writes ? SqlErrors.classifySent(operation, e) : SqlErrors.classify(operation, e);
    } catch (ProviderError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      // The driver may have stopped in the middle of a response.
      connections.discard(connection);
      throw e;
    }
  }

  /** The call goes on without a look where no thread can be started; a later one tries again. */
  private void startLooking() {
    try {
      Thread.ofVirtual().name("holdfast-postgres-look").start(this::lookBeside);
    } catch (RuntimeException | Error e) {
      looks.set(false);
      LOG.debug("whether the store is still there is looked at again", e);
    }
  }

  /** With a connection of its own, so that no call has anything added to it. */
  private void lookBeside() {
    try (Connection connection = connections.getUnpooled()) {
      try {
        guard.look(connection);
      } catch (SQLException | RuntimeException | Error e) {
        connections.discard(connection);
        throw e;
      }
    } catch (SQLException | RuntimeException e) {
      LOG.debug("whether the store is still there is looked at again", e);
    } finally {
      looks.set(false);
    }
  }

  private void drop(Connection connection) {
    connections.drop(connection);
    whenServerIsOfNoUse.run();
  }

  /** Sets what else is to be done when the server of the connections takes no writes any more. */
  public void whenServerIsOfNoUse(Runnable action) {
    whenServerIsOfNoUse = action;
  }

  /** Sets whether somebody listens, who looks after the store now and then; else calls do. */
  public void whileSomebodyListens(BooleanSupplier listens) {
    this.listens = listens;
  }

  private Connection connect(String operation) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return connections.get();
        } catch (SQLException e) {
          if (!(e.getCause() instanceof InterruptedException)) {
            checkOpen(operation);
            // Retryable: the store could be opened, so the reason that a connection cannot be made
            // may pass.
            throw new StoreUnavailable(
                operation, "no connection to PostgreSQL: " + e.getMessage(), e);
          }
          // A thread that waits for a pool can be interrupted there; the call goes on without the
          // caller.
          interrupted = true;
          Thread.interrupted();
        } catch (RuntimeException e) {
          checkOpen(operation);
          // Pools of applications throw exceptions of their own.
          throw new StoreUnavailable(operation, "no connection to PostgreSQL: " + e, e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** {@return the connections, for work of more than a single statement} */
  public Connections connections() {
    return connections;
  }

  /** Fills the names of the store into a statement that is sent through a caller's connection. */
  public String inSql(String sql) {
    return schema.inSql(sql);
  }

  /** {@return what sees whether the store is still there} */
  public StoreGuard guard() {
    return guard;
  }

  /** {@return the schema of the store} */
  public SchemaName schema() {
    return schema;
  }

  /**
   * Refuses calls on a closed handle (SPI-10), and on one whose store is gone. Has somebody look
   * whether it is, where nobody listens.
   */
  public void checkOpen(String operation) {
    if (closed) {
      throw new InvalidRequest(operation, "the handle is closed; open a new one");
    }
    guard.check(operation);
    if (!listens.getAsBoolean() && guard.isDue() && looks.compareAndSet(false, true)) {
      startLooking();
    }
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    try {
      connections.close();
    } finally {
      threads.close();
    }
  }
}
