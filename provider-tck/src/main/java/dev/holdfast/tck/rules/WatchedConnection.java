// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.words.Expect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A connection behind a proxy that is of no class of the driver, cannot be unwrapped, and records
 * what is called. Thread-safe.
 */
final class WatchedConnection {

  private static final Set<String> ENDING = Set.of("commit", "close", "abort");

  private final Connection real;
  private final boolean otherProduct;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final Connection proxy;

  /**
   * Watches a connection.
   *
   * @param otherProduct whether it says that it leads to another product, which understands nothing
   */
  WatchedConnection(Connection real, boolean otherProduct) {
    this.real = real;
    this.otherProduct = otherProduct;
    this.proxy = of(Connection.class, this::onConnection);
  }

  Connection proxy() {
    return proxy;
  }

  /** Forgets what was called until now. */
  void forget() {
    calls.clear();
    statements.clear();
  }

  /** What was sent, or made in order to be sent. */
  List<String> statements() {
    return List.copyOf(statements);
  }

  /** Expects that nothing was done that only the caller may do, and that nothing is left open. */
  void expectLeftAlone(String what) {
    Expect.none(what + " did what only the caller may do.", List.copyOf(calls));
    Expect.equal(what + " left statements open.", 0, open.get());
  }

  /** The settings of the session, as far as the driver tells them. */
  List<String> settings() {
    List<String> settings = new ArrayList<>();
    settings.add("auto-commit " + told(real::getAutoCommit));
    settings.add("isolation " + told(real::getTransactionIsolation));
    settings.add("read-only " + told(real::isReadOnly));
    settings.add("schema " + told(real::getSchema));
    settings.add("catalog " + told(real::getCatalog));
    settings.add("type map " + told(real::getTypeMap));
    settings.add("network timeout " + told(real::getNetworkTimeout));
    settings.add("holdability " + told(real::getHoldability));
    return settings;
  }

  private static String told(CallersTransaction.Question<?> question) {
    try {
      return String.valueOf(question.get());
    } catch (SQLException | UnsupportedOperationException | AbstractMethodError e) {
      return "not told";
    }
  }

  private @Nullable Object onConnection(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    switch (name) {
      case "isWrapperFor" -> {
        return false;
      }
      case "unwrap" -> throw new SQLException("a proxy of the kit");
      default -> {}
    }
    if (ENDING.contains(name) || (name.equals("rollback") && arguments == null)) {
      calls.add(name);
    }
    boolean makesStatement = Statement.class.isAssignableFrom(method.getReturnType());
    if (makesStatement) {
      statements.add(arguments == null ? name : String.valueOf(arguments[0]));
      if (otherProduct) {
        throw new SQLException("the other product does not understand", "42000");
      }
    }
    Object answer = call(real, method, arguments);
    if (makesStatement && answer != null) {
      open.incrementAndGet();
      Object statement = answer;
      return of(method.getReturnType(), (of, more) -> onStatement(statement, of, more));
    }
    return otherProduct && answer instanceof DatabaseMetaData data
        ? of(DatabaseMetaData.class, (of, more) -> onOtherProduct(data, of, more))
        : answer;
  }

  private static @Nullable Object onOtherProduct(
      DatabaseMetaData data, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    return switch (method.getName()) {
      case "getDatabaseProductName", "getDriverName" -> "Other";
      case "getURL" -> "jdbc:other:nowhere";
      default -> call(data, method, arguments);
    };
  }

  private @Nullable Object onStatement(
      Object statement, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    if (method.getName().equals("close") && !((Statement) statement).isClosed()) {
      open.decrementAndGet();
    }
    return call(statement, method, arguments);
  }

  /** What a proxy does. */
  @FunctionalInterface
  private interface Handler {
    @Nullable Object of(Method method, @Nullable Object @Nullable [] arguments) throws Throwable;
  }

  private static <T> T of(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            WatchedConnection.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> handler.of(method, arguments)));
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
