// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.feature.TransactionalEnqueue;
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
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;

/** Messages that share the fate of the caller's transaction. */
@RuleFamily("TXENQ")
final class TxenqRules {

  private static final int FAR = 4;

  static final List<Integer> LEVELS =
      List.of(
          Connection.TRANSACTION_READ_UNCOMMITTED,
          Connection.TRANSACTION_READ_COMMITTED,
          Connection.TRANSACTION_REPEATABLE_READ,
          Connection.TRANSACTION_SERIALIZABLE);

  /**
   * Declared equals offered, on every handle.
   *
   * <p><b>Shape:</b> ask two handles for both. Undeclared: nothing is offered.
   */
  @Rule("TXENQ-01")
  void declaredEqualsOfferedOnEveryHandle(StoreUnderTest store) {
    boolean declared = store.declares(Feature.TRANSACTIONAL_ENQUEUE);
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "A handle declares something else than another.",
          declared,
          handle.provider().info().declares(Feature.TRANSACTIONAL_ENQUEUE));
      Expect.equal(
          "What is declared and what is offered differ.",
          declared,
          handle.provider().capability(TransactionalEnqueue.class).isPresent());
    }
  }

  /**
   * Before the commit nobody sees the message, from it on everybody does.
   *
   * <p><b>Shape:</b> post a start, and a signal to a living instance; look with both handles before
   * and after the commit.
   */
  @Rule("TXENQ-02")
  void aMessageAppearsWithTheCommit(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("living");
    for (Handle through : List.of(store.first(), store.second())) {
      Handle other = through.equals(store.first()) ? store.second() : store.first();
      String id = "order" + store.nextNumber();
      try (CallersTransaction caller = CallersTransaction.begin(store, through)) {
        appearsWithTheCommit(store, caller, Sample.start(id, Sample.NAME, Sample.VERSION), other);
        appearsWithTheCommit(store, caller, Sample.message("living", "signal to " + id), other);
      }
    }
  }

  private static void appearsWithTheCommit(
      StoreUnderTest store, CallersTransaction caller, OrchestratorMessage message, Handle other) {
    caller.post(message);
    expectNothing(store);
    caller.commit();
    deliverOnly(store, other, message);
  }

  /** Expects that no handle can fetch anything; a writer that is kept waiting saw nothing. */
  private static void expectNothing(StoreUnderTest store) {
    for (Handle handle : List.of(store.first(), store.second())) {
      try {
        handle.fetchNone("A message was delivered before its transaction had committed.");
      } catch (StoreContention busy) {
        Expect.that(
            "A store with several writers was kept waiting.",
            store.callersConnections().oneWriter());
      }
    }
  }

  private static void deliverOnly(
      StoreUnderTest store, Handle handle, OrchestratorMessage... messages) {
    var item = handle.fetchOne(messages[0].instanceId());
    Batch.expect("What was posted was not what came.", item, messages);
    handle.turn(item).name(Sample.NAME).version(Sample.VERSION).apply();
    for (Handle each : List.of(store.first(), store.second())) {
      each.fetchNone("A message was delivered twice.");
    }
  }

  /**
   * A rollback leaves nothing.
   *
   * <p><b>Shape:</b> post a start and a signal with message ids and roll back; nothing comes; other
   * content under the ids is accepted and delivered.
   */
  @Rule("TXENQ-03")
  void aRollbackLeavesNothing(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    first.create("living");
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.post(identified(Sample.start("order", Sample.NAME, null), "m-1"));
      caller.post(identified(Sample.message("living", "undone"), "m-1"));
      caller.insert("order");
      caller.rollback();
    }
    expectNothing(store);
    store.expectNoInstanceRow("A rollback left an instance.", "order");
    OrchestratorMessage start =
        first.enqueue(identified(Sample.start("order", "another", null), "m-1"));
    deliverOnly(store, store.second(), start);
    OrchestratorMessage signal =
        first.enqueue(identified(Sample.message("living", "again"), "m-1"));
    deliverOnly(store, store.second(), signal);
  }

  /**
   * A rollback to a savepoint leaves what was posted before it.
   *
   * <p><b>Shape:</b> post, set a savepoint, post more, roll back to it, post once more under the
   * same id, commit.
   */
  @Rule("TXENQ-03")
  void aRollbackToASavepointLeavesWhatWasBefore(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("order");
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      OrchestratorMessage before = caller.post(Sample.message("order", "before"));
      Savepoint savepoint = caller.savepoint();
      caller.post(identified(Sample.message("order", "undone"), "m-1"));
      caller.post(Sample.start("child", Sample.NAME, null));
      caller.rollback(savepoint);
      OrchestratorMessage after = caller.post(identified(Sample.message("order", "after"), "m-1"));
      caller.commit();
      deliverOnly(store, store.first(), before, after);
    }
  }

  /**
   * It means what an enqueue means.
   *
   * <p><b>Shape:</b> signals, then a start, of a new id in one transaction; messages of both ways
   * to one instance; an orphan, and one that asks to be discarded.
   */
  @Rule("TXENQ-05")
  void itMeansWhatEnqueueMeans(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      OrchestratorMessage early = caller.post(Sample.message("order", "before the start"));
      OrchestratorMessage start = caller.post(Sample.start("order", Sample.NAME, Sample.VERSION));
      OrchestratorMessage late = caller.post(Sample.message("order", "behind the start"));
      caller.commit();
      store.expectNoInstanceRow("An instance was created before its first ack.", "order");
      deliverOnly(store, first, early, start, late);

      OrchestratorMessage one = first.poke("order");
      OrchestratorMessage two = caller.post(Sample.message("order", "of the caller"));
      caller.commit();
      OrchestratorMessage three = first.poke("order");
      OrchestratorMessage four = caller.post(Sample.message("order", "of the caller again"));
      caller.commit();
      deliverOnly(store, store.second(), one, two, three, four);

      OrchestratorMessage orphan = caller.post(Sample.message("unknown", "an orphan"));
      caller.post(
          OrchestratorMessage.builder("unknown", "drop", orphan.body())
              .discardIfUnknown(true)
              .build());
      caller.commit();
      first.fetchNone("An orphan was delivered.");
      OrchestratorMessage itsStart = first.start("unknown");
      deliverOnly(store, first, orphan, itsStart);
    }
  }

  /**
   * A due time is that of the call, by the store's clock.
   *
   * <p><b>Shape:</b> post a timer and commit when half of its time has passed; it comes when all of
   * it has, not before and not later.
   */
  @Rule("TXENQ-05")
  void aDueTimeIsThatOfTheCall(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    Duration in = store.lockFor().multipliedBy(FAR);
    Duration half = in.dividedBy(2);
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      OrchestratorMessage timer = caller.post(Sample.timer("order", "later", in));
      store.moveTime(half);
      caller.commit();
      first.fetchNone("A message was delivered before it was due.");
      store.moveToJustBefore(in.minus(half));
      first.fetchNone("A message was delivered before it was due.");
      store.moveTime(store.tick());
      deliverOnly(store, first, timer);
    }
  }

  /**
   * It works at every isolation level that the connection accepts.
   *
   * <p><b>Shape:</b> at each level: post, commit; post, roll back; post the same id again, after it
   * was delivered too.
   */
  @Rule("TXENQ-19")
  void itWorksAtEveryIsolationLevel(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    int accepted = 0;
    for (int level : LEVELS) {
      CallersConnections connections = store.callersConnections();
      try (Connection connection = connections.connect()) {
        if (!accepts(connection, level)) {
          continue;
        }
        accepted++;
        try (CallersTransaction caller =
            new CallersTransaction(store.first(), connections, connection)) {
          worksOn(store, caller, "order-" + level);
        }
      } catch (SQLException e) {
        throw Expect.violation("The connection failed.", "that it works", e);
      }
    }
    Expect.above("The connection accepts no isolation level.", 0, accepted);
  }

  static boolean accepts(Connection connection, int level) {
    try {
      connection.setTransactionIsolation(level);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private static void worksOn(StoreUnderTest store, CallersTransaction caller, String id) {
    OrchestratorMessage start = identified(Sample.start(id, Sample.NAME, null), "m-1");
    caller.rows();
    caller.post(start);
    expectNothing(store);
    caller.rollback();
    expectNothing(store);
    caller.rows();
    caller.post(start);
    caller.post(start);
    caller.commit();
    caller.post(start);
    caller.commit();
    deliverOnly(store, store.second(), start);
    caller.rows();
    caller.post(start);
    caller.commit();
    expectNothing(store);
  }

  static OrchestratorMessage identified(OrchestratorMessage message, String messageId) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .due(message.due())
        .start(message.start())
        .messageId(messageId)
        .discardIfUnknown(message.discardIfUnknown())
        .build();
  }
}
