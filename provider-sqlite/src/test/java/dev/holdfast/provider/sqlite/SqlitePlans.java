// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.jdbc.StoreTap;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks SQLite for its plans. They are made when a statement is prepared, from its text, the schema
 * and nothing else, so any connection makes the same.
 *
 * @param file the store
 * @param tap sees the statements of its handles
 * @param opening opens a handle
 */
record SqlitePlans(Path file, StoreTap tap, Supplier<Provider> opening) implements PlanReader {

  private static final int ROWS = 100_000;

  /** What has a plan at all. */
  private static final Pattern QUERY =
      Pattern.compile("\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\\b.*", Pattern.DOTALL);

  /** Walks over the elements of an array, over constants and over what was found do no harm. */
  private static final Pattern SCAN =
      Pattern.compile(
          "SCAN (?!.*VIRTUAL TABLE|.*CONSTANT ROW)(?<what>\\w+)(?<along> USING .*INDEX .*)?");

  /** What is made of rows that the same plan finds. */
  private static final Pattern MADE = Pattern.compile("(MATERIALIZE|CO-ROUTINE) (?<what>\\w+)");

  private static final Pattern LIMIT = Pattern.compile("\\bLIMIT\\b");

  private static final Pattern SORT = Pattern.compile("USE TEMP B-TREE FOR .*ORDER BY");

  @Override
  public Provider open() {
    return opening.get();
  }

  @Override
  public void fill() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String insert : filling()) {
        statement.executeUpdate(insert.replace(":n", numbers()));
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(file + " cannot be filled", e);
    }
  }

  private static String numbers() {
    return "(WITH RECURSIVE n(k) AS (SELECT 10000000 UNION ALL SELECT k + 1 FROM n LIMIT %d) SELECT k FROM n)"
        .formatted(ROWS);
  }

  private static List<String> filling() {
    return List.of(
        """
        INSERT INTO holdfast_instance (instance_key, instance_id, name, created_at, execution_id, ready_at)
        SELECT k, 'filled-' || k, 'filled', 0, 1, CASE WHEN k % 2 = 0 THEN 4000000000000000 + k END FROM :n
        """,
        """
        INSERT INTO holdfast_execution (instance_key, execution_id, status, started_at)
        SELECT k, 1, 'COMPLETED', 0 FROM :n
        """,
        """
        INSERT INTO holdfast_history (instance_key, execution_id, event_id, kind, data, recorded_at)
        SELECT k / 4, 1, k % 4 + 1, 'filled', x'00', 0 FROM :n
        """,
        """
        INSERT INTO holdfast_message (instance_key, visible_at, seq, kind, body, discard_if_unknown)
        SELECT k, 4000000000000000 + k, 0, 'filled', x'00', 0 FROM :n WHERE k % 2 = 0
        """,
        """
        INSERT INTO holdfast_message_id (instance_key, message_id, content_hash)
        SELECT k, 'filled', x'00' FROM :n
        """,
        """
        INSERT INTO holdfast_activity (instance_key, execution_id, activity_id, seq, name, input,
                                       orchestration_name, ready_at)
        SELECT k, 1, 1, 0, 'filled', x'00', 'filled', 4000000000000000 + k FROM :n
        """);
  }

  @Override
  public List<String> badPlans(Runnable calls) {
    List<String> bad = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      for (String sql : tap.textsDuring(calls)) {
        if (QUERY.matcher(sql).matches()) {
          List<String> plan = plan(connection, sql);
          Set<String> made = made(plan);
          for (String step : plan) {
            if (SORT.matcher(step).matches() || isWholeScan(step, sql, made)) {
              bad.add(step + ": " + sql.strip());
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the plans of " + file + " cannot be read", e);
    }
    return bad;
  }

  /** Along an index, and not sorted afterwards, a scan ends at the limit. */
  private static boolean isWholeScan(String step, String sql, Set<String> made) {
    Matcher scan = SCAN.matcher(step);
    return scan.matches()
        && !made.contains(scan.group("what"))
        && (scan.group("along") == null || !LIMIT.matcher(sql).find());
  }

  private static Set<String> made(List<String> plan) {
    return plan.stream()
        .map(MADE::matcher)
        .filter(Matcher::matches)
        .map(step -> step.group("what"))
        .collect(Collectors.toSet());
  }

  @Override
  public boolean sendBadStatement() {
    try (Connection connection = tap.wrap(DriverManager.getConnection("jdbc:sqlite:" + file));
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT * FROM holdfast_message ORDER BY abs(seq) LIMIT 1")) {
      statement.executeQuery().close();
      return true;
    } catch (SQLException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  /** {@return the steps of the plan of a statement} */
  static List<String> plan(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet steps = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
      List<String> plan = new ArrayList<>();
      while (steps.next()) {
        plan.add(steps.getString("detail"));
      }
      return plan;
    }
  }
}
