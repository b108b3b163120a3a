// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

import dev.holdfast.embedded.EmbeddedServer;
import dev.holdfast.provider.ProviderConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Schemas in a PostgreSQL database: of a server that runs, or of one that is started for this. The
 * schemas are dropped; nothing else is touched.
 */
public final class PostgresStore implements BenchStore {

  private static final Floor ONE = new Floor("F1", 1);
  private static final Floor MANY = new Floor("F8", 8);

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final @Nullable EmbeddedServer server;
  private final String url;
  private final PostgresAddress address;
  private final String prefix;
  private final String description;
  private int spaces;

  private PostgresStore(String url, @Nullable EmbeddedServer server) throws SQLException {
    this.server = server;
    this.url = url;
    this.address = new PostgresAddress(url);
    this.prefix = "holdfast_bench_" + UUID.randomUUID().toString().substring(0, 8);
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + prefix);
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT format('PostgreSQL %s, fsync=%s, synchronous_commit=%s, shared_buffers=%s',
                            current_setting('server_version'), current_setting('fsync'),
                            current_setting('synchronous_commit'), current_setting('shared_buffers'))
              """)) {
        row.next();
        description = row.getString(1) + (server == null ? "" : ", started for this run");
      }
    }
  }

  /** Uses a server that runs. */
  public static PostgresStore at(String url) throws SQLException {
    return new PostgresStore(url, null);
  }

  /**
   * Starts a server.
   *
   * @param under on the disk that is to be measured
   */
  public static PostgresStore started(Path under) throws SQLException {
    EmbeddedServer server = EmbeddedServer.start(under);
    try {
      return new PostgresStore(server.url("postgres"), server);
    } catch (SQLException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public String provider() {
    return "postgres";
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public Space newSpace() {
    String schema = prefix + "_" + ++spaces;
    ProviderConfig config = ProviderConfig.url(url).option("schema", schema).build();
    return new Space() {
      @Override
      public ProviderConfig config() {
        return config;
      }

      @Override
      public void settle() throws SQLException {
        PostgresStore.this.settle(schema);
      }

      @Override
      public void close() throws SQLException {
        drop(schema);
      }
    };
  }

  @Override
  public Floor floor(int callers) {
    return callers == 1 ? ONE : MANY;
  }

  @Override
  public boolean keepsVersionsForReaders() {
    return true;
  }

  @Override
  public Connection connect() throws SQLException {
    return address.connect();
  }

  @Override
  public String createFloorTable() {
    return "CREATE TABLE IF NOT EXISTS %s.floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data bytea NOT NULL)"
        .formatted(prefix);
  }

  @Override
  public String insertIntoFloorTable() {
    return "INSERT INTO %s.floor (data) VALUES (?)".formatted(prefix);
  }

  @Override
  public String beginWrite() {
    return "";
  }

  @Override
  public String eventTable() {
    return prefix + ".event_by_hand";
  }

  @Override
  public String createEventTable() {
    return """
    CREATE TABLE %s (
      position    bigserial   PRIMARY KEY,
      stream      text        NOT NULL,
      version     bigint      NOT NULL,
      type        text        NOT NULL,
      event_id    text        NOT NULL UNIQUE,
      data        bytea       NOT NULL,
      metadata    bytea,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (stream, version)
    )
    """
        .formatted(eventTable());
  }

  @Override
  public void close() throws SQLException {
    try {
      if (server == null) {
        drop(prefix);
      }
    } finally {
      if (server != null) {
        server.close();
      }
    }
  }

  /** What an autovacuum and a checkpoint would do; the latter is not for every role. */
  private void settle(String schema) throws SQLException {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = '"
                  + schema
                  + "'")) {
        while (row.next()) {
          tables.add(row.getString(1));
        }
      }
      for (String table : tables) {
        statement.execute("VACUUM (ANALYZE) " + table);
      }
      try {
        statement.execute("CHECKPOINT");
      } catch (SQLException e) {
        if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  private void drop(String schema) throws SQLException {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }
  }
}
