// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.jdbc.schema.Migration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of the first version opens, keeps what is in it, and works on. */
class MigrationTest {

  private static final int LOCK_EPOCH = 7;

  @TempDir Path directory;
  private Path file;

  /** An instance with a completion in its queue, as the first version stored them. */
  @BeforeEach
  void makeAStoreOfTheFirstVersion() throws SQLException {
    file = directory.resolve("store.db");
    Migration first = SchemaFiles.TABLES.all().get(0);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE holdfast_schema (version INTEGER PRIMARY KEY, file TEXT NOT NULL,
            checksum TEXT NOT NULL, served_from INTEGER NOT NULL, applied_at INTEGER NOT NULL) STRICT
          """);
      for (String sql : SchemaFiles.statements(first)) {
        statement.execute(sql);
      }
      statement.execute(
          "INSERT INTO holdfast_schema VALUES (1, '%s', '%s', 1, 0)"
              .formatted(first.file(), first.checksum()));
      statement.execute("UPDATE holdfast_counter SET value = 100");
      statement.execute(
          """
          INSERT INTO holdfast_instance (instance_key, instance_id, name, created_at, updated_at,
            execution_id, ready_at) VALUES (1, 'one', 'flow', 5, 5, 1, 5)
          """);
      statement.execute(
          """
          INSERT INTO holdfast_message (instance_key, visible_at, seq, kind, body, discard_if_unknown,
            activity_epoch) VALUES (1, 5, 9, 'done', x'01', 0, %d)
          """
              .formatted(LOCK_EPOCH));
    }
  }

  @Test
  void whatWasStoredIsDelivered() {
    try (Provider provider = Providers.open("sqlite:" + file)) {
      assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofMinutes(1))))
          .singleElement()
          .satisfies(item -> {
            assertThat(item.name()).isEqualTo("flow");
            assertThat(item.messages())
                .extracting(OrchestratorMessage::kind)
                .containsExactly("done");
          });
    }
  }

  @Test
  void anAckFromBeforeIsStillRecognisedWhenRepeated() {
    LockToken acked = new LockToken.OfActivity(new ActivityIdentity("one", 1, 1), LOCK_EPOCH);
    try (Provider provider = Providers.open("sqlite:" + file)) {
      OrchestratorMessage done =
          OrchestratorMessage.builder("one", "done", Payload.of(new byte[] {1})).build();
      assertThat(provider.ackActivityItems(List.of(ActivityAck.of(acked, done))))
          .singleElement()
          .isInstanceOf(AckResult.AlreadyApplied.class);
    }
  }
}
