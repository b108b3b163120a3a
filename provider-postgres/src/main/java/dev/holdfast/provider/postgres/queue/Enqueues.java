// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.postgres.call.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores messages. One request is a list, stored as a whole or not at all. Thread-safe. */
public final class Enqueues implements Batch<List<OrchestratorMessage>, @Nullable Void> {

  private static final String SQL = "SELECT :schema.enqueue(" + Columns.placeholders(11) + ")";
  private static final String ONE = "SELECT :schema.enqueue_one(" + Columns.placeholders(11) + ")";

  private final Database database;
  private final String operation;

  public Enqueues(Database database, String operation) {
    this.database = database;
    this.operation = operation;
  }

  @Override
  public List<@Nullable Void> run(List<List<OrchestratorMessage>> requests) {
    List<OrchestratorMessage> messages = requests.stream().flatMap(List::stream).toList();
    if (!messages.isEmpty()) {
      Columns columns = new Columns(MessageColumns.typesBehind(Type.TEXT));
      for (OrchestratorMessage message : messages) {
        columns.add(MessageColumns.rowBehind(message, message.instanceId()));
      }
      if (columns.rows() > 1 || !storeOne(columns, messages)) {
        storeAll(columns, messages);
      }
    }
    return Collections.nCopies(requests.size(), null);
  }

  private void storeAll(Columns columns, List<OrchestratorMessage> messages) {
    database.write(
        operation,
        SQL,
        (connection, statement) -> {
          columns.bind(connection, statement, 1);
          return statement.execute();
        },
        e -> refusal(operation, e, messages.stream()));
  }

  /** Stores a single message; false when it is none of those that can be stored so. */
  private boolean storeOne(Columns columns, List<OrchestratorMessage> messages) {
    return messages.get(0).messageId() == null
        && database.write(
            operation,
            ONE,
            (connection, statement) -> {
              columns.bindOnlyRow(statement, 1);
              return Codes.flag(statement);
            },
            e -> refusal(operation, e, messages.stream()));
  }

  @Override
  public long weight(List<OrchestratorMessage> request) {
    return request.size();
  }

  /** What the store has against a message; null when it is something else. */
  static @Nullable ProviderError refusal(
      String operation, SQLException e, Stream<OrchestratorMessage> messages) {
    if (SqlErrors.isDueTooLate(e)) {
      return new InvalidRequest(operation, "a message is due beyond the year 9999");
    }
    if (!SqlErrors.state(e).equals(SqlErrors.MESSAGE_MISMATCH)) {
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
