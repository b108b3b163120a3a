// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

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
final class MessageColumns {

  private static final List<Parameter> PARAMETERS =
      List.of(
          Type.TEXT.named("m_kind"),
          Type.BYTEA.named("m_body"),
          Type.BIGINT.named("m_due_at"),
          Type.BIGINT.named("m_due_in"),
          Type.TEXT.named("m_start_name"),
          Type.TEXT.named("m_start_version"),
          Type.TEXT.named("m_start_parent"),
          Type.TEXT.named("m_message_id"),
          Type.BYTEA.named("m_hash"),
          Type.BOOLEAN.named("m_drop"));

  private static final @Nullable Object[] NONE = new @Nullable Object[PARAMETERS.size()];

  private MessageColumns() {}

  /** Returns some parameters, followed by those of a message. */
  static List<Parameter> parametersBehind(Parameter... front) {
    return Stream.concat(Stream.of(front), PARAMETERS.stream()).toList();
  }

  /** {@return the values of some columns, followed by those of a message, null for none} */
  static @Nullable Object[] rowBehind(
      @Nullable OrchestratorMessage message, @Nullable Object... front) {
    @Nullable Object[] own = message == null ? NONE : values(message);
    @Nullable Object[] row = Arrays.copyOf(front, front.length + own.length);
    System.arraycopy(own, 0, row, front.length, own.length);
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
  static long micros(Duration duration) {
    return StoreTime.plus(0, duration);
  }

  /** Sets a bound on bytes, NULL for none. */
  static void setMaxBytes(PreparedStatement statement, int index, long maxBytes)
      throws SQLException {
    if (maxBytes == OrchestrationFetch.ANY_BYTES) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, maxBytes);
    }
  }

  /** Sets an array of texts, NULL for none. */
  static void setTexts(
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
