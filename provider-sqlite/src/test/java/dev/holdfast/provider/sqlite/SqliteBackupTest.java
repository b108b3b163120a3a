// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is one moment of the store, whole, and nothing but that. */
class SqliteBackupTest {

  @TempDir Path directory;
  private Path file;
  private Path copy;

  @BeforeEach
  void nameTheFiles() {
    file = directory.resolve("store.db");
    copy = directory.resolve("it's a \"copy\".db");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aStoreUnderLoadIsCopiedAsItWasAtOneMoment() throws Exception {
    AtomicInteger made = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    try (Provider provider = Providers.open("sqlite:" + file)) {
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        workers.add(
            Thread.ofPlatform()
                .start(() -> {
                  while (!enough.get()) {
                    Work.activities(provider, "i-" + made.incrementAndGet(), "do");
                  }
                }));
      }
      while (made.get() < 200) {
        Thread.onSpinWait();
      }
      SqliteBackup.backUp("sqlite:" + file, copy);
      enough.set(true);
      for (Thread worker : workers) {
        worker.join();
      }
    }

    long instances = number("SELECT count(*) FROM holdfast_instance WHERE name IS NOT NULL");
    assertThat(instances).isBetween(190L, (long) made.get());
    assertThat(
            number(
                """
                SELECT count(*) FROM holdfast_activity JOIN holdfast_instance USING (instance_key)
                 WHERE holdfast_instance.name IS NOT NULL
                """))
        .as("one activity for each ack")
        .isEqualTo(instances);
    try (Provider restored = Providers.open("sqlite:" + copy)) {
      assertThat(restored.fetchActivityItems(ActivityFetch.of((int) instances + 1, Work.LOCK)))
          .hasSize((int) instances);
    }
    assertThat(new SqliteTestStore(copy).integrityProblems().orElseThrow()).isEmpty();
    assertThat(files()).filteredOn(name -> name.contains("unfinished")).isEmpty();
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
        Statement statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      return result.getLong(1);
    }
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Providers.open("sqlite:" + file).close();
    Files.writeString(copy, "precious");
    assertThatThrownBy(() -> SqliteBackup.backUp("sqlite:" + file, copy))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining(copy.toString());
    assertThat(Files.readString(copy)).isEqualTo("precious");
  }

  @Test
  void whatIsNoStoreIsRefusedAndNothingIsMade() throws Exception {
    assertThatThrownBy(() -> SqliteBackup.backUp("sqlite:" + file, copy))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining(file.toString());
    assertThat(files()).isEmpty();

    Files.writeString(file, "no database ".repeat(100));
    assertThatThrownBy(() -> SqliteBackup.backUp("sqlite:" + file, copy))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining("not a SQLite database");

    Path foreign = directory.resolve("foreign.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + foreign);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE business (id INTEGER)");
    }
    assertThatThrownBy(() -> SqliteBackup.backUp("sqlite:" + foreign, copy))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining("no store of Holdfast");
    assertThat(files()).containsExactly("foreign.db", "store.db");
  }

  @Test
  void theCommandCopiesAFile() throws Exception {
    Providers.open("sqlite:" + file).close();
    assertThat(command(file.toString(), copy.toString())).isZero();
    assertThat(number("SELECT count(*) FROM holdfast_schema")).isPositive();
    assertThat(command(file.toString(), copy.toString())).as("it exists").isEqualTo(1);
    assertThat(command(file.toString())).as("no target").isEqualTo(2);
  }

  private static int command(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            BackupCommand.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
