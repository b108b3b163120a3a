// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.jdbc.stream.AppendContent;
import dev.holdfast.provider.jdbc.stream.EventLabels;
import dev.holdfast.provider.jdbc.stream.TagTexts;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
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
