// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WriterHold;
import dev.holdfast.tck.jdbc.StoreTap;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.sqlite.JDBC;

/** A database file in a directory of its own. */
final class SqliteTestStore implements TestStore {

  /** Whether each commit waits for the disk, as that of a user does. */
  private static final boolean DURABLE = Boolean.getBoolean("holdfast.test.durable");

  private final Path file;
  private final MovableClock clock = new MovableClock();
  private final StoreTap tap = new StoreTap(InjectedErrors::of, false);

  private final UnaryOperator<Connection> driver;
  private final SqliteCallers callers;

  SqliteTestStore(Path file) {
    this(file, UnaryOperator.identity());
  }

  /** A store whose provider sees another driver; what it sends passes the tap as ever. */
  SqliteTestStore(Path file, UnaryOperator<Connection> driver) {
    this.file = file.toAbsolutePath();
    this.driver = driver;
    this.callers = new SqliteCallers(this.file);
  }

  @Override
  public Provider open() {
    ProviderConfig config = config().orElseThrow();
    return SqliteProvider.open(config, SqliteOptions.parse(config), this::connect);
  }

  private Connection connect(String url, Properties properties) throws SQLException {
    return driver.apply(tap.wrap(JDBC.createConnection(url, properties)));
  }

  @Override
  public Optional<FaultInjection> faults() {
    return Optional.of(tap);
  }

  @Override
  public Optional<StatementCounter> statements() {
    return Optional.of(tap);
  }

  @Override
  public Optional<PlanReader> planReader() {
    return Optional.of(new SqlitePlans(file, tap, this::open));
  }

  @Override
  public Optional<WriterHold> writerHold() {
    return Optional.of(instanceId -> {
      try {
        return hold();
      } catch (SQLException e) {
        throw new IllegalStateException("the writer of " + file + " cannot be held", e);
      }
    });
  }

  @Override
  public Optional<CommitHold> commitHold() {
    return Optional.of(tap.commitHold());
  }

  @Override
  public Optional<StoreSwitch> auditSwitch() {
    return Optional.of(
        new StoreSwitch() {
          @Override
          public void stop() {
            execute("ALTER TABLE holdfast_audit_record RENAME TO taken_away");
          }

          @Override
          public void start() {
            execute("ALTER TABLE taken_away RENAME TO holdfast_audit_record");
          }
        });
  }

  private void execute(String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 30000");
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " on " + file, e);
    }
  }

  @Override
  public Optional<CallersConnections> callersConnections() {
    return Optional.of(callers);
  }

  /** Another connection has the one lock of SQLite's writers. */
  private WriterHold.Held hold() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
    }
    return () -> {
      try (connection;
          Statement statement = connection.createStatement()) {
        statement.execute("ROLLBACK");
      } catch (SQLException e) {
        throw new IllegalStateException("the writer of " + file + " cannot be let go", e);
      }
    };
  }

  @Override
  public Optional<ProviderConfig> config() {
    return Optional.of(ProviderConfig.url(url()).clock(clock).build());
  }

  @Override
  public Optional<List<String>> integrityProblems() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA integrity_check")) {
      List<String> problems = new ArrayList<>();
      while (result.next()) {
        if (!result.getString(1).equals("ok")) {
          problems.add(result.getString(1));
        }
      }
      return Optional.of(problems);
    } catch (SQLException e) {
      throw new IllegalStateException("the integrity of " + file + " cannot be checked", e);
    }
  }

  private String url() {
    return "sqlite:" + file + (DURABLE ? "" : "?synchronous=normal");
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
