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
   *
   * <p><b>If this fails, check:</b> is the token that was acked last kept with the instance? is a
   * repeat looked for before the lock end is, and before the content?
   */
  @Rule("ATOM-08")
  void theTokenThatWasAckedLastIsRecognised(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    OrchestrationItem item = locked(a);
    OrchestrationAck ack = wholeAck(a, item);
    Expect.applied(a.provider().ackOrchestrationItem(ack));
    Snapshot before = s.snapshot("order", "other");

    expectRecognised(a, ack);
    expectRecognised(s.b(), ack);
    expectOtherContentRecognised(s.b(), item);
    s.expectUnchanged(CHANGED, before);

    s.moveTime(s.lockFor());
    expectRecognised(a, ack);
    expectOtherContentRecognised(a, item);
    s.expectUnchanged(CHANGED, before);

    OrchestratorMessage poke = a.poke("order");
    expectRecognised(s.newHandle(), ack);
    expectOtherContentRecognised(s.newHandle(), item);

    Batch.expect("A repeated ack removed a message.", s.b().fetchOne("other"), toOther());
    Batch.expect("A repeated ack removed a message.", s.b().fetchOne("order"), poke);
    s.b().fetchActivity(1);
    s.b().fetchNoActivity("A repeated ack scheduled its activity again.");
    Expect.equal(CHANGED, Sample.events(1, 3), a.history("order", 1));
  }

  /**
   * A repeat whose content is invalid in itself is recognised or refused, and writes nothing.
   *
   * <p><b>Shape:</b> an ack; the same token with an event over the limit, with an activity of
   * another instance and with a cancellation there; then the first ack again is recognised.
   *
   * <p><b>If this fails, check:</b> does a refusal end the memory of the token? is a part of the
   * content written before the token is looked at?
   */
  @Rule("ATOM-08")
  void aRepeatWithInvalidContentWritesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    OrchestrationItem item = locked(a);
    OrchestrationAck ack = wholeAck(a, item);
    Expect.applied(a.provider().ackOrchestrationItem(ack));
    Snapshot before = s.snapshot("order", "other");
    Payload tooLarge = Payload.of(new byte[a.provider().info().limits().maxPayloadBytes() + 1]);

    for (Turn invalid :
        List.of(
            a.turn(item)
                .events(List.of(new HistoryEvent(4, "happened", tooLarge, Sample.RECORDED_AT))),
            a.turn(item).event(4).activity(Sample.activity("other", 1)),
            a.turn(item).event(4).cancel(new ActivityIdentity("other", 1, 1)))) {
      AckResult result = invalid.ack();
      if (!(result instanceof AckResult.AlreadyApplied)) {
        Expect.rejected("A repeated ack was applied again.", InvalidRequest.class, result);
      }
    }

    s.expectUnchanged(CHANGED, before);
    expectRecognised(a, ack);
  }

  /**
   * A repeat while a later turn holds the lock does not disturb it.
   *
   * <p><b>Shape:</b> ack, poke, B fetches; A repeats the ack, the same and with other content; B's
   * lock and batch stand, and B's ack is applied.
   *
   * <p><b>If this fails, check:</b> does a recognised repeat release the lock or remove the batch?
   */
  @Rule("ATOM-08")
  void aRepeatDoesNotDisturbALaterTurn(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    OrchestrationItem item = locked(a);
    OrchestrationAck ack = wholeAck(a, item);
    Expect.applied(a.provider().ackOrchestrationItem(ack));
    s.b().finish(s.b().fetchOne("other"));
    a.poke("order");
    OrchestrationItem later = s.b().fetchOne("order");
    OrchestratorMessage poke = a.poke("order");
    Snapshot before = s.snapshot("order", "other");

    expectRecognised(a, ack);
    expectOtherContentRecognised(a, item);

    s.expectUnchanged(CHANGED, before);
    s.moveToJustBefore(s.lockFor());
    a.turn(later.lockToken(), 1).event(4).apply();
    Expect.equal("The later turn is lost.", Sample.events(1, 4), a.history("order", 1));
    Batch.expect("The later turn's batch changed.", s.b().fetchOne("order"), poke);
    s.b().fetchNone("A repeated ack sent its message again.");
  }

  /**
   * A repeated ack is recognised after the store was reopened.
   *
   * <p><b>Shape:</b> a handle acks and is closed; another one repeats.
   *
   * <p><b>If this fails, check:</b> is the token that was acked last kept in memory?
   */
  @Rule("ATOM-08")
  void aRepeatIsRecognisedAfterReopening(StoreUnderTest s) {
    Handle before = s.newHandle();
    before.create("other");
    OrchestrationAck ack = wholeAck(before, locked(before));
    Expect.applied(before.provider().ackOrchestrationItem(ack));
    before.close();

    Handle after = s.newHandle();
    expectRecognised(after, ack);
    Expect.equal(CHANGED, Sample.events(1, 3), after.history("order", 1));
  }

  /**
   * A token that was acked before the last one is lost.
   *
   * <p><b>Shape:</b> two turns; the first ack again, at once and through B: lost, nothing has
   * changed; the second is still recognised.
   *
   * <p><b>If this fails, check:</b> is a token recognised that is merely not greater than the last
   * one?
   */
  @Rule("ATOM-09")
  void aTokenAckedBeforeTheLastOneIsLost(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    OrchestrationAck first = wholeAck(a, locked(a));
    Expect.applied(a.provider().ackOrchestrationItem(first));
    a.poke("order");
    s.b().fetch(Handle.ALL).forEach(item -> finishWithName(s.b(), item));
    OrchestrationItem third = fetchAfterPoke(a);
    OrchestrationAck second = a.turn(third).event(9).build();
    Expect.applied(a.provider().ackOrchestrationItem(second));
    Snapshot before = s.snapshot("order", "other");

    for (Handle handle : List.of(a, s.b())) {
      Expect.rejected(
          "A token that was acked before the last one was accepted.",
          LockLost.class,
          handle.provider().ackOrchestrationItem(first));
    }
    expectRecognised(a, second);

    s.expectUnchanged(CHANGED, before);
  }

  /**
   * Without an instance row a repeat is recognised or lost, and never applied.
   *
   * <p><b>Shape:</b> ack a started instance with empty metadata, an event and a message; repeat it,
   * at once and after the former lock end; event and message are there once.
   *
   * <p><b>If this fails, check:</b> what tells a repeat from a first ack when there is no instance
   * row?
   */
  @Rule("ATOM-09")
  void withoutAnInstanceRowARepeatIsNeverApplied(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    a.start("order");
    OrchestrationItem item = a.fetchOne("order");
    OrchestrationAck ack = a.turn(item).event(1).send(toOther()).build();
    OrchestrationAck otherContent = a.turn(item).event(2).send(toOther()).build();
    Expect.applied(a.provider().ackOrchestrationItem(ack));

    expectNeverApplied(a.provider().ackOrchestrationItem(ack));
    expectNeverApplied(s.b().provider().ackOrchestrationItem(otherContent));
    s.moveTime(s.lockFor());
    expectNeverApplied(a.provider().ackOrchestrationItem(ack));

    Expect.equal(CHANGED, Sample.events(1, 1), a.history("order", 1));
    Batch.expect("A repeated ack sent its message again.", s.b().fetchOne("other"), toOther());
    s.b().fetchNone("A repeated ack made something deliverable.");
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
   *
   * <p><b>If this fails, check:</b> is the token looked at in the transaction that writes, under
   * its row lock?
   */
  @Rule("ATOM-10")
  void ofConcurrentIdenticalAcksOneIsApplied(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("other");
    a.create("order");
    Overlap overlap = new Overlap(ROUNDS);
    for (int round = 1; overlap.goesOn(); round++) {
      OrchestrationAck ack =
          a.turn(fetchAfterPoke(a)).event(round).activities(round).send(toOther()).build();

      List<AckResult> results =
          overlap.times(CALLERS, i -> (i % 2 == 0 ? a : b).provider().ackOrchestrationItem(ack));

      Expect.equal(
          "Of identical acks not exactly one was applied.",
          1L,
          results.stream().filter(AckResult.Applied.class::isInstance).count());
      Expect.equal(
          "The other identical acks were not recognised.",
          CALLERS - 1L,
          results.stream().filter(AckResult.AlreadyApplied.class::isInstance).count());
      Expect.equal("The event is not there once.", Sample.events(1, round), a.history("order", 1));
      OrchestrationItem other = b.fetchOne("other");
      Batch.expect("The message is not there once.", other, toOther());
      b.finish(other);
      b.fetchActivity(round);
      b.fetchNoActivity("The activity is there twice.");
    }
    overlap.expectSeen();
  }

  /** Creates {@code order} and answers it locked, with one message. */
  private static OrchestrationItem locked(Handle a) {
    a.create("order");
    return fetchAfterPoke(a);
  }

  private static OrchestrationItem fetchAfterPoke(Handle a) {
    a.poke("order");
    return a.fetchOne("order");
  }

  private static void finishWithName(Handle handle, OrchestrationItem item) {
    handle.turn(item).name(Sample.NAME).apply();
  }

  private static OrchestrationAck wholeAck(Handle a, OrchestrationItem item) {
    return a.turn(item).name("turned").events(1, 3).activities(1).send(toOther()).build();
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
