// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.state.SequenceRange;
import dev.holdfast.provider.support.AuditPlace;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query for a page of the audit log. It walks along one index in the order of sequence numbers,
 * and ends with the page: that of the run where one is asked for, else that of the step, else those
 * of the types, one after the other, else the key. Conditions beside that are written so that no
 * other index can be chosen for them. Times are looked up as sequence numbers, with which they
 * grow.
 */
public final class AuditSql {

  private static final String COLUMNS =
      "r.sequence, r.stored_at, r.run_id, r.type, r.step_id, r.happened_at, r.data";

  /** The first record that was not stored before a moment; NULL when there is none. */
  private static final String FIRST_SINCE =
      "(SELECT t.sequence FROM :schema.audit_record t WHERE t.stored_at >= ? ORDER BY t.stored_at,"
          + " t.sequence LIMIT 1)";

  private final StringBuilder conditions = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();
  private final boolean newestFirst;
  private final int most;

  private AuditSql(AuditQuery query, @Nullable AuditPlace after) {
    newestFirst = query.newestFirst();
    most = query.limit() + 1;
    AuditFilter filter = query.filter();
    SequenceRange sequences = filter.sequences();
    SequenceRange rest = after == null ? SequenceRange.all() : behind(after);
    // Always both ends, so that queries differ in their parameters only.
    and("r.sequence >= ?", Math.max(sequences.from(), rest.from()));
    and("r.sequence < ?", Math.min(sequences.to(), rest.to()));
    Instant from = filter.storedAt().from();
    if (from != null) {
      and("r.sequence >= " + FIRST_SINCE, StoreTime.toMicros(from));
    }
    Instant to = filter.storedAt().to();
    if (to != null) {
      and(
          "r.sequence < coalesce(" + FIRST_SINCE + ", " + Long.MAX_VALUE + ")",
          StoreTime.toMicros(to));
    }
  }

  private SequenceRange behind(AuditPlace place) {
    return newestFirst
        ? new SequenceRange(Long.MIN_VALUE, place.sequence())
        : SequenceRange.after(place.sequence());
  }

  /**
   * A query with its parameters.
   *
   * @param text the query
   * @param parameters the parameters, each a {@code Long} or a {@code String}
   */
  public record Query(String text, List<Object> parameters) {
    /** Copies the parameters. */
    public Query {
      parameters = List.copyOf(parameters);
    }
  }

  /** A page and one row more, which tells whether there is another page. */
  static Query page(AuditQuery query, @Nullable AuditPlace after) {
    AuditSql sql = new AuditSql(query, after);
    AuditFilter filter = query.filter();
    List<String> types = filter.types().stream().sorted().toList();
    String run = filter.runId();
    String step = filter.stepId();
    if (run != null) {
      sql.and("r.run_id = ?", run);
    }
    if (step != null) {
      sql.and(run == null ? "r.step_id = ?" : "r.step_id || '' = ?", step);
    }
    if (types.isEmpty()) {
      return new Query(sql.range(""), sql.parameters);
    }
    if (run == null && step == null) {
      return sql.eachOf(types);
    }
    sql.conditions.append(
        types.stream()
            .map(type -> "?")
            .collect(Collectors.joining(", ", " AND r.type || '' IN (", ")")));
    sql.parameters.addAll(types);
    return new Query(sql.range(""), sql.parameters);
  }

  /** A page of each type, and the page of all of them. */
  private Query eachOf(List<String> types) {
    if (types.size() == 1) {
      and("r.type = ?", types.getFirst());
      return new Query(range(""), parameters);
    }
    String one = range(" AND r.type = ?");
    StringBuilder text = new StringBuilder("SELECT * FROM (");
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      text.append(i == 0 ? "" : " UNION ALL ").append("SELECT * FROM (" + one + ") AS of" + i);
      Stream.concat(parameters.stream(), Stream.of(types.get(i))).forEach(all::add);
    }
    return new Query(text + ") AS r" + end(), all);
  }

  private String range(String more) {
    return "SELECT "
        + COLUMNS
        + " FROM :schema.audit_record r WHERE "
        + conditions.substring(" AND ".length())
        + more
        + end();
  }

  /**
   * The limit stands in the text: a server that plans for a parameter takes a tenth of all rows.
   */
  private String end() {
    return " ORDER BY r.sequence" + (newestFirst ? " DESC" : "") + " LIMIT " + most;
  }

  private void and(String condition, Object value) {
    conditions.append(" AND ").append(condition);
    parameters.add(value);
  }

  /** A driver may read an empty one as null; none is absent. */
  private static Payload payload(byte @Nullable [] bytes) {
    return bytes == null ? Payload.empty() : Payload.of(bytes);
  }

  /**
   * Reads a record.
   *
   * @param row a row of {@link AuditRows#read}
   * @return the record
   * @throws SQLException when the store fails
   */
  public static AuditRecord record(ResultSet row) throws SQLException {
    return new AuditRecord(
        row.getLong(1),
        StoreTime.fromMicros(row.getLong(2)),
        new AuditEntry(
            row.getString(3),
            row.getString(4),
            row.getString(5),
            StoreTime.fromMicros(row.getLong(6)),
            payload(row.getBytes(7))));
  }
}
