// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.jdbc.admin.Queries;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.jdbc.state.ChangeApplier;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.StreamChecks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Snapshots on the rows of a store. The table {@code snapshot} has {@code stream_key}, {@code
 * schema}, {@code version}, {@code stored_at}, {@code anchor}, {@code size} and {@code state}.
 * Thread-safe.
 */
public final class JdbcSnapshots implements Snapshots {

  private static final String OF_STREAM =
      """
        FROM :schema.snapshot p
       WHERE p.stream_key = (SELECT s.stream_key FROM :schema.stream s WHERE s.category = ? AND s.id = ?)
      """;

  private static final String LATEST =
      "SELECT p.version, p.stored_at, p.size, p.state\n"
          + OF_STREAM
          + "   AND p.schema = ? AND p.version <= ?\n ORDER BY p.version DESC\n LIMIT 1";

  private static final String LIST =
      "SELECT p.version, p.schema, p.size, p.stored_at, p.anchor <> 0\n"
          + OF_STREAM
          + " ORDER BY p.version DESC, p.schema\n LIMIT ?";

  private static final byte[] NO_BYTES = {};

  private final Queries store;
  private final ChangeApplier changes;
  private final Pruning pruning;
  private final StreamChecks checks;

  /** Removes snapshots. */
  @FunctionalInterface
  public interface Pruning {

    /**
     * Removes all but the newest of a stream and schema, and but the one that an archiving relied
     * on last.
     *
     * @param operation the SPI call, for errors
     * @param stream the stream
     * @param schema the kind of state
     * @param keep how many stay
     * @return how many went
     */
    int prune(String operation, StreamId stream, String schema, int keep);
  }

  /**
   * Creates the calls of one handle.
   *
   * @param store the store to ask
   * @param changes applies puts
   * @param pruning removes
   * @param checks what it refuses
   */
  public JdbcSnapshots(
      Queries store, ChangeApplier changes, Pruning pruning, RequestChecks checks) {
    this.store = store;
    this.changes = changes;
    this.pruning = pruning;
    this.checks = checks.streams();
  }

  @Override
  public boolean put(Snapshot snapshot) {
    return ((SnapshotStored) changes.apply("put", new PutSnapshot(snapshot))).stored();
  }

  @Override
  public Optional<StoredSnapshot> latestAtOrBefore(StreamId stream, long version, String schema) {
    String operation = "latestAtOrBefore";
    checks.checkSnapshot(operation, version, schema);
    return store
        .query(
            operation,
            LATEST,
            List.of(stream.category(), stream.id(), schema, version),
            row -> stored(operation, stream, schema, row))
        .stream()
        .findFirst();
  }

  private static StoredSnapshot stored(
      String operation, StreamId stream, String schema, ResultSet row) throws SQLException {
    return Decoding.decode(
        operation,
        null,
        "snapshot %d of stream %s under %s".formatted(row.getLong(1), stream, schema),
        () -> {
          byte[] bytes = row.getBytes(4);
          Payload state = Payload.of(bytes == null ? NO_BYTES : bytes);
          if (state.size() != row.getLong(3)) {
            throw new InvalidRequest(
                "Snapshot",
                "the state has %d bytes, and %d were put".formatted(state.size(), row.getLong(3)));
          }
          return new StoredSnapshot(
              new Snapshot(stream, row.getLong(1), schema, state),
              StoreTime.fromMicros(row.getLong(2)));
        });
  }

  @Override
  public List<SnapshotInfo> list(StreamId stream, int limit) {
    String operation = "list";
    checks.checkPageSize(operation, limit);
    return store.query(
        operation,
        LIST,
        List.of(stream.category(), stream.id(), limit),
        row ->
            new SnapshotInfo(
                row.getLong(1),
                row.getString(2),
                row.getInt(3),
                StoreTime.fromMicros(row.getLong(4)),
                row.getBoolean(5)));
  }

  @Override
  public int prune(StreamId stream, String schema, int keep) {
    String operation = "prune";
    checks.checkPrune(operation, schema, keep);
    return pruning.prune(operation, stream, schema, keep);
  }
}
