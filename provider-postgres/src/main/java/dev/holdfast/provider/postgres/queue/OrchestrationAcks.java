// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.support.StoreTime;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies the results of turns. Thread-safe. */
public final class OrchestrationAcks implements Batch<OrchestrationAck, AckResult> {

  private static final String OPERATION = "ackOrchestrationItem";

  private static final int DUPLICATE_EVENT = 6;
  private static final int EVENT_TOO_LATE = 7;

  private static final List<Parameter> ACKS =
      List.of(
          Type.TEXT.named("p_id"),
          Type.BIGINT.named("p_epoch"),
          Type.BIGINT.named("p_execution"),
          Type.TEXT.named("p_name"),
          Type.TEXT.named("p_version"),
          Type.TEXT.named("p_parent"),
          Type.TEXT.named("p_status"),
          Type.BOOLEAN.named("p_ended"),
          Type.BYTEA.named("p_output"),
          Type.BIGINT.named("p_first_event"),
          Type.BOOLEAN.named("p_ascending"));
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
  private static final List<Parameter> CANCELLED =
      List.of(
          Type.INTEGER.named("c_ack"),
          Type.BIGINT.named("c_execution"),
          Type.BIGINT.named("c_activity"));
  private static final List<Parameter> MESSAGES =
      MessageColumns.parametersBehind(Type.INTEGER.named("m_ack"), Type.TEXT.named("m_to"));

  private static final String RESULT = "SELECT codes, bad_events, last_events, left_over, tokens";
  private static final String SQL =
      RESULT
          + " FROM :fn.ack_orchestrations("
          + Columns.arguments(
              ACKS, EVENTS, ACTIVITIES, EagerActivitySelection.PARAMETERS, CANCELLED, MESSAGES)
          + ")";
  private static final String ONE =
      RESULT
          + " FROM :fn.ack_orchestration_one("
          + Columns.arguments(
              ACKS,
              ofTheOnlyAck(EVENTS),
              ofTheOnlyAck(ACTIVITIES),
              EagerActivitySelection.PARAMETERS)
          + ")";

  private final Database database;
  private final Runnable leftOver;

  /**
   * Creates the operation.
   *
   * @param leftOver told when an acked instance has messages left
   */
  public OrchestrationAcks(Database database, Runnable leftOver) {
    this.database = database;
    this.leftOver = leftOver;
  }

  /** Returns parameters without the number that says which ack a row belongs to. */
  private static List<Parameter> ofTheOnlyAck(List<Parameter> parameters) {
    return parameters.subList(1, parameters.size());
  }

  /**
   * Each instance is acked at most once per call, and the acks of a call do not depend on each
   * other: where an ack sends a message with an id to another acked instance, that one's ack must
   * be applied before or after, since it may forget message ids (QUEUE-10).
   */
  @Override
  public int together(List<OrchestrationAck> acks) {
    Set<String> acked = new HashSet<>();
    Set<String> addressed = new HashSet<>();
    for (OrchestrationAck ack : acks) {
      String instanceId = ack.lockToken().instanceId();
      List<String> addresses = addressesThatCount(ack);
      if (acked.contains(instanceId)
          || addressed.contains(instanceId)
          || addresses.stream().anyMatch(acked::contains)) {
        break;
      }
      acked.add(instanceId);
      addressed.addAll(addresses);
    }
    return acked.size();
  }

  /** Returns the other instances that get messages with ids. */
  private static List<String> addressesThatCount(OrchestrationAck ack) {
    if (ack.messages().isEmpty()) {
      return List.of();
    }
    String own = ack.lockToken().instanceId();
    return ack.messages().stream()
        .filter(message -> message.messageId() != null && !message.instanceId().equals(own))
        .map(OrchestratorMessage::instanceId)
        .toList();
  }

  @Override
  public long weight(OrchestrationAck ack) {
    return 1L + (ack.historyDelta().size() + ack.activities().size() + ack.messages().size()) / 16;
  }

  @Override
  public List<AckResult> run(List<OrchestrationAck> acks) {
    Arguments arguments = new Arguments(acks);
    Answer answer =
        database.write(
            OPERATION,
            arguments.arePlain() ? ONE : SQL,
            (connection, statement) -> {
              arguments.bind(connection, statement);
              try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return Answer.read(rows);
              }
            },
            e -> refusal(acks, e));
    if (answer.leftOver()) {
      leftOver.run();
    }
    List<AckResult> results = new ArrayList<>(acks.size());
    for (int i = 0; i < acks.size(); i++) {
      results.add(answer.result(acks.get(i), i, arguments.claims));
    }
    return results;
  }

  private static @Nullable ProviderError refusal(List<OrchestrationAck> acks, SQLException e) {
    if (SqlErrors.isActivityQueued(e)) {
      return new InvalidRequest(
          OPERATION,
          acks.get(0).lockToken().instanceId(),
          "schedules an activity whose identity is queued already, or twice; choose another"
              + " activity id");
    }
    return Enqueues.refusal(OPERATION, e, acks.stream().flatMap(ack -> ack.messages().stream()));
  }

  /** What the store returned; see ack_orchestrations. */
  private record Answer(
      List<Integer> codes,
      List<@Nullable Long> badEvents,
      List<@Nullable Long> lastEvents,
      boolean leftOver,
      List<@Nullable Long> tokens) {

    static Answer read(ResultSet row) throws SQLException {
      return new Answer(
          Codes.read(row, 1), numbers(row, 2), numbers(row, 3), row.getBoolean(4), numbers(row, 5));
    }

    private static List<@Nullable Long> numbers(ResultSet row, int column) throws SQLException {
      Array array = row.getArray(column);
      return array == null ? List.of() : Arrays.asList((@Nullable Long[]) array.getArray());
    }

    AckResult result(OrchestrationAck ack, int index, EagerActivitySelection claims) {
      int code = codes.get(index);
      String instanceId = ack.lockToken().instanceId();
      return switch (code) {
        case TokenCodes.GOOD ->
            tokens.isEmpty()
                ? AckResult.applied()
                : new AckResult.Applied(claims.items(index, tokens), null);
        case TokenCodes.ACKED -> AckResult.alreadyApplied();
        case DUPLICATE_EVENT ->
            AckResult.rejected(
                new DuplicateEvent(OPERATION, instanceId, ack.executionId(), badEvent(index)));
        case EVENT_TOO_LATE ->
            AckResult.rejected(
                new InvalidRequest(
                    OPERATION,
                    instanceId,
                    "event %d comes after event %d of execution %d; history only grows at its end"
                        .formatted(badEvent(index), lastEvents.get(index), ack.executionId())));
        default -> AckResult.rejected(TokenCodes.lost(OPERATION, ack.lockToken(), code));
      };
    }

    private long badEvent(int index) {
      Long event = badEvents.get(index);
      return event == null ? 0 : event;
    }
  }

  /** The arguments of the call. */
  private static final class Arguments {
    private final Columns acks = new Columns(ACKS);
    private final Columns events = new Columns(EVENTS);
    private final Columns activities = new Columns(ACTIVITIES);
    private final EagerActivitySelection claims = new EagerActivitySelection();
    private final Columns cancelled = new Columns(CANCELLED);
    private final Columns messages = new Columns(MESSAGES);

    Arguments(List<OrchestrationAck> all) {
      for (int i = 0; i < all.size(); i++) {
        add(all.get(i), i + 1);
      }
    }

    private void add(OrchestrationAck ack, int number) {
      LockToken token = ack.lockToken();
      ExecutionMetadata metadata = ack.metadata();
      ExecutionStatus status = metadata.status();
      Payload output = metadata.output();
      List<HistoryEvent> delta = ack.historyDelta();
      acks.add(
          token.instanceId(),
          token.epoch(),
          ack.executionId(),
          metadata.name(),
          metadata.version(),
          metadata.parentInstanceId(),
          status == null ? null : status.name(),
          status != null && status.isEnded(),
          output == null ? null : output.toByteArray(),
          delta.isEmpty() ? null : delta.get(0).eventId(),
          ascends(delta));
      for (HistoryEvent event : delta) {
        events.add(
            number,
            event.eventId(),
            event.kind(),
            event.data().toByteArray(),
            StoreTime.toMicros(event.recordedAt()));
      }
      claims.add(ack);
      for (ActivityTask task : ack.activities()) {
        activities.add(
            number,
            task.activityId(),
            task.name(),
            task.input().toByteArray(),
            task.orchestrationName(),
            task.orchestrationVersion());
      }
      for (ActivityIdentity activity : ack.cancelledActivities()) {
        cancelled.add(number, activity.executionId(), activity.activityId());
      }
      for (OrchestratorMessage message : ack.messages()) {
        messages.add(MessageColumns.rowBehind(message, number, message.instanceId()));
      }
    }

    private static boolean ascends(List<HistoryEvent> delta) {
      for (int i = 1; i < delta.size(); i++) {
        if (delta.get(i).eventId() <= delta.get(i - 1).eventId()) {
          return false;
        }
      }
      return true;
    }

    /** {@return whether there is one ack, which concerns only its own instance} */
    boolean arePlain() {
      return acks.rows() == 1 && cancelled.rows() == 0 && messages.rows() == 0;
    }

    void bind(Connection connection, PreparedStatement statement) throws SQLException {
      if (arePlain()) {
        // Without the numbers that say which ack a row belongs to.
        int next = acks.bindOnlyRow(statement, 1);
        next = events.bindFrom(1, connection, statement, next);
        next = activities.bindFrom(1, connection, statement, next);
        claims.lockFor().bind(connection, statement, next);
        return;
      }
      int next = acks.bind(connection, statement, 1);
      next = events.bind(connection, statement, next);
      next = activities.bind(connection, statement, next);
      next = claims.lockFor().bind(connection, statement, next);
      next = cancelled.bind(connection, statement, next);
      messages.bind(connection, statement, next);
    }
  }
}
