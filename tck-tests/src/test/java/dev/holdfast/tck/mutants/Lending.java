// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.ProviderFactory;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The reference behind a data source: each of some calls borrows a connection, has a transaction on
 * it and gives it back, in the way of its habit. The connections lead nowhere.
 */
final class Lending extends Forwarding {

  /** What becomes of a connection. */
  enum Habit {
    /** It comes back as it was. */
    RIGHT,
    /** It comes back with auto-commit off. */
    LEAVES_AUTO_COMMIT_OFF,
    /** It comes back with auto-commit off when a statement or the commit failed. */
    LEAVES_AUTO_COMMIT_OFF_AFTER_FAILURES,
    /** It comes back with another isolation level. */
    LEAVES_THE_ISOLATION_LEVEL,
    /** It comes back with another schema. */
    LEAVES_THE_SCHEMA,
    /** One does not come back when the handle is closed. */
    KEEPS_ONE,
    /** The whole data source is closed. */
    CLOSES_THE_SOURCE
  }

  /** Finds the handles that {@link #config} is about. */
  public static final class Factory implements ProviderFactory {
    /** Created by {@link java.util.ServiceLoader}. */
    public Factory() {}

    @Override
    public String id() {
      return ID;
    }

    @Override
    public boolean accepts(ProviderConfig config) {
      return ID.equals(config.providerId());
    }

    @Override
    public Provider open(ProviderConfig config) {
      String key = config.options().get("key");
      return new Lending(
          Objects.requireNonNull(STORES.get(key), "key").get(),
          Habit.valueOf(config.options().get("habit")),
          Objects.requireNonNull(config.dataSource()));
    }
  }

  private static final String ID = "lending";
  private static final Map<String, Supplier<Provider>> STORES = new ConcurrentHashMap<>();

  private final Habit habit;
  private final DataSource source;

  private Lending(Provider inner, Habit habit, DataSource source) {
    super(inner);
    this.habit = habit;
    this.source = source;
    if (habit == Habit.KEEPS_ONE) {
      transaction(() -> true, false);
    }
  }

  /** How a handle with a habit is opened. */
  static ProviderConfig config(Supplier<Provider> opening, Habit habit) {
    String key = "store-" + STORES.size();
    STORES.put(key, opening);
    return ProviderConfig.dataSource(nowhere())
        .provider(ID)
        .option("key", key)
        .option("habit", habit.name())
        .build();
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return transaction(() -> super.enqueue(message), true);
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return transaction(() -> super.ackOrchestrationItem(ack), true);
  }

  @Override
  public void close() {
    super.close();
    if (habit == Habit.CLOSES_THE_SOURCE && source instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private <T> T transaction(Supplier<T> work, boolean givesBack) {
    try {
      Connection connection = source.getConnection();
      boolean done = false;
      try {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setSchema("ours");
        try (Statement statement = connection.createStatement()) {
          statement.execute("UPDATE something");
        }
        T answer = work.get();
        connection.commit();
        done = true;
        return answer;
      } finally {
        if (givesBack) {
          giveBack(connection, done);
        }
      }
    } catch (SQLException e) {
      throw new StoreUnavailable("lending", "a connection does not work", e);
    }
  }

  private void giveBack(Connection connection, boolean done) throws SQLException {
    boolean dirty =
        habit == Habit.LEAVES_AUTO_COMMIT_OFF
            || (!done && habit == Habit.LEAVES_AUTO_COMMIT_OFF_AFTER_FAILURES);
    try (connection) {
      if (!connection.isClosed()) {
        connection.rollback();
        if (habit != Habit.LEAVES_THE_ISOLATION_LEVEL) {
          connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        if (habit != Habit.LEAVES_THE_SCHEMA) {
          connection.setSchema("public");
        }
        if (!dirty) {
          connection.setAutoCommit(true);
        }
      }
    }
  }

  private static DataSource nowhere() {
    return proxy(
        DataSource.class, (name, argument) -> name.equals("getConnection") ? connection() : null);
  }

  private static Connection connection() {
    Map<String, @Nullable Object> state = new HashMap<>();
    state.put("AutoCommit", true);
    state.put("TransactionIsolation", Connection.TRANSACTION_READ_COMMITTED);
    state.put("Schema", "public");
    state.put("Catalog", "database");
    return proxy(
        Connection.class,
        (name, argument) -> {
          if (name.startsWith("set")) {
            state.put(name.substring(3), argument);
            return null;
          }
          return switch (name) {
            case "createStatement" -> proxy(Statement.class, (call, sql) -> false);
            case "close" -> state.put("Closed", true);
            case "isClosed" -> state.containsKey("Closed");
            case "isReadOnly" -> false;
            case "isValid" -> true;
            default -> name.startsWith("get") ? state.get(name.substring(3)) : null;
          };
        });
  }

  private interface Answer {
    @Nullable Object to(String name, @Nullable Object argument);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            Lending.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object answered =
                  answer.to(method.getName(), arguments == null ? null : arguments[0]);
              return method.getReturnType() == void.class ? null : answered;
            }));
  }
}
