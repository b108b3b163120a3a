// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
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
   */
  @Rule("DESCRIBE-01")
  void whoWasNeverStartedHasNoDescription(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("orphan");
    first.timer("orphan", store.lockFor());
    first.enqueue(
        OrchestratorMessage.builder("marked", "event", Sample.message("marked", "x").body())
            .discardIfUnknown(true)
            .build());
    for (String id : List.of("unknown", "orphan", "marked", "ORDER", "order ")) {
      expectNone(first, id);
      expectNone(store.second(), id);
    }
    first.fetchNone("An orphan was delivered.");
    expectNone(first, "marked");
    expectNone(first, "orphan");
    Expect.invalid("An empty id was accepted.", () -> first.provider().describeInstance(""));
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
   */
  @Rule("DESCRIBE-02")
  void aStartedInstanceIsThereAtOnce(StoreUnderTest store) {
    Handle first = store.first();
    first.poke("order");
    first.enqueue(
        OrchestratorMessage.builder("order", "start", Sample.message("order", "x").body())
            .start(Sample.start("order", "delayed", "9").start())
            .due(Due.in(store.lockFor().multipliedBy(10)))
            .build());
    expect(store, "order", 0, "delayed", "9");
    first.enqueue(Sample.start("order", "visible", null));
    expect(store, "order", 0, "delayed", "9");
    first.enqueue(Sample.start("plain", "without version", null));
    expect(store, "plain", 0, "without version", null);

    List<OrchestrationItem> items = first.fetch(Handle.ALL);
    Expect.equal("Started instances were not delivered.", 2, items.size());
    expect(store, "order", 0, "delayed", "9");
    expect(store, "plain", 0, "without version", null);
    items.forEach(first::abandon);
    expect(store, "plain", 0, "without version", null);
    first.fetch(Handle.ALL);
    store.moveTime(store.lockFor());
    store.reopen();
    expect(store, "order", 0, "delayed", "9");
  }

  /**
   * From its first ack on the description has the latest execution and the code of the row, and
   * without a row that of the earliest queued start.
   *
   * <p><b>Shape:</b> acks with and without name and version, in executions 1 and 3; queued starts
   * of another name change nothing where there is a row; without a row the description has no name,
   * and that of a start once one is queued.
   */
  @Rule("DESCRIBE-03")
  void afterItsFirstAckTheRowCounts(StoreUnderTest store) {
    Handle first = store.first();
    first.enqueue(Sample.start("order", "started", "1"));
    first.turn(first.fetchOne("order")).name("named").version("7").apply();
    expect(store, "order", 1, "named", "7");
    first.enqueue(Sample.start("order", "started again", "8"));
    expect(store, "order", 1, "named", "7");
    first.turn(first.fetchOne("order")).execution(3).event(1).apply();
    expect(store, "order", 3, "named", "7");

    first.enqueue(Sample.start("rowless", "started", "1"));
    first.turn(first.fetchOne("rowless")).event(1).apply();
    expect(store, "rowless", 1, null, null);
    first.poke("rowless");
    expect(store, "rowless", 1, null, null);
    first.enqueue(Sample.start("rowless", "second", null));
    first.enqueue(Sample.start("rowless", "third", "3"));
    expect(store, "rowless", 1, "second", null);
    first.turn(first.fetchOne("rowless")).name("named at last").apply();
    expect(store, "rowless", 1, "named at last", null);
    store.reopen();
    expect(store, "rowless", 1, "named at last", null);

    store.first().enqueue(Sample.start("empty", "started", "1"));
    store.first().finish(store.first().fetchOne("empty"));
    expect(store, "empty", 1, null, null);
  }

  private static void expect(
      StoreUnderTest store,
      String id,
      long executionId,
      @Nullable String name,
      @Nullable String version) {
    InstanceDescription expected =
        new InstanceDescription(id, executionId, name, version, List.of());
    for (Handle handle : List.of(store.first(), store.second())) {
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
   */
  @Rule("DESCRIBE-04")
  void aDescriptionWaitsForNoLock(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues held = BothQueues.locked(first);
    Snapshot before = store.snapshot("order");
    for (Handle handle : List.of(first, store.second())) {
      Parked.beginning(() -> handle.provider().describeInstance("order"))
          .within("A description waits for a lock.", store.pace().prompt());
    }
    store.expectUnchanged("A description changed something.", before);
    held.finish(first);
    Expect.equal("A description was counted.", 1, store.second().fetchOne("order").deliveryCount());
  }
}
