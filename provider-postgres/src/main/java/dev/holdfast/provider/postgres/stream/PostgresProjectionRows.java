// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.jdbc.stream.EventReader;
import dev.holdfast.provider.jdbc.stream.ProjectionRows;
import dev.holdfast.provider.postgres.connect.CallersConnections;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.provider.support.ProjectionErrors;
import dev.holdfast.provider.support.StreamChecks;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** What is written of projections in one schema, one statement a call. Thread-safe. */
public final class PostgresProjectionRows implements ProjectionRows {

  private static final String CREATE =
      """
      SELECT code, there
        FROM :fn.create_generation(p_name => ?, p_newest => ?, p_shards => ?, p_start => ?)
      """;

  private static final String MAKE_LIVE =
      """
      SELECT code, there, demanded
        FROM :fn.make_live(p_name => ?, p_generation => ?, p_live => ?, p_at_least => ?)
      """;

  private static final String DROP =
      """
      SELECT code, removed, done
        FROM :fn.drop_generation(p_name => ?, p_generation => ?, p_limit => ?)
      """;

  private static final int DONE = 0;

  private final Database database;
  private final CallersUpdates callers;

  /** Creates it. */
  public PostgresProjectionRows(Database database, CallersConnections connections) {
    this.database = database;
    callers = new CallersUpdates(database, connections);
  }

  @Override
  public void create(String operation, String projection, int newest, int shards, long startAfter) {
    database.write(
        operation,
        CREATE,
        (connection, statement) -> {
          statement.setString(1, projection);
          statement.setInt(2, newest);
          statement.setInt(3, shards);
          statement.setLong(4, startAfter);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            int code = row.getInt(1);
            if (code == 1) {
              StreamChecks.checkReached(
                  operation,
                  EventReader.position(startAfter),
                  EventReader.position(row.getLong(2)));
            }
            if (code != DONE) {
              throw ProjectionErrors.newerGeneration(operation, projection, newest, row.getInt(2));
            }
            return null;
          }
        });
  }

  @Override
  public void makeLive(
      String operation, String projection, int generation, int live, @Nullable Long atLeast) {
    database.write(
        operation,
        MAKE_LIVE,
        (connection, statement) -> {
          statement.setString(1, projection);
          statement.setInt(2, generation);
          statement.setInt(3, live);
          statement.setObject(4, atLeast, Types.BIGINT);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            switch (row.getInt(1)) {
              case DONE -> {}
              case 1 -> throw ProjectionErrors.noProjection(operation, projection);
              case 2 -> throw ProjectionErrors.noGeneration(operation, projection, generation);
              case 3 ->
                  throw ProjectionErrors.otherIsLive(operation, projection, live, row.getInt(2));
              default ->
                  throw ProjectionErrors.behind(
                      operation,
                      projection,
                      generation,
                      EventReader.position(row.getLong(2)),
                      EventReader.position(row.getLong(3)));
            }
            return null;
          }
        });
  }

  @Override
  public DropStep drop(String operation, String projection, int generation, int limit) {
    return database.write(
        operation,
        DROP,
        (connection, statement) -> {
          statement.setString(1, projection);
          statement.setInt(2, generation);
          statement.setInt(3, limit);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            if (row.getInt(1) != DONE) {
              throw ProjectionErrors.isLive(operation, projection, generation);
            }
            return new DropStep(row.getInt(2), row.getBoolean(3));
          }
        });
  }

  @Override
  public ProjectionUpdated update(
      String operation, Connection connection, UpdateProjection update, @Nullable Fence fence) {
    return callers.update(operation, connection, update, fence);
  }
}
