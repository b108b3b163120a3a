// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.fixture.PlanReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls of inboxes beside a hundred thousand messages that were consumed in the same one, and as
 * many suspended runs without inputs (INBOX-24, TRIGGER-14).
 */
class InboxCostTest {

  private static final int OTHERS = 100_000;
  private static final Duration LOCK = Duration.ofMinutes(1);
  private static final InboxKey BUSY = new InboxKey("filled-1", "step", Triggers.PORT);

  @TempDir Path directory;

  @Test
  void noCallReadsWhatWasConsumed() throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      PlanReader reader = store.planReader().orElseThrow();
      try (Provider provider = reader.open()) {
        fill(file);
        DurableInbox inbox = provider.capability(DurableInbox.class).orElseThrow();
        Triggers triggers = provider.capability(Triggers.class).orElseThrow();
        Changes changes = provider.capability(Changes.class).orElseThrow();

        assertThat(reader.badPlans(() -> work(inbox, triggers))).isEmpty();
        assertThat(reader.badPlans(() -> read(inbox, triggers, changes))).isEmpty();
        assertThat(reader.badPlans(() -> end(changes))).isEmpty();
        assertThat(reader.badPlans(reader::sendBadStatement)).isNotEmpty();
      }
    }
  }

  /** A search by the inbox alone meets all its messages, or all their ids. */
  @Test
  void noWorkSearchesAWholeInbox() throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      SqlitePlans plans = (SqlitePlans) store.planReader().orElseThrow();
      try (Provider provider = plans.open();
          Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        fill(file);
        DurableInbox inbox = provider.capability(DurableInbox.class).orElseThrow();
        Triggers triggers = provider.capability(Triggers.class).orElseThrow();

        for (String sql : plans.tap().textsDuring(() -> work(inbox, triggers))) {
          assertThat(SqlitePlans.plan(connection, sql))
              .as(sql)
              .noneMatch(step -> step.contains("PRIMARY KEY (inbox_key=?)"));
        }
        assertThat(
                SqlitePlans.plan(
                    connection, "SELECT * FROM holdfast_inbox_message WHERE inbox_key = 1"))
            .anyMatch(step -> step.contains("PRIMARY KEY (inbox_key=?)"));
      }
    }
  }

  private static void work(DurableInbox inbox, Triggers triggers) {
    NewInboxMessage message = NewInboxMessage.of("a", Payload.utf8("a"));
    assertThat(inbox.append(new AppendInbox(BUSY, message)).sequence()).isEqualTo(OTHERS + 1);
    assertThat(inbox.append(new AppendInbox(BUSY, message)).repeated()).isTrue();
    assertThat(triggers.deliver(delivery("b")).sequence()).isEqualTo(OTHERS + 2);
    List<InboxItem> items = inbox.fetch(BUSY, 2, LOCK);
    assertThat(items).hasSize(2);
    assertThat(inbox.renew(List.of(items.get(0).lockToken()), LOCK.multipliedBy(2))).hasSize(1);
    inbox.consume(ConsumeInbox.of(items.get(0)));
    inbox.abandon(items.get(1).lockToken());
    assertThat(inbox.cleanUp(Instant.parse("9999-12-31T00:00:00Z"), 10)).isEqualTo(10);
    assertThat(inbox.cleanUp(BUSY, OTHERS, 10)).isEqualTo(10);
  }

  private static DeliverTrigger delivery(String id) {
    return new DeliverTrigger(
        BUSY.runId(),
        BUSY.stepId(),
        NewInboxMessage.of(id, Payload.utf8(id)),
        new Cursor(1, id),
        OrchestratorMessage.builder(BUSY.runId(), "wake", Payload.empty()).build());
  }

  private static void read(DurableInbox inbox, Triggers triggers, Changes changes) {
    changes.apply(List.of(RunChange.of(BUSY.runId(), 1).status(RunStatus.SUSPENDED).build()));
    assertThat(inbox.pending(BUSY, 0, 10)).hasSize(1);
    assertThat(inbox.message(BUSY, OTHERS + 1)).isPresent();
    assertThat(inbox.counts(BUSY.runId())).hasSize(1);
    assertThat(triggers.pendingInputs(BUSY.runId(), BUSY.stepId(), 0, 10)).hasSize(1);
    assertThat(triggers.cursor(BUSY.runId(), BUSY.stepId())).isPresent();
    assertThat(triggers.suspendedRunsWithPendingInputs(10, null).rows()).hasSize(1);
  }

  private static void end(Changes changes) {
    changes.apply(
        List.of(
            CreateRun.running("other", "order"),
            new AppendInbox(
                new InboxKey("other", "step", "in"), NewInboxMessage.of("a", Payload.empty())),
            RunChange.of("other", 1).status(RunStatus.CANCELLED).build(),
            new DeleteRun("other", 2)));
  }

  private static void fill(Path file) throws SQLException {
    String numbers =
        "WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n LIMIT %d)"
            .formatted(OTHERS);
    execute(
        file,
        "INSERT INTO holdfast_run (run_key, run_id, kind, status, version, attempt, created_at,"
            + " updated_at) "
            + numbers
            + " SELECT k, 'filled-' || k, 'filled', iif(k = 1, 'RUNNING', 'SUSPENDED'), 1, 1, k, k"
            + " FROM n",
        "INSERT INTO holdfast_inbox (inbox_key, run_id, step_id, port, last_sequence) "
            + numbers
            + " SELECT k, 'filled-' || k, 'step', 'trigger', iif(k = 1, "
            + OTHERS
            + ", 0) FROM n",
        "INSERT INTO holdfast_inbox_message (inbox_key, sequence, message_id, appended_at,"
            + " consumed_at, payload) "
            + numbers
            + " SELECT 1, k, 'filled-' || k, k, k, x'00' FROM n",
        "INSERT INTO holdfast_inbox_message_id (inbox_key, message_id, sequence, content_hash) "
            + numbers
            + " SELECT 1, 'filled-' || k, k, x'00' FROM n");
  }

  private static void execute(Path file, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
    }
  }
}
