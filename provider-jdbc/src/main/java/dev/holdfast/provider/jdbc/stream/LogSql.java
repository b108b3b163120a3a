// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.jdbc.admin.Queries;
import dev.holdfast.provider.support.StoreTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queries of streams and of the log, each one statement, so that all it says is of one moment
 * (READ-09). The candidates of a page are found by position or by the labels that the fewest events
 * have, in the order of the log, each tried against the other conditions; as many of them are read
 * whole as fit into a page. So a page costs what it has, and not what it passes over (READ-23).
 *
 * <p>The table {@code stream} has a row per stream: {@code stream_key}, {@code category}, {@code
 * id}, {@code first_version}, {@code last_version}, {@code created_at}, {@code last_recorded_at}.
 * The table {@code event} has what {@link EventReader} reads, with {@code position}, {@code
 * stream_key}, {@code version} and {@code size}, the bytes of data and metadata. The table {@code
 * event_label} has {@code label} and {@code position} of each of the {@link EventLabels}. The table
 * {@code log} has a row with the {@code archived_through} and {@code archived_recorded_at} of the
 * archived event with the greatest position, if one was archived. Times are microseconds since
 * 1970; ids are in the order of code points. Whoever sees an event sees all with a smaller
 * position.
 */
final class LogSql {

  /** The end of the log: the last event there is or was. */
  private static final String HEAD =
      """
      gone AS MATERIALIZED (
      SELECT g.archived_through AS position, g.archived_recorded_at AS recorded_at
        FROM :schema.log g
       WHERE g.id = 1
      ),
      head AS MATERIALIZED (
      SELECT x.position, x.recorded_at
        FROM (SELECT * FROM (SELECT e.position, e.recorded_at
                               FROM :schema.event e
                              WHERE e.position > 0
                              ORDER BY e.position DESC
                              LIMIT 1) last
               UNION ALL SELECT n.position, n.recorded_at FROM gone n
               UNION ALL SELECT 0, CAST(NULL AS bigint)) x
       ORDER BY x.position DESC
       LIMIT 1
      )\
      """;

  /** What is said of the log beside events, behind {@link #OUT_OF}. */
  private static final String OF_LOG = "h.position, h.recorded_at, n.position, n.recorded_at";

  /**
   * A position at or behind the last event of a moment or before, and before the next one. Times
   * ascend with positions, so that it is found by halving: it lies in the {@code size} behind
   * {@code low}.
   */
  private static final String CUT =
      """
      %1$s_halves AS (
      SELECT CAST(0 AS bigint) AS low, h.position AS size FROM head h
       UNION ALL
      SELECT CASE WHEN (SELECT e.recorded_at
                          FROM :schema.event e
                         WHERE e.position <= t.low + (t.size + 1) / 2
                         ORDER BY e.position DESC
                         LIMIT 1) > ?
             THEN t.low ELSE t.low + (t.size + 1) / 2 END,
             t.size - (t.size + 1) / 2
        FROM %1$s_halves t
       WHERE t.size > 0
      ),
      %1$s AS MATERIALIZED (SELECT t.low AS position FROM %1$s_halves t WHERE t.size = 0)\
      """;

  /** Those candidates that fit into a page. */
  private static final String FITTING =
      """
      c AS MATERIALIZED (
      %s
      ),
      w AS (
      SELECT x.position
        FROM (SELECT d.position, sum(d.size) OVER (ORDER BY d.position %2$s ROWS UNBOUNDED PRECEDING) - d.size AS before
                FROM (SELECT c.position, c.size FROM c ORDER BY c.position %2$s LIMIT ?) d) x
       WHERE x.before < ?
      )\
      """;

  /** Behind the columns of an event: how many candidates there were. */
  private static final String OUT_OF = ", (SELECT count(*) FROM c), ";

  private static final String ALL =
      """
      SELECT e.position, e.size
        FROM :schema.event e
       WHERE e.position > %s AND e.position <= %s
       ORDER BY e.position %s
       LIMIT ?\
      """;

  private static final String LABELLED =
      """
      SELECT l.position, e.size
        FROM :schema.event_label l CROSS JOIN :schema.event e
       WHERE l.label = ? AND l.position > %s AND l.position <= %s AND e.position = l.position%s
       ORDER BY l.position %s
       LIMIT ?\
      """;

  private static final String OTHER =
      " AND EXISTS (SELECT 1 FROM :schema.event_label o WHERE o.position = l.position AND o.label"
          + " IN (%s))";

  private static final String OF_STREAM =
      """
      SELECT e.position, e.size
        FROM :schema.event e
       WHERE e.stream_key = (SELECT s.stream_key FROM s) AND e.version %s ?
       ORDER BY e.version %s
       LIMIT ?\
      """;

  /** A stream by category and id. */
  static final String STREAM =
      """
      SELECT s.stream_key, s.category, s.id, s.first_version, s.last_version, s.created_at,
             s.last_recorded_at
        FROM :schema.stream s
       WHERE s.category = ?\
      """;

  /** Times ascend with versions, too. */
  private static final String VERSION_AT =
      """
      WITH RECURSIVE s AS MATERIALIZED (
      %s AND s.id = ?
      ),
      halves AS (
      SELECT s.first_version - 1 AS low, s.last_version - s.first_version + 1 AS size FROM s
       UNION ALL
      SELECT CASE WHEN (SELECT e.recorded_at
                          FROM :schema.event e
                         WHERE e.stream_key = (SELECT s.stream_key FROM s)
                           AND e.version = t.low + (t.size + 1) / 2) <= ?
             THEN t.low + (t.size + 1) / 2 ELSE t.low END,
             t.size - (t.size + 1) / 2
        FROM halves t
       WHERE t.size > 0
      )
      SELECT s.first_version, s.created_at, t.low FROM halves t CROSS JOIN s WHERE t.size = 0\
      """;

  private LogSql() {}

  /** A query with its parameters. */
  record Query(String sql, List<Object> parameters) {}

  /** A position in SQL: a parameter, or what the statement finds out. */
  private record Bound(String sql, List<Object> parameters) {
    static Bound at(long position) {
      return new Bound("?", List.of(position));
    }

    static Bound head() {
      return new Bound("(SELECT h.position FROM head h)", List.of());
    }

    /** The bound or the cut, whichever is {@code comparison} the other. */
    Bound or(String comparison, String cut) {
      List<Object> twice = new ArrayList<>(parameters);
      twice.addAll(parameters);
      return new Bound(
          "(SELECT CASE WHEN t.position %1$s %2$s THEN t.position ELSE %2$s END FROM %3$s t)"
              .formatted(comparison, sql, cut),
          twice);
    }
  }

  /**
   * Asks for the end of the log: its position and time, position and time of what was archived, and
   * the store's now.
   */
  static Query head(Queries store) {
    return new Query(
        "WITH "
            + HEAD
            + "\nSELECT "
            + OF_LOG
            + ", "
            + store.now()
            + "\n  FROM head h LEFT JOIN gone n ON true",
        List.copyOf(store.nowParameters()));
  }

  /** Asks for the number of the last event at or before a moment, 0 without one. */
  static Query positionAt(long moment) {
    return new Query(
        "WITH RECURSIVE "
            + HEAD
            + ",\n"
            + CUT.formatted("cut")
            + """

            SELECT x.position
              FROM (SELECT * FROM (SELECT e.position
                                     FROM :schema.event e
                                    WHERE e.position <= (SELECT t.position FROM cut t)
                                    ORDER BY e.position DESC
                                    LIMIT 1) last
                     UNION ALL SELECT n.position FROM gone n WHERE n.recorded_at <= ?
                     UNION ALL SELECT 0) x
             ORDER BY x.position DESC
             LIMIT 1\
            """,
        List.of(moment, moment));
  }

  /** Asks for first version, creation, and version at a moment, of a stream. */
  static Query versionAt(String category, String id, long moment) {
    return new Query(VERSION_AT.formatted(STREAM), List.of(category, id, moment));
  }

  /**
   * Asks for a page: events, how many candidates there were, and the end of the log. One row
   * without an event when there is none.
   *
   * @param conditions what {@link EventLabels#conditions} says
   * @param from the position behind which to look, or backwards, the last one to look at
   * @param recorded which times to look at
   * @param forwards the order
   * @param limit the most events; one candidate more is looked for, and not read, to see whether
   *     there are more
   * @param bytes how many bytes the events before the last one have at most
   */
  static Query page(
      List<List<Long>> conditions,
      long from,
      TimeRange recorded,
      boolean forwards,
      int limit,
      long bytes) {
    List<Object> parameters = new ArrayList<>();
    StringBuilder sql = new StringBuilder("WITH RECURSIVE ").append(HEAD);
    Bound above = Bound.at(forwards ? from : 0);
    Bound upTo = forwards ? Bound.head() : Bound.at(from);
    if (cut(sql, parameters, "since", recorded.from())) {
      above = above.or(">", "since");
    }
    if (cut(sql, parameters, "until", recorded.to())) {
      upTo = upTo.or("<", "until");
    }
    String order = forwards ? "" : "DESC";
    String candidates = candidates(conditions, above, upTo, order, limit + 1, parameters);
    sql.append(",\n").append(FITTING.formatted(candidates, order));
    Collections.addAll(parameters, limit, bytes);
    sql.append("\nSELECT ").append(EventReader.COLUMNS).append(OUT_OF).append(OF_LOG);
    sql.append(
        """

         FROM head h
         LEFT JOIN gone n ON true
         LEFT JOIN w ON true
         LEFT JOIN :schema.event e ON e.position = w.position
         LEFT JOIN :schema.stream s ON s.stream_key = e.stream_key
        ORDER BY w.position
        """);
    return new Query(sql.append(order).toString(), parameters);
  }

  /** Begins at a time, itself included, or ends there, itself excluded. */
  private static boolean cut(
      StringBuilder sql, List<Object> parameters, String name, @Nullable Instant time) {
    if (time == null) {
      return false;
    }
    sql.append(",\n").append(CUT.formatted(name));
    parameters.add(StoreTime.toMicros(time) - 1);
    return true;
  }

  private static String candidates(
      List<List<Long>> conditions,
      Bound above,
      Bound upTo,
      String order,
      int limit,
      List<Object> parameters) {
    if (conditions.isEmpty()) {
      addAll(parameters, above.parameters(), upTo.parameters());
      parameters.add(limit);
      return ALL.formatted(above.sql(), upTo.sql(), order);
    }
    List<List<Long>> others = conditions.subList(1, conditions.size());
    List<String> parts = new ArrayList<>();
    for (long label : conditions.get(0)) {
      parts.add(LABELLED.formatted(above.sql(), upTo.sql(), tried(others), order));
      parameters.add(label);
      addAll(parameters, above.parameters(), upTo.parameters());
      others.forEach(parameters::addAll);
      parameters.add(limit);
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    parameters.add(limit);
    return union(parts, order);
  }

  @SafeVarargs
  private static void addAll(List<Object> parameters, Collection<Object>... more) {
    for (Collection<Object> some : more) {
      parameters.addAll(some);
    }
  }

  private static String tried(List<List<Long>> conditions) {
    StringBuilder tried = new StringBuilder();
    for (List<Long> labels : conditions) {
      tried.append(OTHER.formatted("?" + ", ?".repeat(labels.size() - 1)));
    }
    return tried.toString();
  }

  /** An event may have two of the labels, if their hashes are equal. */
  private static String union(List<String> parts, String order) {
    StringBuilder union = new StringBuilder("SELECT u.position, u.size FROM (");
    for (String part : parts) {
      union
          .append(union.charAt(union.length() - 1) == '(' ? "" : " UNION ")
          .append("SELECT * FROM (")
          .append(part)
          .append(") p");
    }
    return union.append(") u\n ORDER BY u.position ").append(order).append("\n LIMIT ?").toString();
  }

  /**
   * Asks for a page of a stream: events, how many candidates there were, and first and last
   * version. One row without an event when there is none, and none without the stream.
   */
  static Query ofStream(
      String category, String id, long fromVersion, boolean forwards, int limit, long bytes) {
    String order = forwards ? "" : "DESC";
    String sql =
        "WITH s AS MATERIALIZED (\n"
            + STREAM
            + " AND s.id = ?\n),\n"
            + FITTING.formatted(OF_STREAM.formatted(forwards ? ">=" : "<=", order), order)
            + "\nSELECT "
            + EventReader.COLUMNS
            + OUT_OF
            + """
            s.first_version, s.last_version
              FROM s
              LEFT JOIN w ON true
              LEFT JOIN :schema.event e ON e.position = w.position
             ORDER BY w.position
            """
            + order;
    return new Query(sql, List.of(category, id, fromVersion, limit, limit, bytes));
  }
}
