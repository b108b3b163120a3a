// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.postgres.queue.EagerInstanceCalls.Claimed;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores messages; a request is stored as a whole or not at all. Thread-safe. */
public final class Enqueues implements Batch<Enqueues.Request, EnqueueResult> {

  /**
   * Messages of one caller.
   *
   * @param eager asks for the instance of the last message
   */
  public record Request(List<OrchestratorMessage> messages, @Nullable EagerInstance eager) {

    /** Copies the list. */
    public Request {
      messages = List.copyOf(messages);
    }
  }

  private static final List<Parameter> PARAMETERS =
      MessageColumns.parametersBehind("m_", Type.TEXT.named("p_to"));

  private static final String SQL = "SELECT :fn.enqueue(" + Columns.arguments(PARAMETERS) + ")";
  private static final String ONE = "SELECT :fn.enqueue_one(" + Columns.arguments(PARAMETERS) + ")";
  private static final String CLAIMING = EagerInstanceCalls.sql(":fn.enqueue_claiming", PARAMETERS);
  private static final String CLAIMING_ONE =
      EagerInstanceCalls.sqlOfOne(":fn.enqueue_one_claiming", PARAMETERS, List.of());

  private static final String AHEAD =
      EagerInstanceCalls.sql(":fn.enqueue_ahead", PARAMETERS, TurnsAhead.parameters());
  private static final String AHEAD_ONE =
      EagerInstanceCalls.sqlOfOne(
          ":fn.enqueue_one_ahead", PARAMETERS, TurnsAhead.parametersOfOne());

  private final Database database;
  private final InstanceLocks instanceLocks;
  private final RequestChecks checks;
  private final Runnable leftOver;
  private final String operation;

  /**
   * Creates the operation.
   *
   * @param checks say what a turn ahead may not have
   * @param leftOver told when the instance of an applied turn has messages left
   */
  public Enqueues(
      Database database,
      InstanceLocks instanceLocks,
      RequestChecks checks,
      Runnable leftOver,
      String operation) {
    this.database = database;
    this.instanceLocks = instanceLocks;
    this.checks = checks;
    this.leftOver = leftOver;
    this.operation = operation;
  }

  /** Turns ahead do not depend on each other, nor on other messages of the call. */
  @Override
  public int together(List<Request> requests) {
    if (requests.stream().allMatch(request -> turn(request) == null)) {
      return requests.size();
    }
    List<String> instances = new ArrayList<>();
    List<@Nullable TurnAhead> turns = new ArrayList<>();
    for (Request request : requests) {
      int last = request.messages().size() - 1;
      for (int i = 0; i <= last; i++) {
        instances.add(request.messages().get(i).instanceId());
        turns.add(i == last ? turn(request) : null);
      }
    }
    int messages = TurnsAhead.together(instances, turns);
    int together = 0;
    for (Request request : requests) {
      messages -= request.messages().size();
      if (messages < 0) {
        break;
      }
      together++;
    }
    return Math.max(1, together);
  }

  /** {@return the turn of a start, null for none} */
  private static @Nullable TurnAhead turn(Request request) {
    return request.messages().isEmpty() || request.messages().getLast().start() == null
        ? null
        : TurnsAhead.of(request.eager());
  }

  @Override
  public List<EnqueueResult> run(List<Request> requests) {
    if (requests.stream().anyMatch(request -> request.eager() != null)) {
      return runClaiming(requests);
    }
    List<OrchestratorMessage> messages =
        requests.stream().flatMap(request -> request.messages().stream()).toList();
    boolean[] stored = new boolean[messages.size()];
    if (!messages.isEmpty()) {
      Columns columns = new Columns(PARAMETERS);
      for (OrchestratorMessage message : messages) {
        columns.add(MessageColumns.rowBehind(message, message.instanceId()));
      }
      database.write(
          operation,
          columns.rows() == 1 ? ONE : SQL,
          (connection, statement) -> {
            columns.bindOneOrMany(connection, statement, 1);
            readStored(statement, stored);
            return true;
          },
          e -> refusal(operation, e, messages.stream()));
    }
    return answers(requests, last -> EnqueueResult.of(stored[last]));
  }

  /** Reads whether each message was stored: one flag, several, or NULL for all. */
  private static void readStored(PreparedStatement statement, boolean[] stored)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      if (stored.length == 1) {
        stored[0] = rows.getBoolean(1);
        return;
      }
      Array flags = rows.getArray(1);
      Boolean[] values = flags == null ? null : (Boolean[]) flags.getArray();
      for (int i = 0; i < stored.length; i++) {
        stored[i] = values == null || values[i];
      }
    }
  }

  /** Returns one result per request: that of its last message. */
  private static List<EnqueueResult> answers(
      List<Request> requests, IntFunction<EnqueueResult> ofMessage) {
    List<EnqueueResult> answers = new ArrayList<>(requests.size());
    int after = 0;
    for (Request request : requests) {
      after += request.messages().size();
      answers.add(
          request.messages().isEmpty() ? EnqueueResult.of(true) : ofMessage.apply(after - 1));
    }
    return answers;
  }

  private List<EnqueueResult> runClaiming(List<Request> requests) {
    Columns columns = new Columns(PARAMETERS);
    EagerInstanceCalls claims = new EagerInstanceCalls();
    TurnsAhead turns =
        requests.stream().anyMatch(request -> turn(request) != null)
            ? new TurnsAhead(operation, checks)
            : null;
    for (Request request : requests) {
      int last = request.messages().size() - 1;
      for (int i = 0; i <= last; i++) {
        OrchestratorMessage message = request.messages().get(i);
        columns.add(MessageColumns.rowBehind(message, message.instanceId()));
        claims.add(i == last ? request.eager() : null);
        if (turns != null) {
          turns.add(message.instanceId(), i == last ? turn(request) : null);
        }
      }
    }
    String sql =
        turns != null && turns.any()
            ? claims.isOne(turns) ? AHEAD_ONE : AHEAD
            : claims.isOne(turns) ? CLAIMING_ONE : CLAIMING;
    Claimed claimed;
    try {
      claimed =
          database.write(
              operation,
              sql,
              (connection, statement) -> claims.execute(columns, turns, connection, statement),
              e -> refusal(operation, e, requests.stream().flatMap(Enqueues::messages)));
    } catch (ProviderError.Permanent e) {
      if (requests.size() > 1 || turns == null || !turns.any()) {
        throw e;
      }
      return List.of(withoutTurn(requests.get(0), e));
    }
    if (turns != null && turns.leftOver()) {
      leftOver.run();
    }
    List<Optional<OrchestrationItem>> items = claimed.items(operation, instanceLocks);
    return answers(
        requests,
        last -> {
          boolean stored = claimed.codes().get(last) == 0;
          return new EnqueueResult(
              stored,
              items.get(last).orElse(null),
              stored && turns != null ? turns.result(last) : null);
        });
  }

  private static Stream<OrchestratorMessage> messages(Request request) {
    return Stream.concat(request.messages().stream(), TurnsAhead.messages(turn(request)));
  }

  /** Stores without the turn, which may be what the store refused (AHEAD-05). */
  private EnqueueResult withoutTurn(Request request, ProviderError.Permanent refusal) {
    EagerInstance eager = Objects.requireNonNull(request.eager());
    EnqueueResult result =
        run(List.of(new Request(request.messages(), eager.withTurnAhead(null)))).get(0);
    return result.stored()
        ? new EnqueueResult(true, result.eagerInstance(), AckResult.rejected(refusal))
        : result;
  }

  @Override
  public long weight(Request request) {
    TurnAhead turn = turn(request);
    return request.messages().size() + (turn == null ? 0 : TurnColumns.weight(turn.content()));
  }

  /** {@return the refusal of a message that an error means; null when it means something else} */
  static @Nullable ProviderError refusal(
      String operation, SQLException e, Stream<OrchestratorMessage> messages) {
    if (SqlErrors.isDueTooLate(e)) {
      return new InvalidRequest(operation, "a message is due beyond the year 9999");
    }
    if (SqlErrors.isActivityQueued(e)) {
      return new InvalidRequest(
          operation,
          "a turn schedules an activity whose identity is queued already, or twice; choose another"
              + " activity id");
    }
    if (!SqlStates.state(e).equals(SqlErrors.MESSAGE_MISMATCH)) {
      return null;
    }
    return messages
        .filter(message -> message.messageId() != null)
        .filter(message -> SqlErrors.serverMessage(e).equals(message.messageId()))
        .findFirst()
        .<ProviderError>map(message ->
            new IdempotencyMismatch(operation, message.instanceId(), SqlErrors.serverMessage(e)))
        .orElse(null);
  }
}
