// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Queued;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Messages to instances that were never started: they wait or are discarded, and block nobody. */
@RuleFamily("QUEUE")
final class OrphanRules {

  private static final int ORPHANS = 70;
  private static final int FETCHES = 10;

  /**
   * Orphans are not delivered, raise no error and block nobody.
   *
   * <p><b>Shape:</b> completions and plain messages to many unknown instances, all older than one
   * healthy instance: a fetch with max 1 gives the healthy one, then nothing comes, and the orphans
   * are still there.
   *
   * <p><b>If this fails, check:</b> does fetch look at a limited number of candidates before it
   * asks whether they can be delivered? does it fail on an instance without a row?
   */
  @Rule("QUEUE-12")
  void orphansBlockNobody(StoreUnderTest s) {
    Handle a = s.a();
    a.create("healthy");
    for (int i = 0; i < ORPHANS; i++) {
      a.enqueue(OrchestratorMessage.of("unknown-" + i, "completed", Payload.utf8("result")));
      a.poke("unknown-" + i);
    }
    s.moveTime(s.tick());
    OrchestratorMessage poke = a.poke("healthy");

    OrchestrationItem item = s.b().fetchOne("healthy");
    Batch.expect("Orphans changed the batch of another instance.", item, poke);
    s.b().finish(item);
    a.fetchNone("An orphan was delivered.");
    s.moveTime(s.lockFor());
    a.fetchNone("An orphan was delivered.");
    Queued.expectMessages("Orphans were not kept.", s, 2L * ORPHANS);
  }

  /**
   * Fetches that meet orphans count no attempt, and orphans become a batch with their start.
   *
   * <p><b>Shape:</b> a plain message to an unknown instance, many fetches, then a start: one item
   * with both and attempt count 1.
   *
   * <p><b>If this fails, check:</b> does fetch lock and count first, and look for a start later?
   */
  @Rule("QUEUE-12")
  void orphansCountNoAttempt(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage orphan = a.poke("order");
    for (int i = 0; i < FETCHES; i++) {
      (i % 2 == 0 ? a : s.b()).fetchNone("An orphan was delivered.");
    }
    OrchestratorMessage start = a.start("order");

    OrchestrationItem item = a.fetchOne("order");

    Batch.expect("The orphan did not come with its start.", item, orphan, start);
    Expect.equal("A fetch that met orphans counted an attempt.", 1, item.attemptCount());
  }

  /**
   * An instance is no orphan once any execution of it was acked, with or without a row or events.
   *
   * <p><b>Shape:</b> ack a start with empty metadata and no events; a plain message and one that
   * would be dropped as an orphan are delivered.
   *
   * <p><b>If this fails, check:</b> is the existence of an instance taken from its row or its
   * events, instead of from its executions?
   */
  @Rule("QUEUE-12")
  void anAckedInstanceIsNoOrphan(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    a.finish(a.fetchOne("order"));
    OrchestratorMessage plain = a.poke("order");
    OrchestratorMessage marked = a.enqueue(marked("order", 1));

    OrchestrationItem item = a.fetchOne("order");

    Batch.expect("An acked instance did not get its messages.", item, plain, marked);
    Expect.equal("An instance without a row and a start has a name.", null, item.name());
  }

  /**
   * Orphans are not delivered before their start is visible.
   *
   * <p><b>Shape:</b> a plain message and a start due in L: nothing until just before L, then both
   * in insertion order with attempt count 1.
   *
   * <p><b>If this fails, check:</b> does any start in the queue make the instance deliverable, or
   * only one that is visible?
   */
  @Rule("QUEUE-12")
  void orphansWaitForADelayedStart(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage start = a.enqueue(startIn("order", s.lockFor()));
    OrchestratorMessage orphan = a.poke("order");
    a.fetchNone("An orphan was delivered before its start was visible.");
    s.moveToJustBefore(s.lockFor());
    s.b().fetchNone("An orphan was delivered before its start was visible.");
    s.moveTime(s.tick());

    OrchestrationItem item = s.b().fetchOne("order");

    Batch.expect("Orphan and start are not one batch in order.", item, start, orphan);
    Expect.equal("A fetch that met orphans counted an attempt.", 1, item.attemptCount());
  }

  /**
   * Orphans that are marked are discarded by the fetch that meets them.
   *
   * <p><b>Shape:</b> marked messages to unknown instances; a fetch is empty and nothing is left; a
   * start afterwards comes alone.
   *
   * <p><b>If this fails, check:</b> does fetch, which finds nothing to deliver, commit the
   * discarding?
   */
  @Rule("QUEUE-13")
  void markedOrphansAreDiscarded(StoreUnderTest s) {
    Handle a = s.a();
    for (int i = 0; i < ORPHANS; i++) {
      a.enqueue(marked("order", i));
      a.enqueue(marked("unknown-" + i, i));
    }
    a.fetchNone("An orphan was delivered.");
    Queued.expectMessages("Marked orphans were not discarded.", s, 0);

    OrchestratorMessage start = a.start("order");

    Batch.expect("A marked orphan was not discarded.", s.b().fetchOne("order"), start);
    a.fetchNone("An orphan was delivered.");
  }

  /**
   * Marked messages stay and come with their start when one is queued, visible or delayed.
   *
   * <p><b>Shape:</b> marked messages before and after a visible start, and before and after a start
   * due in L, with fetches meanwhile: each instance gets all of its own in insertion order.
   *
   * <p><b>If this fails, check:</b> does the discarding look for a start that is visible only? does
   * it delete before it looks?
   */
  @Rule("QUEUE-13")
  void markedMessagesStayWhenAStartIsQueued(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage beforeDelayed = a.enqueue(marked("delayed", 1));
    OrchestratorMessage delayed = a.enqueue(startIn("delayed", s.lockFor()));
    OrchestratorMessage afterDelayed = a.enqueue(marked("delayed", 2));
    a.fetchNone("An orphan was delivered before its start was visible.");
    Queued.expectMessages("A delayed start did not protect marked messages.", s, 3);

    OrchestratorMessage before = a.enqueue(marked("order", 1));
    OrchestratorMessage start = a.start("order");
    OrchestratorMessage after = a.enqueue(marked("order", 2));
    OrchestrationItem item = a.fetchOne("order");
    Batch.expect("Marked messages did not come with their start.", item, before, start, after);
    a.turn(item).name(Sample.NAME).apply();

    s.moveTime(s.lockFor());
    Batch.expect(
        "Marked messages did not come with their delayed start.",
        s.b().fetchOne("delayed"),
        beforeDelayed,
        delayed,
        afterDelayed);
  }

  /**
   * The other orphans wait and come with the start in one batch; a mixed set loses only the marked
   * ones.
   *
   * <p><b>Shape:</b> marked and unmarked messages by turns, many fetches through A and B, then a
   * start and one more of each kind: the unmarked ones, the start and both later ones, in order,
   * attempt count 1.
   *
   * <p><b>If this fails, check:</b> does the discarding delete all messages of the instance? is the
   * kept message written anew, behind others?
   */
  @Rule("QUEUE-14")
  void aMixedSetLosesOnlyTheMarkedOnes(StoreUnderTest s) {
    Handle a = s.a();
    List<OrchestratorMessage> kept = new ArrayList<>();
    for (int i = 0; i < FETCHES; i++) {
      a.enqueue(marked("order", i));
      kept.add(a.poke("order"));
      (i % 2 == 0 ? a : s.b()).fetchNone("An orphan was delivered.");
    }
    a.enqueue(marked("order", FETCHES));
    a.fetchNone("An orphan was delivered.");
    Queued.expectMessages("Not exactly the unmarked orphans were kept.", s, kept.size());
    kept.add(a.start("order"));
    kept.add(a.enqueue(marked("order", FETCHES + 1)));
    kept.add(a.poke("order"));

    OrchestrationItem item = s.b().fetchOne("order");

    Batch.expect("The batch is not the unmarked orphans and what came later.", item, kept);
    Expect.equal("A fetch that met orphans counted an attempt.", 1, item.attemptCount());
  }

  /**
   * The mark means nothing once the instance exists, in whatever status.
   *
   * <p><b>Shape:</b> marked messages to an instance that is Running, ContinuedAsNew, Failed and
   * Completed; each is delivered.
   *
   * <p><b>If this fails, check:</b> is an ended instance treated like one that was never started?
   */
  @Rule("QUEUE-15")
  void theMarkMeansNothingOnceTheInstanceExists(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    int number = 0;
    for (ExecutionStatus status : ExecutionStatus.values()) {
      a.poke("order");
      a.turn(a.fetchOne("order")).status(status).apply();
      OrchestratorMessage first = a.enqueue(marked("order", ++number));
      OrchestratorMessage second = a.enqueue(marked("order", ++number));

      OrchestrationItem item = s.b().fetchOne("order");

      Batch.expect(
          "A marked message to an instance that is " + status + " was not delivered.",
          item,
          first,
          second);
      a.finish(item);
    }
  }

  private static OrchestratorMessage marked(String instanceId, int number) {
    return OrchestratorMessage.builder(instanceId, "signal", Payload.utf8("marked " + number))
        .dropIfOrphan(true)
        .build();
  }

  private static OrchestratorMessage startIn(String instanceId, Duration delay) {
    OrchestratorMessage start = Sample.start(instanceId, Sample.NAME, Sample.VERSION);
    return OrchestratorMessage.builder(instanceId, start.kind(), start.body())
        .start(start.start())
        .due(Due.in(delay))
        .build();
  }
}
