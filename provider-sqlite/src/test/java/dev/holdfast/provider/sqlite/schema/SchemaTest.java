// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema at open: made once, never guessed, never repaired in silence. */
class SchemaTest {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeStore() {
    file = directory.resolve("store.db");
    Providers.open(url()).close();
  }

  private String url() {
    return "sqlite:" + file;
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement s = connection.createStatement()) {
      s.execute(statement);
    }
  }

  private void recordNewer(int steps, int servedFrom) throws SQLException {
    sql(
        "INSERT INTO holdfast_schema VALUES (%d, 'next.sql', 'x', %d, 0)"
            .formatted(SchemaFiles.TABLES.current() + steps, servedFrom));
  }

  private List<String> schema(Path database) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement s = connection.createStatement();
        ResultSet rows = s.executeQuery("SELECT sql FROM sqlite_master ORDER BY name")) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }

  private void refused(String... words) {
    assertThatThrownBy(() -> Providers.open(url()))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void openingAgainChangesNothing() throws SQLException {
    List<String> before = schema(file);
    Providers.open(url()).close();
    assertThat(schema(file)).isEqualTo(before);
  }

  @Test
  void aChangedMigrationIsNamed() throws SQLException {
    sql("UPDATE holdfast_schema SET checksum = 'other' WHERE version = 1");
    refused("migration 1", "V001__core.sql");
  }

  @Test
  void aMissingTableOrIndexIsNamedAndNotMadeAnew() throws SQLException {
    sql("DROP INDEX holdfast_activity_ready");
    refused("holdfast_activity_ready", "missing");
    sql("DROP TABLE holdfast_history");
    List<String> before = schema(file);
    refused("holdfast_history", "missing");
    assertThat(schema(file)).isEqualTo(before);
  }

  @Test
  void oneCompatibleStepAheadIsServed() throws SQLException {
    recordNewer(1, SchemaFiles.TABLES.current());
    Providers.open(url()).close();
  }

  @Test
  void anIncompatibleStepAheadIsRefused() throws SQLException {
    recordNewer(1, SchemaFiles.TABLES.current() + 1);
    refused("version " + (SchemaFiles.TABLES.current() + 1), "newer version of Holdfast");
  }

  @Test
  void twoStepsAheadAreRefused() throws SQLException {
    recordNewer(1, SchemaFiles.TABLES.current());
    recordNewer(2, SchemaFiles.TABLES.current());
    refused("version " + (SchemaFiles.TABLES.current() + 2), "newer version of Holdfast");
  }

  @Test
  void checkOnlyRefusesAFileWithoutSchemaAndLeavesItAlone() throws SQLException {
    Path foreign = directory.resolve("foreign.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + foreign);
        Statement s = connection.createStatement()) {
      s.execute("CREATE TABLE business (id INTEGER)");
    }
    ProviderConfig config =
        ProviderConfig.url("sqlite:" + foreign).schemaMode(SchemaMode.CHECK_ONLY).build();
    assertThatThrownBy(() -> Providers.open(config))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll("version 0", "version " + SchemaFiles.TABLES.current());
    assertThat(schema(foreign)).containsExactly("CREATE TABLE business (id INTEGER)");
    Providers.open("sqlite:" + foreign).close();
    assertThat(schema(foreign))
        .contains("CREATE TABLE business (id INTEGER)")
        .hasSizeGreaterThan(5);
  }

  @Test
  void eightProcessesMayOpenTheSameEmptyPlaceAtOnce() throws Exception {
    Path fresh = directory.resolve("eight.db");
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      children.add(opener(fresh));
    }
    for (Process child : children) {
      assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(child.exitValue()).as("exit code of an opening process").isZero();
    }
    assertThat(schema(fresh)).isEqualTo(schema(file));
  }

  private static Process opener(Path database) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Opener.class.getName(),
            "sqlite:" + database)
        .inheritIO()
        .start();
  }

  /** Opens a store and closes it. */
  static final class Opener {
    public static void main(String[] args) {
      Providers.open(args[0]).close();
    }
  }
}
