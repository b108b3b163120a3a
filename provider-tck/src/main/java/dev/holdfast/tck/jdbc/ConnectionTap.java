// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.fixture.Traffic;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** One connection behind a tap. Used by one thread at a time, like the connection. */
final class ConnectionTap implements InvocationHandler {

  private static final Traffic ROUND_TRIP = new Traffic(0, 0, 1, 0);

  private final StoreTap tap;
  private final Connection connection;
  private final Connection proxy;
  private boolean autoCommit = true;
  private boolean inTransaction;
  private boolean wrote;
  private volatile boolean lost;

  /** Something that is sent to the store. */
  @FunctionalInterface
  interface Sent {
    @Nullable Object send() throws Throwable;
  }

  ConnectionTap(StoreTap tap, Connection connection) {
    this.tap = tap;
    this.connection = connection;
    this.proxy = Proxies.of(Connection.class, this);
  }

  Connection proxy() {
    return proxy;
  }

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (lost) {
      return onLost(method, arguments);
    }
    return switch (method.getName()) {
      case "commit" -> commit(() -> Proxies.call(connection, method, arguments));
      case "rollback" -> rollback(method, arguments);
      case "setAutoCommit" -> setAutoCommit(method, arguments);
      case "equals" -> Proxies.same(self, arguments);
      default -> wrapped(Proxies.call(connection, method, arguments), arguments);
    };
  }

  private @Nullable Object onLost(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    return switch (method.getName()) {
      case "close", "abort" -> null;
      case "isClosed" -> true;
      case "isValid" -> false;
      case "hashCode", "toString" -> Proxies.call(connection, method, arguments);
      case "equals" -> Proxies.same(proxy, arguments);
      default -> throw tap.error(Kind.CONNECTION_LOST);
    };
  }

  private @Nullable Object wrapped(
      @Nullable Object answer, @Nullable Object @Nullable [] arguments) {
    String sql = arguments != null && arguments[0] instanceof String text ? text : "";
    return switch (answer) {
      case CallableStatement statement -> statement(CallableStatement.class, statement, sql);
      case PreparedStatement statement -> statement(PreparedStatement.class, statement, sql);
      case Statement statement -> statement(Statement.class, statement, sql);
      case null, default -> answer;
    };
  }

  private <S extends Statement> S statement(Class<S> type, S statement, String sql) {
    return Proxies.of(type, new StatementTap(tap, this, statement, sql));
  }

  private @Nullable Object commit(Sent sent) throws Throwable {
    if (inTransaction) {
      tap.count(new Traffic(0, 1, 1, 0));
    }
    Object answer = inTransaction ? disturbed(Place.COMMIT, sent) : sent.send();
    ended();
    return answer;
  }

  private @Nullable Object rollback(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    tap.count(ROUND_TRIP);
    if (arguments == null) {
      ended();
    }
    return Proxies.call(connection, method, arguments);
  }

  private @Nullable Object setAutoCommit(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    boolean wanted = arguments != null && Boolean.TRUE.equals(arguments[0]);
    Sent sent = () -> Proxies.call(connection, method, arguments);
    Object answer = wanted ? commit(sent) : sent.send();
    autoCommit = wanted;
    return answer;
  }

  /** Sends SQL: counts it, follows the transaction, and disturbs it when that is asked for. */
  @Nullable Object execute(String sql, int elements, Sent sent) throws Throwable {
    if (lost) {
      throw tap.error(Kind.CONNECTION_LOST);
    }
    tap.passing(sql);
    if (SqlText.rollsBack(sql)) {
      tap.count(ROUND_TRIP);
      ended();
      return sent.send();
    }
    inTransaction |= !autoCommit || SqlText.begins(sql);
    Place place = SqlText.place(sql, inTransaction, tap.writes(sql));
    boolean commits = SqlText.commits(sql);
    tap.count(new Traffic(commits ? 0 : elements, place == Place.COMMIT ? 1 : 0, 1, 0));
    wrote |= inTransaction && tap.writes(sql);
    Object answer = disturbed(place, sent);
    if (commits) {
      ended();
    }
    return answer;
  }

  private void ended() {
    inTransaction = false;
    wrote = false;
  }

  private @Nullable Object disturbed(Place place, Sent sent) throws Throwable {
    HeldCommit held = place == Place.COMMIT ? tap.nextHold(wrote) : tap.nextStanding();
    if (held != null) {
      held.hold();
      if (!held.takesEffect()) {
        throw tap.error(Kind.CONTENTION);
      }
      if (held.isCut()) {
        lose();
        throw tap.error(Kind.CONNECTION_LOST);
      }
    }
    Fault fault = tap.next(place);
    if (fault == null) {
      return sent.send();
    }
    if (fault.moment() == Moment.AFTER && sent.send() instanceof ResultSet rows) {
      rows.close();
    }
    if (fault.kind() == Kind.CONNECTION_LOST) {
      lose();
    }
    throw tap.error(fault.kind());
  }

  /** The store notices that the client is gone, and undoes what was not committed. */
  private void lose() throws SQLException {
    lost = true;
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
    connection.close();
  }

  boolean isLost() {
    return lost;
  }
}
