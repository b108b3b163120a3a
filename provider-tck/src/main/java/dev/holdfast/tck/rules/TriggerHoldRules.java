// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Deliveries that are held before their commit, or come while something else is. */
@RuleFamily("TRIGGER")
final class TriggerHoldRules {

  private static final Duration HANG = Duration.ofMinutes(2);
  private static final int ROUNDS = 3;

  /**
   * A delivery and a suspension leave the run awake, whichever is held before its commit.
   *
   * <p><b>Shape:</b> the delivery is held and the ack that suspends comes meanwhile, then the other
   * way round; each goes on as far as it can; let go: the run is suspended, the input pending, and
   * the wake-up delivered.
   */
  @Rule("TRIGGER-05")
  void whicheverIsHeldTheRunIsAwake(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    CommitHold hold = store.commitHold();
    for (int round = 0; round < 2 * ROUNDS; round++) {
      String id = "run " + round;
      RunSummary run = a.run(id, RunStatus.RUNNING);
      OrchestrationAck suspends = TriggerStateRules.suspends(a, run);
      DeliverTrigger trigger = Triggered.input(id, "one");
      Supplier<Object> ack =
          () ->
              Contention.<AckResult>repeated(
                  () -> a.handle().provider().ackOrchestrationItem(suspends));
      Supplier<Object> delivery = () -> Contention.repeated(() -> b.calls().deliver(trigger));
      boolean deliveryFirst = round % 2 == 0;
      Parked<Object> first;
      Parked<Object> second;
      try (CommitHold.Held standing = hold.take()) {
        first = standing(standing, deliveryFirst ? delivery : ack);
        second = Parked.beginning(deliveryFirst ? ack : delivery);
        // It may wait for the call that stands, or pass it.
        Waiting.until(second::isDone, store.pace().glance());
      }
      first.answer();
      second.answer();
      TriggerStateRules.expectAwake(a, trigger);
    }
  }

  private static Parked<Object> standing(CommitHold.Held hold, Supplier<Object> call) {
    Parked<Object> parked = Parked.beginning(call);
    Waiting.until(() -> hold.isReached() || parked.isDone(), HANG);
    Expect.that("A call could not be held before its commit.", !parked.isDone());
    return parked;
  }

  /**
   * No input comes behind the end, although its delivery was held before its commit.
   *
   * <p><b>Shape:</b> a delivery to a running run is held; its run ends meanwhile, as soon as it
   * can: if that came back before the delivery was let go, the run is read as final with its
   * inputs, and behind the delivery there are no others.
   */
  @Rule("TRIGGER-06")
  void aHeldDeliveryIsNotBehindTheEnd(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    CommitHold hold = store.commitHold();
    for (RunStatus end : List.of(RunStatus.COMPLETED, RunStatus.CANCELLED)) {
      String id = "run " + end;
      RunSummary run = a.run(id, RunStatus.RUNNING);
      DeliverTrigger trigger = Triggered.input(id, "one", Triggered.cursor(1));
      Parked<Object> delivery;
      Parked<Object> ends;
      List<String> atTheEnd = null;
      try (CommitHold.Held standing = hold.take()) {
        delivery = standing(standing, () -> Contention.repeated(() -> b.calls().deliver(trigger)));
        ends =
            Parked.beginning(
                () -> Contention.repeated(() -> a.stated().apply(RunChange.to(run, end))));
        if (Waiting.until(ends::isDone, store.pace().glance())) {
          ends.answer();
          Triggered c = Triggered.of(store.newHandle());
          Expect.that(
              "A run that has ended is not read as final.",
              c.stated().read(id).summary().status().isFinal());
          atTheEnd = c.inputIds(id);
        }
      }
      ends.answer();
      boolean isNew = Triggered.told(Outcome.NEW, 1).equals(delivery.answer());
      List<String> there = a.inputIds(id);
      if (atTheEnd != null) {
        Expect.equal("An input came behind the end of its run.", atTheEnd, there);
      }
      expectThere(a, trigger, isNew);
    }
  }

  /**
   * A delivery that comes while the end is held before its commit is taken before it, or knows it.
   *
   * <p><b>Shape:</b> the end of a run is held, alone and in the ack of a turn; a delivery comes
   * meanwhile: one that comes back before the end is let go is new and there; of one that is told
   * of the end nothing is there.
   */
  @Rule("TRIGGER-06")
  void aDeliveryThatWaitedKnowsTheEnd(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    CommitHold hold = store.commitHold();
    for (boolean inTurn : List.of(false, true)) {
      String id = "run, ends in a turn: " + inTurn;
      RunSummary run = a.run(id, RunStatus.RUNNING);
      List<RunChange> change = List.of(RunChange.to(run, RunStatus.COMPLETED));
      OrchestrationAck turn =
          inTurn ? TriggerStateRules.suspends(a, run).withChanges(List.copyOf(change)) : null;
      DeliverTrigger trigger = Triggered.input(id, "one", Triggered.cursor(1));
      Parked<Object> ends;
      Parked<Object> delivery;
      boolean passed;
      try (CommitHold.Held standing = hold.take()) {
        ends =
            standing(
                standing,
                () ->
                    turn == null
                        ? Contention.repeated(() -> a.stated().apply(change.get(0)))
                        : Contention.<AckResult>repeated(
                            () -> a.handle().provider().ackOrchestrationItem(turn)));
        delivery = Parked.beginning(() -> Contention.repeated(() -> b.calls().deliver(trigger)));
        passed = Waiting.until(delivery::isDone, store.pace().glance());
      }
      ends.answer();
      boolean isNew = Triggered.told(Outcome.NEW, 1).equals(delivery.answer());
      Expect.that(
          "A delivery beside the end has another answer.",
          passed ? "NEW" : "NEW or ENDED",
          delivery.answer(),
          isNew || (!passed && Triggered.told(Outcome.ENDED, 0).equals(delivery.answer())));
      expectThere(a, trigger, isNew);
    }
  }

  private static void expectThere(Triggered through, DeliverTrigger trigger, boolean isNew) {
    String id = trigger.runId();
    if (isNew) {
      Expect.equal("A new input is not there.", List.of("one"), through.inputIds(id));
      through.expectAwake("A run was not woken for a new input.", id, trigger);
    } else {
      through.expectNothing("Something is there of an input that came too late.", id);
      through.expectAwake("A run was woken for an input that came too late.", id);
    }
  }
}
