// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.guide.Postings.Event;
import dev.holdfast.streams.guide.Postings.PostingRow;
import dev.holdfast.streams.migration.Migration;
import dev.holdfast.streams.queue.QueueEngine;
import dev.holdfast.streams.queue.QueueWorker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide to migrations says what the code does. */
class MigrationGuideTest {

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "docs", "guide", "events-migration.md"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Postings", "PostingsOperator"})
  void theProgramsAreThoseOfTheGuide(String name) throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/streams/guide/" + name + ".java"));
    String program = source.substring(source.indexOf("package ")).stripTrailing();
    assertThat(guide()).contains("```java\n" + program + "\n```");
  }

  @Test
  @Timeout(120)
  void theOperatorSeesWhatTheGuideSays(@TempDir Path directory) throws Exception {
    String file = directory.resolve("bank.db").toString();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Provider provider =
            Providers.open(ProviderConfig.url("sqlite:" + file + "?synchronous=normal").build());
        EventSourcing events = EventSourcing.on(provider);
        QueueWorker worker = QueueEngine.builder(events).queue(Postings.POSTINGS).build().start()) {
      sql(file, "CREATE TABLE posting (id TEXT PRIMARY KEY, status TEXT)");
      sql(file, "INSERT INTO posting VALUES ('p-1', 'SUBMITTED'), ('p-2', 'APPROVED')");
      Migration<Event, PostingRow> migration = Postings.migration(events, () -> connect(file));

      PostingsOperator.dual(migration, out);
      try (Connection connection = connect(file)) {
        Postings.approve(migration, connection, "p-1", "ann");
      }
      migration.await("p-1", "approval-by-ann", Duration.ofSeconds(60));
      migration.await("p-2", "p-2", Duration.ofSeconds(60));
      sql(file, "UPDATE posting SET status = 'REJECTED' WHERE id = 'p-2'");
      PostingsOperator.validate(migration, out);
      PostingsOperator.repair(migration, out);
      PostingsOperator.validate(migration, out);
      PostingsOperator.readNewAndBack(migration, out);

      assertThat(worker.health().isWell()).isTrue();
    }
    assertThat(guide())
        .contains("```\n" + bytes.toString(StandardCharsets.UTF_8).stripTrailing() + "\n```");
  }

  private static Connection connect(String file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 30000");
    }
    return connection;
  }

  private static void sql(String file, String sql) throws SQLException {
    try (Connection connection = connect(file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
