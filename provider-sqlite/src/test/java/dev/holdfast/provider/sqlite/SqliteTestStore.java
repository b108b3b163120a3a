// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.jdbc.StoreTap;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A database file in a directory of its own. */
final class SqliteTestStore implements TestStore {

  private final Path file;
  private final MovableClock clock = new MovableClock();
  private final StoreTap tap = new StoreTap(SqliteTestStore::error, false);

  SqliteTestStore(Path file) {
    this.file = file.toAbsolutePath();
  }

  @Override
  public Provider open() {
    ProviderConfig config = ProviderConfig.url(url()).clock(clock).build();
    return SqliteProvider.open(config, SqliteOptions.parse(config), this::connect);
  }

  private Connection connect(String url, Properties properties) throws SQLException {
    return tap.wrap(JDBC.createConnection(url, properties));
  }

  /** What SQLite itself throws; a disk that went away is the nearest to a lost connection. */
  private static SQLException error(Fault.Kind kind) {
    return switch (kind) {
      case CONNECTION_LOST -> sqlite(SQLiteErrorCode.SQLITE_IOERR);
      case CONTENTION -> sqlite(SQLiteErrorCode.SQLITE_BUSY);
      case STORE_FULL -> sqlite(SQLiteErrorCode.SQLITE_FULL);
      case UNKNOWN_CODE -> new SQLException("injected: a code that nobody knows", null, 250);
    };
  }

  private static SQLException sqlite(SQLiteErrorCode code) {
    return new SQLiteException("injected: " + code, code);
  }

  @Override
  public Optional<FaultInjection> faults() {
    return Optional.of(tap);
  }

  @Override
  public Optional<StatementCounter> statements() {
    return Optional.of(tap);
  }

  private String url() {
    return "sqlite:" + file;
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return Optional.of(clock);
  }

  @Override
  public Optional<WhiteBox> whiteBox() {
    return Optional.of(new SqliteWhiteBox(file));
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    List<String> classPath =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    return Optional.of(
        new CrashTarget(url(), Map.of(), classPath, List.of("--enable-native-access=ALL-UNNAMED")));
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(file.getParent())) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
