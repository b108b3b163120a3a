// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.Providers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What surrounds a store: a place for SQLite's library, the database file, and the log beside it.
 */
class SurroundingsTest {

  private static final int MEGABYTE = 1024 * 1024;

  @TempDir Path directory;

  private String url() {
    return "sqlite:" + directory.resolve("store.db");
  }

  @Test
  void aMissingPlaceForTheLibraryIsNamedEachTime() throws Exception {
    Path missing = directory.resolve("missing");
    assertThat(openTwice("-Djava.io.tmpdir=" + missing))
        .hasSize(2)
        .allSatisfy(line ->
            assertThat(line)
                .startsWith(Misconfigured.class.getName())
                .contains("java.io.tmpdir", "org.sqlite.tmpdir=", missing.toString()));
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(openTwice("-Dorg.sqlite.tmpdir=" + file))
        .hasSize(2)
        .allSatisfy(line ->
            assertThat(line)
                .startsWith(Misconfigured.class.getName())
                .contains("-Dorg.sqlite.tmpdir names", file.toString()));
  }

  @Test
  void aLibraryThatCannotBeLoadedIsToldEachTime() throws Exception {
    // What is found there is loaded in place of what the driver brings along.
    Files.writeString(directory.resolve(System.mapLibraryName("sqlitejdbc")), "not a library");
    assertThat(openTwice("-Dorg.sqlite.lib.path=" + directory, "-Djava.io.tmpdir=/dev/null"))
        .hasSize(2)
        .allSatisfy(line ->
            assertThat(line)
                .startsWith(Misconfigured.class.getName())
                .contains("noexec", "org.sqlite.tmpdir="));
  }

  private List<String> openTwice(String... properties) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(properties));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Opener.class.getName(),
            url()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> all = lines.lines().filter(line -> line.startsWith("! ")).toList();
      process.waitFor();
      return all.stream().map(line -> line.substring(2)).toList();
    }
  }

  /** Opens a store twice and prints what it gets. */
  static final class Opener {
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          Providers.open(args[0]).close();
          System.out.println("! opened");
        } catch (Throwable e) { // whatever it is
          System.out.println("! " + e);
        }
      }
    }
  }

  @Test
  void aFileThatCannotBeOpenedIsNamed() {
    SqliteOptions options = SqliteOptions.parse(ProviderConfig.url(url()).build());
    assertThatThrownBy(() ->
            SqliteProvider.open(
                ProviderConfig.url(url()).build(),
                options,
                (url, properties) -> {
                  throw new SQLiteException(
                      "unable to open database file", SQLiteErrorCode.SQLITE_CANTOPEN);
                }))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining(directory.resolve("store.db").toString());
  }

  @Test
  void theLogIsCutAfterALongReaderHasGone() throws SQLException, IOException {
    Path log = directory.resolve("store.db-wal");
    try (Provider provider = Providers.open(url())) {
      try (Connection reader = DriverManager.getConnection("jdbc:" + url());
          Statement statement = reader.createStatement()) {
        statement.execute("BEGIN");
        statement.executeQuery("SELECT count(*) FROM holdfast_instance").close();
        while (Files.size(log) < 100 * MEGABYTE) {
          provider.enqueue(Work.message("one", 15 * MEGABYTE));
        }
      }
      for (int i = 0; i < 3; i++) {
        provider.enqueue(Work.message("one", 1)); // one writes back, the next begins anew and cuts
      }
      assertThat(Files.size(log)).isLessThanOrEqualTo(64 * MEGABYTE);
    }
  }
}
