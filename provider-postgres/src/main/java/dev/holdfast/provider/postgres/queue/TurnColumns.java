// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.jdbc.row.KeyValueChanges;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.support.StoreTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns in which the contents of turns are sent to the store: one row per turn for what there
 * is once, and rows that say which turn they belong to for the rest. Used by one thread.
 */
final class TurnColumns {

  private static final List<Parameter> EVENTS =
      List.of(
          Type.INTEGER.named("e_ack"),
          Type.BIGINT.named("e_id"),
          Type.TEXT.named("e_kind"),
          Type.BYTEA.named("e_data"),
          Type.BIGINT.named("e_recorded_at"));
  private static final List<Parameter> ACTIVITIES =
      List.of(
          Type.INTEGER.named("a_ack"),
          Type.BIGINT.named("a_id"),
          Type.TEXT.named("a_name"),
          Type.BYTEA.named("a_input"),
          Type.TEXT.named("a_orchestration"),
          Type.TEXT.named("a_version"));
  private static final List<Parameter> ROUTES =
      List.of(Type.TEXT.named("a_tag"), Type.TEXT.named("a_session"));
  private static final List<Parameter> CANCELLED =
      List.of(
          Type.INTEGER.named("c_ack"),
          Type.BIGINT.named("c_execution"),
          Type.BIGINT.named("c_activity"));

  private static final List<Parameter> EXTRAS =
      List.of(
          Type.INTEGER.named("x_ack"),
          Type.TEXT.named("x_pin"),
          Type.BOOLEAN.named("x_set"),
          Type.BYTEA.named("x_value"));

  private static final List<Parameter> VALUES =
      List.of(Type.INTEGER.named("s_ack"), Type.TEXT.named("s_key"), Type.BYTEA.named("s_value"));

  /** Columns are filled by place, so the prefix makes no difference here. */
  private static final List<Parameter> MESSAGES = messages("m_");

  private static final int ONCE = once("").size();

  private final Columns events = new Columns(EVENTS);
  private final Columns activities = new Columns(ACTIVITIES);
  private final Columns routes = new Columns(ROUTES);
  private final EagerActivitySelection claims = new EagerActivitySelection();
  private final Columns extras = new Columns(EXTRAS);
  private final Columns values = new Columns(VALUES);
  private final Columns cancelled = new Columns(CANCELLED);
  private final Columns messages = new Columns(MESSAGES);
  private int turns;
  private boolean routed;

  /** {@return the parameters for what there is once, under names with a prefix} */
  static List<Parameter> once(String prefix) {
    return List.of(
        Type.BIGINT.named(prefix + "execution"),
        Type.TEXT.named(prefix + "name"),
        Type.TEXT.named(prefix + "version"),
        Type.TEXT.named(prefix + "parent"),
        Type.TEXT.named(prefix + "status"),
        Type.BOOLEAN.named(prefix + "ended"),
        Type.BYTEA.named(prefix + "output"),
        Type.BIGINT.named(prefix + "first_event"),
        Type.BOOLEAN.named(prefix + "ascending"));
  }

  /** {@return the parameters for the rest, of a list; messages under names with a prefix} */
  static List<Parameter> rest(String prefix) {
    return Stream.of(
            EVENTS,
            ACTIVITIES,
            EagerActivitySelection.PARAMETERS,
            ROUTES,
            EXTRAS,
            VALUES,
            CANCELLED,
            messages(prefix))
        .flatMap(List::stream)
        .toList();
  }

  /** {@return the parameters for the rest of one plain turn} */
  static List<Parameter> restOfOne() {
    return Stream.of(
            EVENTS.subList(1, EVENTS.size()),
            ACTIVITIES.subList(1, ACTIVITIES.size()),
            EagerActivitySelection.PARAMETERS,
            ROUTES)
        .flatMap(List::stream)
        .toList();
  }

  private static List<Parameter> messages(String prefix) {
    return MessageColumns.parametersBehind(
        prefix, Type.INTEGER.named(prefix + "ack"), Type.TEXT.named(prefix + "to"));
  }

  /**
   * Adds the next turn.
   *
   * @param turn the turn, null for an element that has none
   * @return the values of what there is once
   */
  @Nullable Object[] add(@Nullable TurnContent turn) {
    turns++;
    claims.add(turn);
    if (turn == null) {
      return new @Nullable Object[ONCE];
    }
    for (HistoryEvent event : turn.historyDelta()) {
      events.add(
          turns,
          event.eventId(),
          event.kind(),
          event.data().toByteArray(),
          StoreTime.toMicros(event.recordedAt()));
    }
    for (ActivityTask task : turn.activities()) {
      activities.add(
          turns,
          task.activityId(),
          task.name(),
          task.input().toByteArray(),
          task.orchestrationName(),
          task.orchestrationVersion());
      routes.add(task.tag(), task.sessionId());
      routed |= task.tag() != null || task.sessionId() != null;
    }
    for (ActivityIdentity activity : turn.cancelledActivities()) {
      cancelled.add(turns, activity.executionId(), activity.activityId());
    }
    for (OrchestratorMessage message : turn.messages()) {
      messages.add(MessageColumns.rowBehind(message, turns, message.instanceId()));
    }
    ExecutionMetadata metadata = turn.metadata();
    addExtras(metadata);
    addValues(KeyValueChanges.of(metadata.keyValues()));
    ExecutionStatus status = metadata.status();
    Payload output = metadata.output();
    List<HistoryEvent> delta = turn.historyDelta();
    return new @Nullable Object[] {
      turn.executionId(),
      metadata.name(),
      metadata.version(),
      metadata.parentInstanceId(),
      status == null ? null : status.name(),
      status != null && status.isEnded(),
      output == null ? null : output.toByteArray(),
      delta.isEmpty() ? null : delta.get(0).eventId(),
      ascends(delta)
    };
  }

  /** Adds what few turns have. */
  private void addExtras(ExecutionMetadata metadata) {
    CustomStatusChange status = metadata.customStatus();
    if (metadata.runtimeVersion() == null && status instanceof CustomStatusChange.Keep) {
      return;
    }
    extras.add(
        turns,
        Versions.encode(metadata.runtimeVersion()),
        status instanceof CustomStatusChange.Keep ? null : status instanceof CustomStatusChange.Set,
        status instanceof CustomStatusChange.Set(Payload value) ? value.toByteArray() : null);
  }

  /** Adds changes of key-values; those of all keys have none. */
  private void addValues(KeyValueChanges changes) {
    if (changes.clearsAll()) {
      values.add(turns, null, null);
    }
    changes
        .keys()
        .forEach(
            (key, value) -> values.add(turns, key, value.map(Payload::toByteArray).orElse(null)));
  }

  private static boolean ascends(List<HistoryEvent> delta) {
    for (int i = 1; i < delta.size(); i++) {
      if (delta.get(i).eventId() <= delta.get(i - 1).eventId()) {
        return false;
      }
    }
    return true;
  }

  /** {@return how large a turn is, compared with one that hardly does anything} */
  static long weight(TurnContent turn) {
    return ((long) turn.historyDelta().size()
            + turn.activities().size()
            + turn.messages().size()
            + turn.metadata().keyValues().size())
        / 16;
  }

  /** {@return whether there is one turn, which concerns only its own instance, without extras} */
  boolean arePlain() {
    return turns == 1
        && extras.rows() == 0
        && values.rows() == 0
        && cancelled.rows() == 0
        && messages.rows() == 0;
  }

  /** {@return which of the activities are to be locked} */
  EagerActivitySelection claims() {
    return claims;
  }

  /**
   * Sets the arguments for the parameters of {@link #rest}, from an index on; returns the index
   * after the last one.
   */
  int bindRest(Connection connection, PreparedStatement statement, int first) throws SQLException {
    int next = events.bind(connection, statement, first);
    next = activities.bind(connection, statement, next);
    next = claims.lockFor().bind(connection, statement, next);
    next = routes().bind(connection, statement, next);
    next = extras.bind(connection, statement, next);
    next = values.bind(connection, statement, next);
    next = cancelled.bind(connection, statement, next);
    return messages.bind(connection, statement, next);
  }

  /** Sets the arguments for the parameters of {@link #restOfOne}, from an index on. */
  void bindRestOfOne(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    int next = events.bindFrom(1, connection, statement, first);
    next = activities.bindFrom(1, connection, statement, next);
    next = claims.lockFor().bind(connection, statement, next);
    routes().bind(connection, statement, next);
  }

  /** {@return which callers the activities are for; without rows when all are for anybody} */
  private Columns routes() {
    return routed ? routes : new Columns(ROUTES);
  }
}
