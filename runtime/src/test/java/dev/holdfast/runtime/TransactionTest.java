// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Starts, events and cancellations inside the caller's own transaction. */
class TransactionTest extends OnSqlite {

  private static final Orchestration<String, String> ECHO =
      Orchestration.named("echo", String.class, String.class, (ctx, input) -> input);
  private static final Orchestration<String, String> OTHER =
      Orchestration.named("other", String.class, String.class, (ctx, input) -> input);
  private static final Orchestration<String, String> WAITING =
      Orchestration.named(
          "waiting",
          String.class,
          String.class,
          (ctx, input) -> ctx.event("go", String.class).await());

  @Test
  void aStartIsThereWithTheRowAndNotWithoutIt() throws Exception {
    Holdfast worker = work(b -> b.orchestration(ECHO));
    try (Connection connection = connect()) {
      execute(connection, "CREATE TABLE customer_order (id TEXT PRIMARY KEY)");
      connection.commit();

      execute(connection, "INSERT INTO customer_order VALUES ('undone')");
      worker.client().within(connection).start(ECHO, "undone", "a");
      connection.rollback();

      execute(connection, "INSERT INTO customer_order VALUES ('done')");
      worker.client().within(connection).start(ECHO, "done", "b");
      connection.commit();
    }

    assertThat(worker.client().await(ECHO, "done", LONG)).isEqualTo("b");
    assertThat(worker.client().status("undone").state()).isEqualTo(InstanceState.NOT_FOUND);
  }

  @Test
  void anEventArrivesWithTheCommit() throws Exception {
    Holdfast worker = work(b -> b.orchestration(WAITING));
    worker.client().start(WAITING, "one", "a");
    try (Connection connection = connect()) {
      TransactionalClient client = worker.client().within(connection);
      client.raise("one", "go", "undone");
      connection.rollback();
      client.raise("one", "go", "now", "m-1");
      client.raise("one", "go", "now", "m-1");
      connection.commit();
    }

    assertThat(worker.client().await(WAITING, "one", LONG)).isEqualTo("now");
  }

  @Test
  void aCancellationArrivesWithTheCommit() throws Exception {
    Holdfast worker = work(b -> b.orchestration(WAITING));
    worker.client().start(WAITING, "one", "a");
    try (Connection connection = connect()) {
      worker.client().within(connection).cancel("one", "the order was withdrawn");
      connection.commit();
    }

    assertThat(worker.client().awaitStatus("one", LONG).state()).isEqualTo(InstanceState.CANCELLED);
  }

  @Test
  void aSecondStartDoesNothingOrIsRefusedAndTheTransactionGoesOn() throws Exception {
    HoldfastClient client = alone();
    client.start(ECHO, "one", "a");
    try (Connection connection = connect()) {
      client.within(connection).start(ECHO, "one", "a");
      client.within(connection).start(ECHO, "one", "b");
      assertThatThrownBy(() -> client.within(connection).start(OTHER, "one", "a"))
          .isInstanceOf(AlreadyStartedException.class);
      assertThatThrownBy(() -> client.withStrictStarts().within(connection).start(ECHO, "one", "b"))
          .isInstanceOf(AlreadyStartedException.class);
      client.within(connection).start(OTHER, "two", "a");
      connection.commit();
    }

    assertThat(client.start(OTHER, "two", "a").isNew()).isFalse();
  }

  @Test
  void aConnectionWithoutTransactionAndAStoreThatNobodyReachesAreRefused() throws Exception {
    HoldfastClient client = alone();
    try (Connection connection = connect();
        HoldfastClient inMemory = HoldfastClient.connect("sqlite::memory:")) {
      connection.setAutoCommit(true);
      assertThatThrownBy(() -> client.within(connection).start(ECHO, "one", "a"))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("auto-commit");
      assertThatThrownBy(() -> inMemory.within(connection)).isInstanceOf(NotSupported.class);
    }
  }

  private HoldfastClient alone() {
    return closing(HoldfastClient.on(provider, DataConverter.jackson()));
  }

  private Connection connect() throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            "jdbc:sqlite:" + directory.resolve("store.db") + "?transaction_mode=IMMEDIATE");
    connection.setAutoCommit(false);
    return connection;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
