// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Turns ahead whose content no ack may have. */
@RuleFamily("AHEAD")
final class AheadRefusalRules {

  private static final long SCHEDULED = 9;
  private static final Duration TOO_LATE = Duration.ofDays(365L * 10_000);

  /**
   * A turn ahead with wrong events is refused, and the call with its claim is not.
   *
   * <p><b>Shape:</b> an event id twice, ids that descend, and an id that is stored: the answer has
   * the error and the claimed item; its ack with the same content is rejected with the same error;
   * nothing of the turn is there; the ack without the error is applied.
   */
  @Rule("AHEAD-05")
  void wrongEventsAreRefused(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("sink");
    expectRefused(
        store, "an event twice", DuplicateEvent.class, turn -> turn.events(5, 6).event(6));
    expectRefused(store, "descending events", InvalidRequest.class, turn -> turn.event(9).event(7));
    Foreseen known = Foreseen.completion(store, "known");
    expectRefused(
        store, known, "a stored event", DuplicateEvent.class, turn -> turn.event(Foreseen.EVENTS));
  }

  /**
   * A turn ahead with wrong activities is refused, and the call with its claim is not.
   *
   * <p><b>Shape:</b> as above, with an activity twice, one that is queued, one of another instance,
   * one of another execution, and a cancellation elsewhere.
   */
  @Rule("AHEAD-05")
  void wrongActivitiesAreRefused(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("sink");
    Class<InvalidRequest> invalid = InvalidRequest.class;
    expectRefused(store, "an activity twice", invalid, turn -> turn.activities(SCHEDULED));
    expectRefused(
        store,
        "an activity of another instance",
        invalid,
        turn -> turn.activity(Sample.activity("sink", 1)));
    expectRefused(
        store,
        "a cancellation elsewhere",
        invalid,
        turn -> turn.cancel(new ActivityIdentity("sink", 1, 1)));
    Foreseen execution = Foreseen.completion(store, "execution");
    expectRefused(
        store,
        execution,
        "an activity of another execution",
        invalid,
        turn -> turn.activity(Sample.activity("execution", 2, 1)));
    Foreseen queued = Foreseen.completion(store, "queued", 2);
    expectRefused(store, queued, "a queued activity", invalid, turn -> turn.activities(2));
  }

  /**
   * A turn ahead with wrong messages is refused, and the call with its claim is not.
   *
   * <p><b>Shape:</b> as above, with a message id of another content, to another instance and in the
   * turn itself, and a message that is due beyond the year 9999.
   */
  @Rule("AHEAD-05")
  void wrongMessagesAreRefused(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Handle first = store.first();
    first.create("sink");
    first.enqueue(identified("used", "first"));
    first.finish(first.fetchOne("sink"));
    expectRefused(
        store,
        "a message id of another content",
        IdempotencyMismatch.class,
        turn -> turn.send(identified("used", "second")));
    expectRefused(
        store,
        "a message id twice",
        IdempotencyMismatch.class,
        turn -> turn.send(identified("new", "first"), identified("new", "second")));
    expectRefused(
        store,
        "a message beyond the year 9999",
        InvalidRequest.class,
        turn ->
            turn.send(
                OrchestratorMessage.builder("sink", "poke", Payload.empty())
                    .due(Due.in(TOO_LATE))
                    .build()));
  }

  private static OrchestratorMessage identified(String messageId, String body) {
    return OrchestratorMessage.builder("sink", "poke", Payload.utf8(body))
        .messageId(messageId)
        .build();
  }

  /**
   * A turn ahead that says more than the store takes is refused, and the call with its claim is
   * not.
   *
   * <p><b>Shape:</b> as above, with an output over the limit, and with a tag where tags are not
   * declared.
   */
  @Rule("AHEAD-05")
  void whatTheStoreDoesNotTakeIsRefused(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("sink");
    Payloads.overTheLimit(store)
        .ifPresent(tooLarge ->
            expectRefused(
                store,
                "an output over the limit",
                InvalidRequest.class,
                turn -> turn.metadata(m -> m.output(tooLarge))));
    if (!store.declares(Feature.TAGS)) {
      Foreseen tagged = Foreseen.completion(store, "tagged");
      expectRefused(
          store,
          tagged,
          "a tag that is not declared",
          NotSupported.class,
          turn -> turn.activity(task("tagged")));
    }
  }

  private static ActivityTask task(String id) {
    return ActivityTask.builder(
            new ActivityIdentity(id, 1, SCHEDULED + 1), "activity", Payload.empty(), Sample.NAME)
        .tag("gpu")
        .build();
  }

  private static <E extends Permanent> void expectRefused(
      StoreUnderTest store, String what, Class<E> type, UnaryOperator<Turn> wrong) {
    for (Foreseen one : Foreseen.both(store, " with " + what)) {
      expectRefused(store, one, what, type, wrong);
    }
  }

  private static <E extends Permanent> void expectRefused(
      StoreUnderTest store, Foreseen one, String what, Class<E> type, UnaryOperator<Turn> wrong) {
    OrchestratorMessage sent = Sample.message("sink", "from " + one.id());
    TurnAhead turn =
        one.ahead(wrong.apply(one.bare().event(one.last() + 1).activities(SCHEDULED).send(sent)));

    OrchestrationItem item =
        one.call(turn).refused("A turn ahead with " + what + " was not refused.", type);

    Batch.expect("The message of a refused turn is not in the batch.", item, one.message());
    Expect.equal("A refused turn counted a delivery.", 1, item.deliveryCount());
    for (int i = 0; i < 2; i++) {
      Expect.equal(
          "A turn ahead with " + what + " left events.",
          Sample.events(1, one.last()),
          store.second().history(one.id(), 1));
      store.second().fetchNone("A turn ahead with " + what + " left a message, or no lock.");
      store.second().fetchNoActivity("A turn ahead with " + what + " left an activity.");
      Expect.rejected(
          "The ack of what was refused ahead is answered in another way: " + what + ".",
          type,
          store.first().provider().ackOrchestrationItem(turn.ack(item.lockToken())));
    }
    store.first().turn(item).name(Sample.NAME).event(one.last() + 1).apply();
    store.second().fetchNone("Something was left behind a refused turn.");
  }
}
