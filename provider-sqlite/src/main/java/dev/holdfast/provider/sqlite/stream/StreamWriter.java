// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.StreamChange;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.SQLException;

/** Writes changes of streams. */
public final class StreamWriter {

  private StreamWriter() {}

  /** Writes one change and returns what it has done. */
  public static ChangeResult write(WriteTx tx, String operation, StreamChange change)
      throws SQLException {
    return switch (change) {
      case AppendEvents append -> EventAppender.append(tx, operation, append);
      case PutSnapshot(var snapshot) -> SnapshotWriter.put(tx, operation, snapshot);
      case UpdateProjection update -> ProjectionWriter.update(tx, operation, update);
    };
  }
}
