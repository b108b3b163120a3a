// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Queued;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
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
   */
  @Rule("QUEUE-12")
  void orphansBlockNobody(StoreUnderTest store) {
    Handle first = store.first();
    first.create("healthy");
    for (int i = 0; i < ORPHANS; i++) {
      first.enqueue(OrchestratorMessage.of("unknown-" + i, "completed", Payload.utf8("result")));
      first.poke("unknown-" + i);
    }
    store.moveTime(store.tick());
    OrchestratorMessage poke = first.poke("healthy");

    OrchestrationItem item = store.second().fetchOne("healthy");
    Batch.expect("Orphans changed the batch of another instance.", item, poke);
    store.second().finish(item);
    first.fetchNone("An orphan was delivered.");
    store.moveTime(store.lockFor());
    first.fetchNone("An orphan was delivered.");
    Queued.expectMessages("Orphans were not kept.", store, 2L * ORPHANS);
  }

  /**
   * Fetches that meet orphans counts no delivery, and orphans become a batch with their start.
   *
   * <p><b>Shape:</b> a plain message to an unknown instance, many fetches, then a start: one item
   * with both and delivery count 1.
   */
  @Rule("QUEUE-12")
  void orphansCountNoDelivery(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage orphan = first.poke("order");
    for (int i = 0; i < FETCHES; i++) {
      (i % 2 == 0 ? first : store.second()).fetchNone("An orphan was delivered.");
    }
    OrchestratorMessage start = first.start("order");

    OrchestrationItem item = first.fetchOne("order");

    Batch.expect("The orphan did not come with its start.", item, orphan, start);
    Expect.equal("A fetch that met orphans counted a delivery.", 1, item.deliveryCount());
  }

  /**
   * An instance is no orphan once any execution of it was acked, with or without a row or events.
   *
   * <p><b>Shape:</b> ack a start with empty metadata and no events; a plain message and one that
   * would be dropped as an orphan are delivered.
   */
  @Rule("QUEUE-12")
  void anAckedInstanceIsNoOrphan(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    first.finish(first.fetchOne("order"));
    OrchestratorMessage plain = first.poke("order");
    OrchestratorMessage marked = first.enqueue(marked("order", 1));

    OrchestrationItem item = first.fetchOne("order");

    Batch.expect("An acked instance did not get its messages.", item, plain, marked);
    Expect.equal("An instance without a row and a start has a name.", null, item.name());
  }

  /**
   * Orphans are not delivered before their start is visible.
   *
   * <p><b>Shape:</b> a plain message and a start due in L: nothing until just before L, then both
   * in insertion order with delivery count 1.
   */
  @Rule("QUEUE-12")
  void orphansWaitForADelayedStart(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage start = first.enqueue(startIn("order", store.lockFor()));
    OrchestratorMessage orphan = first.poke("order");
    first.fetchNone("An orphan was delivered before its start was visible.");
    store.moveToJustBefore(store.lockFor());
    store.second().fetchNone("An orphan was delivered before its start was visible.");
    store.moveTime(store.tick());

    OrchestrationItem item = store.second().fetchOne("order");

    Batch.expect("Orphan and start are not one batch in order.", item, start, orphan);
    Expect.equal("A fetch that met orphans counted a delivery.", 1, item.deliveryCount());
  }

  /**
   * Orphans that are marked are discarded by the fetch that meets them.
   *
   * <p><b>Shape:</b> marked messages to unknown instances; a fetch is empty and nothing is left; a
   * start afterwards comes alone.
   */
  @Rule("QUEUE-13")
  void markedOrphansAreDiscarded(StoreUnderTest store) {
    Handle first = store.first();
    for (int i = 0; i < ORPHANS; i++) {
      first.enqueue(marked("order", i));
      first.enqueue(marked("unknown-" + i, i));
    }
    first.fetchNone("An orphan was delivered.");
    Queued.expectMessages("Marked orphans were not discarded.", store, 0);

    OrchestratorMessage start = first.start("order");

    Batch.expect("A marked orphan was not discarded.", store.second().fetchOne("order"), start);
    first.fetchNone("An orphan was delivered.");
  }

  /**
   * Marked messages stay and come with their start when one is queued, visible or delayed.
   *
   * <p><b>Shape:</b> marked messages before and after a visible start, and before and after a start
   * due in L, with fetches meanwhile: each instance gets all of its own in insertion order.
   */
  @Rule("QUEUE-13")
  void markedMessagesStayWhenAStartIsQueued(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage beforeDelayed = first.enqueue(marked("delayed", 1));
    OrchestratorMessage delayed = first.enqueue(startIn("delayed", store.lockFor()));
    OrchestratorMessage afterDelayed = first.enqueue(marked("delayed", 2));
    first.fetchNone("An orphan was delivered before its start was visible.");
    Queued.expectMessages("A delayed start did not protect marked messages.", store, 3);

    OrchestratorMessage before = first.enqueue(marked("order", 1));
    OrchestratorMessage start = first.start("order");
    OrchestratorMessage after = first.enqueue(marked("order", 2));
    OrchestrationItem item = first.fetchOne("order");
    Batch.expect("Marked messages did not come with their start.", item, before, start, after);
    first.turn(item).name(Sample.NAME).apply();

    store.moveTime(store.lockFor());
    Batch.expect(
        "Marked messages did not come with their delayed start.",
        store.second().fetchOne("delayed"),
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
   * delivery count 1.
   */
  @Rule("QUEUE-14")
  void aMixedSetLosesOnlyTheMarkedOnes(StoreUnderTest store) {
    Handle first = store.first();
    List<OrchestratorMessage> kept = new ArrayList<>();
    for (int i = 0; i < FETCHES; i++) {
      first.enqueue(marked("order", i));
      kept.add(first.poke("order"));
      (i % 2 == 0 ? first : store.second()).fetchNone("An orphan was delivered.");
    }
    first.enqueue(marked("order", FETCHES));
    first.fetchNone("An orphan was delivered.");
    Queued.expectMessages("Not exactly the unmarked orphans were kept.", store, kept.size());
    kept.add(first.start("order"));
    kept.add(first.enqueue(marked("order", FETCHES + 1)));
    kept.add(first.poke("order"));

    OrchestrationItem item = store.second().fetchOne("order");

    Batch.expect("The batch is not the unmarked orphans and what came later.", item, kept);
    Expect.equal("A fetch that met orphans counted a delivery.", 1, item.deliveryCount());
  }

  /**
   * The mark means nothing once the instance exists, in whatever status.
   *
   * <p><b>Shape:</b> marked messages to an instance that is Running, ContinuedAsNew, Failed and
   * Completed; each is delivered.
   */
  @Rule("QUEUE-15")
  void theMarkMeansNothingOnceTheInstanceExists(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    int number = 0;
    for (ExecutionStatus status : ExecutionStatus.values()) {
      first.poke("order");
      first.turn(first.fetchOne("order")).status(status).apply();
      OrchestratorMessage earlier = first.enqueue(marked("order", ++number));
      OrchestratorMessage later = first.enqueue(marked("order", ++number));

      OrchestrationItem item = store.second().fetchOne("order");

      Batch.expect(
          "A marked message to an instance that is " + status + " was not delivered.",
          item,
          earlier,
          later);
      first.finish(item);
    }
  }

  private static OrchestratorMessage marked(String instanceId, int number) {
    return OrchestratorMessage.builder(instanceId, "signal", Payload.utf8("marked " + number))
        .discardIfUnknown(true)
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
