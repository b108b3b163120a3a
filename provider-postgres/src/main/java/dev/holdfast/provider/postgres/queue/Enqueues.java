// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.postgres.queue.EagerInstanceCalls.Claimed;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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
      MessageColumns.parametersBehind(Type.TEXT.named("p_to"));

  private static final String SQL = "SELECT :fn.enqueue(" + Columns.arguments(PARAMETERS) + ")";
  private static final String ONE = "SELECT :fn.enqueue_one(" + Columns.arguments(PARAMETERS) + ")";
  private static final String CLAIMING = EagerInstanceCalls.sql(":fn.enqueue_claiming", PARAMETERS);
  private static final String CLAIMING_ONE =
      EagerInstanceCalls.sql(":fn.enqueue_one_claiming", PARAMETERS);

  private final Database database;
  private final InstanceLocks instanceLocks;
  private final String operation;

  public Enqueues(Database database, InstanceLocks instanceLocks, String operation) {
    this.database = database;
    this.instanceLocks = instanceLocks;
    this.operation = operation;
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
    for (Request request : requests) {
      int last = request.messages().size() - 1;
      for (int i = 0; i <= last; i++) {
        OrchestratorMessage message = request.messages().get(i);
        columns.add(MessageColumns.rowBehind(message, message.instanceId()));
        claims.add(i == last ? request.eager() : null);
      }
    }
    Claimed claimed =
        database.write(
            operation,
            columns.rows() == 1 ? CLAIMING_ONE : CLAIMING,
            (connection, statement) -> claims.execute(columns, connection, statement),
            e -> refusal(operation, e, requests.stream().flatMap(one -> one.messages().stream())));
    List<Optional<OrchestrationItem>> items = claimed.items(operation, instanceLocks);
    return answers(
        requests,
        last -> new EnqueueResult(claimed.codes().get(last) == 0, items.get(last).orElse(null)));
  }

  @Override
  public long weight(Request request) {
    return request.messages().size();
  }

  /** {@return the refusal of a message that an error means; null when it means something else} */
  static @Nullable ProviderError refusal(
      String operation, SQLException e, Stream<OrchestratorMessage> messages) {
    if (SqlErrors.isDueTooLate(e)) {
      return new InvalidRequest(operation, "a message is due beyond the year 9999");
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
