// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections that carry out SQL in another way, between the provider and the kit's tap. A
 * provider with this driver behaves like one that treats its statements and their errors wrongly.
 */
final class ChangedDriver {

  /** What is done instead of sending a statement. */
  @FunctionalInterface
  interface Way {
    /**
     * Carries out a statement.
     *
     * @param sql its text
     * @param sent sends it
     * @return the answer
     */
    @Nullable Object of(String sql, Sent sent) throws SQLException;
  }

  /** Sends a statement to the store. */
  @FunctionalInterface
  interface Sent {
    @Nullable Object send() throws SQLException;
  }

  private ChangedDriver() {}

  /** Connections whose statements are carried out in another way. */
  static UnaryOperator<Connection> executing(Way way) {
    return connection -> changed(connection, sql -> sql, way, true);
  }

  /** Connections whose statements have another text. */
  static UnaryOperator<Connection> saying(UnaryOperator<String> text) {
    return connection -> changed(connection, text, (sql, sent) -> sent.send(), true);
  }

  /** Connections that stay open when they are closed. */
  static UnaryOperator<Connection> neverClosing() {
    return connection -> changed(connection, sql -> sql, (sql, sent) -> sent.send(), false);
  }

  private static Connection changed(
      Connection connection, UnaryOperator<String> text, Way way, boolean closes) {
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          if (method.getName().equals("close") && !closes) {
            return null;
          }
          if (arguments != null && arguments[0] instanceof String sql) {
            arguments[0] = text.apply(sql);
          }
          String sql = arguments != null && arguments[0] instanceof String said ? said : "";
          Object answer = call(connection, method, arguments);
          return switch (answer) {
            case PreparedStatement statement ->
                statement(PreparedStatement.class, statement, sql, way);
            case Statement statement -> statement(Statement.class, statement, sql, way);
            case null, default -> answer;
          };
        });
  }

  private static <S extends Statement> S statement(
      Class<S> type, S statement, String prepared, Way way) {
    return proxy(
        type,
        (self, method, arguments) -> {
          String sql = arguments != null && arguments[0] instanceof String text ? text : prepared;
          return method.getName().startsWith("execute")
              ? way.of(sql, () -> call(statement, method, arguments))
              : call(statement, method, arguments);
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ChangedDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws SQLException {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case SQLException error -> throw error;
        case RuntimeException error -> throw error;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
