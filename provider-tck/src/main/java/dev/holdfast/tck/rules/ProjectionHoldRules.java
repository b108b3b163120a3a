// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.ProjectionWork;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Transactions of callers that stay open, or whose process is killed. */
@RuleFamily("PROJECTION")
final class ProjectionHoldRules {

  private static final int KILLS = 2;
  private static final int EVENTS = 400;
  private static final int MOST_LINES = 40;
  private static final String NAME = "totals";

  /**
   * The caller's rows and the checkpoint share one fate, also when the caller is killed.
   *
   * <p><b>Shape:</b> child JVMs fold event by event in transactions of their own, with a row of
   * their table for each, and are killed: the table is the fold of the log up to the checkpoint.
   */
  @Rule("PROJECTION-23")
  void rowsAndCheckpointShareTheirFate(StoreUnderTest store) {
    Projected a = Projected.first(store);
    CallersTransaction.requireDeclared(store);
    CallersConnections connections = store.callersConnections();
    var target = store.sharedCrashTarget();
    a.create(ProjectionWork.FOLDED, 0);
    for (int n = 0; n < EVENTS; n += 100) {
      a.streams().add(Streamed.stream("s" + n), 100);
    }
    LogPosition told = LogPosition.START;
    for (int round = 0; round < store.rounds(KILLS); round++) {
      try (ChildJvm child = ChildJvm.start(target, Task.PROJECTION_OF_CALLER)) {
        child.tell(connections.jdbcUrl());
        child.tell(connections.table());
        int lines = 1 + store.random().nextInt(MOST_LINES);
        for (int n = 0; n < lines; n++) {
          told = LogPosition.parse(child.line("folded").split(" ")[1]);
        }
        child.kill();
      }
    }
    store.catchUpWithOtherJvms();
    LogPosition checkpoint = a.checkpoint(ProjectionWork.FOLDED, 1);
    Expect.that(
        "What was told is not there.",
        "at or behind " + told,
        checkpoint,
        !checkpoint.isBefore(told));
    a.expectCounted("Rows are not the fold up to the checkpoint.", ProjectionWork.FOLDED, 1);
    Set<String> folded =
        a.streams().log().stream()
            .map(event -> event.position())
            .filter(position -> !position.isAfter(checkpoint))
            .map(LogPosition::toString)
            .collect(Collectors.toCollection(TreeSet::new));
    try (CallersTransaction look = CallersTransaction.begin(store)) {
      Expect.equal("The caller's rows are not the fold up to the checkpoint.", folded, look.rows());
    }
  }

  /**
   * An open transaction never makes another call fail for good.
   *
   * <p><b>Shape:</b> one stays open behind an update; meanwhile an append, a read of the log, a row
   * of the same projection, updates of another one and of another shard, a generation that is made,
   * and the same update: done, or contention; it ends, and what met contention is made again.
   */
  @Rule("PROJECTION-26")
  void otherCallsSucceedInTheEnd(StoreUnderTest store) {
    Projected a = Projected.first(store);
    CallersTransaction.requireDeclared(store);
    Projected b = Projected.second(store);
    List<LogPosition> at = ProjectionConnectionRules.positions(a, 3);
    a.create("another", 0);
    List<Callable<Boolean>> calls =
        List.of(
            () -> unlessBusy(() -> b.streams().add(Streamed.stream("t"), 1)),
            () -> unlessBusy(() -> a.update(Projected.inline("another", Projected.put("r", 1)))),
            () -> unlessBusy(() -> b.update(shard(1, at.get(0), at.get(1), "of 1"))),
            () -> unlessBusy(() -> b.create("third", 0)));
    UpdateProjection same = shard(0, at.get(1), at.get(2), "of 0");
    List<Boolean> done;
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      ProjectionConnectionRules.update(a, caller, shard(0, at.get(0), at.get(1), "of 0"));
      Expect.equal("What is not committed is seen.", at.get(0), b.checkpoints(NAME, 1).get(0));
      Expect.equal(
          "The log cannot be read.",
          at.subList(1, 4),
          Streamed.positions(b.streams().behind(LogPosition.START, LogFilter.all(), 1)));
      done = Together.run(calls);
      caller.commit();
    }
    for (int i = 0; i < calls.size(); i++) {
      if (!done.get(i)) {
        Expect.that(
            "A call meets contention when nothing is in its way any more.",
            Together.run(List.of(calls.get(i))).get(0));
      }
    }
    b.update(same);
    Expect.equal("Checkpoints are others.", List.of(at.get(2), at.get(1)), b.checkpoints(NAME, 1));
    Expect.equal("An append is missing.", 1L, a.streams().last(Streamed.stream("t")));
    Expect.equal("A generation is missing.", 1, a.info("third").live());
  }

  private static UpdateProjection shard(int shard, LogPosition from, LogPosition to, String key) {
    return UpdateProjection.advancing(
        NAME, 1, List.of(Projected.put(key, to)), new Advance(shard, from, to));
  }

  private static boolean unlessBusy(Runnable call) {
    try {
      call.run();
      return true;
    } catch (Retryable busy) {
      return false;
    }
  }

  /**
   * Where several write, an open transaction holds up nobody else.
   *
   * <p><b>Shape:</b> unless the store admits one writer at a time: with an open update of one
   * shard, on another handle: appends are made and read from the log, another projection is
   * updated, inline beside an append too, another shard moves, and another caller's transaction
   * moves it further; then the first commits.
   */
  @Rule("PROJECTION-26")
  void anOpenTransactionHoldsUpNobodyElse(StoreUnderTest store) {
    Projected a = Projected.first(store);
    CallersTransaction.requireDeclared(store);
    if (store.callersConnections().oneWriter()) {
      return;
    }
    Projected b = Projected.second(store);
    List<LogPosition> at = ProjectionConnectionRules.positions(a, 3);
    a.create("another", 0);
    try (CallersTransaction open = CallersTransaction.begin(store)) {
      ProjectionConnectionRules.update(a, open, shard(0, at.get(0), at.get(1), "of 0"));
      try (Parked<Boolean> beside = Parked.call(store.pace(), () -> beside(store, b, at))) {
        beside.within("An open transaction of a caller holds up others.", Waiters.longWait(store));
      }
      open.commit();
    }
    Expect.equal("Checkpoints are others.", List.of(at.get(1), at.get(2)), b.checkpoints(NAME, 1));
    Expect.equal("A row is missing.", at.get(1).toString(), b.value(NAME, null, "of 0"));
  }

  private static boolean beside(StoreUnderTest store, Projected b, List<LogPosition> at) {
    LogPosition appended = b.streams().add(Streamed.stream("t"), 1).lastPosition();
    Expect.equal(
        "The log is read without what was appended.",
        List.of(appended),
        Streamed.positions(b.streams().behind(at.getLast(), LogFilter.all(), Streamed.PAGE)));
    b.streams()
        .changes()
        .apply(
            List.of(
                Streamed.append(Streamed.stream("t"), 1),
                Projected.inline("another", Projected.put("row", "1"))));
    b.update(shard(1, at.get(0), at.get(1), "of 1"));
    try (CallersTransaction other = CallersTransaction.begin(store, store.second())) {
      ProjectionConnectionRules.update(b, other, shard(1, at.get(1), at.get(2), "of 1"));
      other.commit();
    }
    return true;
  }
}
