// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.ProviderError.Misconfigured;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * Opens connections to one database with the settings that this provider needs.
 *
 * @param path the database file, null for a database in memory
 * @param synchronous how durable a commit is
 * @param busyTimeoutMillis how long to wait for other processes that write
 * @param connector where connections come from
 */
public record SqliteFile(
    @Nullable Path path, Synchronous synchronous, int busyTimeoutMillis, Connector connector) {

  /**
   * Pages in the log before it is written back; larger means fewer pauses (10,000 pages are 40 MB).
   */
  private static final int WAL_AUTOCHECKPOINT_PAGES = 10_000;

  /**
   * What file systems allow for a name, less room for the names of SQLite's own files beside it.
   */
  private static final int LONGEST_NAME_BYTES = 255 - "-journal".length();

  /**
   * To this size the log is cut once a reader that kept it growing has gone. Larger than it usually
   * is, because making it grow again costs time.
   */
  private static final long LOG_BYTES = 64 * 1024 * 1024;

  private static final int CACHE_KIB = 64 * 1024;

  /** Writes of a usual size are over by then. */
  private static final int PROBE_MILLIS = 50;

  /** How durable a commit is, with the number that SQLite returns for it. */
  public enum Synchronous {
    /** Survives the death of the process; a power cut may take the last commits. */
    NORMAL(1),
    /** Survives a power cut. */
    FULL(2);

    private final int level;

    Synchronous(int level) {
      this.level = level;
    }
  }

  /** Creates a database that is reached through the driver itself. */
  public SqliteFile(@Nullable Path path, Synchronous synchronous, int busyTimeoutMillis) {
    this(path, synchronous, busyTimeoutMillis, Connector.DRIVER);
  }

  /** {@return whether the database lives in memory, reachable through one connection only} */
  public boolean inMemory() {
    return path == null;
  }

  /** Refuses places that cannot hold a database, before anything is created. */
  public void checkPlace() {
    if (path == null) {
      return;
    }
    if (Files.isDirectory(path)) {
      throw new Misconfigured("open", path + " is a directory; name a database file");
    }
    Path name = path.getFileName();
    if (name != null
        && name.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
      throw new Misconfigured(
          "open",
          "the name of the database file is longer than %d bytes; choose a shorter one"
              .formatted(LONGEST_NAME_BYTES));
    }
    Path parent = path.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new Misconfigured(
          "open", "the directory " + parent + " does not exist; create it first");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new Misconfigured("open", path + " is not a regular file; name a database file");
    }
    // SQLite writes a log beside the file, so it needs the directory too.
    Path locked = Files.exists(path) && !Files.isWritable(path) ? path : parent;
    if (!Files.isWritable(locked)) {
      throw new Misconfigured("open", locked + " is not writable; grant the right to write to it");
    }
  }

  /** {@return whether there is a file with something in it} */
  public boolean exists() {
    try {
      return path != null && Files.exists(path) && Files.size(path) > 0;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /** Opens the connection that writes, with a log and the wanted durability, both read back. */
  public Session openWriter() throws SQLException {
    return prepareWriter(connect(true));
  }

  /**
   * Opens it once more. A file that is gone is not made anew: an operator who waits for a disk to
   * come back must not find an empty database.
   */
  Session reopenWriter() throws SQLException {
    return prepareWriter(connect(false));
  }

  private Session prepareWriter(Session session) throws SQLException {
    try {
      if (!inMemory()) {
        useWriteAheadLog(session);
        require(session, "synchronous", synchronous.name(), String.valueOf(synchronous.level));
        session.execute("PRAGMA wal_autocheckpoint = " + WAL_AUTOCHECKPOINT_PAGES);
        session.execute("PRAGMA journal_size_limit = " + LOG_BYTES);
      }
      session.execute("PRAGMA cache_size = -" + CACHE_KIB);
      return session;
    } catch (SQLException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Opens a connection that finds out whether another one writes, and waits for a moment only. */
  Session openProbe() throws SQLException {
    Session session = connect(false);
    try {
      session.execute("PRAGMA busy_timeout = " + PROBE_MILLIS);
      return session;
    } catch (SQLException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Sets whether the next commits survive a power cut, where commits do; not in a transaction. */
  void waitForDisk(Session session, boolean wait) throws SQLException {
    if (!inMemory() && synchronous == Synchronous.FULL) {
      session.execute("PRAGMA synchronous = " + (wait ? Synchronous.FULL : Synchronous.NORMAL));
    }
  }

  /** Opens a connection that cannot write. Only for databases in files. */
  public Session openReader() throws SQLException {
    Session session = connect(false);
    try {
      session.execute("PRAGMA query_only = 1");
      return session;
    } catch (SQLException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private Session connect(boolean mayCreate) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    if (!mayCreate) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    config.setBusyTimeout(busyTimeoutMillis);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setGetGeneratedKeys(false); // else the driver asks for the row id after each insert
    String place = path == null ? ":memory:" : path.toString();
    Connection connection =
        NativeLibrary.with(() -> connector.connect("jdbc:sqlite:" + place, config.toProperties()));
    if (connection == null) {
      throw new SQLException("the SQLite driver does not accept the path");
    }
    return new Session(connection);
  }

  /**
   * Switching the journal needs the file for itself and does not wait, so another process that
   * opens the file at the same moment may be in the way for an instant.
   */
  private void useWriteAheadLog(Session session) throws SQLException {
    long giveUpAt = System.nanoTime() + busyTimeoutMillis * 1_000_000L;
    while (true) {
      try {
        require(session, "journal_mode", "WAL", "wal");
        return;
      } catch (SQLException e) {
        if (!SqlErrors.isBusy(e) || System.nanoTime() > giveUpAt) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  /** Sets a pragma and reads it back: SQLite silently ignores what it does not understand. */
  private static void require(Session session, String pragma, String value, String expected)
      throws SQLException {
    session.execute("PRAGMA " + pragma + " = " + value);
    String found = session.first("PRAGMA " + pragma, row -> row.getString(1));
    if (!expected.equals(found)) {
      throw new Misconfigured(
          "open",
          "SQLite did not take PRAGMA %s = %s (it says %s); is this a file system without shared memory?"
              .formatted(pragma, value, found));
    }
  }
}
