// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Rows of events as values. What no type takes is corrupt and names stream and version. */
public final class EventReader {

  /** What an event {@code e} of a stream {@code s} is read from. */
  public static final String COLUMNS =
      """
      s.category, s.id, e.version, e.position, e.recorded_at, e.schema_version, e.type, e.event_id,
             e.correlation_id, e.causation_id, e.tags, e.metadata IS NOT NULL, e.metadata, e.data\
      """;

  /** How many columns {@link #COLUMNS} has. */
  public static final int COUNT = 14;

  /** Which of them is the position, which every event has. */
  static final int POSITION = 4;

  private static final byte[] NO_BYTES = {};

  private EventReader() {}

  /**
   * Makes a position, whose second number is not used.
   *
   * @param number the first number
   * @return the position
   */
  public static LogPosition position(long number) {
    return new LogPosition(number, 0);
  }

  /**
   * Takes the number out of a position that is to be stored.
   *
   * @param operation the SPI call, for errors
   * @param position the position
   * @return its first number
   * @throws InvalidRequest when it has a second number, which no position of the store has
   */
  public static long number(String operation, LogPosition position) {
    if (position.minor() != 0) {
      throw new InvalidRequest(
          operation,
          "position %s is none of this store; it may be that of another one".formatted(position));
    }
    return position.major();
  }

  /**
   * Reads the columns of {@link #COLUMNS}, the first ones of a row.
   *
   * @param operation the SPI call, for errors
   * @param row the row
   * @return the event
   * @throws SQLException when the store fails
   */
  public static StreamEvent event(String operation, ResultSet row) throws SQLException {
    return Decoding.decode(
        operation,
        null,
        "event %d of stream %s/%s".formatted(row.getLong(3), row.getString(1), row.getString(2)),
        () ->
            new StreamEvent(
                new StreamId(row.getString(1), row.getString(2)),
                row.getLong(3),
                position(row.getLong(4)),
                StoreTime.fromMicros(row.getLong(5)),
                content(row)));
  }

  private static NewEvent content(ResultSet row) throws SQLException {
    return new NewEvent(
        row.getString(8),
        row.getString(7),
        row.getInt(6),
        payload(row, 14),
        metadata(row),
        row.getString(9),
        row.getString(10),
        TagTexts.decode(row.getString(11)));
  }

  private static @Nullable Payload metadata(ResultSet row) throws SQLException {
    return row.getBoolean(12) ? payload(row, 13) : null;
  }

  /** Drivers read an empty one as null. */
  private static Payload payload(ResultSet row, int column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return Payload.of(bytes == null ? NO_BYTES : bytes);
  }
}
