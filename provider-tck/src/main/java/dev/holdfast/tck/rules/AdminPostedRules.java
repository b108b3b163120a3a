// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;

/** Messages that callers have posted, before a fetch has seen them. */
@RuleFamily("ADMIN")
final class AdminPostedRules {

  /**
   * Facts, sizes and depths tell what was posted as they tell what was enqueued.
   *
   * <p><b>Shape:</b> a start, a later start, an orphan and a signal to a living instance, which is
   * then locked; asked before the commit, after it, and again when fetches have seen all of it.
   */
  @Rule("ADMIN-33")
  void whatWasPostedIsTold(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    store.admin();
    first.create("living");
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.post(Sample.start("new", Sample.NAME, Sample.VERSION));
      caller.post(Sample.message("new", "signal"));
      caller.post(later("later"));
      caller.post(Sample.message("orphan", "signal"));
      caller.post(Sample.message("living", "signal"));
      Admins.both(store).forEach(AdminPostedRules::expectNothing);
      caller.commit();
    }
    Admins.both(store).forEach(admin -> expectAll(admin, new Buckets(1, 1, 0, 3)));
    for (Handle handle : List.of(first, store.second())) {
      InstanceDescription told = handle.provider().describeInstance("new").orElseThrow();
      Expect.equal("The description has another name.", Sample.NAME, told.name());
    }
    first.fetch(Handle.ALL);
    Admins.both(store).forEach(admin -> expectAll(admin, new Buckets(1, 1, 3, 0)));
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.post(Sample.message("living", "one more"));
      caller.commit();
    }
    for (InstanceAdmin admin : Admins.both(store)) {
      Expect.equal(
          "What is posted to a locked instance is not told.",
          new Buckets(1, 1, 4, 0),
          admin.queueDepths().messages());
    }
  }

  private static OrchestratorMessage later(String id) {
    OrchestratorMessage start = Sample.start(id, Sample.NAME, null);
    return OrchestratorMessage.builder(id, start.kind(), start.body())
        .start(start.start())
        .due(Due.in(Duration.ofDays(1)))
        .build();
  }

  private static void expectNothing(InstanceAdmin admin) {
    Expect.equal(
        "What is not committed is told.", new Buckets(0, 0, 0, 0), admin.queueDepths().messages());
    Expect.equal("It is told of an instance.", 0L, admin.facts("living").waitingMessages());
    Admins.notFound("A start is known too early.", "new", () -> admin.facts("new"));
  }

  private static void expectAll(InstanceAdmin admin, Buckets depths) {
    Expect.equal("The depths are wrong.", depths, admin.queueDepths().messages());
    expectWaiting(admin, "new", 2, false);
    expectWaiting(admin, "later", 1, false);
    expectWaiting(admin, "orphan", 1, true);
    expectWaiting(admin, "living", 1, false);
    Expect.equal("An execution was invented.", List.of(), admin.executions("orphan"));
    Expect.equal("When it is due is not told.", true, admin.facts("later").nextVisibleAt() != null);
  }

  private static void expectWaiting(
      InstanceAdmin admin, String id, long messages, boolean missingStart) {
    InstanceFacts facts = admin.facts(id);
    Expect.equal("The number of messages is wrong.", messages, facts.waitingMessages());
    Expect.equal("Whether a start is missing is wrong.", missingStart, facts.missingStart());
    Expect.equal("The sizes tell another number.", messages, admin.stats(id).queuedMessages());
  }
}
