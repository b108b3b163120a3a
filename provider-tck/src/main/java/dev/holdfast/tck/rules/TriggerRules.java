// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What deliveries do, one after the other. */
@RuleFamily("TRIGGER")
final class TriggerRules {

  private static final int WAKE_UPS = 10;

  /**
   * Triggers are offered if and only if they are declared.
   *
   * <p><b>Shape:</b> the capability on both handles.
   */
  @Rule("TRIGGER-01")
  void triggersAreOfferedAsDeclared(StoreUnderTest store) {
    boolean declared = store.declares(Feature.TRIGGERS);
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "Triggers are not offered as they are declared.",
          declared,
          handle.provider().capability(Triggers.class).isPresent());
    }
  }

  /**
   * A new delivery stores the input, moves the cursor and wakes the run.
   *
   * <p><b>Shape:</b> by {@code deliver} and every way, with a payload and with a reference: both
   * handles read the input as it was given, with its cursor, also as a message of its inbox; the
   * instance is delivered with the wake-up as it was given. A list that is refused delivers
   * nothing.
   */
  @Rule("TRIGGER-01")
  void aDeliveryIsInputCursorAndWakeUp(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    RunSummary run = a.asleep("order");
    DeliverTrigger alone = Triggered.input("order", "alone", new Cursor(-1, null));
    a.delivers(1, alone);
    expectThere(store, alone, 1);
    ChangeWays ways = new ChangeWays(a.handle(), a.stated().changes(), "carrier");
    long sequence = 1;
    for (ChangeWays.Way way : ChangeWays.Way.values()) {
      DeliverTrigger full =
          new DeliverTrigger(
              "order",
              Triggered.STEP,
              NewInboxMessage.reference("reference by " + way, "bucket 7/\nby " + way),
              new Cursor(way.ordinal() * 10L, "a text\nof two lines"),
              OrchestratorMessage.of("order", "kind of " + way, Payload.utf8("body " + way)));
      DeliverTrigger plain = Triggered.input("order", "payload by " + way);
      ways.refused(
          "A list with an old version was taken.",
          way,
          VersionConflict.class,
          full,
          RunChange.of("order", run.version() + 1).lastError("late").build());
      Expect.none("A refused list has delivered an input.", a.pending("order"));
      List<ChangeResult> results = ways.apply(way, full, plain);
      Expect.equal(
          "Deliveries are not new, or have other numbers.",
          List.of(
              Triggered.told(Outcome.NEW, sequence + 1), Triggered.told(Outcome.NEW, sequence + 2)),
          results);
      expectCursor(store, full.cursor());
      expectMessage(store, full, sequence + 1);
      a.consume("order", sequence + 1);
      expectMessage(store, plain, sequence + 2);
      a.consume("order", sequence + 2);
      sequence += 2;
      Triggered.second(store)
          .expectAwake("A run was not woken as it was said, by " + way + ".", "order", full, plain);
    }
  }

  /** Expects an input to be the only one, its cursor that of the step, and consumes it. */
  private static void expectThere(StoreUnderTest store, DeliverTrigger trigger, long sequence) {
    expectMessage(store, trigger, sequence);
    expectCursor(store, trigger.cursor());
    Triggered.first(store).consume(trigger.runId(), sequence);
    Triggered.second(store)
        .expectAwake("A run was not woken as it was said.", trigger.runId(), trigger);
  }

  private static void expectCursor(StoreUnderTest store, @Nullable Cursor cursor) {
    for (Triggered each : List.of(Triggered.first(store), Triggered.second(store))) {
      Expect.equal(
          "The cursor is not the one that was given.",
          Optional.ofNullable(cursor),
          each.cursorOf("order"));
    }
  }

  /** Expects the first input to be one that was delivered. */
  private static void expectMessage(StoreUnderTest store, DeliverTrigger trigger, long sequence) {
    for (Triggered each : List.of(Triggered.first(store), Triggered.second(store))) {
      List<TriggerInput> inputs = each.pending(trigger.runId());
      Expect.that("An input is not there.", "input " + sequence, inputs, !inputs.isEmpty());
      InboxMessage message = inputs.get(0).message();
      Expect.equal(
          "An input is not what was delivered.",
          new TriggerInput(
              new InboxMessage(
                  trigger.key(),
                  sequence,
                  trigger.input(),
                  InboxStatus.PENDING,
                  message.appendedAt(),
                  null),
              trigger.cursor()),
          inputs.get(0));
      Expect.equal(
          "An input is not a message of its inbox.",
          Optional.of(message),
          each.inbox().message(trigger.key(), sequence));
      Expect.equal(
          "An input is not a pending message of its inbox.",
          List.of(message),
          each.inbox().pending(trigger.key(), sequence - 1, 1));
    }
  }

  /**
   * The same input again adds nothing.
   *
   * <p><b>Shape:</b> at once, through the other handle, with another wake-up and a greater cursor,
   * every way; while it is locked, when it is consumed, cleaned up, and after reopening: DUPLICATE
   * with the first number, no wake-up, the cursor as it was; with other content it is refused.
   */
  @Rule("TRIGGER-02")
  void aRepeatAddsNothing(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    a.asleep("order");
    DeliverTrigger first = Triggered.input("order", "one", Triggered.cursor(5));
    a.delivers(1, first);
    a.expectAwake("A run was not woken.", "order", first);
    expectRepeat(store, "at once", 1);

    InboxItem item = a.inbox().fetch(first.key(), 1, store.lockFor().multipliedBy(50)).get(0);
    expectRepeat(store, "locked", 1);
    a.inbox().consume(ConsumeInbox.of(item));
    expectRepeat(store, "consumed", 0);
    Expect.equal("An input was not cleaned up.", 1, a.inbox().cleanUp(first.key(), 2, 10));
    expectRepeat(store, "cleaned up", 0);
    store.reopen();
    expectRepeat(store, "reopened", 0);

    DeliverTrigger second = Triggered.input("order", "two", Triggered.cursor(6));
    Triggered again = Triggered.first(store);
    again.delivers(2, second);
    again.expectAwake("After repeats a run is not woken.", "order", second);
  }

  private static void expectRepeat(StoreUnderTest store, String when, int inputs) {
    String what = "A repeated input is not recognised, " + when + ".";
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    DeliverTrigger same = Triggered.input("order", "one", Triggered.cursor(5));
    DeliverTrigger ahead =
        new DeliverTrigger(
            "order",
            Triggered.STEP,
            same.input(),
            Triggered.cursor(9),
            Sample.message("order", "another wake-up"));
    a.delivers(what, Outcome.DUPLICATE, 1, same);
    b.delivers(what, Outcome.DUPLICATE, 1, ahead);
    ChangeWays ways =
        new ChangeWays(a.handle(), a.stated().changes(), "carrier " + store.nextNumber());
    for (ChangeWays.Way way : ChangeWays.Way.values()) {
      Expect.equal(
          what,
          List.of(Triggered.told(Outcome.DUPLICATE, 1)),
          ways.apply(way, way.ordinal() % 2 == 0 ? ahead : same));
    }
    for (NewInboxMessage other :
        List.of(
            NewInboxMessage.of("one", Payload.utf8("another content")),
            NewInboxMessage.of("one", Payload.utf8("")),
            NewInboxMessage.reference("one", "content of one"))) {
      IdempotencyMismatch error =
          Expect.thrown(
              "An input id was taken for another content, " + when + ".",
              IdempotencyMismatch.class,
              () ->
                  b.calls()
                      .deliver(
                          new DeliverTrigger(
                              "order",
                              Triggered.STEP,
                              other,
                              Triggered.cursor(9),
                              ahead.wakeUp())));
      Expect.equal("The error names another run.", "order", error.instanceId());
    }
    Expect.equal("A repeat added or took an input.", inputs, b.pending("order").size());
    Expect.equal(
        "A repeat moved the cursor.", Optional.of(Triggered.cursor(5)), b.cursorOf("order"));
    b.handle().fetchNone("A repeat woke a run, " + when + ".");
  }

  /**
   * An input id counts within its run and step.
   *
   * <p><b>Shape:</b> one id to two runs and to two steps of each, and to pairs that are equal once
   * they are joined: every delivery is new, has number 1 and its own wake-up.
   */
  @Rule("TRIGGER-03")
  void anInputIdCountsWithinItsStep(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    List<String> runs = List.of("order", "order/1", "Order");
    runs.forEach(a::asleep);
    List<List<String>> steps =
        List.of(
            List.of("listen", "1/listen"),
            List.of("listen", "listen "),
            List.of("listen", "Listen"));
    for (int n = 0; n < runs.size(); n++) {
      String run = runs.get(n);
      List<DeliverTrigger> sent = new ArrayList<>();
      for (String step : steps.get(n)) {
        DeliverTrigger trigger = Triggered.input(run, step, "one", null);
        a.delivers("An input was taken for that of another step.", Outcome.NEW, 1, trigger);
        Expect.equal(
            "An input of a step is not there.",
            List.of("one"),
            Triggered.ids(Triggered.second(store).calls().pendingInputs(run, step, 0, 10)));
        sent.add(trigger);
      }
      Triggered.second(store).expectAwake("A run was not woken for each input.", run, sent);
    }
  }

  /**
   * A delivery to a run that does not exist waits for it.
   *
   * <p><b>Shape:</b> two inputs and a plain message are there before run and instance: nothing is
   * delivered, no row comes to be; the batch of the start has the wake-ups in their order, and the
   * new run finds the inputs. A wake-up with a start begins the instance at once.
   */
  @Rule("TRIGGER-07")
  void aDeliveryWaitsForItsRun(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    DeliverTrigger one = Triggered.input("order", "one", Triggered.cursor(1));
    DeliverTrigger two = Triggered.input("order", "two", Triggered.cursor(2));
    a.delivers(1, one);
    a.delivers(2, two);
    b.handle().fetchNone("The wake-up of an unknown instance was delivered.");
    store.expectNoInstanceRow("A delivery has made an instance.", "order");
    Expect.equal("A delivery has made a run.", Optional.empty(), b.stated().reads().run("order"));
    Expect.none("A run that is not there is listed.", b.waitingIds());
    Expect.equal("Inputs do not wait for their run.", List.of("one", "two"), b.inputIds("order"));

    OrchestratorMessage start = a.handle().start("order");
    var item = b.handle().fetchOne("order");
    Batch.expect(
        "Wake-ups did not wait for their instance, in their order.",
        item,
        one.wakeUp(),
        two.wakeUp(),
        start);
    Expect.applied(
        b.handle()
            .provider()
            .ackOrchestrationItem(
                b.handle()
                    .turn(item)
                    .name(Sample.NAME)
                    .build()
                    .withChanges(List.of(CreateRun.running("order", Stated.KIND)))));
    Expect.equal("A new run does not find its inputs.", List.of("one", "two"), a.inputIds("order"));
    Expect.equal(
        "A new run does not find its cursor.",
        Optional.of(Triggered.cursor(2)),
        a.cursorOf("order"));

    OrchestratorMessage begins =
        OrchestratorMessage.builder("other", "start", Payload.utf8("begins"))
            .start(new ExecutionStart(Sample.NAME, Sample.VERSION, null))
            .build();
    a.delivers(
        1, new DeliverTrigger("other", Triggered.STEP, Triggered.content("first"), null, begins));
    Batch.expect(
        "A wake-up with a start does not begin the instance.",
        b.handle().fetchOne("other"),
        begins);
    Expect.equal("An input that began a run is not there.", List.of("first"), b.inputIds("other"));
  }

  /**
   * A wake-up goes to the instance of the run, without a message id, and is never dropped.
   *
   * <p><b>Shape:</b> one to another instance, one with an id, one that is discarded as an orphan:
   * refused, and nothing is stored.
   */
  @Rule("TRIGGER-08")
  void aWakeUpWakesTheRun(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    a.asleep("order");
    Payload body = Payload.utf8("wake up");
    for (OrchestratorMessage bad :
        List.of(
            OrchestratorMessage.of("other", "wake", body),
            OrchestratorMessage.of("order ", "wake", body),
            OrchestratorMessage.builder("order", "wake", body).messageId("once").build(),
            OrchestratorMessage.builder("order", "wake", body).discardIfUnknown(true).build())) {
      Expect.invalid(
          "A wake-up was accepted that may wake nobody.",
          () ->
              a.calls()
                  .deliver(
                      new DeliverTrigger(
                          "order", Triggered.STEP, Triggered.content("one"), null, bad)));
    }
    a.expectNothing("A refused delivery has stored something.", "order");
    a.handle().fetchNone("A refused delivery has woken a run.");
  }

  /**
   * Each new input has its wake-up.
   *
   * <p><b>Shape:</b> ten deliveries with equal wake-ups, each consumed before the next, and ten
   * that come together: twenty wake-ups.
   */
  @Rule("TRIGGER-08")
  void eachInputHasItsWakeUp(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    a.asleep("order");
    OrchestratorMessage wakeUp = Sample.message("order", "wake up");
    List<DeliverTrigger> together = new ArrayList<>();
    for (int n = 0; n < 2 * WAKE_UPS; n++) {
      DeliverTrigger trigger =
          new DeliverTrigger(
              "order", Triggered.STEP, Triggered.content("input " + n), null, wakeUp);
      a.delivers(n + 1, trigger);
      if (n < WAKE_UPS) {
        b.expectAwake("A wake-up was swallowed.", "order", trigger);
      } else {
        together.add(trigger);
      }
    }
    b.expectAwake("A wake-up was swallowed, or came twice.", "order", together);
  }

  /**
   * An input is its inbox message, and no second mark says that it is processed.
   *
   * <p><b>Shape:</b> every way: an input is consumed with another change: gone and the change
   * there, or the call refused and neither; consumed inputs are cleaned up like other messages, and
   * open ones are not.
   */
  @Rule("TRIGGER-11")
  void anInputIsProcessedWhenItsMessageIsConsumed(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    RunSummary run = a.asleep("order");
    ChangeWays ways = new ChangeWays(a.handle(), a.stated().changes(), "carrier");
    List<DeliverTrigger> sent = new ArrayList<>();
    long sequence = 0;
    for (ChangeWays.Way way : ChangeWays.Way.values()) {
      DeliverTrigger trigger = Triggered.input("order", "by " + way);
      a.delivers(++sequence, trigger);
      sent.add(trigger);
      a.expectAwake("A run was not woken.", "order", trigger);
      InboxItem item = a.inbox().fetch(trigger.key(), 1, store.lockFor().multipliedBy(50)).get(0);
      ways.refused(
          "A list with an old version was taken.",
          way,
          VersionConflict.class,
          ConsumeInbox.of(item),
          RunChange.of("order", run.version() + 7).lastError("late").build());
      Expect.equal(
          "An input is gone whose turn was refused.", List.of("by " + way), b.inputIds("order"));
      ways.apply(
          way,
          ConsumeInbox.of(item),
          RunChange.of("order", run.version()).data(Payload.utf8("used by " + way)).build());
      run = b.stated().read("order").summary();
      Expect.none("An input is open whose turn was applied.", b.pending("order"));
      Expect.equal(
          "An input was consumed without the other changes of its turn.",
          Payload.utf8("used by " + way),
          b.stated().read("order").data());
    }
    a.delivers(++sequence, Triggered.input("order", "open"));
    InboxKey key = Triggered.key("order");
    Expect.equal(
        "Processed inputs are not cleaned up, or open ones are.",
        sent.size(),
        a.inbox().cleanUp(key, sequence + 1, 100));
    Expect.equal("A clean-up took an open input.", List.of("open"), b.inputIds("order"));
    for (long n = 1; n < sequence; n++) {
      Expect.equal("A cleaned up input is there.", Optional.empty(), b.inbox().message(key, n));
    }
  }

  /**
   * Inputs of a step are those of its port and of no other.
   *
   * <p><b>Shape:</b> plain messages on the port, on others, and on that of another step and run:
   * only the first are inputs, without a cursor, and move none.
   */
  @Rule("TRIGGER-10")
  void aPlainMessageOnThePortIsAnInput(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    a.asleep("order");
    a.delivers(1, Triggered.input("order", "delivered", Triggered.cursor(3)));
    a.inbox().append(new AppendInbox(Triggered.key("order"), Triggered.content("plain")));
    for (InboxKey other :
        List.of(
            new InboxKey("order", Triggered.STEP, "input"),
            new InboxKey("order", Triggered.STEP, "Trigger"),
            new InboxKey("order", Triggered.STEP, Triggers.PORT + " "),
            new InboxKey("order", "other", Triggers.PORT),
            new InboxKey("other", Triggered.STEP, Triggers.PORT))) {
      a.inbox().append(new AppendInbox(other, Triggered.content("elsewhere")));
    }
    List<TriggerInput> inputs = b.pending("order");
    Expect.equal(
        "The inputs are not the messages on the port.",
        List.of("delivered", "plain"),
        Triggered.ids(inputs));
    Expect.equal("A plain message has a cursor.", null, inputs.get(1).cursor());
    Expect.equal(
        "A plain message moved the cursor.", Optional.of(Triggered.cursor(3)), b.cursorOf("order"));
    a.delivers(
        "The id of a plain message is new for a delivery.",
        Outcome.DUPLICATE,
        2,
        Triggered.input("order", "plain", Triggered.cursor(4)));
    Expect.equal(
        "A duplicate moved the cursor.", Optional.of(Triggered.cursor(3)), b.cursorOf("order"));
  }
}
