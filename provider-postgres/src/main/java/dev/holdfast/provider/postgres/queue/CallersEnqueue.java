// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.connect.CallersConnections;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Messages in transactions of callers. They wait in a table of their own until a fetch takes them
 * over, so that an open transaction locks nothing that others need (TXENQ-18). Thread-safe as far
 * as the connections are.
 */
public final class CallersEnqueue implements TransactionalEnqueue {

  private static final String OPERATION = "enqueue";
  private static final List<Parameter> PARAMETERS =
      MessageColumns.parametersBehind("m_", Type.TEXT.named("p_to"));
  private static final String SQL =
      "SELECT p.due, p.mismatch FROM :fn.post(" + Columns.arguments(PARAMETERS) + ") p";

  private final Database database;
  private final RequestChecks checks;
  private final CallersConnections connections;

  /** Creates the feature of a handle. */
  public CallersEnqueue(Database database, CallersConnections connections, RequestChecks checks) {
    this.database = database;
    this.connections = connections;
    this.checks = checks;
  }

  @Override
  public void enqueueAll(Connection connection, List<OrchestratorMessage> messages) {
    checks.check(OPERATION, messages);
    connections.through(
        OPERATION,
        connection,
        through -> {
          if (!messages.isEmpty()) {
            post(through, messages);
          }
          return true;
        });
  }

  private void post(Connection connection, List<OrchestratorMessage> messages) throws SQLException {
    Columns columns = new Columns(PARAMETERS);
    for (OrchestratorMessage message : messages) {
      columns.add(MessageColumns.rowBehind(message, message.instanceId()));
    }
    try (PreparedStatement statement = connection.prepareStatement(database.inSql(SQL))) {
      columns.bind(connection, statement, 1);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getBoolean(1)) {
          throw new InvalidRequest(OPERATION, "a message is due beyond the year 9999");
        }
        String mismatch = row.getString(2);
        if (mismatch != null) {
          throw mismatch(mismatch, messages);
        }
      }
    }
  }

  private static IdempotencyMismatch mismatch(
      String messageId, List<OrchestratorMessage> messages) {
    String instanceId =
        messages.stream()
            .filter(message -> messageId.equals(message.messageId()))
            .map(OrchestratorMessage::instanceId)
            .findFirst()
            .orElse("");
    return new IdempotencyMismatch(OPERATION, Objects.requireNonNull(instanceId), messageId);
  }
}
