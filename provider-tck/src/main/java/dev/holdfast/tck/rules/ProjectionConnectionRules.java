// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.StoreUnderTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Updates inside a transaction of the caller: one fate, and how the connection is left. */
@RuleFamily("PROJECTION")
final class ProjectionConnectionRules {

  private static final String NAME = "totals";

  /** A projection beside some events, whose positions are returned behind the start. */
  static List<LogPosition> positions(Projected a, int events) {
    a.calls().create(NAME, 0, 2, LogPosition.START);
    List<LogPosition> at = new ArrayList<>(List.of(LogPosition.START));
    for (int n = 0; n < events; n++) {
      at.add(a.streams().add(Streamed.stream("s"), 1).lastPosition());
    }
    return at;
  }

  private static void requireDeclared(StoreUnderTest store) {
    Projected.requireDeclared(store);
    CallersTransaction.requireDeclared(store);
  }

  static ProjectionUpdated update(
      Projected through, CallersTransaction caller, UpdateProjection update) {
    return through.calls().update(caller.connection(), update, null);
  }

  /** Folds an event into rows of both sides: the projection's and the caller's. */
  private static void fold(
      Projected a, CallersTransaction caller, LogPosition from, LogPosition to) {
    update(a, caller, Projected.moving(NAME, 1, from, to, Projected.put("at", to)));
    caller.insert(to.toString());
  }

  /** Expects both sides to be at a position, as everybody sees them. */
  private static void expectAt(StoreUnderTest store, LogPosition at, Set<String> rows) {
    for (Projected through : List.of(Projected.first(store), Projected.second(store))) {
      Expect.equal("A checkpoint is not where it was committed.", at, through.checkpoint(NAME, 1));
      Expect.equal(
          "A row is not as it was committed.",
          at.equals(LogPosition.START) ? null : at.toString(),
          through.value(NAME, null, "at"));
    }
    try (CallersTransaction look = CallersTransaction.begin(store)) {
      Expect.equal("The caller's rows are others.", rows, look.rows());
    }
  }

  /**
   * An update is one with the transaction of its caller.
   *
   * <p><b>Shape:</b> a row of the caller for each event beside row, parked event and checkpoint;
   * before the commit nothing of it is seen, from it on all; rolled back, and rolled back to a
   * savepoint before it, nothing.
   */
  @Rule("PROJECTION-23")
  void anUpdateIsOneWithTheTransaction(StoreUnderTest store) {
    requireDeclared(store);
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 5);
    StreamEvent event = a.streams().log().getFirst();
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      fold(a, caller, at.get(0), at.get(1));
      update(
          a,
          caller,
          new UpdateProjection(
              NAME,
              1,
              List.of(Projected.put("gone", "1"), RowChange.remove("gone")),
              new Advance(0, at.get(1), at.get(1)),
              List.of(ParkedEvent.of(event, 1, "error")),
              List.of()));
      Projected b = Projected.second(store);
      Expect.equal("What is not committed is seen.", at.get(0), b.checkpoint(NAME, 1));
      Expect.equal("What is not committed is seen.", List.of(), b.all(NAME, null));
      Expect.equal(
          "What is not committed is seen.", 0L, b.info(NAME).generations().getFirst().parked());
      caller.commit();
      Expect.equal(
          "What was committed is not seen.", 1L, b.info(NAME).generations().getFirst().parked());
    }
    expectAt(store, at.get(1), Set.of(at.get(1).toString()));
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      fold(a, caller, at.get(1), at.get(2));
      caller.rollback();
    }
    expectAt(store, at.get(1), Set.of(at.get(1).toString()));
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      fold(a, caller, at.get(1), at.get(2));
      Savepoint savepoint = caller.savepoint();
      fold(a, caller, at.get(2), at.get(3));
      caller.rollback(savepoint);
      fold(a, caller, at.get(2), at.get(4));
      caller.commit();
    }
    expectAt(
        store, at.get(4), Set.of(at.get(1).toString(), at.get(2).toString(), at.get(4).toString()));
  }

  /**
   * Of two open transactions that go on from one checkpoint at most one commits.
   *
   * <p><b>Shape:</b> the first folds an event in and stays open; the second does the same, and may
   * wait, as long as its store lets it, or is told at once; the first commits, or rolls back. Where
   * the store admits one writer the second is told that it is busy.
   */
  @Rule("PROJECTION-24")
  void ofTwoTransactionsAtMostOneCommits(StoreUnderTest store) {
    requireDeclared(store);
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    List<LogPosition> at = positions(a, 5);
    for (int round = 1; round <= 4; round++) {
      LogPosition from = a.checkpoint(NAME, 1);
      LogPosition to = at.get(at.indexOf(from) + 1);
      boolean commits = round % 2 == 1;
      TwoTransactions both = new TwoTransactions(store);
      List<Object> outcomes =
          both.run(
              caller -> fold(a, caller, from, to), commits, caller -> fold(b, caller, from, to));
      Object second = outcomes.get(1);
      Expect.that(
          "Two transactions went on from one checkpoint.",
          commits ? "VersionConflict or StoreContention" : "committed or StoreContention",
          second,
          second instanceof StoreContention
              || (commits ? second instanceof VersionConflict : second.equals("committed")));
      if (a.checkpoint(NAME, 1).equals(from)) {
        // Both were in each other's way; alone it is done.
        try (CallersTransaction alone = CallersTransaction.begin(store)) {
          fold(a, alone, from, to);
          alone.commit();
        }
      }
      Set<String> rows = new TreeSet<>();
      at.subList(1, at.indexOf(to) + 1).forEach(one -> rows.add(one.toString()));
      expectAt(store, to, rows);
    }
  }

  /**
   * A fence that is lost at the call is refused, and a live one holds.
   *
   * <p><b>Shape:</b> live fences and lost ones of every kind in transactions of a caller: applied,
   * or LockLost with nothing written and a transaction that goes on.
   */
  @Rule("PROJECTION-24")
  void aLostFenceIsRefusedAtTheCall(StoreUnderTest store) {
    requireDeclared(store);
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 3);
    int n = 0;
    for (var kind : ChangeFences.live(store).entrySet()) {
      ChangeCarrier.takeAll(store.first());
      Fence fence = kind.getValue().get();
      String key = "row " + n++;
      try (CallersTransaction caller = CallersTransaction.begin(store)) {
        a.calls()
            .update(
                caller.connection(),
                Projected.moving(NAME, 1, at.get(0), at.get(0), Projected.put(key, "1")),
                fence);
        caller.commit();
      }
      Expect.equal("An update under a live fence is missing.", "1", a.value(NAME, null, key));
    }
    List<Object> before = a.snapshot(NAME);
    Map<String, Fence> lost = ChangeFences.lost(store);
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      lost.forEach((why, fence) -> {
        for (LogPosition from : List.of(at.get(0), at.get(1))) {
          Expect.thrown(
              "A lost fence was taken: " + why + ".",
              LockLost.class,
              () ->
                  a.calls()
                      .update(
                          caller.connection(),
                          Projected.moving(NAME, 1, from, at.get(2), Projected.put("r", "1")),
                          fence));
        }
      });
      caller.insert("of the caller");
      caller.commit();
      Expect.equal("The caller's row is missing.", Set.of("of the caller"), caller.rows());
    }
    Expect.equal("Something was written under a lost fence.", before, a.snapshot(NAME));
  }

  /**
   * The connection is left as it was, also by refusals, and the transaction goes on.
   *
   * <p><b>Shape:</b> through a proxy that records: an update that applies, and each refusal by what
   * is stored; compare the settings of the session; the caller's row is committed.
   */
  @Rule("PROJECTION-25")
  void theConnectionIsLeftAsItWas(StoreUnderTest store) {
    requireDeclared(store);
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 3);
    a.create(NAME, 1);
    CallersConnections connections = store.callersConnections();
    WatchedConnection watched =
        new WatchedConnection(CallersTransaction.get(connections::connect), false);
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, watched.proxy())) {
      List<String> before = watched.settings();
      caller.insert("of the caller");
      watched.forget();
      update(a, caller, Projected.moving(NAME, 1, at.get(0), at.get(1), Projected.put("a", "1")));
      watched.expectLeftAlone("A call");
      refusals(at)
          .forEach((update, type) -> {
            Expect.thrown("A bad update was taken.", type, () -> update(a, caller, update));
            watched.expectLeftAlone("A refused call");
          });
      Expect.equal("A setting of the connection was changed.", before, watched.settings());
      caller.commit();
      Expect.equal("The caller's row is missing.", Set.of("of the caller"), caller.rows());
    }
    Expect.equal("Not what was updated is there.", Map.of("a", "1"), a.texts(NAME, null));
    Expect.equal("A checkpoint is another one.", at.get(1), a.checkpoint(NAME, 1));
  }

  private static Map<UpdateProjection, Class<? extends Permanent>> refusals(List<LogPosition> at) {
    RowChange row = Projected.put("row", "wrong");
    LogPosition here = at.get(1);
    return Map.of(
        Projected.moving(NAME, 1, at.get(0), at.get(2), row),
        VersionConflict.class,
        Projected.moving(
            NAME, 1, here, here, row, new RowChange.Put("a", Projected.text("2"), 1_000_000L)),
        VersionConflict.class,
        UpdateProjection.inline(NAME, 2, List.of(row)),
        VersionConflict.class,
        UpdateProjection.inline(NAME, 3, List.of(row)),
        NotFound.class,
        UpdateProjection.inline("no", 1, List.of(row)),
        NotFound.class,
        Projected.moving(NAME, 1, here, Projected.behind(at.get(3)), row),
        InvalidRequest.class,
        UpdateProjection.advancing(NAME, 1, List.of(row), new Advance(7, here, here)),
        InvalidRequest.class,
        new UpdateProjection(NAME, 1, List.of(row), null, List.of(), List.of(at.get(2))),
        NotFound.class);
  }

  /**
   * Connections that cannot take part, or lead elsewhere, are refused.
   *
   * <p><b>Shape:</b> in auto-commit mode, closed, read-only; to another product and to the other
   * places of the fixture, whose transactions go on; a proxy and a misled one are taken.
   */
  @Rule("PROJECTION-25")
  void wrongConnectionsAreRefused(StoreUnderTest store) throws SQLException {
    requireDeclared(store);
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 2);
    CallersConnections connections = store.callersConnections();
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.connection().setAutoCommit(true);
      expectRefused("A connection in auto-commit mode", a, caller);
    }
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.connection().close();
      expectRefused("A closed connection", a, caller);
    }
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, connections.connectReadOnly())) {
      expectRefused("A connection whose transactions only read", a, caller);
    }
    WatchedConnection product =
        new WatchedConnection(CallersTransaction.get(connections::connect), true);
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, product.proxy())) {
      expectRefused("A connection to another product", a, caller);
    }
    for (Connection connection : connections.connectElsewhere()) {
      try (connection;
          CallersTransaction caller =
              new CallersTransaction(store.first(), connections, connection)) {
        expectRefused("A connection to another place", a, caller);
        caller.commit();
      }
    }
    Expect.equal("A refused call wrote something.", List.of(), a.all(NAME, null));
    WatchedConnection wrapped =
        new WatchedConnection(CallersTransaction.get(connections::connect), false);
    expectTaken(store, a, wrapped.proxy(), at.get(0), at.get(1));
    var misled = connections.connectMisled();
    if (misled.isPresent()) {
      expectTaken(store, a, misled.get(), at.get(1), at.get(2));
    }
  }

  private static void expectRefused(String what, Projected a, CallersTransaction caller) {
    Expect.invalid(
        what + " was accepted.",
        () -> update(a, caller, Projected.inline(NAME, Projected.put("row", "wrong"))));
  }

  private static void expectTaken(
      StoreUnderTest store, Projected a, Connection connection, LogPosition from, LogPosition to) {
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), store.callersConnections(), connection)) {
      update(a, caller, Projected.moving(NAME, 1, from, to, Projected.put("at", to)));
      caller.commit();
    }
    Expect.equal("Not what was updated is there.", to, a.checkpoint(NAME, 1));
    Expect.equal("Not what was updated is there.", to.toString(), a.value(NAME, null, "at"));
  }

  /**
   * What is invalid by itself is refused before the connection is used.
   *
   * <p><b>Shape:</b> a value over the limit and too many rows; the recording proxy sees no
   * statement, and the caller's row is committed.
   */
  @Rule("PROJECTION-25")
  void whatIsInvalidIsRefusedBeforeTheConnectionIsUsed(StoreUnderTest store) {
    requireDeclared(store);
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    CallersConnections connections = store.callersConnections();
    WatchedConnection watched =
        new WatchedConnection(CallersTransaction.get(connections::connect), false);
    List<UpdateProjection> wrong = new ArrayList<>();
    RowChange[] rows = new RowChange[a.streams().calls().limits().maxRowsPerUpdate() + 1];
    Arrays.setAll(rows, n -> Projected.put("row " + n, n));
    wrong.add(Projected.inline(NAME, rows));
    Payloads.overTheLimit(store)
        .ifPresent(large -> wrong.add(Projected.inline(NAME, RowChange.put("large", large))));
    try (CallersTransaction caller =
        new CallersTransaction(store.first(), connections, watched.proxy())) {
      caller.insert("of the caller");
      watched.forget();
      for (UpdateProjection update : wrong) {
        Expect.invalid("An invalid update was taken.", () -> update(a, caller, update));
      }
      Expect.none("Statements were sent for an invalid update.", watched.statements());
      caller.commit();
      Expect.equal("The caller's row is missing.", Set.of("of the caller"), caller.rows());
    }
    Expect.equal("A refused call wrote something.", List.of(), a.all(NAME, null));
  }

  /**
   * It works at every isolation level that the connection accepts.
   *
   * <p><b>Shape:</b> at each level, behind a read that takes the snapshot of the transaction: fold
   * and commit, fold and roll back, and what does not fit is refused.
   */
  @Rule("PROJECTION-25")
  void itWorksAtEveryIsolationLevel(StoreUnderTest store) throws SQLException {
    requireDeclared(store);
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 12);
    int accepted = 0;
    for (int level : TxenqRules.LEVELS) {
      CallersConnections connections = store.callersConnections();
      try (Connection connection = connections.connect()) {
        if (!TxenqRules.accepts(connection, level)) {
          continue;
        }
        accepted++;
        try (CallersTransaction caller =
            new CallersTransaction(store.first(), connections, connection)) {
          worksOn(a, caller, at);
        }
      }
    }
    Expect.above("The connection accepts no isolation level.", 0, accepted);
  }

  private static void worksOn(Projected a, CallersTransaction caller, List<LogPosition> at) {
    LogPosition from = a.checkpoint(NAME, 1);
    LogPosition one = at.get(at.indexOf(from) + 1);
    LogPosition two = at.get(at.indexOf(from) + 2);
    caller.rows();
    fold(a, caller, from, one);
    caller.rollback();
    Expect.equal("What was rolled back is there.", from, a.checkpoint(NAME, 1));
    caller.rows();
    fold(a, caller, from, one);
    fold(a, caller, one, two);
    caller.commit();
    Expect.equal("What was committed is not there.", two, a.checkpoint(NAME, 1));
    Expect.equal("What was committed is not there.", two.toString(), a.value(NAME, null, "at"));
    caller.rows();
    Expect.thrown(
        "An update goes on from another checkpoint.",
        VersionConflict.class,
        () -> update(a, caller, Projected.moving(NAME, 1, from, one)));
    caller.commit();
    Expect.equal("A refused update moved a checkpoint.", two, a.checkpoint(NAME, 1));
  }

  /** What a transaction of a caller ended with, as far as it was a store's error. */
  static Object outcome(Runnable work) {
    try {
      work.run();
      return "committed";
    } catch (VersionConflict | StoreContention refused) {
      return refused;
    } catch (ProviderError other) {
      throw Expect.violation(
          "A transaction that met another one was told something else.",
          "VersionConflict or StoreContention",
          other);
    }
  }
}
