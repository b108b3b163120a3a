// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Traffic;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** One statement behind a tap. Used by one thread at a time, like the statement. */
final class StatementTap implements InvocationHandler {

  private static final Traffic ROW = new Traffic(0, 0, 0, 1);

  private final StoreTap tap;
  private final ConnectionTap connection;
  private final Statement statement;
  private final String prepared;
  private String batched = "";
  private int elements;

  StatementTap(StoreTap tap, ConnectionTap connection, Statement statement, String prepared) {
    this.tap = tap;
    this.connection = connection;
    this.statement = statement;
    this.prepared = prepared;
  }

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    String sql = arguments != null && arguments[0] instanceof String text ? text : prepared;
    return switch (method.getName()) {
      case "equals" -> Proxies.same(self, arguments);
      case "getConnection" -> connection.proxy();
      case "close" -> connection.isLost() ? null : Proxies.call(statement, method, arguments);
      case "isClosed" -> connection.isLost() || statement.isClosed();
      case "executeBatch", "executeLargeBatch" -> executeBatch(method);
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
          connection.execute(sql, 1, () -> rows(Proxies.call(statement, method, arguments)));
      default -> {
        expectConnection();
        follow(method, sql);
        yield rows(Proxies.call(statement, method, arguments));
      }
    };
  }

  private void follow(Method method, String sql) {
    if (method.getName().equals("addBatch")) {
      batched = sql;
      elements++;
    } else if (method.getName().equals("clearBatch")) {
      elements = 0;
    }
  }

  private @Nullable Object executeBatch(Method method) throws Throwable {
    int size = elements;
    elements = 0;
    return connection.execute(batched, size, () -> Proxies.call(statement, method, null));
  }

  private void expectConnection() throws Throwable {
    if (connection.isLost()) {
      throw tap.error(Kind.CONNECTION_LOST);
    }
  }

  private @Nullable Object rows(@Nullable Object answer) {
    if (!(answer instanceof ResultSet rows)) {
      return answer;
    }
    return Proxies.of(
        ResultSet.class,
        (proxy, method, arguments) -> {
          boolean closing = method.getName().equals("close");
          if (closing && connection.isLost()) {
            return null;
          }
          Object found = Proxies.call(rows, method, arguments);
          if (method.getName().equals("next") && Boolean.TRUE.equals(found)) {
            tap.count(ROW);
          }
          return found;
        });
  }
}
