// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StreamChecks;
import java.sql.ResultSet;

/** Removes events that a snapshot covers, one statement a step. Thread-safe. */
public final class PostgresStreamArchive implements StreamArchive {

  private static final String SQL =
      """
      SELECT code, last, removed, remaining
        FROM :fn.archive_events(p_category => ?, p_id => ?, p_through => ?, p_schema => ?, p_limit => ?)
      """;

  private static final int DONE = 0;
  private static final int NOT_REACHED = 1;

  private final Database database;
  private final StreamChecks checks;

  /** Creates it. */
  public PostgresStreamArchive(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks.streams();
  }

  @Override
  public ArchiveStep archive(StreamId stream, long through, String schema, int limit) {
    String operation = "archive";
    checks.checkArchive(operation, through, schema, limit);
    return database.write(
        operation,
        SQL,
        (connection, statement) -> {
          statement.setString(1, stream.category());
          statement.setString(2, stream.id());
          statement.setLong(3, through);
          statement.setString(4, schema);
          statement.setInt(5, limit);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return switch (row.getInt(1)) {
              case DONE -> new ArchiveStep(row.getInt(3), row.getLong(4));
              case NOT_REACHED ->
                  throw StreamRefusals.notReached(operation, stream, through, row.getLong(2));
              default ->
                  throw new NotFound(
                      operation,
                      null,
                      "stream %s has no snapshot of version %d under %s"
                          .formatted(stream, through, schema));
            };
          }
        });
  }
}
