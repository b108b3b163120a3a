// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.floor;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** One client that commits one row after the other. Used by one thread. */
final class OneRowCommits implements Caller, AutoCloseable {

  /** What a commit is called among the latencies. */
  static final String COMMIT = "commit";

  /** As large as the payloads of the load. */
  private static final byte[] DATA = new byte[180];

  private final Connection connection;
  private final PreparedStatement insert;
  private final @Nullable PreparedStatement begin;
  private final @Nullable PreparedStatement commit;
  private final Latencies latencies;

  OneRowCommits(BenchStore store, Latencies latencies) throws SQLException {
    this.latencies = latencies;
    connection = store.connect();
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute(store.createFloorTable());
      }
      boolean explicit = !store.beginWrite().isEmpty();
      begin = explicit ? connection.prepareStatement(store.beginWrite()) : null;
      commit = explicit ? connection.prepareStatement("COMMIT") : null;
      insert = connection.prepareStatement(store.insertIntoFloorTable());
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public int step() throws SQLException {
    long before = System.nanoTime();
    if (begin != null) {
      begin.execute();
    }
    insert.setBytes(1, DATA);
    insert.executeUpdate();
    if (commit != null) {
      commit.execute();
    }
    latencies.record(COMMIT, System.nanoTime() - before);
    return 1;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
