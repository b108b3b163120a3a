// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.StreamId;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Stores and removes snapshots. */
public final class SnapshotWriter {

  private static final String INSERT =
      """
      INSERT INTO holdfast_snapshot (stream_key, schema, version, stored_at, size, state)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """;

  private static final String PRUNE =
      """
      DELETE FROM holdfast_snapshot
       WHERE stream_key = ?1 AND schema = ?2 AND anchor = 0
         AND version NOT IN (SELECT p.version FROM holdfast_snapshot p
                              WHERE p.stream_key = ?1 AND p.schema = ?2
                              ORDER BY p.version DESC
                              LIMIT ?3)
      """;

  private SnapshotWriter() {}

  /** Stores a snapshot unless there is one of its stream, schema and version. */
  static SnapshotStored put(WriteTx tx, String operation, Snapshot snapshot) throws SQLException {
    Session session = tx.session();
    StreamId id = snapshot.stream();
    EventAppender.Stream stream = EventAppender.find(session, id);
    long last = stream == null ? 0 : stream.lastVersion();
    if (stream == null || snapshot.version() > last) {
      throw notReached(operation, snapshot, last);
    }
    return new SnapshotStored(
        session.update(
                INSERT,
                stream.key(),
                snapshot.schema(),
                snapshot.version(),
                tx.now(),
                snapshot.state().size(),
                snapshot.state().toByteArray())
            > 0);
  }

  private static VersionConflict notReached(String operation, Snapshot snapshot, long last) {
    return new VersionConflict(
        operation,
        "stream " + snapshot.stream(),
        "stream %s is at version %d, and a snapshot of %d was put; name the version of the last event that is folded in"
            .formatted(snapshot.stream(), last, snapshot.version()),
        snapshot.version(),
        last,
        null);
  }

  /** Removes all but the newest of a stream and schema, and returns how many went. */
  public static int prune(WriteTx tx, StreamId id, String schema, int keep) throws SQLException {
    EventAppender.@Nullable Stream stream = EventAppender.find(tx.session(), id);
    return stream == null ? 0 : tx.session().update(PRUNE, stream.key(), schema, keep);
  }
}
