// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.IntStream;

/**
 * The event store that applications write by hand: one table, unique by stream and version, with a
 * number from a sequence, one transaction per append, and a pool of connections. It has no tags, no
 * filters, no repeats that are answered; and a reader that goes by its numbers misses what commits
 * late. So it is as fast as a table can be.
 */
public final class HandMadeTable implements AutoCloseable {

  private static final int CONNECTIONS = 32;
  private static final int FILLED = 1_000;
  private static final int COLUMNS = 6;
  private static final String ROW = "(?, ?, ?, ?, ?, ?)";

  private final BenchStore store;
  private final BlockingQueue<Connection> pool;
  private final List<Connection> all = new ArrayList<>();

  private HandMadeTable(BenchStore store, int connections) {
    this.store = store;
    pool = new ArrayBlockingQueue<>(connections);
  }

  /** Makes the table, in place of the one that may be there. */
  public static HandMadeTable create(BenchStore store, int callers) throws SQLException {
    // Where the floor is that of one connection, one can write at a time.
    boolean single = store.floor(CONNECTIONS).connections() == 1;
    int connections = single ? 1 : Math.min(callers, CONNECTIONS);
    HandMadeTable table = new HandMadeTable(store, connections);
    try {
      for (int n = 0; n < connections; n++) {
        Connection connection = store.connect();
        table.all.add(connection);
        table.pool.add(connection);
      }
      table.execute("DROP TABLE IF EXISTS " + store.eventTable());
      table.execute(store.createEventTable());
    } catch (SQLException e) {
      table.close();
      throw e;
    }
    return table;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = all.get(0).createStatement()) {
      statement.execute(sql);
    }
  }

  /** Appends of so many events each, as {@link StreamLoads#appends} makes them. */
  public List<Caller> appends(Work work, int callers, int events, Latencies latencies) {
    return IntStream.range(0, callers)
        .<Caller>mapToObj(n -> {
          StreamWriter writer = new StreamWriter(work::newId, events, false);
          return () -> {
            AppendEvents append = writer.next();
            long before = System.nanoTime();
            insert(append);
            latencies.record("by hand", System.nanoTime() - before);
            return 1;
          };
        })
        .toList();
  }

  /** Fills it with so many events. */
  public void fill(Work work, long events) throws SQLException, InterruptedException {
    for (long done = 0; done < events; done += FILLED) {
      insert(new StreamWriter(work::newId, (int) Math.min(FILLED, events - done), false).next());
    }
  }

  private void insert(AppendEvents append) throws SQLException, InterruptedException {
    Connection connection = pool.take();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO "
                + store.eventTable()
                + " (stream, version, type, event_id, data, metadata) VALUES "
                + ROW
                + (", " + ROW).repeat(append.events().size() - 1))) {
      long version = append.expected() instanceof Expected.Exactly exactly ? exactly.version() : 0;
      int at = 0;
      for (NewEvent event : append.events()) {
        Payload metadata = event.metadata();
        statement.setString(at + 1, append.stream().id());
        statement.setLong(at + 2, ++version);
        statement.setString(at + 3, event.type());
        statement.setString(at + 4, event.eventId());
        statement.setBytes(at + 5, event.data().toByteArray());
        statement.setBytes(at + 6, metadata == null ? null : metadata.toByteArray());
        at += COLUMNS;
      }
      statement.executeUpdate();
    } finally {
      pool.add(connection);
    }
  }

  /** Reads of the whole table by its numbers, as {@link StreamLoads#logReads} does. */
  public Caller reads(int limit, Latencies latencies) {
    return new Pages(limit, latencies);
  }

  private final class Pages implements Caller {
    private final int limit;
    private final Latencies latencies;
    private long next;

    Pages(int limit, Latencies latencies) {
      this.limit = limit;
      this.latencies = latencies;
    }

    @Override
    public int step() throws SQLException, InterruptedException {
      long before = System.nanoTime();
      int read = page();
      latencies.record("page by hand", System.nanoTime() - before);
      next = read < limit ? 0 : next;
      return read;
    }

    private int page() throws SQLException, InterruptedException {
      Connection connection = pool.take();
      try (PreparedStatement statement =
          connection.prepareStatement(
              "SELECT position, stream, version, type, event_id, data, metadata FROM "
                  + store.eventTable()
                  + " WHERE position > ? ORDER BY position LIMIT ?")) {
        statement.setLong(1, next);
        statement.setInt(2, limit);
        int read = 0;
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            next = rows.getLong(1);
            NewEvent.builder(rows.getString(4), Payload.of(rows.getBytes(6)))
                .eventId(rows.getString(5))
                .metadata(Payload.of(rows.getBytes(7)))
                .build();
            read++;
          }
        }
        return read;
      } finally {
        pool.add(connection);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : all) {
      connection.close();
    }
  }
}
