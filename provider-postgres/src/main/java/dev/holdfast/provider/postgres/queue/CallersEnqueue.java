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
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.Place;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  private static final String READ_ONLY = "25006";
  private static final String PRODUCT = "PostgreSQL";

  private final Database database;
  private final RequestChecks checks;
  private volatile @Nullable Place place;

  /** Creates the feature of a handle. */
  public CallersEnqueue(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  @Override
  public void enqueueAll(Connection connection, List<OrchestratorMessage> messages) {
    checks.check(OPERATION, messages);
    database.checkOpen(OPERATION);
    try {
      checkConnection(connection);
      if (!Place.of(connection).equals(ours())) {
        throw invalid("leads to another database than that of the store");
      }
      if (!messages.isEmpty()) {
        post(connection, messages);
      }
    } catch (SQLException e) {
      if (READ_ONLY.equals(e.getSQLState())) {
        throw invalid("only reads");
      }
      throw SqlErrors.classify(OPERATION, e);
    }
  }

  private static void checkConnection(Connection connection) throws SQLException {
    if (connection.isClosed()) {
      throw invalid("is closed");
    }
    if (!PRODUCT.equals(connection.getMetaData().getDatabaseProductName())) {
      throw invalid("leads to another product than PostgreSQL");
    }
    if (connection.getAutoCommit()) {
      throw invalid("is in auto-commit mode, so that there is no transaction to be part of");
    }
    if (connection.isReadOnly()) {
      throw invalid("only reads");
    }
  }

  /** Where the store is does not change while it is open. */
  private Place ours() {
    Place known = place;
    if (known == null) {
      known = database.read(OPERATION, Place.SQL, (connection, statement) -> Place.read(statement));
      place = known;
    }
    return known;
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

  private static InvalidRequest invalid(String why) {
    return new InvalidRequest(OPERATION, "the caller's connection " + why);
  }
}
