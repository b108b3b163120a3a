// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Collects the plans that auto_explain tells the sessions of a role. The sessions are those of the
 * provider, with its settings, its way of preparing, and what it has prepared before. Thread-safe.
 */
public final class PlanLog {

  private static final String MARK = "plan:\n";

  private @Nullable List<LoggedPlan> plans;

  /** Whether the server has auto_explain and lets us use it. */
  public static boolean isPossible() {
    return Possible.POSSIBLE;
  }

  private static final class Possible {
    private static final boolean POSSIBLE = tried();

    private static boolean tried() {
      try {
        TestServer.get().execute("LOAD 'auto_explain'");
        return true;
      } catch (IllegalStateException e) {
        return false;
      }
    }
  }

  /** From now on new sessions of a role tell their plans. */
  public static void logPlansOf(String role, Location admin) {
    TestServer.execute(
        admin,
        // Loaded here so that the server knows the settings below.
        "LOAD 'auto_explain'",
        "ALTER ROLE " + role + " SET session_preload_libraries = 'auto_explain'",
        "ALTER ROLE " + role + " SET auto_explain.log_min_duration = 0",
        "ALTER ROLE " + role + " SET auto_explain.log_nested_statements = on",
        "ALTER ROLE " + role + " SET auto_explain.log_verbose = on",
        "ALTER ROLE " + role + " SET auto_explain.log_format = json",
        "ALTER ROLE " + role + " SET auto_explain.log_level = notice");
  }

  /** Connections whose plans are collected. */
  public DataSource wrap(DataSource source) {
    return wrapped(DataSource.class, source);
  }

  /** The plans of what is done meanwhile. */
  public List<LoggedPlan> during(Runnable calls) {
    List<LoggedPlan> collected = new ArrayList<>();
    collect(collected);
    try {
      calls.run();
    } finally {
      collect(null);
    }
    synchronized (this) {
      return List.copyOf(collected);
    }
  }

  private synchronized void collect(@Nullable List<LoggedPlan> where) {
    plans = where;
  }

  private <T> T wrapped(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            PlanLog.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object answer = call(target, method, arguments);
              if (target instanceof PreparedStatement statement
                  && method.getName().startsWith("execute")) {
                add(statement.getWarnings());
              }
              return switch (answer) {
                case PreparedStatement statement -> wrapped(PreparedStatement.class, statement);
                case Connection connection -> wrapped(Connection.class, connection);
                case null, default -> answer;
              };
            }));
  }

  private static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private synchronized void add(@Nullable SQLWarning first) {
    for (SQLWarning notice = first; notice != null; notice = notice.getNextWarning()) {
      String text = String.valueOf(notice.getMessage());
      int mark = text.indexOf(MARK);
      if (plans != null && mark >= 0) {
        plans.add(LoggedPlan.parse(text.substring(mark + MARK.length())));
      }
    }
  }
}
