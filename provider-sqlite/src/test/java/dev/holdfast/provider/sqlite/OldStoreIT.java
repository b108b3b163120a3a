// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.words.LiveWork;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that an older version has written, with work under way, goes on under this one. */
class OldStoreIT {

  private static final int OPENERS = 8;
  private static final Duration LOCK = Duration.ofMinutes(1);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void copyTheOldStore() throws IOException {
    file = directory.resolve("store");
    OldStore.copyTo(OldStore.OF_VERSION_2, file);
  }

  @Test
  void liveWorkGoesOnToItsEnd() {
    MovableClock clock = new MovableClock();
    try (Provider provider =
        Providers.open(ProviderConfig.url("sqlite:" + file).clock(clock).build())) {
      LiveWork.finish(provider);
      clock.advance(Duration.between(clock.now(), LiveWork.DUE).minusNanos(1_000));
      assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK))).isEmpty();
      clock.advance(Duration.ofNanos(1_000));
      LiveWork.finishTimer(provider);
    }
  }

  @Test
  void openingChangesNothingThatWasStored() throws SQLException {
    Map<String, List<String>> before = rows(columns());
    Map<String, String> columns = columns();
    Providers.open("sqlite:" + file).close();
    assertThat(rows(columns)).isEqualTo(before);
  }

  @Test
  void theSchemaIsThatOfANewStore() {
    Providers.open("sqlite:" + file).close();
    Path other = directory.resolve("new");
    Providers.open("sqlite:" + other).close();
    assertThat(new SqliteSchemaBox(file).schema()).isEqualTo(new SqliteSchemaBox(other).schema());
  }

  @Test
  void checkOnlyDoesNotMigrate() {
    List<String> schema = new SqliteSchemaBox(file).schema();
    ProviderConfig config =
        ProviderConfig.url("sqlite:" + file).schemaMode(SchemaMode.CHECK_ONLY).build();
    if (versions().equals(newest())) {
      Providers.open(config).close();
    } else {
      assertThatThrownBy(() -> Providers.open(config))
          .isInstanceOf(Misconfigured.class)
          .hasMessageContaining("version 2");
    }
    assertThat(new SqliteSchemaBox(file).schema()).isEqualTo(schema);
  }

  @Test
  void eightProcessesMigrateItOnce() {
    SqlitePlace place = new SqlitePlace(directory);
    List<ChildJvm> children = new ArrayList<>();
    try {
      for (int i = 0; i < OPENERS; i++) {
        children.add(ChildJvm.start(place.crashTarget("store").orElseThrow(), Task.OPEN));
      }
      children.forEach(child -> child.line("ready"));
      children.forEach(child -> child.tell("open"));
      children.forEach(child -> child.line("opened"));
    } finally {
      children.forEach(ChildJvm::close);
    }
    assertThat(versions()).isEqualTo(newest());
    try (Provider provider = Providers.open("sqlite:" + file)) {
      LiveWork.finish(provider);
    }
  }

  private List<String> newest() {
    Path other = directory.resolve("newest");
    Providers.open("sqlite:" + other).close();
    return versions(other);
  }

  private List<String> versions() {
    return versions(file);
  }

  private static List<String> versions(Path store) {
    try {
      return query(store, "SELECT version, checksum FROM holdfast_schema ORDER BY version");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The columns of each table, as a list for SELECT. */
  private Map<String, String> columns() throws SQLException {
    Map<String, String> columns = new TreeMap<>();
    for (String table :
        query(
            file,
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'holdfast_schema'")) {
      columns.put(
          table,
          String.join(", ", query(file, "SELECT name FROM pragma_table_info('" + table + "')")));
    }
    return columns;
  }

  private Map<String, List<String>> rows(Map<String, String> columns) throws SQLException {
    Map<String, List<String>> rows = new TreeMap<>();
    for (Map.Entry<String, String> table : columns.entrySet()) {
      rows.put(
          table.getKey(),
          query(file, "SELECT %s FROM %s".formatted(table.getValue(), table.getKey())));
    }
    return rows;
  }

  private static List<String> query(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        rows.add(String.join(" | ", row));
      }
      return rows;
    }
  }
}
