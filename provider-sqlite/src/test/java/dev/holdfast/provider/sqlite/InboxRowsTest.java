// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clean-ups of inboxes leave in the file (INBOX-08, INBOX-09, INBOX-24). */
class InboxRowsTest {

  private static final int MANY = 2_500;
  private static final InboxKey KEY = new InboxKey("order", "step", "in");
  private static final Duration TICK = Duration.ofNanos(1_000);

  @TempDir Path directory;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Provider provider;
  private DurableInbox inbox;

  @BeforeEach
  void open() {
    InstantSource clock = () -> now;
    provider = Providers.open(ProviderConfig.url("sqlite:" + file()).clock(clock).build());
    inbox = provider.capability(DurableInbox.class).orElseThrow();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private Path file() {
    return directory.resolve("store.db");
  }

  private void appendAndConsume(int howMany) {
    for (int i = 1; i <= howMany; i++) {
      NewInboxMessage message = NewInboxMessage.of("m-" + i, Payload.utf8("content " + i));
      inbox.consume(
          ConsumeInbox.pending(KEY, inbox.append(new AppendInbox(KEY, message)).sequence()));
    }
  }

  private long count(String table) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void whatIsForgottenLeavesNothingButTheNumber() throws SQLException {
    appendAndConsume(3);
    now = now.plus(TICK);
    assertThat(inbox.cleanUp(now, 3)).isEqualTo(3);
    now = now.plus(inbox.idMemory()).minus(TICK);
    assertThat(inbox.cleanUp(now, 1)).isZero();
    assertThat(count("holdfast_inbox_message_id")).isEqualTo(3);

    now = now.plus(TICK);
    assertThat(inbox.cleanUp(now, 1)).isZero();

    assertThat(count("holdfast_inbox_message")).isZero();
    assertThat(count("holdfast_inbox_message_id")).isZero();
    assertThat(
            inbox
                .append(new AppendInbox(KEY, NewInboxMessage.of("m-1", Payload.utf8("other"))))
                .sequence())
        .isEqualTo(4);
  }

  @Test
  void aCleanUpRemovesAsManyAsItIsAsked() throws SQLException {
    appendAndConsume(MANY);
    now = now.plus(TICK);

    assertThat(inbox.cleanUp(KEY, MANY, MANY - 500)).isEqualTo(MANY - 500);
    assertThat(inbox.message(KEY, MANY - 500)).isEmpty();
    assertThat(inbox.message(KEY, MANY - 499)).isPresent();
    assertThat(inbox.cleanUp(KEY, MANY, MANY)).isEqualTo(499);
    assertThat(inbox.cleanUp(now, MANY)).isEqualTo(1);
    assertThat(count("holdfast_inbox_message")).isZero();
    assertThat(IntStream.of(1, MANY).mapToObj(i -> "m-" + i))
        .allSatisfy(id ->
            assertThat(
                    inbox
                        .append(
                            new AppendInbox(
                                KEY,
                                NewInboxMessage.of(id, Payload.utf8("content " + id.substring(2)))))
                        .repeated())
                .isTrue());

    now = now.plus(inbox.idMemory());
    assertThat(inbox.cleanUp(KEY, 1, MANY)).isZero();
    assertThat(count("holdfast_inbox_message_id")).isZero();
  }
}
