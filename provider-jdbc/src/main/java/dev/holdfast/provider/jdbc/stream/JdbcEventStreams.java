// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.jdbc.admin.Queries;
import dev.holdfast.provider.jdbc.state.ChangeApplier;
import dev.holdfast.provider.jdbc.stream.LogReads.PageRow;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Stall;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamLimits;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.StreamChecks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Event streams on the rows of a store. Thread-safe. */
public final class JdbcEventStreams implements EventStreams {

  private static final String ONE = LogSql.STREAM + " AND s.id = ?";

  private static final String OF_CATEGORY = LogSql.STREAM + " AND s.id > ? ORDER BY s.id LIMIT ?";

  private final Queries store;
  private final Function<String, List<Stall>> stalls;
  private final LogReads reads;
  private final WaitingLog waiting;
  private final ChangeApplier changes;
  private final StreamChecks checks;

  /**
   * Creates the calls of one handle.
   *
   * @param store the store to ask
   * @param stalls finds what holds back appends or reads now; given the SPI call, for errors
   * @param changes applies appends
   * @param waiting lets reads of the log wait
   * @param checks what it refuses
   * @param labels the labels that the store keeps
   */
  public JdbcEventStreams(
      Queries store,
      Function<String, List<Stall>> stalls,
      ChangeApplier changes,
      WaitingLog waiting,
      RequestChecks checks,
      EventLabels labels) {
    this.store = store;
    this.stalls = stalls;
    this.changes = changes;
    this.waiting = waiting;
    this.checks = checks.streams();
    reads = new LogReads(store, labels);
  }

  @Override
  public StreamLimits limits() {
    return checks.limits();
  }

  @Override
  public Appended append(AppendEvents append) {
    return (Appended) changes.apply("append", append);
  }

  private List<StreamInfo> streams(String operation, String sql, List<?> parameters) {
    return store.query(
        operation,
        sql,
        parameters,
        row ->
            new StreamInfo(
                new StreamId(row.getString(2), row.getString(3)),
                row.getLong(4),
                row.getLong(5),
                StoreTime.fromMicros(row.getLong(6)),
                StoreTime.fromMicros(row.getLong(7))));
  }

  /** First and last version of a stream. */
  private record Reach(long first, long last) {}

  @Override
  public StreamPage readStream(StreamId id, long fromVersion, Direction direction, int limit) {
    String operation = "readStream";
    checks.checkRead(operation, fromVersion, limit);
    boolean forwards = direction == Direction.FORWARDS;
    LogSql.Query query =
        LogSql.ofStream(id.category(), id.id(), fromVersion, forwards, limit, LogReads.MOST_BYTES);
    List<PageRow<Reach>> rows =
        store.query(
            operation,
            query.sql(),
            query.parameters(),
            row ->
                PageRow.read(
                    operation,
                    row,
                    r ->
                        new Reach(
                            r.getLong(EventReader.COUNT + 2), r.getLong(EventReader.COUNT + 3))));
    if (rows.isEmpty()) {
      return new StreamPage(List.of(), 1, 0, true);
    }
    Reach reach = rows.get(0).rest();
    List<StreamEvent> events = PageRow.events(rows);
    boolean complete =
        events.isEmpty()
            || events.get(events.size() - 1).version() == (forwards ? reach.last : reach.first);
    return new StreamPage(events, reach.first, reach.last, complete);
  }

  @Override
  public Optional<StreamInfo> stream(StreamId id) {
    return streams("stream", ONE, List.of(id.category(), id.id())).stream().findFirst();
  }

  @Override
  public StreamList streams(String category, @Nullable String afterId, int limit) {
    String operation = "streams";
    checks.checkList(operation, category, afterId, limit);
    List<StreamInfo> found =
        streams(
            operation,
            OF_CATEGORY,
            List.of(category, Objects.requireNonNullElse(afterId, ""), limit + 1));
    return found.size() > limit
        ? new StreamList(found.subList(0, limit), found.get(limit - 1).stream().id())
        : new StreamList(found, null);
  }

  @Override
  public LogPage readLog(LogRead read) {
    String operation = "readLog";
    checks.check(operation, read);
    return waiting.read(read, next -> reads.page(operation, next));
  }

  @Override
  public LogHead head() {
    return reads.head("head");
  }

  @Override
  public LogPosition positionAt(Instant time) {
    String operation = "positionAt";
    return reads.positionAt(operation, checks.checkTime(operation, time));
  }

  @Override
  public long versionAt(StreamId id, Instant time) {
    String operation = "versionAt";
    long moment = checks.checkTime(operation, time);
    LogSql.Query query = LogSql.versionAt(id.category(), id.id(), moment);
    return store
        .query(
            operation,
            query.sql(),
            query.parameters(),
            row -> versionAt(operation, id, moment, row))
        .stream()
        .findFirst()
        .orElse(0L);
  }

  private static long versionAt(String operation, StreamId id, long moment, ResultSet row)
      throws SQLException {
    if (moment < row.getLong(2)) {
      return 0;
    }
    long version = row.getLong(3);
    if (version < row.getLong(1)) {
      throw new NotFound(operation, null, "what stream %s had then was archived".formatted(id));
    }
    return version;
  }

  @Override
  public List<Stall> explainStall() {
    return stalls.apply("explainStall");
  }
}
