// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.jdbc.stream.AppendContent;
import dev.holdfast.provider.jdbc.stream.EventLabels;
import dev.holdfast.provider.jdbc.stream.EventReader;
import dev.holdfast.provider.jdbc.stream.TagTexts;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.StoreTime;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends events. The writer of a file is alone, so that positions are in the order of commits
 * whatever they are drawn from, and what is looked at stays until the commit.
 */
final class EventAppender {

  private static final String FIND =
      "SELECT stream_key, last_version FROM holdfast_stream WHERE category = ? AND id = ?";

  private static final String CREATE =
      """
      INSERT INTO holdfast_stream
             (category, id, first_version, last_version, created_at, last_recorded_at)
      VALUES (?1, ?2, 1, ?3, ?4, ?4)
      RETURNING stream_key
      """;

  private static final String GROW =
      "UPDATE holdfast_stream SET last_version = ?, last_recorded_at = ? WHERE stream_key = ?";

  private static final String KEY =
      """
      SELECT first_version, last_version, first_position, last_position, recorded_at, content_hash
        FROM holdfast_append_key
       WHERE stream_key = ? AND key = ?
      """;

  private static final String KEEP_KEY =
      """
      INSERT INTO holdfast_append_key
             (stream_key, key, first_version, last_version, first_position, last_position,
              recorded_at, content_hash)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String LAST_RECORDED =
      """
      SELECT max(l.recorded_at)
        FROM (SELECT * FROM (SELECT e.recorded_at FROM holdfast_event e
                              WHERE e.position > 0
                              ORDER BY e.position DESC LIMIT 1)
               UNION ALL SELECT g.archived_recorded_at FROM holdfast_log g
                              WHERE g.id = 1) l
      """;

  private static final String INSERT =
      """
      INSERT INTO holdfast_event
             (position, stream_key, version, recorded_at, schema_version, size, type, event_id,
              correlation_id, causation_id, tags, metadata, data)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String LABEL =
      "INSERT INTO holdfast_event_label (label, position) VALUES (?, ?)";

  private EventAppender() {}

  /** A stream that has or had events. */
  record Stream(long key, long lastVersion) {}

  static @Nullable Stream find(Session session, StreamId id) throws SQLException {
    return session.first(
        FIND, row -> new Stream(row.getLong(1), row.getLong(2)), id.category(), id.id());
  }

  /** The key is looked up before the expected version is looked at (STREAM-19). */
  static Appended append(WriteTx tx, String operation, AppendEvents append) throws SQLException {
    Session session = tx.session();
    StreamId id = append.stream();
    Stream stream = find(session, id);
    String key = append.key();
    byte[] content = key == null ? new byte[0] : AppendContent.hash(append.events());
    if (key != null && stream != null) {
      Appended first = known(session, operation, id, stream.key(), key, content);
      if (first != null) {
        return first.asRepeat();
      }
    }
    long last = stream == null ? 0 : stream.lastVersion();
    if (!append.expected().fits(last)) {
      throw new VersionConflict(operation, id, append.expected(), last);
    }
    long recordedAt = recordedAt(tx);
    long version = last + append.events().size();
    long streamKey = grown(session, id, stream, version, recordedAt);
    long first = insert(tx, append, streamKey, last, recordedAt);
    long position = first + append.events().size() - 1;
    if (key != null) {
      session.update(
          KEEP_KEY, streamKey, key, last + 1, version, first, position, recordedAt, content);
    }
    tx.eventsAppended();
    return new Appended(
        id,
        last + 1,
        version,
        EventReader.position(first),
        EventReader.position(position),
        StoreTime.fromMicros(recordedAt),
        false);
  }

  private static @Nullable Appended known(
      Session session, String operation, StreamId id, long streamKey, String key, byte[] content)
      throws SQLException {
    return session.first(
        KEY,
        row -> {
          if (!MessageDigest.isEqual(row.getBytes(6), content)) {
            throw new IdempotencyMismatch(operation, id, key);
          }
          return new Appended(
              id,
              row.getLong(1),
              row.getLong(2),
              EventReader.position(row.getLong(3)),
              EventReader.position(row.getLong(4)),
              StoreTime.fromMicros(row.getLong(5)),
              false);
        },
        streamKey,
        key);
  }

  /** Time never falls along the log, whatever the clock does (ORDER-14). */
  private static long recordedAt(WriteTx tx) throws SQLException {
    Long last = tx.session().number(LAST_RECORDED);
    return last == null ? tx.now() : Math.max(tx.now(), last);
  }

  private static long grown(
      Session session, StreamId id, @Nullable Stream stream, long version, long recordedAt)
      throws SQLException {
    if (stream == null) {
      // All rows are read, so that the statement runs to its end.
      return session
          .list(CREATE, row -> row.getLong(1), id.category(), id.id(), version, recordedAt)
          .get(0);
    }
    session.update(GROW, version, recordedAt, stream.key());
    return stream.key();
  }

  /** Writes the events and returns the first position; the others follow it without a gap. */
  private static long insert(
      WriteTx tx, AppendEvents append, long streamKey, long last, long recordedAt)
      throws SQLException {
    List<@Nullable Object[]> events = new ArrayList<>(append.events().size());
    List<@Nullable Object[]> labels = new ArrayList<>();
    long version = last;
    long first = 0;
    for (NewEvent event : append.events()) {
      long position = tx.next();
      first = first == 0 ? position : first;
      version++;
      Payload metadata = event.metadata();
      events.add(
          new @Nullable Object[] {
            position,
            streamKey,
            version,
            recordedAt,
            event.schemaVersion(),
            event.data().size() + (metadata == null ? 0 : metadata.size()),
            event.type(),
            event.eventId(),
            event.correlationId(),
            event.causationId(),
            TagTexts.encode(event.tags()),
            metadata == null ? null : metadata.toByteArray(),
            event.data().toByteArray()
          });
      for (long label : EventLabels.STANDARD.of(append.stream(), event)) {
        labels.add(new @Nullable Object[] {label, position});
      }
    }
    tx.session().updateEach(INSERT, events);
    tx.session().updateEach(LABEL, labels);
    return first;
  }
}
