// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.support.MessageContent;
import dev.holdfast.provider.support.StoreTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns in which a message is sent to the store: kind, body, due, start, id, content hash,
 * discardIfUnknown.
 */
public final class MessageColumns {

  private static final @Nullable Object[] NONE = new @Nullable Object[parameters("m_").size()];

  private MessageColumns() {}

  private static List<Parameter> parameters(String prefix) {
    return List.of(
        Type.TEXT.named(prefix + "kind"),
        Type.BYTEA.named(prefix + "body"),
        Type.BIGINT.named(prefix + "due_at"),
        Type.BIGINT.named(prefix + "due_in"),
        Type.TEXT.named(prefix + "start_name"),
        Type.TEXT.named(prefix + "start_version"),
        Type.TEXT.named(prefix + "start_parent"),
        Type.TEXT.named(prefix + "message_id"),
        Type.BYTEA.named(prefix + "hash"),
        Type.BOOLEAN.named(prefix + "drop"));
  }

  /** Returns some parameters, followed by those of a message, under names with a prefix. */
  public static List<Parameter> parametersBehind(String prefix, Parameter... front) {
    return Stream.concat(Stream.of(front), parameters(prefix).stream()).toList();
  }

  /** {@return the values of some columns, followed by those of a message, null for none} */
  public static @Nullable Object[] rowBehind(
      @Nullable OrchestratorMessage message, @Nullable Object... front) {
    return join(front, message == null ? NONE : values(message));
  }

  /** {@return a row made of two} */
  public static @Nullable Object[] join(@Nullable Object[] front, @Nullable Object[] rest) {
    @Nullable Object[] row = Arrays.copyOf(front, front.length + rest.length);
    System.arraycopy(rest, 0, row, front.length, rest.length);
    return row;
  }

  private static @Nullable Object[] values(OrchestratorMessage message) {
    Long dueAt = null;
    Long dueIn = null;
    switch (message.due()) {
      case Due.Now now -> {}
      case Due.At at -> dueAt = StoreTime.toMicros(at.instant());
      case Due.In in -> dueIn = micros(in.delay());
    }
    ExecutionStart start = message.start();
    return new @Nullable Object[] {
      message.kind(),
      message.body().toByteArray(),
      dueAt,
      dueIn,
      start == null ? null : start.name(),
      start == null ? null : start.version(),
      start == null ? null : start.parentInstanceId(),
      message.messageId(),
      message.messageId() == null ? null : MessageContent.hash(message),
      message.discardIfUnknown()
    };
  }

  /**
   * Converts a duration to microseconds, rounded up. Durations that lead beyond the last storable
   * moment from any time are all the same: the store refuses them.
   */
  public static long micros(Duration duration) {
    return StoreTime.plus(0, duration);
  }

  /** Sets a bound on bytes, NULL for none. */
  public static void setMaxBytes(PreparedStatement statement, int index, long maxBytes)
      throws SQLException {
    if (maxBytes == OrchestrationFetch.ANY_BYTES) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, maxBytes);
    }
  }

  /** Sets an array of texts, NULL for none. */
  public static void setTexts(
      Connection connection,
      PreparedStatement statement,
      int index,
      @Nullable Collection<String> texts)
      throws SQLException {
    if (texts == null) {
      statement.setNull(index, Types.ARRAY);
    } else {
      statement.setArray(index, connection.createArrayOf("text", texts.toArray()));
    }
  }
}
