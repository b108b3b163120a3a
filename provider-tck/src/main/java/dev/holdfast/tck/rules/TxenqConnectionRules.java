// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which connections of a caller are taken, and how they are left. */
@RuleFamily("TXENQ")
final class TxenqConnectionRules {

  private static final Duration TOO_LONG = Duration.ofDays(365L * 9_000);

  /**
   * The connection is left as it was.
   *
   * <p><b>Shape:</b> post through a proxy that records, once with success, once with a used message
   * id and once with an invalid message; compare the settings of the session.
   */
  @Rule("TXENQ-08")
  void theConnectionIsLeftAsItWas(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("order");
    CallersConnections connections = store.callersConnections();
    WatchedConnection watched =
        new WatchedConnection(CallersTransaction.get(connections::connect), false);
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, watched.proxy())) {
      List<String> before = watched.settings();
      watched.forget();
      caller.post(TxenqRules.identified(Sample.message("order", "one"), "m-1"));
      watched.expectLeftAlone("A call");
      Expect.thrown(
          "Other content under a used message id was accepted.",
          IdempotencyMismatch.class,
          () -> caller.post(TxenqRules.identified(Sample.message("order", "two"), "m-1")));
      watched.expectLeftAlone("A refused call");
      Expect.invalid("An invalid message was accepted.", () -> caller.post(tooLate()));
      watched.expectLeftAlone("An invalid call");
      Expect.equal("A setting of the connection was changed.", before, watched.settings());
      caller.commit();
    }
    Batch.expect(
        "Not what was posted came.",
        store.first().fetchOne("order"),
        TxenqRules.identified(Sample.message("order", "one"), "m-1"));
  }

  /**
   * A connection that cannot take part is refused.
   *
   * <p><b>Shape:</b> one in auto-commit mode, a closed one, read-only ones.
   */
  @Rule("TXENQ-09")
  void aConnectionThatCannotTakePartIsRefused(StoreUnderTest store) throws SQLException {
    CallersTransaction.requireDeclared(store);
    CallersConnections connections = store.callersConnections();
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.connection().setAutoCommit(true);
      expectRefused("A connection in auto-commit mode", caller);
    }
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.connection().close();
      expectRefused("A closed connection", caller);
    }
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, connections.connectReadOnly())) {
      expectRefused("A connection whose transactions only read", caller);
    }
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      if (canBeReadOnly(caller.connection())) {
        expectRefused("A connection that was set to read only", caller);
        caller.rollback();
        caller.connection().setReadOnly(false);
      }
    }
    store.first().fetchNone("A refused call wrote a message.");
  }

  private static boolean canBeReadOnly(Connection connection) {
    try {
      connection.setReadOnly(true);
      return connection.isReadOnly();
    } catch (SQLException e) {
      return false;
    }
  }

  private static void expectRefused(String what, CallersTransaction caller) {
    Expect.invalid(
        what + " was accepted.",
        () -> caller.post(Sample.start("order", Sample.NAME, Sample.VERSION)));
  }

  /**
   * A connection to anything but this store is refused, and its transaction can go on.
   *
   * <p><b>Shape:</b> to another product, and to the other places of the fixture.
   */
  @Rule("TXENQ-10")
  void aConnectionToAnythingElseIsRefused(StoreUnderTest store) throws SQLException {
    CallersTransaction.requireDeclared(store);
    CallersConnections connections = store.callersConnections();
    WatchedConnection product =
        new WatchedConnection(CallersTransaction.get(connections::connect), true);
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, product.proxy())) {
      expectRefused("A connection to another product", caller);
    }
    List<Connection> elsewhere = new ArrayList<>(connections.connectElsewhere());
    try {
      for (Connection connection : elsewhere) {
        try (CallersTransaction caller =
            new CallersTransaction(store.first(), connections, connection)) {
          expectRefused("A connection to another place", caller);
          CallersTransaction.run(() -> {
            try (var statement = connection.createStatement()) {
              statement.execute("SELECT 1");
            }
          });
          caller.commit();
        }
      }
    } finally {
      for (Connection connection : elsewhere) {
        connection.close();
      }
    }
    store.first().fetchNone("A refused call wrote a message.");
  }

  /**
   * Proxies and misleading names do not matter.
   *
   * <p><b>Shape:</b> a proxy that is of no class of the driver and cannot be unwrapped; a
   * connection whose default names lead to another store.
   */
  @Rule("TXENQ-11")
  void aConnectionIsKnownByItsStore(StoreUnderTest store) throws SQLException {
    CallersTransaction.requireDeclared(store);
    CallersConnections connections = store.callersConnections();
    WatchedConnection wrapped =
        new WatchedConnection(CallersTransaction.get(connections::connect), false);
    expectTaken(store, connections, wrapped.proxy(), "wrapped");
    var misled = connections.connectMisled();
    if (misled.isPresent()) {
      expectTaken(store, connections, misled.get(), "misled");
    }
  }

  private static void expectTaken(
      StoreUnderTest store, CallersConnections connections, Connection connection, String id) {
    OrchestratorMessage start = Sample.start(id, Sample.NAME, Sample.VERSION);
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, connection)) {
      caller.post(start);
      caller.commit();
    }
    Batch.expect("Not what was posted came.", store.second().fetchOne(id), start);
  }

  /**
   * What is invalid by itself is refused before the connection is used.
   *
   * <p><b>Shape:</b> a payload over the limit, alone and behind a good message in a list; the
   * recording proxy sees no statement, and the caller's row is committed.
   */
  @Rule("TXENQ-12")
  void whatIsInvalidIsRefusedBeforeTheConnectionIsUsed(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    CallersConnections connections = store.callersConnections();
    int tooMany = first.provider().info().limits().maxPayloadBytes() + 1;
    OrchestratorMessage message =
        OrchestratorMessage.of("order", "large", Payload.of(new byte[tooMany]));
    WatchedConnection watched =
        new WatchedConnection(CallersTransaction.get(connections::connect), false);
    try (CallersTransaction caller = new CallersTransaction(first, connections, watched.proxy())) {
      caller.insert("of the caller");
      watched.forget();
      Expect.invalid("An invalid message was accepted.", () -> caller.post(message));
      Expect.invalid(
          "A list with an invalid message was accepted.",
          () ->
              CallersTransaction.through(first)
                  .enqueueAll(
                      caller.connection(),
                      List.of(Sample.start("order", Sample.NAME, null), message)));
      Expect.none("Statements were sent for an invalid message.", watched.statements());
      caller.commit();
      Expect.equal("The caller's row is not there.", Set.of("of the caller"), caller.rows());
    }
    first.fetchNone("A message of a refused list was stored.");
  }

  private static OrchestratorMessage tooLate() {
    return OrchestratorMessage.builder("order", "late", Payload.utf8("late"))
        .due(Due.in(TOO_LONG))
        .build();
  }
}
