// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

import dev.holdfast.provider.ProviderConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** SQLite files in a directory of their own, WAL and synchronous=FULL. */
public final class SqliteStore implements BenchStore {

  private static final Floor FLOOR = new Floor("R", 1);

  private final Path directory;
  private final String version;

  private SqliteStore(Path directory) throws SQLException {
    this.directory = directory;
    try (Connection connection = connect()) {
      version = single(connection, "SELECT sqlite_version()");
    }
  }

  /**
   * Makes the directory.
   *
   * @param under on the disk that is to be measured
   */
  public static SqliteStore under(Path under) throws IOException, SQLException {
    return new SqliteStore(Directories.make(under, "sqlite-"));
  }

  @Override
  public String provider() {
    return "sqlite";
  }

  @Override
  public String describe() {
    return "SQLite " + version + ", WAL, synchronous=FULL";
  }

  @Override
  public Space newSpace() throws IOException {
    Path place = Directories.make(directory, "store-");
    Path file = place.resolve("store.db");
    ProviderConfig config = ProviderConfig.url("sqlite:" + file).build();
    return new Space() {
      @Override
      public ProviderConfig config() {
        return config;
      }

      @Override
      public void settle() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            Statement statement = connection.createStatement()) {
          statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
      }

      @Override
      public void close() throws IOException {
        Directories.remove(place);
      }
    };
  }

  @Override
  public Floor floor(int callers) {
    return FLOOR;
  }

  @Override
  public boolean keepsVersionsForReaders() {
    return false;
  }

  @Override
  public Connection connect() throws SQLException {
    Connection connection =
        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("floor.db"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
    }
    // SQLite ignores what it does not understand, so that asking is not enough.
    String durability = single(connection, "PRAGMA journal_mode");
    durability += " " + single(connection, "PRAGMA synchronous");
    if (!durability.equals("wal 2")) {
      connection.close();
      throw new SQLException("SQLite is not in WAL mode with synchronous=FULL: " + durability);
    }
    return connection;
  }

  @Override
  public String createFloorTable() {
    return "CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, data BLOB NOT NULL)";
  }

  @Override
  public String insertIntoFloorTable() {
    return "INSERT INTO floor (data) VALUES (?)";
  }

  @Override
  public String beginWrite() {
    return "BEGIN IMMEDIATE";
  }

  @Override
  public String eventTable() {
    return "event_by_hand";
  }

  @Override
  public String createEventTable() {
    return """
    CREATE TABLE %s (
      position    INTEGER PRIMARY KEY AUTOINCREMENT,
      stream      TEXT    NOT NULL,
      version     INTEGER NOT NULL,
      type        TEXT    NOT NULL,
      event_id    TEXT    NOT NULL UNIQUE,
      data        BLOB    NOT NULL,
      metadata    BLOB,
      recorded_at TEXT    NOT NULL DEFAULT CURRENT_TIMESTAMP,
      UNIQUE (stream, version)
    )
    """
        .formatted(eventTable());
  }

  @Override
  public void close() throws IOException {
    Directories.remove(directory);
  }

  private static String single(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
