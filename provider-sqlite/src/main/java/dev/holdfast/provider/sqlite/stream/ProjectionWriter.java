// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.jdbc.stream.EventReader;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.provider.support.ProjectionChecks;
import dev.holdfast.provider.support.ProjectionErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Updates rows, checkpoints and parked events of a generation, one after another: what is refused
 * is undone as a whole by the call.
 */
public final class ProjectionWriter {

  private static final String CHECKPOINT =
      "SELECT position FROM holdfast_checkpoint WHERE generation_key = ? AND shard = ?";

  private static final String SHARDS =
      "SELECT count(*) FROM holdfast_checkpoint WHERE generation_key = ?";

  private static final String MOVE =
      """
      UPDATE holdfast_checkpoint SET position = ?, updated_at = ?
       WHERE generation_key = ? AND shard = ?
      """;

  private static final String VERSION =
      "SELECT version FROM holdfast_projection_row WHERE generation_key = ? AND key = ?";

  private static final String PUT =
      """
      INSERT INTO holdfast_projection_row (generation_key, key, version, size, value)
      VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (generation_key, key) DO UPDATE SET version = ?3, size = ?4, value = ?5
      """;

  private static final String REMOVE =
      "DELETE FROM holdfast_projection_row WHERE generation_key = ? AND key = ?";

  private static final String PARK =
      """
      INSERT INTO holdfast_parked_event
             (generation_key, position, category, id, version, attempts, parked_at, error)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      ON CONFLICT (generation_key, position)
      DO UPDATE SET category = ?3, id = ?4, version = ?5, attempts = ?6, parked_at = ?7, error = ?8
      """;

  private static final String UNPARK =
      "DELETE FROM holdfast_parked_event WHERE generation_key = ? AND position = ?";

  private ProjectionWriter() {}

  /** Writes an update, whole or, when it is refused, up to where it does not fit. */
  public static ProjectionUpdated update(WriteTx tx, String operation, UpdateProjection update)
      throws SQLException {
    Session session = tx.session();
    long generation = generation(session, operation, update);
    Advance advance = update.advance();
    if (advance != null) {
      requireCheckpoint(session, operation, update, generation, advance);
    }
    if (ProjectionChecks.furthest(update) != null) {
      ProjectionChecks.checkReached(operation, update, ProjectionTable.head(session));
    }
    List<Long> versions = new ArrayList<>(update.rows().size());
    for (RowChange change : update.rows()) {
      versions.add(change(tx, operation, update, generation, change));
    }
    for (LogPosition position : update.unpark()) {
      if (position.minor() != 0 || session.update(UNPARK, generation, position.major()) == 0) {
        throw ProjectionErrors.notParked(operation, update, position);
      }
    }
    for (ParkedEvent event : update.park()) {
      park(tx, operation, generation, event);
    }
    if (advance != null) {
      long to = EventReader.number(operation, advance.to());
      session.update(MOVE, to, tx.now(), generation, advance.shard());
    }
    return new ProjectionUpdated(versions);
  }

  private static long generation(Session session, String operation, UpdateProjection update)
      throws SQLException {
    String name = update.projection();
    int number = update.generation();
    ProjectionTable.Projection projection = ProjectionTable.require(session, operation, name);
    long generation = ProjectionTable.require(session, operation, name, projection, number);
    if (update.advance() == null && projection.live() != number) {
      throw ProjectionErrors.otherIsLive(operation, name, number, projection.live());
    }
    return generation;
  }

  private static void requireCheckpoint(
      Session session, String operation, UpdateProjection update, long generation, Advance advance)
      throws SQLException {
    Long stored = session.number(CHECKPOINT, generation, advance.shard());
    if (stored == null) {
      long shards = Objects.requireNonNull(session.number(SHARDS, generation));
      ProjectionChecks.checkShard(operation, advance, (int) shards);
      throw new SQLException("the checkpoint of shard %d is missing".formatted(advance.shard()));
    }
    LogPosition found = EventReader.position(stored);
    if (!found.equals(advance.from())) {
      throw ProjectionErrors.otherCheckpoint(operation, update, advance, found);
    }
  }

  private static long change(
      WriteTx tx, String operation, UpdateProjection update, long generation, RowChange change)
      throws SQLException {
    Session session = tx.session();
    String key = change.key();
    Long seen = change.seenVersion();
    if (seen != null) {
      Long stored = session.number(VERSION, generation, key);
      long found = stored == null ? 0 : stored;
      if (seen != found) {
        throw ProjectionErrors.otherVersion(operation, update, key, seen, found);
      }
    }
    return switch (change) {
      case RowChange.Put put -> {
        long version = tx.next();
        session.update(
            PUT, generation, key, version, put.value().size(), put.value().toByteArray());
        yield version;
      }
      case RowChange.Remove remove -> {
        session.update(REMOVE, generation, key);
        yield 0;
      }
    };
  }

  private static void park(WriteTx tx, String operation, long generation, ParkedEvent event)
      throws SQLException {
    tx.session()
        .update(
            PARK,
            generation,
            EventReader.number(operation, event.position()),
            event.stream().category(),
            event.stream().id(),
            event.version(),
            event.attempts(),
            tx.now(),
            event.error());
  }
}
