// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.support.IdOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queries of projections. Each reads all that it is about in one statement, and so of one
 * committed state (PROJECTION-11): first the checkpoints of the generation, then what lies in it.
 */
final class ProjectionSql {

  /** The generation that a read names, as {@code g}; what was dropped is not there. */
  private static final String GENERATION =
      """
      WITH g AS (
        SELECT n.generation_key, n.generation
          FROM :schema.projection p
          JOIN :schema.generation n ON n.projection_key = p.projection_key AND n.generation = %s
         WHERE p.name = ? AND n.dropped = 0
      )\
      """;

  /** Columns: generation, shard, position, key, version, size, value, and how many rows follow. */
  private static final String CHECKPOINTS =
      """

      SELECT g.generation, c.shard, c.position, NULL, 0, 0, NULL, %s
        FROM g CROSS JOIN :schema.checkpoint c
       WHERE c.generation_key = g.generation_key
       UNION ALL
      """;

  private static final String ROW =
      """
      SELECT g.generation, -1, 0, r.key, r.version, r.size, r.value, 0
        FROM g CROSS JOIN :schema.projection_row r
       WHERE r.generation_key = g.generation_key AND r.key = ?
      """;

  /** As many rows of a range as fit into a page; one more is looked for, and its value not read. */
  private static final String RANGE =
      """
      ,
      c AS (
        SELECT r.key, r.size
          FROM :schema.projection_row r
         WHERE r.generation_key = (SELECT g.generation_key FROM g)%s
         ORDER BY r.key
         LIMIT ?
      ),
      w AS (SELECT c.key, sum(c.size) OVER (ORDER BY c.key) - c.size AS before,
                   row_number() OVER (ORDER BY c.key) AS place FROM c)\
      """;

  private static final String PAGE =
      """
      SELECT g.generation, -1, 0, r.key, r.version, r.size, r.value, 0
        FROM g CROSS JOIN w CROSS JOIN :schema.projection_row r
       WHERE r.generation_key = g.generation_key AND r.key = w.key
         AND w.before < ? AND w.place <= ?
      """;

  private static final String PARKED =
      """

      SELECT 0, NULL, NULL, 0, 0, NULL, 0
        FROM g
       UNION ALL
      SELECT * FROM (
        SELECT k.position, k.category, k.id, k.version, k.attempts, k.error, k.parked_at
          FROM :schema.parked_event k
         WHERE k.generation_key = (SELECT g.generation_key FROM g) AND k.position > ?
         ORDER BY k.position
         LIMIT ?) q
      """;

  private static final char FIRST_SURROGATE = '\uD800';
  private static final int BEHIND_SURROGATES = 0xE000;

  static final String NAMES = "SELECT p.name FROM :schema.projection p ORDER BY p.name";

  static final String EXISTS = "SELECT 1 FROM :schema.projection p WHERE p.name = ?";

  /** Parked events are counted once for each generation. */
  static final String INFO =
      """
      SELECT p.live, p.newest, n.generation, c.shard, c.position, c.updated_at,
             CASE WHEN c.shard = 0
                  THEN (SELECT count(*) FROM :schema.parked_event k
                         WHERE k.generation_key = n.generation_key)
                  ELSE 0 END
        FROM :schema.projection p
       CROSS JOIN :schema.generation n
       CROSS JOIN :schema.checkpoint c
       WHERE p.name = ?
         AND n.projection_key = p.projection_key AND n.dropped = 0
         AND c.generation_key = n.generation_key
      """;

  private ProjectionSql() {}

  /** A query with its parameters. */
  record Query(String sql, List<Object> parameters) {}

  /** Asks for one row. */
  static Query row(String projection, @Nullable Integer generation, String key) {
    List<Object> parameters = new ArrayList<>();
    String sql = generation(projection, generation, parameters) + CHECKPOINTS.formatted("0") + ROW;
    parameters.add(key);
    return new Query(sql, parameters);
  }

  /**
   * Asks for a page of rows.
   *
   * @param prefix what keys begin with, null for anything
   * @param after the key behind which to begin, null for the first
   * @param limit the most rows
   * @param bytes how many bytes the rows before the last one have at most
   */
  static Query page(
      String projection,
      @Nullable Integer generation,
      @Nullable String prefix,
      @Nullable String after,
      int limit,
      long bytes) {
    List<Object> parameters = new ArrayList<>();
    String found = generation(projection, generation, parameters);
    StringBuilder bounds = new StringBuilder();
    if (after != null && (prefix == null || IdOrder.BY_CODE_POINT.compare(after, prefix) >= 0)) {
      bounds.append(" AND r.key > ?");
      parameters.add(after);
    } else if (prefix != null) {
      bounds.append(" AND r.key >= ?");
      parameters.add(prefix);
    }
    String end = prefix == null ? null : endOf(prefix);
    if (end != null) {
      bounds.append(" AND r.key < ?");
      parameters.add(end);
    }
    parameters.add(limit + 1);
    parameters.add(bytes);
    parameters.add(limit);
    return new Query(
        found + RANGE.formatted(bounds) + CHECKPOINTS.formatted("(SELECT count(*) FROM c)") + PAGE,
        parameters);
  }

  /** Asks for parked events; the first row says that the generation is there. */
  static Query parked(String projection, int generation, long after, int limit) {
    List<Object> parameters = new ArrayList<>();
    String sql = generation(projection, generation, parameters) + PARKED;
    parameters.add(after);
    parameters.add(limit);
    return new Query(sql, parameters);
  }

  private static String generation(
      String projection, @Nullable Integer generation, List<Object> parameters) {
    if (generation != null) {
      parameters.add(generation);
    }
    parameters.add(projection);
    return GENERATION.formatted(generation == null ? "p.live" : "?");
  }

  /**
   * Returns the first text behind all that begin with a prefix, in code point order: its last
   * character that has a next one is that next one. Null when there is none.
   */
  static @Nullable String endOf(String prefix) {
    int end = prefix.length();
    while (end > 0) {
      int last = prefix.codePointBefore(end);
      end -= Character.charCount(last);
      if (last < Character.MAX_CODE_POINT) {
        int next = last + 1 == FIRST_SURROGATE ? BEHIND_SURROGATES : last + 1;
        return new StringBuilder(prefix.substring(0, end)).appendCodePoint(next).toString();
      }
    }
    return null;
  }
}
