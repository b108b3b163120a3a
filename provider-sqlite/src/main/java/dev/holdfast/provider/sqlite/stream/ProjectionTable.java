// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.jdbc.stream.EventReader;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.support.ProjectionErrors;
import dev.holdfast.provider.support.StreamChecks;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Projections and their generations. The writer of a file is alone, so that what a switch has
 * looked at, the end of the log and the checkpoints, stays until its commit.
 */
final class ProjectionTable {

  private static final String FIND =
      "SELECT projection_key, live, newest FROM holdfast_projection WHERE name = ?";

  private static final String CREATE =
      "INSERT INTO holdfast_projection (name, live, newest) VALUES (?, 1, 0)";

  private static final String RAISE =
      "UPDATE holdfast_projection SET newest = ? WHERE projection_key = ?";

  private static final String SWITCH =
      "UPDATE holdfast_projection SET live = ? WHERE projection_key = ?";

  private static final String GENERATION =
      """
      SELECT generation_key, dropped
        FROM holdfast_generation
       WHERE projection_key = ? AND generation = ?
      """;

  private static final String CREATE_GENERATION =
      "INSERT INTO holdfast_generation (projection_key, generation) VALUES (?, ?)";

  private static final String CREATE_CHECKPOINT =
      """
      INSERT INTO holdfast_checkpoint (generation_key, shard, position, updated_at)
      VALUES (?, ?, ?, ?)
      """;

  private static final String LEAST =
      "SELECT min(position) FROM holdfast_checkpoint WHERE generation_key = ?";

  private static final String HEAD =
      """
      SELECT max(coalesce((SELECT max(e.position) FROM holdfast_event e), 0),
                 coalesce((SELECT g.archived_through FROM holdfast_log g WHERE g.id = 1), 0))
      """;

  private static final String TAKE_AWAY =
      "UPDATE holdfast_generation SET dropped = 1 WHERE generation_key = ?";

  private static final String REMOVE_CHECKPOINTS =
      "DELETE FROM holdfast_checkpoint WHERE generation_key = ?";

  private static final String REMOVE_ROWS =
      """
      DELETE FROM holdfast_projection_row
       WHERE row_key IN (SELECT r.row_key FROM holdfast_projection_row r
                          WHERE r.generation_key = ? ORDER BY r.key LIMIT ?)
      """;

  private static final String REMOVE_PARKED =
      """
      DELETE FROM holdfast_parked_event
       WHERE generation_key = ?1
         AND position IN (SELECT k.position FROM holdfast_parked_event k
                           WHERE k.generation_key = ?1 ORDER BY k.position LIMIT ?2)
      """;

  private static final String LEFT =
      """
      SELECT EXISTS (SELECT 1 FROM holdfast_projection_row r WHERE r.generation_key = ?1)
          OR EXISTS (SELECT 1 FROM holdfast_parked_event k WHERE k.generation_key = ?1)
      """;

  private static final String REMOVE = "DELETE FROM holdfast_generation WHERE generation_key = ?";

  private ProjectionTable() {}

  /** A projection. */
  record Projection(long key, int live, int newest) {}

  /** A generation, which may be on its way out. */
  private record Generation(long key, boolean dropped) {}

  static @Nullable Projection find(Session session, String name) throws SQLException {
    return session.first(
        FIND, row -> new Projection(row.getLong(1), row.getInt(2), row.getInt(3)), name);
  }

  private static @Nullable Generation find(Session session, Projection projection, int number)
      throws SQLException {
    return session.first(
        GENERATION,
        row -> new Generation(row.getLong(1), row.getBoolean(2)),
        projection.key(),
        number);
  }

  /** The end of the log, as readers of it are told. */
  static LogPosition head(Session session) throws SQLException {
    return EventReader.position(Objects.requireNonNull(session.number(HEAD)));
  }

  /** Requires a projection. */
  static Projection require(Session session, String operation, String name) throws SQLException {
    Projection found = find(session, name);
    if (found == null) {
      throw ProjectionErrors.noProjection(operation, name);
    }
    return found;
  }

  /** Requires a generation that was not dropped, and returns its key. */
  static long require(
      Session session, String operation, String name, Projection projection, int number)
      throws SQLException {
    Generation found = find(session, projection, number);
    if (found == null || found.dropped()) {
      throw ProjectionErrors.noGeneration(operation, name, number);
    }
    return found.key();
  }

  static void create(
      WriteTx tx, String operation, String name, int newest, int shards, long startAfter)
      throws SQLException {
    Session session = tx.session();
    StreamChecks.checkReached(operation, EventReader.position(startAfter), head(session));
    Projection there = find(session, name);
    int found = there == null ? 0 : there.newest();
    if (found != newest) {
      throw ProjectionErrors.newerGeneration(operation, name, newest, found);
    }
    if (there == null) {
      session.update(CREATE, name);
    }
    Projection projection = Objects.requireNonNull(find(session, name));
    session.update(RAISE, newest + 1, projection.key());
    session.update(CREATE_GENERATION, projection.key(), newest + 1);
    long generation = require(session, operation, name, projection, newest + 1);
    long now = tx.now();
    List<@Nullable Object[]> checkpoints = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      checkpoints.add(new @Nullable Object[] {generation, shard, startAfter, now});
    }
    session.updateEach(CREATE_CHECKPOINT, checkpoints);
  }

  static void makeLive(
      WriteTx tx, String operation, String name, int generation, int live, @Nullable Long atLeast)
      throws SQLException {
    Session session = tx.session();
    Projection projection = require(session, operation, name);
    long key = require(session, operation, name, projection, generation);
    if (projection.live() != live) {
      throw ProjectionErrors.otherIsLive(operation, name, live, projection.live());
    }
    LogPosition demanded = atLeast == null ? head(session) : EventReader.position(atLeast);
    LogPosition least = EventReader.position(Objects.requireNonNull(session.number(LEAST, key)));
    if (least.isBefore(demanded)) {
      throw ProjectionErrors.behind(operation, name, generation, least, demanded);
    }
    session.update(SWITCH, generation, projection.key());
  }

  static DropStep drop(WriteTx tx, String operation, String name, int number, int limit)
      throws SQLException {
    Session session = tx.session();
    Projection projection = find(session, name);
    if (projection != null && projection.live() == number) {
      throw ProjectionErrors.isLive(operation, name, number);
    }
    Generation generation = projection == null ? null : find(session, projection, number);
    if (generation == null) {
      return new DropStep(0, true);
    }
    if (!generation.dropped()) {
      session.update(TAKE_AWAY, generation.key());
      session.update(REMOVE_CHECKPOINTS, generation.key());
    }
    int removed = session.update(REMOVE_ROWS, generation.key(), limit);
    if (removed < limit) {
      removed += session.update(REMOVE_PARKED, generation.key(), limit - removed);
    }
    Long left = session.number(LEFT, generation.key());
    boolean done = left != null && left == 0;
    if (done) {
      session.update(REMOVE, generation.key());
    }
    return new DropStep(removed, done);
  }
}
