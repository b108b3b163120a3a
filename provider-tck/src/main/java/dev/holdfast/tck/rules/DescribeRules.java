// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether an instance exists, and which code it needs. */
@RuleFamily("DESCRIBE")
final class DescribeRules {

  /**
   * Whoever was neither started nor acked has no description.
   *
   * <p><b>Shape:</b> an unknown id; one with messages that wait for a start; one with marked
   * orphans, before and after they were discarded; ids that resemble that of an instance.
   *
   * <p><b>If this fails, check:</b> does a row for the id alone count? are all messages looked at
   * instead of starts?
   */
  @Rule("DESCRIBE-01")
  void whoWasNeverStartedHasNoDescription(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("orphan");
    a.timer("orphan", s.lockFor());
    a.enqueue(
        OrchestratorMessage.builder("marked", "event", Sample.message("marked", "x").body())
            .dropIfOrphan(true)
            .build());
    for (String id : List.of("unknown", "orphan", "marked", "ORDER", "order ")) {
      expectNone(a, id);
      expectNone(s.b(), id);
    }
    a.fetchNone("An orphan was delivered.");
    expectNone(a, "marked");
    expectNone(a, "orphan");
    Expect.invalid("An empty id was accepted.", () -> a.provider().describeInstance(""));
  }

  private static void expectNone(Handle handle, String id) {
    Expect.equal(
        "An instance that was never started has a description: \"" + id + "\".",
        Optional.empty(),
        handle.provider().describeInstance(id));
  }

  /**
   * From its accepted start on an instance has a description, with the code of that start.
   *
   * <p><b>Shape:</b> a message, then starts with and without a version, one due later before one
   * due now: the earliest in insertion order counts, before the fetch, under the lock, after an
   * abandon and the lock end, through both handles and after reopening.
   *
   * <p><b>If this fails, check:</b> are starts found that are not yet visible? is the earliest one
   * that with the least due time?
   */
  @Rule("DESCRIBE-02")
  void aStartedInstanceIsThereAtOnce(StoreUnderTest s) {
    Handle a = s.a();
    a.poke("order");
    a.enqueue(
        OrchestratorMessage.builder("order", "start", Sample.message("order", "x").body())
            .start(Sample.start("order", "delayed", "9").start())
            .due(Due.in(s.lockFor().multipliedBy(10)))
            .build());
    expect(s, "order", 0, "delayed", "9");
    a.enqueue(Sample.start("order", "visible", null));
    expect(s, "order", 0, "delayed", "9");
    a.enqueue(Sample.start("plain", "without version", null));
    expect(s, "plain", 0, "without version", null);

    List<OrchestrationItem> items = a.fetch(Handle.ALL);
    Expect.equal("Started instances were not delivered.", 2, items.size());
    expect(s, "order", 0, "delayed", "9");
    expect(s, "plain", 0, "without version", null);
    items.forEach(a::abandon);
    expect(s, "plain", 0, "without version", null);
    a.fetch(Handle.ALL);
    s.moveTime(s.lockFor());
    s.reopen();
    expect(s, "order", 0, "delayed", "9");
  }

  /**
   * From its first ack on the description has the latest execution and the code of the row, and
   * without a row that of the earliest queued start.
   *
   * <p><b>Shape:</b> acks with and without name and version, in executions 1 and 3; queued starts
   * of another name change nothing where there is a row; without a row the description has no name,
   * and that of a start once one is queued.
   *
   * <p><b>If this fails, check:</b> is a queued start preferred to the row? is an instance without
   * a row taken for one that does not exist?
   */
  @Rule("DESCRIBE-03")
  void afterItsFirstAckTheRowCounts(StoreUnderTest s) {
    Handle a = s.a();
    a.enqueue(Sample.start("order", "started", "1"));
    a.turn(a.fetchOne("order")).name("named").version("7").apply();
    expect(s, "order", 1, "named", "7");
    a.enqueue(Sample.start("order", "started again", "8"));
    expect(s, "order", 1, "named", "7");
    a.turn(a.fetchOne("order")).execution(3).event(1).apply();
    expect(s, "order", 3, "named", "7");

    a.enqueue(Sample.start("rowless", "started", "1"));
    a.turn(a.fetchOne("rowless")).event(1).apply();
    expect(s, "rowless", 1, null, null);
    a.poke("rowless");
    expect(s, "rowless", 1, null, null);
    a.enqueue(Sample.start("rowless", "second", null));
    a.enqueue(Sample.start("rowless", "third", "3"));
    expect(s, "rowless", 1, "second", null);
    a.turn(a.fetchOne("rowless")).name("named at last").apply();
    expect(s, "rowless", 1, "named at last", null);
    s.reopen();
    expect(s, "rowless", 1, "named at last", null);

    s.a().enqueue(Sample.start("empty", "started", "1"));
    s.a().finish(s.a().fetchOne("empty"));
    expect(s, "empty", 1, null, null);
  }

  private static void expect(
      StoreUnderTest s,
      String id,
      long executionId,
      @Nullable String name,
      @Nullable String version) {
    InstanceDescription expected =
        new InstanceDescription(id, executionId, name, version, List.of());
    for (Handle handle : List.of(s.a(), s.b())) {
      Expect.equal(
          "The description of an instance is wrong.",
          Optional.of(expected),
          handle.provider().describeInstance(id));
      Expect.equal(
          "The description and the latest execution disagree.",
          executionId,
          handle.provider().latestExecutionId(id).orElse(0));
    }
  }

  /**
   * A description waits for no lock, and locks and counts nothing.
   *
   * <p><b>Shape:</b> an instance and its activity are held; both handles describe it promptly;
   * nothing has changed, the holder acks, and counts are as without it.
   *
   * <p><b>If this fails, check:</b> is the row locked for the read? is the description made by a
   * fetch?
   */
  @Rule("DESCRIBE-04")
  void aDescriptionWaitsForNoLock(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues held = BothQueues.locked(a);
    Snapshot before = s.snapshot("order");
    for (Handle handle : List.of(a, s.b())) {
      Parked.beginning(() -> handle.provider().describeInstance("order"))
          .within("A description waits for a lock.", s.pace().prompt());
    }
    s.expectUnchanged("A description changed something.", before);
    held.finish(a);
    Expect.equal("A description was counted.", 1, s.b().fetchOne("order").attemptCount());
  }
}
