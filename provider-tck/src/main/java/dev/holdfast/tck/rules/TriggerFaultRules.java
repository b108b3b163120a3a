// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.crash.TriggerWork;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Deliveries, and turns that use inputs, on their way to the store: what a disturbance leaves. */
@RuleFamily("TRIGGER")
final class TriggerFaultRules {

  private static final int KILLS = 3;
  private static final int THREADS = 3;
  private static final int MOST_LINES = 60;
  private static final int NEVER = 1_000_000;
  private static final int INPUTS = 300;
  private static final int PAGE = 100;

  /**
   * A delivery is one commit.
   *
   * <p><b>Shape:</b> alone, in the ack of a turn and in that of an activity, disturbed at and
   * around every statement and commit, then the same call again: input, cursor and wake-up are
   * there, each once.
   */
  @Rule("TRIGGER-01")
  void aDeliveryIsOneCommit(StoreUnderTest store) {
    Triggered.requireDeclared(store);
    for (ChangeWay way : List.of(ChangeWay.APPLY, ChangeWay.TURN, ChangeWay.ACTIVITY)) {
      DisturbedCall.everywhere(
          store, under -> delivery(under, way), TriggerFaultRules::expectRetryable);
    }
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  /**
   * A delivery by itself is one commit too.
   *
   * <p><b>Shape:</b> {@code deliver}, disturbed in the same way and called again.
   */
  @Rule("TRIGGER-01")
  void aDeliveryAloneIsOneCommit(StoreUnderTest store) {
    Triggered.requireDeclared(store);
    DisturbedCall.everywhere(
        store, TriggerFaultRules::deliveryAlone, TriggerFaultRules::expectRetryable);
  }

  private static DisturbedCall deliveryAlone(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    String id = "order " + store.nextNumber();
    a.asleep(id);
    DeliverTrigger trigger = Triggered.input(id, "one", Triggered.cursor(4));
    return new DisturbedCall(
        "deliver",
        Form.SINGLE,
        List.of(id),
        () -> a.calls().deliver(trigger),
        answer -> expectDelivered(store, trigger));
  }

  private static DisturbedCall delivery(StoreUnderTest store, ChangeWay way) {
    ChangeCarrier carrier = ChangeCarrier.on(store, way);
    Triggered a = Triggered.first(store);
    String id = "order " + store.nextNumber();
    a.asleep(id);
    DeliverTrigger trigger = Triggered.input(id, "one", Triggered.cursor(4));
    return disturbed(
        carrier, id, () -> carrier.carry(List.of(trigger)), () -> expectDelivered(store, trigger));
  }

  /** Expects input, cursor and wake-up of a delivery, each once, and takes the wake-up away. */
  private static void expectDelivered(StoreUnderTest store, DeliverTrigger trigger) {
    Triggered b = Triggered.second(store);
    String id = trigger.runId();
    Expect.equal(
        "An input is not there, once.",
        List.of(new Input("one", 1, trigger.cursor())),
        b.pending(id).stream().map(Input::of).toList());
    Expect.equal("The cursor did not move.", trigger.cursor(), b.cursorOf(id).orElse(null));
    b.expectAwake("A run was not woken, once.", id, trigger);
    b.delivers("A delivery that was applied is new.", Outcome.DUPLICATE, 1, trigger);
    ChangeCarrier.takeAll(b.handle());
  }

  /** What a test knows of an input. */
  private record Input(String id, long sequence, @Nullable Cursor cursor) {
    static Input of(TriggerInput input) {
      return new Input(
          input.message().content().messageId(), input.message().sequence(), input.cursor());
    }
  }

  private static DisturbedCall disturbed(
      ChangeCarrier carrier, String id, Supplier<Object> call, Runnable audit) {
    List<String> ids = new ArrayList<>(carrier.instances());
    ids.add(id);
    ChangeWay way = carrier.way();
    return new DisturbedCall(
        way == ChangeWay.APPLY
            ? "apply"
            : way.isTurn() ? "ackOrchestrationItem" : "ackActivityItem",
        Form.SINGLE,
        ids,
        call,
        answer -> {
          Answer told = (Answer) answer;
          Expect.that("A call was refused that is right.", "applied", told, told.error() == null);
          audit.run();
        });
  }

  /**
   * An input is consumed with the other changes of its turn.
   *
   * <p><b>Shape:</b> the ack of a turn, and that of an activity, consumes an input and writes the
   * run, disturbed at and around every statement and commit, then the same ack again: the input is
   * gone, and the run written, once.
   */
  @Rule("TRIGGER-11")
  void usingAnInputIsOneCommit(StoreUnderTest store) {
    Triggered.requireDeclared(store);
    for (ChangeWay way : List.of(ChangeWay.TURN, ChangeWay.ACTIVITY)) {
      DisturbedCall.everywhere(store, under -> use(under, way), TriggerFaultRules::expectRetryable);
    }
  }

  private static DisturbedCall use(StoreUnderTest store, ChangeWay way) {
    ChangeCarrier carrier = ChangeCarrier.on(store, way);
    Triggered a = Triggered.first(store);
    String id = "order " + store.nextNumber();
    RunSummary run = a.asleep(id);
    DeliverTrigger trigger = Triggered.input(id, "one");
    a.delivers(1, trigger);
    a.expectAwake("A run was not woken.", id, trigger);
    InboxItem item = a.inbox().fetch(trigger.key(), 1, store.lockFor().multipliedBy(1_000)).get(0);
    return disturbed(
        carrier,
        id,
        () ->
            carrier.carry(
                List.of(
                    ConsumeInbox.of(item), RunChange.of(run).data(Payload.utf8("used")).build())),
        () -> {
          Triggered b = Triggered.second(store);
          Expect.none("An input is open whose turn was applied.", b.pending(id));
          Run now = b.stated().read(id);
          Expect.equal("A run was not written with its input.", Payload.utf8("used"), now.data());
          Expect.equal(
              "A run was written more than once.", run.version() + 1, now.summary().version());
          ChangeCarrier.takeAll(b.handle());
        });
  }

  /**
   * What a killed process has delivered is whole, and can be repeated.
   *
   * <p><b>Shape:</b> a child JVM with several threads delivers inputs to a suspended run and says
   * which have returned; it is killed after some of them, several times: what has returned is
   * there, each input that is there has its wake-up and no wake-up is alone, and the cursor is that
   * of the last. Then everything is delivered again: each input has one wake-up.
   */
  @Rule("TRIGGER-01")
  void whatAKilledProcessHasDeliveredIsWhole(StoreUnderTest store) {
    Triggered.requireDeclared(store);
    for (int round = 0; round < store.rounds(KILLS); round++) {
      String id = "run " + round;
      Triggered.first(store).asleep(id);
      Set<Integer> told = new HashSet<>();
      try (ChildJvm child =
          ChildJvm.start(
              store.crashTarget(), Task.DELIVER, id, "" + THREADS, String.valueOf(NEVER))) {
        int lines = 1 + store.random().nextInt(MOST_LINES);
        for (int n = 0; n < lines; n++) {
          told.add(number(child.line("delivered")));
        }
        for (String line : child.kill()) {
          if (line.startsWith("delivered")) {
            told.add(number(line.substring("delivered".length())));
          }
        }
      }
      store.catchUpWithOtherJvms();
      auditAndRepeat(Triggered.first(store), id, told);
    }
  }

  private static int number(String line) {
    return Integer.parseInt(line.strip().split(" ")[0]);
  }

  private static void auditAndRepeat(Triggered a, String id, Set<Integer> told) {
    // A server may go on with what it was told by a process that is gone.
    List<String> woken = new ArrayList<>();
    List<String> inputs;
    do {
      inputs = allInputs(a, id);
      woken.addAll(wakeUps(a, id));
    } while (!inputs.equals(allInputs(a, id)));
    Set<String> there = new HashSet<>(inputs);
    List<String> missing = new ArrayList<>();
    told.forEach(number -> missing.add("input " + number));
    missing.removeAll(there);
    Expect.none("What was answered is not in the store.", missing);
    Expect.equal("An input is there twice.", there.size(), inputs.size());
    Expect.equal("Inputs and wake-ups do not belong together.", sorted(there), sorted(woken));
    int last =
        there.stream()
            .mapToInt(input -> Integer.parseInt(input.substring("input ".length())))
            .max()
            .orElseThrow();
    Expect.equal(
        "The cursor is not that of what was delivered.",
        TriggerWork.input(id, last).cursor(),
        a.cursorOf(id).orElse(null));

    int cameLate = 0;
    for (int number = 0; number <= last + THREADS; number++) {
      boolean known = there.contains("input " + number);
      Outcome outcome = a.calls().deliver(TriggerWork.input(id, number)).outcome();
      boolean late = !known && outcome == Outcome.DUPLICATE && ++cameLate <= THREADS;
      Expect.equal(
          "A repeated delivery was not recognised, or a new one was taken for one.",
          known || late ? Outcome.DUPLICATE : Outcome.NEW,
          outcome);
      if (!known) {
        there.add("input " + number);
        woken.addAll(wakeUps(a, id));
      }
    }
    Expect.equal("Not every input has woken its run once.", sorted(there), sorted(woken));
    Expect.equal("Not every input is there once.", sorted(there), sorted(allInputs(a, id)));
  }

  private static List<String> sorted(Iterable<String> texts) {
    List<String> sorted = new ArrayList<>();
    texts.forEach(sorted::add);
    sorted.sort(null);
    return sorted;
  }

  private static List<String> allInputs(Triggered a, String id) {
    List<String> all = new ArrayList<>();
    List<TriggerInput> page = a.calls().pendingInputs(id, TriggerWork.STEP, 0, PAGE);
    while (!page.isEmpty()) {
      all.addAll(Triggered.ids(page));
      long last = page.get(page.size() - 1).message().sequence();
      page = a.calls().pendingInputs(id, TriggerWork.STEP, last, PAGE);
    }
    return all;
  }

  /** The inputs of which wake-ups tell; they are taken away. */
  private static List<String> wakeUps(Triggered a, String id) {
    List<String> inputs = new ArrayList<>();
    for (OrchestratorMessage message : MessageChanges.taken(a.handle(), id)) {
      inputs.add(MessageChanges.text(message).substring("wake-up of ".length()));
    }
    return inputs;
  }

  /**
   * What a killed process has used is gone together with its turn.
   *
   * <p><b>Shape:</b> a child JVM uses the inputs of a run, each in a turn that counts it in the
   * run's data; it is killed after some of them, several times: as many are gone as are counted,
   * and those that it said it has used are among them.
   */
  @Rule("TRIGGER-11")
  void whatAKilledProcessHasUsedIsGoneWithItsTurn(StoreUnderTest store) {
    Triggered.requireDeclared(store);
    for (int round = 0; round < store.rounds(KILLS); round++) {
      String id = "run " + round;
      Triggered a = Triggered.first(store);
      a.run(id, RunStatus.RUNNING);
      a.stated()
          .written(RunChange.of(a.stated().read(id).summary()).data(Payload.utf8("0")).build());
      for (int n = 0; n < INPUTS; n++) {
        a.calls().deliver(TriggerWork.input(id, n));
      }
      int said = 0;
      try (ChildJvm child = ChildJvm.start(store.crashTarget(), Task.USE_INPUTS, id)) {
        int lines = 1 + store.random().nextInt(MOST_LINES);
        for (; said < lines; said++) {
          child.line("used");
        }
        said += (int) child.kill().stream().filter(TriggerFaultRules::isOfOneInput).count();
      }
      store.catchUpWithOtherJvms();
      Triggered b = Triggered.first(store);
      int open = allInputs(b, id).size();
      int used = Integer.parseInt(Objects.requireNonNull(b.stated().read(id).data()).asUtf8());
      Expect.equal("Not as many inputs are gone as turns have used.", INPUTS - used, open);
      Expect.that(
          "What was used is not what was said to be used.",
          said + " or one more",
          used,
          used == said || used == said + 1);
      ChangeCarrier.takeAll(b.handle());
    }
  }

  private static boolean isOfOneInput(String line) {
    return line.matches("used \\d+");
  }

  /**
   * Inputs, cursors and wake-ups belong to the store.
   *
   * <p><b>Shape:</b> a child JVM suspends the run and is killed; another one, which has never seen
   * the run, delivers and ends; the parent finds the run in the list, gets the wake-up, the input
   * and the cursor.
   */
  @Rule("TRIGGER-09")
  void nothingIsKeptByAProcess(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    a.run("order", RunStatus.RUNNING);
    a.handle().poke("order");
    try (ChildJvm child = ChildJvm.start(store.crashTarget(), Task.SUSPEND, "order")) {
      child.line("suspended");
      child.kill();
    }
    try (ChildJvm child = ChildJvm.start(store.crashTarget(), Task.DELIVER, "order", "1", "1")) {
      Expect.equal("Another process did not deliver.", "0 NEW 1", child.line("delivered").strip());
      child.rest();
      Expect.equal("A child did not end well.", 0, child.exitCode());
    }
    store.catchUpWithOtherJvms();
    Triggered parent = Triggered.first(store);
    DeliverTrigger trigger = TriggerWork.input("order", 0);
    Expect.equal("A run that waits is not found.", List.of("order"), parent.waitingIds());
    Expect.equal(
        "A cursor did not outlive its process.",
        trigger.cursor(),
        parent.cursorOf("order").orElse(null));
    Expect.equal(
        "An input did not outlive its process.", List.of("input 0"), parent.inputIds("order"));
    OrchestrationItem item = parent.handle().fetchOne("order");
    Batch.expect("A run sleeps that has an input.", item, trigger.wakeUp());
    parent.handle().finish(item);
  }
}
