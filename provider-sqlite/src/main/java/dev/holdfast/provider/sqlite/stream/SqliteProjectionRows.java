// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.jdbc.stream.ProjectionRows;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What is written of projections in one file. Thread-safe. */
public final class SqliteProjectionRows implements ProjectionRows {

  private final Database database;
  private final FenceCheck fences;

  /** Requires a live fence, in the transaction that writes. */
  @FunctionalInterface
  public interface FenceCheck {
    void requireLive(WriteTx tx, String operation, Fence fence) throws SQLException;
  }

  /** Creates it. */
  public SqliteProjectionRows(Database database, FenceCheck fences) {
    this.database = database;
    this.fences = fences;
  }

  @Override
  public void create(String operation, String projection, int newest, int shards, long startAfter) {
    database.write(
        operation,
        tx -> {
          ProjectionTable.create(tx, operation, projection, newest, shards, startAfter);
          return null;
        });
  }

  @Override
  public void makeLive(
      String operation, String projection, int generation, int live, @Nullable Long atLeast) {
    database.write(
        operation,
        tx -> {
          ProjectionTable.makeLive(tx, operation, projection, generation, live, atLeast);
          return null;
        });
  }

  @Override
  public DropStep drop(String operation, String projection, int generation, int limit) {
    return database.write(
        operation, tx -> ProjectionTable.drop(tx, operation, projection, generation, limit));
  }

  @Override
  public ProjectionUpdated update(
      String operation, Connection connection, UpdateProjection update, @Nullable Fence fence) {
    if (!database.isReachedByCallers()) {
      throw new NotSupported(operation, Feature.TRANSACTIONAL_ENQUEUE);
    }
    return database.writeFor(
        operation,
        connection,
        tx -> {
          if (fence != null) {
            fences.requireLive(tx, operation, fence);
          }
          return ProjectionWriter.update(tx, operation, update);
        });
  }
}
