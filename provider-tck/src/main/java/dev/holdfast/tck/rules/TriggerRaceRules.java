// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/** Deliveries of several callers, and beside what their run does. */
@RuleFamily("TRIGGER")
final class TriggerRaceRules {

  private static final int CALLERS = 16;
  private static final int HANDLES = 8;
  private static final int RACES = 20;
  private static final int ROUNDS = 200;
  private static final int EACH = 12;

  /**
   * Of racing deliveries of one input one is new.
   *
   * <p><b>Shape:</b> many rounds: sixteen callers on eight handles, together, alone and in lists,
   * to a step that never had an input and to one that had: one is new, all have one number, there
   * is one wake-up, and no other error than contention.
   */
  @Rule("TRIGGER-04")
  void ofRacingDeliveriesOneIsNew(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    List<Triggered> callers = callers(store);
    for (int round = 0; round < store.rounds(RACES); round++) {
      String id = "run " + round / 4;
      if (round % 4 == 0) {
        a.asleep(id);
      }
      DeliverTrigger trigger = Triggered.input(id, "input " + round, Triggered.cursor(round));
      List<TriggerDelivered> answers =
          Together.times(CALLERS, n -> deliver(callers.get(n % HANDLES), trigger, n % 3 == 0));
      Expect.equal(
          "Not one of racing deliveries is new.",
          1L,
          answers.stream().filter(answer -> answer.outcome() == Outcome.NEW).count());
      for (TriggerDelivered answer : answers) {
        Expect.equal("Racing deliveries have several numbers.", round % 4 + 1L, answer.sequence());
        Expect.different("A run that sleeps has ended.", Outcome.ENDED, answer.outcome());
      }
      Expect.equal(
          "Racing deliveries stored more or less than one input.",
          round % 4 + 1,
          a.pending(id).size());
      a.expectAwake("Racing deliveries did not wake a run once.", id, trigger);
    }
  }

  private static List<Triggered> callers(StoreUnderTest store) {
    return store.newHandles(HANDLES).stream().map(Triggered::of).toList();
  }

  private static TriggerDelivered deliver(
      Triggered through, DeliverTrigger trigger, boolean inList) {
    if (!inList) {
      return Contention.repeated(() -> through.calls().deliver(trigger));
    }
    return (TriggerDelivered) Contention.repeated(() -> through.stated().apply(trigger)).get(0);
  }

  /**
   * A delivery that races with the suspension leaves the run awake.
   *
   * <p><b>Shape:</b> many rounds: A acks a turn that suspends the run while B delivers, each after
   * some time of its own: the run is suspended, the input pending, and the wake-up delivered.
   */
  @Rule("TRIGGER-05")
  void aDeliveryBesideTheSuspensionWakes(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      RunSummary run = a.run(id, RunStatus.RUNNING);
      OrchestrationAck suspends = TriggerStateRules.suspends(a, run);
      DeliverTrigger trigger = Triggered.input(id, "one");
      Duration beforeAck = someTime(store);
      Duration beforeDelivery = someTime(store);
      Together.all(
          () -> {
            Waiting.realTime(beforeAck);
            Expect.applied(
                Contention.<AckResult>repeated(
                    () -> a.handle().provider().ackOrchestrationItem(suspends)));
          },
          () -> {
            Waiting.realTime(beforeDelivery);
            Expect.equal(
                "A delivery beside the suspension is not new.",
                Triggered.told(Outcome.NEW, 1),
                deliver(b, trigger, false));
          });
      TriggerStateRules.expectAwake(a, trigger);
    }
  }

  private static Duration someTime(StoreUnderTest store) {
    double share = store.random().nextDouble();
    return Duration.ofNanos((long) (store.pace().roundTrip().toNanos() * share));
  }

  /**
   * Who has read a run as final never finds a new input.
   *
   * <p><b>Shape:</b> many rounds: A ends a run and then notes its inputs while B delivers and C
   * looks at the run and, once it has ended, notes its inputs too: what is there in the end was
   * there by then; new inputs are there with their wake-ups, and of the others is nothing.
   */
  @Rule("TRIGGER-06")
  void noInputComesBehindTheEnd(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    Triggered c = Triggered.of(store.newHandle());
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      RunSummary run = a.run(id, RunStatus.RUNNING);
      RunStatus end = round % 2 == 0 ? RunStatus.COMPLETED : RunStatus.CANCELLED;
      Duration beforeEnd = someTime(store);
      List<DeliverTrigger> triggers = new ArrayList<>();
      for (int n = 0; n < 3; n++) {
        triggers.add(Triggered.input(id, "input " + n));
      }
      List<List<String>> notes =
          Together.run(
              List.<Callable<List<String>>>of(
                  () -> {
                    Waiting.realTime(beforeEnd);
                    Contention.repeated(() -> a.stated().apply(RunChange.to(run, end)));
                    return a.inputIds(id);
                  },
                  () -> taken(b, triggers),
                  () -> {
                    while (!c.stated().read(id).summary().status().isFinal()) {
                      Thread.onSpinWait();
                    }
                    return c.inputIds(id);
                  }));
      List<String> there = c.inputIds(id);
      Expect.equal("An input came behind the end of its run.", there, notes.get(0));
      Expect.equal("An input came behind the end of its run.", there, notes.get(2));
      Expect.equal("What was told to be new is not what is there.", notes.get(1), there);
      a.expectAwake("Wake-ups are not those of new inputs.", id, triggers.subList(0, there.size()));
    }
  }

  /** Delivers one after the other, and returns the ids of those that were new. */
  private static List<String> taken(Triggered through, List<DeliverTrigger> triggers) {
    List<String> taken = new ArrayList<>();
    boolean ended = false;
    for (DeliverTrigger trigger : triggers) {
      Outcome outcome = deliver(through, trigger, false).outcome();
      if (outcome == Outcome.NEW) {
        Expect.that("An input is new behind one that came too late.", !ended);
        taken.add(trigger.input().messageId());
      }
      ended |= outcome == Outcome.ENDED;
    }
    return taken;
  }

  /**
   * Deliveries of one step together: numbers without gap, and a cursor that no reader sees fall.
   *
   * <p><b>Shape:</b> eight handles deliver random orders, some inputs several times, while a reader
   * notes the cursor: it never falls, and in the end is the greatest that was new; there is one
   * wake-up per input.
   */
  @Rule("TRIGGER-12")
  void noReaderSeesTheCursorFall(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    a.asleep("order");
    List<Triggered> callers = callers(store);
    Triggered reader = Triggered.of(store.newHandle());
    long seed = store.random().nextLong();
    List<Long> greatest = new ArrayList<>();
    long[] seen = {Long.MIN_VALUE};
    Meanwhile.all(
        store.rounds(4),
        round ->
            greatest.addAll(
                Together.times(
                    HANDLES,
                    n -> deliverMany(callers.get(n), round, n, new Random(seed + round + n)))),
        () ->
            reader
                .cursorOf("order")
                .ifPresent(cursor -> {
                  Expect.that(
                      "A reader has seen the cursor fall.",
                      "at least " + seen[0],
                      cursor,
                      cursor.order() >= seen[0]);
                  seen[0] = cursor.order();
                }));
    long order = greatest.stream().mapToLong(one -> one).max().orElseThrow();
    Expect.equal(
        "The cursor is not the greatest that was new.",
        Triggered.cursor(order),
        a.cursorOf("order").orElseThrow());
  }

  /** Delivers inputs in random order, and returns the greatest order that was new. */
  private static long deliverMany(Triggered through, int round, int caller, Random random) {
    long greatest = Long.MIN_VALUE;
    for (int n = 0; n < EACH; n++) {
      Cursor cursor = Triggered.cursor(random.nextInt(10_000));
      // Every third is one that others deliver too, with a cursor of their own.
      String id =
          n % 3 == 0 ? "shared " + round + "/" + n : "own " + round + "/" + caller + "/" + n;
      TriggerDelivered answer =
          deliver(through, Triggered.input("order", id, cursor), random.nextBoolean());
      if (answer.outcome() == Outcome.NEW) {
        greatest = Math.max(greatest, cursor.order());
      }
    }
    return greatest;
  }
}
