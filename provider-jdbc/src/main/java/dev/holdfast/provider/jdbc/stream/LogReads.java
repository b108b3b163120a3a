// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.jdbc.admin.Queries;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.StreamChecks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads of the log, each one query: what it says of the end of the log and the events up to it are
 * of one moment, so that nothing is passed that commits meanwhile (READ-09). Immutable and
 * thread-safe.
 */
final class LogReads {

  /** The most bytes of the events of a page, but for its last one. */
  static final long MOST_BYTES = 8L * 1024 * 1024;

  private final Queries store;
  private final EventLabels labels;

  LogReads(Queries store, EventLabels labels) {
    this.store = store;
    this.labels = labels;
  }

  /**
   * What is said of the log beside events.
   *
   * @param head the position of the last event there is or was
   * @param micros its time, absent without one
   * @param archived the greatest position of what was archived, absent when nothing was
   */
  private record OfLog(LogPosition head, @Nullable Long micros, @Nullable LogPosition archived) {
    static OfLog read(ResultSet row, int column) throws SQLException {
      long head = row.getLong(column);
      long micros = row.getLong(column + 1);
      boolean empty = row.wasNull();
      long archived = row.getLong(column + 2);
      return new OfLog(
          EventReader.position(head),
          empty ? null : micros,
          row.wasNull() ? null : EventReader.position(archived));
    }
  }

  /** The end of the log. */
  LogHead head(String operation) {
    LogSql.Query query = LogSql.head(store);
    return store
        .query(
            operation,
            query.sql(),
            query.parameters(),
            row -> {
              OfLog log = OfLog.read(row, 1);
              Long last = log.micros();
              long now = Math.max(row.getLong(5), Objects.requireNonNullElse(last, 0L));
              return new LogHead(
                  log.head(),
                  last == null ? null : StoreTime.fromMicros(last),
                  StoreTime.fromMicros(now));
            })
        .get(0);
  }

  /** The position of the last event at or before a moment. */
  LogPosition positionAt(String operation, long moment) {
    LogSql.Query query = LogSql.positionAt(moment);
    return store
        .query(
            operation, query.sql(), query.parameters(), row -> EventReader.position(row.getLong(1)))
        .get(0);
  }

  /**
   * A row of a page.
   *
   * @param event the event, absent in the only row of a page without events
   * @param outOf how many candidates there were
   * @param rest what else is said
   */
  record PageRow<T>(@Nullable StreamEvent event, int outOf, T rest) {
    static <T> PageRow<T> read(String operation, ResultSet row, Queries.RowReader<T> rest)
        throws SQLException {
      row.getLong(EventReader.POSITION);
      return new PageRow<>(
          row.wasNull() ? null : EventReader.event(operation, row),
          row.getInt(EventReader.COUNT + 1),
          rest.read(row));
    }

    static List<StreamEvent> events(List<? extends PageRow<?>> rows) {
      List<StreamEvent> events = new ArrayList<>(rows.size());
      for (PageRow<?> row : rows) {
        StreamEvent event = row.event();
        if (event != null) {
          events.add(event);
        }
      }
      return events;
    }
  }

  /** Reads one page; positions have no second number. */
  LogPage page(String operation, LogRead read) {
    LogFilter filter = read.filter();
    boolean forwards = read.direction() == Direction.FORWARDS;
    LogSql.Query query =
        LogSql.page(
            labels.conditions(filter),
            read.from().major(),
            filter.recorded(),
            forwards,
            read.limit(),
            MOST_BYTES);
    List<PageRow<OfLog>> rows =
        store.query(
            operation,
            query.sql(),
            query.parameters(),
            row -> PageRow.read(operation, row, r -> OfLog.read(r, EventReader.COUNT + 2)));
    OfLog log = rows.get(0).rest();
    StreamChecks.checkReached(operation, read.from(), log.head());
    List<StreamEvent> found = PageRow.events(rows);
    boolean atEnd = rows.get(0).outOf() <= found.size();
    LogPosition next = forwards ? log.head() : LogPosition.START;
    if (!atEnd) {
      long last = found.get(found.size() - 1).position().major();
      next = EventReader.position(forwards ? last : last - 1);
    }
    LogPosition begin = forwards ? read.from() : next;
    LogPosition archived = log.archived();
    return new LogPage(
        found.stream().filter(filter::matches).toList(), // labels may be equal for different names
        next,
        atEnd,
        archived != null && begin.isBefore(archived) ? archived : null);
  }
}
