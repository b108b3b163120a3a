// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.born;
import static dev.holdfast.tck.rules.Deletions.expectGone;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is in flight while its instance is deleted, and what an instance with the same id meets. */
@RuleFamily("DELETE")
final class DeleteFlightRules {

  private static void delete(StoreUnderTest store, String id) {
    Deletions.of(store.second()).delete(List.of(id), true);
  }

  /**
   * A turn in flight brings nothing back.
   *
   * <p><b>Shape:</b> deleted between a fetch and its ack, which has events, an activity, messages
   * to itself and to another id; then a repeat of the ack before it.
   */
  @Rule("DELETE-08")
  void aTurnInFlightBringsNothingBack(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    first.start("order");
    OrchestrationItem acked = first.fetchOne("order");
    first.turn(acked).name(Sample.NAME).event(1).apply();
    first.poke("order");
    OrchestrationItem held = first.fetchOne("order");
    delete(store, "order");
    first
        .turn(held)
        .name(Sample.NAME)
        .event(2)
        .activities(1)
        .send(Sample.message("order", "to itself"), Sample.start("other", Sample.NAME, null))
        .reject("A turn of a deleted instance was acked.", LockLost.class);
    first
        .turn(acked)
        .name(Sample.NAME)
        .event(1)
        .reject("The last ack of a deleted instance is remembered.", LockLost.class);
    expectGone(store, "order", "other");
    first.fetchNone("A turn of a deleted instance has sent something.");
    first.fetchNoActivity("A turn of a deleted instance has scheduled something.");
  }

  /**
   * An activity in flight learns it, and reports to nobody.
   *
   * <p><b>Shape:</b> deleted while one is locked; its renewal is lost, its ack rejected, and no
   * message is there.
   */
  @Rule("DELETE-09")
  void anActivityInFlightReportsToNobody(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    born(first, "order", turn -> turn.event(1).activities(1, 2));
    ActivityItem held = first.fetchActivity(1);
    delete(store, "order");
    first.renewLost("An activity of a deleted instance was renewed.", held.lockToken());
    Expect.lockLost(
        "An activity of a deleted instance was given back.",
        () -> first.provider().abandon(held.lockToken(), AbandonOptions.now()));
    Expect.rejected(
        "An activity of a deleted instance was acked.",
        LockLost.class,
        first
            .provider()
            .ackActivityItem(ActivityAck.of(held.lockToken(), Sample.completion(held))));
    expectGone(store, "order");
    first.fetchNone("A completion for a deleted instance is there.");
    first.fetchNoActivity("An activity of a deleted instance is there.");
  }

  /**
   * Queued, delayed and locked work goes too.
   *
   * <p><b>Shape:</b> messages, timers and activities, free, delayed and locked, of an instance that
   * is locked; deleted, created again, and time moves past every moment: only what is new is
   * delivered.
   */
  @Rule("DELETE-10")
  void queuedWorkGoesToo(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    born(first, "order", turn -> turn.event(1).activities(1, 2, 3));
    first.fetchActivity(1);
    first.abandon(first.fetchActivity(2), AbandonOptions.after(store.lockFor()));
    first.poke("order");
    first.fetchOne("order");
    first.poke("order");
    first.timer("order", store.lockFor());
    first.timer("order", store.lockFor().multipliedBy(2));
    delete(store, "order");
    OrchestratorMessage start = first.start("order");
    OrchestrationItem item = store.second().fetchOne("order");
    Batch.expect("The new instance gets a message of the former one.", item, start);
    store.second().turn(item).name(Sample.NAME).event(1).apply();
    store.moveTime(store.lockFor().multipliedBy(4));
    first.fetchNone("A message of a deleted instance was delivered.");
    first.fetchNoActivity("An activity of a deleted instance was delivered.");
  }

  /**
   * A new instance begins from nothing.
   *
   * <p><b>Shape:</b> the former one had three executions, a live lock, two deliveries, a custom
   * status where that is declared and a used message id; the same message id with other content is
   * accepted.
   */
  @Rule("DELETE-11")
  void aNewInstanceBeginsFromNothing(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    first.enqueue(identified("before"));
    first.start("order");
    for (long execution = 1; execution <= 3; execution++) {
      OrchestratorMessage next = Sample.start("order", Sample.NAME, null);
      first
          .turn(first.fetchOne("order"))
          .execution(execution)
          .name(Sample.NAME)
          .event(1)
          .metadata(metadata -> {
            if (store.declares(Feature.CUSTOM_STATUS)) {
              metadata.customStatus(new CustomStatusChange.Set(Payload.utf8("x")));
            }
          })
          .status(ExecutionStatus.CONTINUED_AS_NEW)
          .send(next)
          .apply();
    }
    first.abandon(first.fetchOne("order"));
    first.fetchOne("order");
    Instant createdAt = store.admin().instance("order").summary().createdAt();
    store.moveTime(store.tick().multipliedBy(2));
    delete(store, "order");

    OrchestratorMessage start = first.start("order");
    OrchestratorMessage again = first.enqueue(identified("after"));
    OrchestrationItem item = store.second().fetchOne("order");
    Batch.expect("The new instance gets other messages.", item, start, again);
    Expect.equal("The first execution is another one.", 1L, item.executionId());
    Expect.none("The new instance has a history.", item.history().events());
    Expect.equal("The first delivery is another one.", 1, item.deliveryCount());
    store.second().turn(item).name(Sample.NAME).event(1).apply();
    Expect.that(
        "The new instance was created when the former one was.",
        store.admin().instance("order").summary().createdAt().isAfter(createdAt));
    Expect.equal("The new instance has executions.", 1, store.admin().executions("order").size());
    first
        .provider()
        .capability(CustomStatus.class)
        .ifPresent(status ->
            Expect.equal(
                "The new instance has a custom status.",
                Optional.empty(),
                status.read("order", 0)));
  }

  private static OrchestratorMessage identified(String body) {
    return OrchestratorMessage.builder("order", "event", Payload.utf8(body)).messageId("m").build();
  }

  /**
   * What belongs to the former instance never reaches the new one.
   *
   * <p><b>Shape:</b> an activity is locked; deleted, created, and the same activity is scheduled
   * again: the former ack is rejected, the new activity has a greater token and is acked.
   */
  @Rule("DELETE-12")
  void theFormerNeverReachesTheNew(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    Deletions.of(first);
    born(first, "order", turn -> turn.event(1).activities(1));
    ActivityItem former = first.fetchActivity(1);
    first.poke("order");
    OrchestrationItem formerTurn = first.fetchOne("order");
    delete(store, "order");
    second.start("order");
    OrchestrationItem newTurn = second.fetchOne("order");
    Expect.above(
        "A token of the new instance is older than one of the former.",
        formerTurn.lockToken().epoch(),
        newTurn.lockToken().epoch());
    second.turn(newTurn).name(Sample.NAME).event(1).activities(1).apply();

    for (boolean locked : List.of(false, true)) {
      if (locked) {
        ActivityItem item = second.fetchActivity(1);
        Expect.above(
            "A token of the new activity is older than that of the former.",
            former.lockToken().epoch(),
            item.lockToken().epoch());
        expectFormerLost(first, former);
        second.complete(item);
      } else {
        expectFormerLost(first, former);
      }
    }
    first.turn(formerTurn).event(2).reject("A former turn was acked.", LockLost.class);
    OrchestrationItem completed = second.fetchOne("order");
    Expect.equal("A completion came twice.", 1, completed.messages().size());
    second.finish(completed);
    expectFormerLost(first, former);
    first.fetchNone("A completion of the former instance was delivered.");
  }

  private static void expectFormerLost(Handle handle, ActivityItem former) {
    handle.renewLost("A former activity was renewed.", former.lockToken());
    Expect.rejected(
        "A former activity was acked.",
        LockLost.class,
        handle
            .provider()
            .ackActivityItem(ActivityAck.of(former.lockToken(), Sample.completion(former))));
  }

  /**
   * A turn that was computed ahead for the former instance is not applied to the new one.
   *
   * <p><b>Shape:</b> an activity is locked; deleted, created again up to the same event with the
   * same activity; the ack of the former activity with a turn ahead is rejected and leaves nothing.
   */
  @Rule("DELETE-12")
  void aTurnAheadForTheFormerIsNotApplied(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Deletions.of(store.first());
    Foreseen former = Foreseen.completion(store, "order");
    delete(store, "order");
    Foreseen.completion(store, "order");
    Expect.rejected(
        "A turn ahead for a deleted instance was accepted.",
        LockLost.class,
        store.first().provider().ackActivityItem(former.ackAhead(former.ahead(former.turn()))));
    Expect.equal(
        "A turn ahead for a deleted instance was applied.",
        Sample.events(1, former.last()),
        store.second().history("order", 1));
    store.first().fetchNone("The former activity has completed the new one.");
  }
}
