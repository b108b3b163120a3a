// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Overlap;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.util.List;

/** Asking again is always safe. */
@RuleFamily("ATOM")
final class AtomRepeatRules {

  private static final int ROUNDS = 20;
  private static final int CALLERS = 8;
  private static final String CHANGED = "A repeated ack wrote something.";
  private static final String NOT_RECOGNISED = "A repeated ack was not recognised.";

  /**
   * The token that was acked last is recognised, at once and later, whatever the content.
   *
   * <p><b>Shape:</b> an ack with events, an activity and a message; the same again, other content,
   * through B, after the former lock end, after new messages and after reopening the store; each
   * thing is there once.
   */
  @Rule("ATOM-08")
  void theTokenThatWasAckedLastIsRecognised(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    OrchestrationItem item = locked(first);
    OrchestrationAck ack = wholeAck(first, item);
    Expect.applied(first.provider().ackOrchestrationItem(ack));
    Snapshot before = store.snapshot("order", "other");

    expectRecognised(first, ack);
    expectRecognised(store.second(), ack);
    expectOtherContentRecognised(store.second(), item);
    store.expectUnchanged(CHANGED, before);

    store.moveTime(store.lockFor());
    expectRecognised(first, ack);
    expectOtherContentRecognised(first, item);
    store.expectUnchanged(CHANGED, before);

    OrchestratorMessage poke = first.poke("order");
    expectRecognised(store.newHandle(), ack);
    expectOtherContentRecognised(store.newHandle(), item);

    Batch.expect("A repeated ack removed a message.", store.second().fetchOne("other"), toOther());
    Batch.expect("A repeated ack removed a message.", store.second().fetchOne("order"), poke);
    store.second().fetchActivity(1);
    store.second().fetchNoActivity("A repeated ack scheduled its activity again.");
    Expect.equal(CHANGED, Sample.events(1, 3), first.history("order", 1));
  }

  /**
   * A repeat whose content is invalid in itself is recognised or refused, and writes nothing.
   *
   * <p><b>Shape:</b> an ack; the same token with an event over the limit, with an activity of
   * another instance and with a cancellation there; then the first ack again is recognised.
   */
  @Rule("ATOM-08")
  void aRepeatWithInvalidContentWritesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    OrchestrationItem item = locked(first);
    OrchestrationAck ack = wholeAck(first, item);
    Expect.applied(first.provider().ackOrchestrationItem(ack));
    Snapshot before = store.snapshot("order", "other");
    Payload tooLarge = Payload.of(new byte[first.provider().info().limits().maxPayloadBytes() + 1]);

    for (Turn invalid :
        List.of(
            first
                .turn(item)
                .events(List.of(new HistoryEvent(4, "happened", tooLarge, Sample.RECORDED_AT))),
            first.turn(item).event(4).activity(Sample.activity("other", 1)),
            first.turn(item).event(4).cancel(new ActivityIdentity("other", 1, 1)))) {
      AckResult result = invalid.ack();
      if (!(result instanceof AckResult.AlreadyApplied)) {
        Expect.rejected("A repeated ack was applied again.", InvalidRequest.class, result);
      }
    }

    store.expectUnchanged(CHANGED, before);
    expectRecognised(first, ack);
  }

  /**
   * A repeat while a later turn holds the lock does not disturb it.
   *
   * <p><b>Shape:</b> ack, poke, B fetches; A repeats the ack, the same and with other content; B's
   * lock and batch stand, and B's ack is applied.
   */
  @Rule("ATOM-08")
  void aRepeatDoesNotDisturbALaterTurn(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    OrchestrationItem item = locked(first);
    OrchestrationAck ack = wholeAck(first, item);
    Expect.applied(first.provider().ackOrchestrationItem(ack));
    store.second().finish(store.second().fetchOne("other"));
    first.poke("order");
    OrchestrationItem later = store.second().fetchOne("order");
    OrchestratorMessage poke = first.poke("order");
    Snapshot before = store.snapshot("order", "other");

    expectRecognised(first, ack);
    expectOtherContentRecognised(first, item);

    store.expectUnchanged(CHANGED, before);
    store.moveToJustBefore(store.lockFor());
    first.turn(later.lockToken(), 1).event(4).apply();
    Expect.equal("The later turn is lost.", Sample.events(1, 4), first.history("order", 1));
    Batch.expect("The later turn's batch changed.", store.second().fetchOne("order"), poke);
    store.second().fetchNone("A repeated ack sent its message again.");
  }

  /**
   * A repeated ack is recognised after the store was reopened.
   *
   * <p><b>Shape:</b> a handle acks and is closed; another one repeats.
   */
  @Rule("ATOM-08")
  void aRepeatIsRecognisedAfterReopening(StoreUnderTest store) {
    Handle before = store.newHandle();
    before.create("other");
    OrchestrationAck ack = wholeAck(before, locked(before));
    Expect.applied(before.provider().ackOrchestrationItem(ack));
    before.close();

    Handle after = store.newHandle();
    expectRecognised(after, ack);
    Expect.equal(CHANGED, Sample.events(1, 3), after.history("order", 1));
  }

  /**
   * A token that was acked before the last one is lost.
   *
   * <p><b>Shape:</b> two turns; the first ack again, at once and through B: lost, nothing has
   * changed; the second is still recognised.
   */
  @Rule("ATOM-09")
  void aTokenAckedBeforeTheLastOneIsLost(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    OrchestrationAck earlier = wholeAck(first, locked(first));
    Expect.applied(first.provider().ackOrchestrationItem(earlier));
    first.poke("order");
    store.second().fetch(Handle.ALL).forEach(item -> finishWithName(store.second(), item));
    OrchestrationItem third = fetchAfterPoke(first);
    OrchestrationAck theSecond = first.turn(third).event(9).build();
    Expect.applied(first.provider().ackOrchestrationItem(theSecond));
    Snapshot before = store.snapshot("order", "other");

    for (Handle handle : List.of(first, store.second())) {
      Expect.rejected(
          "A token that was acked before the last one was accepted.",
          LockLost.class,
          handle.provider().ackOrchestrationItem(earlier));
    }
    expectRecognised(first, theSecond);

    store.expectUnchanged(CHANGED, before);
  }

  /**
   * Without an instance row a repeat is recognised or lost, and never applied.
   *
   * <p><b>Shape:</b> ack a started instance with empty metadata, an event and a message; repeat it,
   * at once and after the former lock end; event and message are there once.
   */
  @Rule("ATOM-09")
  void withoutAnInstanceRowARepeatIsNeverApplied(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    first.start("order");
    OrchestrationItem item = first.fetchOne("order");
    OrchestrationAck ack = first.turn(item).event(1).send(toOther()).build();
    OrchestrationAck otherContent = first.turn(item).event(2).send(toOther()).build();
    Expect.applied(first.provider().ackOrchestrationItem(ack));

    expectNeverApplied(first.provider().ackOrchestrationItem(ack));
    expectNeverApplied(store.second().provider().ackOrchestrationItem(otherContent));
    store.moveTime(store.lockFor());
    expectNeverApplied(first.provider().ackOrchestrationItem(ack));

    Expect.equal(CHANGED, Sample.events(1, 1), first.history("order", 1));
    Batch.expect(
        "A repeated ack sent its message again.", store.second().fetchOne("other"), toOther());
    store.second().fetchNone("A repeated ack made something deliverable.");
  }

  private static void expectNeverApplied(AckResult result) {
    if (!(result instanceof AckResult.AlreadyApplied)) {
      Expect.rejected("A repeated ack was applied again.", LockLost.class, result);
    }
  }

  /**
   * Of concurrent identical acks exactly one is applied, and the others are recognised.
   *
   * <p><b>Shape:</b> in each round eight callers, half of them on A and half on B, ack the same
   * together; events, activity and message are there once. Rounds go on until enough of them had
   * calls that were under way at one time.
   */
  @Rule("ATOM-10")
  void ofConcurrentIdenticalAcksOneIsApplied(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.create("other");
    first.create("order");
    Overlap overlap = new Overlap(ROUNDS);
    for (int round = 1; overlap.goesOn(); round++) {
      OrchestrationAck ack =
          first.turn(fetchAfterPoke(first)).event(round).activities(round).send(toOther()).build();

      List<AckResult> results =
          overlap.times(
              CALLERS, i -> (i % 2 == 0 ? first : second).provider().ackOrchestrationItem(ack));

      Expect.equal(
          "Of identical acks not exactly one was applied.",
          1L,
          results.stream().filter(AckResult.Applied.class::isInstance).count());
      Expect.equal(
          "The other identical acks were not recognised.",
          CALLERS - 1L,
          results.stream().filter(AckResult.AlreadyApplied.class::isInstance).count());
      Expect.equal(
          "The event is not there once.", Sample.events(1, round), first.history("order", 1));
      OrchestrationItem other = second.fetchOne("other");
      Batch.expect("The message is not there once.", other, toOther());
      second.finish(other);
      second.fetchActivity(round);
      second.fetchNoActivity("The activity is there twice.");
    }
    overlap.expectSeen();
  }

  /** Creates {@code order} and answers it locked, with one message. */
  private static OrchestrationItem locked(Handle first) {
    first.create("order");
    return fetchAfterPoke(first);
  }

  private static OrchestrationItem fetchAfterPoke(Handle first) {
    first.poke("order");
    return first.fetchOne("order");
  }

  private static void finishWithName(Handle handle, OrchestrationItem item) {
    handle.turn(item).name(Sample.NAME).apply();
  }

  private static OrchestrationAck wholeAck(Handle first, OrchestrationItem item) {
    return first.turn(item).name("turned").events(1, 3).activities(1).send(toOther()).build();
  }

  private static OrchestratorMessage toOther() {
    return Sample.message("other", "to another");
  }

  private static void expectRecognised(Handle handle, OrchestrationAck ack) {
    Expect.alreadyApplied(NOT_RECOGNISED, handle.provider().ackOrchestrationItem(ack));
    Expect.equal(
        "A repeated ack was not recognised by the list form.",
        List.of(AckAnswers.ALREADY_APPLIED),
        AckAnswers.of(handle.provider().ackOrchestrationItems(List.of(ack))));
  }

  private static void expectOtherContentRecognised(Handle handle, OrchestrationItem item) {
    LockToken token = item.lockToken();
    Expect.alreadyApplied(
        NOT_RECOGNISED,
        handle
            .turn(token, 2)
            .name("other content")
            .status(ExecutionStatus.FAILED)
            .events(1, 9)
            .activities(5)
            .send(Sample.message("order", "other content"))
            .ack());
    Expect.alreadyApplied(NOT_RECOGNISED, handle.turn(token, 1).ack());
    Expect.alreadyApplied(NOT_RECOGNISED, handle.turn(token, 1).event(2).ack());
  }
}
