// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.jdbc.stream.AppendContent;
import dev.holdfast.provider.jdbc.stream.EventLabels;
import dev.holdfast.provider.jdbc.stream.TagTexts;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An append as the rows that it becomes. Its caller makes it, beside the call that is under way:
 * all that append wait for that one, and none should wait for another's hashes. Immutable and
 * thread-safe.
 */
public final class AppendRows {

  /** So many bytes weigh as much as an event. */
  private static final long BYTES = 64 * 1024;

  /** The parameters of the function for an append of one event; see {@link #bindEvent}. */
  static final List<Parameter> EVENT =
      List.of(
          Type.TEXT.named("a_category"),
          Type.TEXT.named("a_id"),
          Type.BIGINT.named("a_expected"),
          Type.TEXT.named("a_key"),
          Type.BYTEA.named("a_hash"),
          Type.INTEGER.named("a_schema_version"),
          Type.INTEGER.named("a_size"),
          Type.TEXT.named("a_type"),
          Type.TEXT.named("a_event_id"),
          Type.TEXT.named("a_correlation_id"),
          Type.TEXT.named("a_causation_id"),
          Type.TEXT.named("a_tags"),
          Type.BYTEA.named("a_metadata"),
          Type.BYTEA.named("a_data"),
          Type.BIGINT.named("a_labels"));

  private final AppendEvents append;
  private final byte @Nullable [] hash;
  private final List<Row> events;
  private final long weight;

  private AppendRows(AppendEvents append, byte @Nullable [] hash, List<Row> events) {
    this.append = append;
    this.hash = hash;
    this.events = events;
    this.weight = events.size() + events.stream().mapToLong(Row::size).sum() / BYTES;
  }

  /** What is computed of an event. */
  private record Row(NewEvent event, int size, String tags, List<Long> labels) {
    static Row of(AppendEvents append, NewEvent event) {
      Payload metadata = event.metadata();
      return new Row(
          event,
          event.data().size() + (metadata == null ? 0 : metadata.size()),
          TagTexts.encode(event.tags()),
          EventLabels.STANDARD.of(append.stream(), event));
    }
  }

  /** Computes the rows of an append. */
  public static AppendRows of(AppendEvents append) {
    List<Row> events = new ArrayList<>(append.events().size());
    for (NewEvent event : append.events()) {
      events.add(Row.of(append, event));
    }
    return new AppendRows(
        append, append.key() == null ? null : AppendContent.hash(append.events()), events);
  }

  /** {@return how much of a call it takes, in events} */
  long weight() {
    return weight;
  }

  boolean isOneEvent() {
    return events.size() == 1;
  }

  /** Sets the arguments of the function for an append of one event. */
  void bindEvent(Connection connection, PreparedStatement statement) throws SQLException {
    Row row = events.get(0);
    NewEvent event = row.event;
    Payload metadata = event.metadata();
    statement.setString(1, append.stream().category());
    statement.setString(2, append.stream().id());
    statement.setObject(3, lastVersion(append.expected()), Types.BIGINT);
    statement.setString(4, append.key());
    statement.setBytes(5, hash);
    statement.setInt(6, event.schemaVersion());
    statement.setInt(7, row.size);
    statement.setString(8, event.type());
    statement.setString(9, event.eventId());
    statement.setString(10, event.correlationId());
    statement.setString(11, event.causationId());
    statement.setString(12, row.tags);
    statement.setBytes(13, metadata == null ? null : metadata.toByteArray());
    statement.setBytes(14, event.data().toByteArray());
    statement.setArray(15, connection.createArrayOf("bigint", row.labels.toArray()));
  }

  /** Adds them to those of other appends. */
  void addTo(Columns appends, Columns rows, Columns labels) {
    appends.add(
        append.stream().category(),
        append.stream().id(),
        lastVersion(append.expected()),
        append.key(),
        hash,
        append.events().size());
    int number = appends.rows();
    int place = 0;
    for (Row row : events) {
      place++;
      NewEvent event = row.event;
      Payload metadata = event.metadata();
      rows.add(
          number,
          place,
          event.schemaVersion(),
          row.size,
          event.type(),
          event.eventId(),
          event.correlationId(),
          event.causationId(),
          row.tags,
          metadata == null ? null : metadata.toByteArray(),
          event.data().toByteArray());
      for (long label : row.labels) {
        labels.add(number, place, label);
      }
    }
  }

  /** As the store says it: -1 for any but 0. */
  private static @Nullable Long lastVersion(Expected expected) {
    return switch (expected) {
      case Expected.Any any -> null;
      case Expected.Exists exists -> -1L;
      case Expected.NoStream none -> 0L;
      case Expected.Exactly(long version) -> version;
    };
  }
}
