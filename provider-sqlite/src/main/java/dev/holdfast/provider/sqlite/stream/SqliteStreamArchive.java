// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.jdbc.stream.EventLabels;
import dev.holdfast.provider.jdbc.stream.TagTexts;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StreamChecks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes events that a snapshot covers: first the stream says that it begins behind them, which is
 * what lets them go. Thread-safe.
 */
public final class SqliteStreamArchive implements StreamArchive {

  private static final String FIND =
      """
      SELECT stream_key, first_version, last_version
        FROM holdfast_stream
       WHERE category = ? AND id = ?
      """;

  private static final String COVERED =
      "SELECT 1 FROM holdfast_snapshot WHERE stream_key = ? AND schema = ? AND version = ?";

  private static final String ANCHOR =
      """
      UPDATE holdfast_snapshot SET anchor = (schema = ?2 AND version = ?3)
       WHERE stream_key = ?1 AND anchor <> (schema = ?2 AND version = ?3)
      """;

  private static final String BEGIN =
      "UPDATE holdfast_stream SET first_version = ? WHERE stream_key = ?";

  private static final String GOING =
      """
      SELECT position, recorded_at, type, event_id, correlation_id, causation_id, tags
        FROM holdfast_event
       WHERE stream_key = ? AND version >= ? AND version < ?
       ORDER BY version
      """;

  private static final String REMOVE =
      "DELETE FROM holdfast_event WHERE stream_key = ? AND version >= ? AND version < ?";

  private static final String REMOVE_LABEL =
      "DELETE FROM holdfast_event_label WHERE label = ? AND position = ?";

  private static final String SAY =
      """
      INSERT INTO holdfast_log (id, archived_through, archived_recorded_at) VALUES (1, ?1, ?2)
      ON CONFLICT (id) DO UPDATE SET archived_through = ?1, archived_recorded_at = ?2
       WHERE archived_through < ?1
      """;

  private final Database database;
  private final StreamChecks checks;

  /** Creates it. */
  public SqliteStreamArchive(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks.streams();
  }

  @Override
  public ArchiveStep archive(StreamId stream, long through, String schema, int limit) {
    String operation = "archive";
    checks.checkArchive(operation, through, schema, limit);
    return database.write(operation, tx -> step(tx, operation, stream, through, schema, limit));
  }

  private record Row(long key, long first, long last) {}

  private static ArchiveStep step(
      WriteTx tx, String operation, StreamId id, long through, String schema, int limit)
      throws SQLException {
    Session session = tx.session();
    Row stream =
        session.first(
            FIND,
            row -> new Row(row.getLong(1), row.getLong(2), row.getLong(3)),
            id.category(),
            id.id());
    long last = stream == null ? 0 : stream.last();
    if (stream == null || through > last) {
      throw new VersionConflict(
          operation,
          "stream " + id,
          "stream %s is at version %d, and %d was to be archived".formatted(id, last, through),
          through,
          last,
          null);
    }
    if (session.number(COVERED, stream.key(), schema, through) == null) {
      throw new NotFound(
          operation,
          null,
          "stream %s has no snapshot of version %d under %s".formatted(id, through, schema));
    }
    if (through >= stream.first() - 1) {
      session.update(ANCHOR, stream.key(), schema, through);
    }
    long first = Math.max(stream.first(), Math.min(through, stream.first() + limit - 1) + 1);
    if (first > stream.first()) {
      remove(session, id, stream, first);
    }
    return new ArchiveStep((int) (first - stream.first()), Math.max(0, through - first + 1));
  }

  private static void remove(Session session, StreamId id, Row stream, long first)
      throws SQLException {
    session.update(BEGIN, first, stream.key());
    List<@Nullable Object[]> labels = new ArrayList<>();
    long[] end = {0, 0};
    session.visit(
        GOING,
        row -> {
          end[0] = row.getLong(1);
          end[1] = row.getLong(2);
          for (long label : labels(id, row)) {
            labels.add(new @Nullable Object[] {label, end[0]});
          }
          return true;
        },
        stream.key(),
        stream.first(),
        first);
    session.update(REMOVE, stream.key(), stream.first(), first);
    session.updateEach(REMOVE_LABEL, labels);
    session.update(SAY, end[0], end[1]);
  }

  /** A damaged event goes too; what is left of its labels leads nowhere. */
  private static List<Long> labels(StreamId id, ResultSet row) throws SQLException {
    try {
      return EventLabels.STANDARD.everOf(
          id,
          new NewEvent(
              row.getString(4),
              row.getString(3),
              1,
              Payload.empty(),
              null,
              row.getString(5),
              row.getString(6),
              TagTexts.decode(row.getString(7))));
    } catch (InvalidRequest damaged) {
      return List.of();
    }
  }
}
