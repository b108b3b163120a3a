// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.queue.QueueWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guide to queues says what the code does. */
class QueueGuideTest {

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "docs", "guide", "events-queue.md"));
  }

  @Test
  void theProgramIsTheOneOfTheGuide() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/streams/guide/QueuedAccounts.java"));
    String program = source.substring(source.indexOf("package ")).stripTrailing();
    assertThat(guide()).contains("```java\n" + program + "\n```");
  }

  @Test
  @Timeout(120)
  void theProgramDoesWhatTheGuideSays(@TempDir Path directory) throws Exception {
    String file = directory.resolve("bank.db").toString();
    try (Provider provider =
            Providers.open(ProviderConfig.url("sqlite:" + file + "?synchronous=normal").build());
        EventSourcing events = EventSourcing.on(provider)) {
      QueuedAccounts.ask(events);
      // A connection of SQLite that stays open begins its next transaction at once.
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement sql = connection.createStatement()) {
        sql.execute("PRAGMA busy_timeout = 30000");
        sql.execute("CREATE TABLE invoice (id TEXT PRIMARY KEY)");
        QueuedAccounts.askWithRow(events, connection);
      }
      said("waits", QueuedAccounts.status(events, "yacht"));

      try (QueueWorker worker = QueuedAccounts.work(events)) {
        await(() -> QueuedAccounts.status(events, "invoice-7").equals("is event 3"));
        said("is event 2", QueuedAccounts.status(events, "rent-2026-11"));
        said(
            "died after 3 attempts: only 210000 cents are there",
            QueuedAccounts.status(events, "yacht"));
        QueuedAccounts.decide(events);
        await(() -> QueuedAccounts.status(events, "yacht").equals("was dropped"));
        assertThat(worker.health().isWell()).isTrue();
      }
      long cents =
          events.repository(QueuedAccounts.ACCOUNTS.aggregate()).load("alice").state().cents();
      assertThat(cents).isEqualTo(300_000 - 90_000 - 1_999);
    }
  }

  private static void said(String expected, String found) throws IOException {
    assertThat(found).isEqualTo(expected);
    assertThat(guide()).contains("`" + expected + "`");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Semaphore never = new Semaphore(0);
    while (!condition.getAsBoolean()) {
      assertThat(never.tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
    }
  }
}
