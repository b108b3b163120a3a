// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rows of runs, steps and inboxes that cannot be read. */
@RuleFamily("CHANGE")
final class ChangeDamageRules {

  /** The white box, if it damages rows of a kind. */
  private static WhiteBox whiteBox(StoreUnderTest store, RowKind kind) {
    WhiteBox box = store.whiteBox();
    if (!box.corrupts(kind)) {
      throw new NotMeasured(FixturePart.WHITE_BOX, "that damages rows of kind " + kind);
    }
    return box;
  }

  /**
   * An unreadable run stops no other.
   *
   * <p><b>Shape:</b> the oldest run is damaged: what needs it is CorruptData naming it, or comes as
   * it is; a list that is refused for it has written nothing; all other runs and their steps are
   * read, changed and listed, and the instance of its id is fetched and acked; deleting that
   * removes the run.
   */
  @Rule("CHANGE-23")
  void anUnreadableRunStopsNoOther(StoreUnderTest store) {
    Stated a = Stated.first(store);
    WhiteBox box = whiteBox(store, RowKind.RUN);
    RunSummary bad = a.create("bad");
    a.step("bad", "step", StepStatus.RUNNING);
    store.moveTime(store.tick());
    a.create("healthy");
    a.step("healthy", "step", StepStatus.RUNNING);
    box.corrupt(RowKind.RUN, "bad");
    for (Stated stated : List.of(a, Stated.second(store))) {
      expectNamed("bad", () -> stated.read("bad"));
      expectNamed("bad", () -> stated.page("bad"));
      Run before = stated.read("healthy");
      Change late = RunChange.of(bad).lastError("late").build();
      if (!expectNamed(
          "bad",
          () ->
              stated.apply(RunChange.of(before.summary()).lastError("before it").build(), late))) {
        Expect.equal(
            "A list that met a damaged row has written something.", before, stated.read("healthy"));
      }
      expectHealthy(stated, "healthy", "step");
    }
    a.create("new");
    expectInstance(store);
    if (store.declares(Feature.INSTANCE_DELETION)) {
      Deletions.of(a.handle()).delete(List.of("bad"), true);
      a.create("bad");
      Expect.equal("A damaged run has left a step.", List.of(), a.steps("bad"));
    }
  }

  /** The instance of a damaged run is as any other. */
  private static void expectInstance(StoreUnderTest store) {
    Handle first = store.first();
    first.create("bad");
    first.poke("bad");
    first.turn(store.first().fetchOne("bad")).event(1).apply();
    Expect.equal("A damaged run stops its instance.", 1, first.history("bad", 1).size());
  }

  /**
   * An unreadable step stops no other.
   *
   * <p><b>Shape:</b> the oldest step of a run is damaged: what needs it is CorruptData naming the
   * run, or comes as it is; the run, its other steps and other runs are read and changed; the run
   * can be deleted.
   */
  @Rule("CHANGE-23")
  void anUnreadableStepStopsNoOther(StoreUnderTest store) {
    Stated a = Stated.first(store);
    WhiteBox box = whiteBox(store, RowKind.STEP);
    a.create("order");
    StepSummary bad = a.step("order", "bad", StepStatus.RUNNING);
    store.moveTime(store.tick());
    a.step("order", "step", StepStatus.RUNNING);
    a.create("healthy");
    a.step("healthy", "step", StepStatus.RUNNING);
    box.corrupt(RowKind.STEP, "order");
    for (Stated stated : List.of(a, Stated.second(store))) {
      expectNamed("order", () -> stated.readStep("order", "bad"));
      expectNamed("order", () -> stated.page("order"));
      expectNamed("order", () -> stated.apply(StepChange.of(bad).lastError("late").build()));
      expectHealthy(stated, "order", "step");
      expectHealthy(stated, "healthy", "step");
    }
    RunSummary failed = a.move(a.read("order").summary(), RunStatus.FAILED);
    // The first one is damaged, the second one healthy, and the third one was new.
    Expect.equal(
        "A run with a damaged step is not deleted whole.",
        List.<ChangeResult>of(new RunDeleted(3, 0)),
        a.apply(new DeleteRun("order", failed.version())));
    a.create("order");
    Expect.equal("A damaged step has come back.", List.of(), a.steps("order"));
  }

  /**
   * An unreadable message of an inbox stops no other inbox.
   *
   * <p><b>Shape:</b> the oldest message of a run's inbox is damaged: what needs it is CorruptData
   * naming the run, or comes as it is; another inbox of that run and one of another run are read,
   * appended to, fetched, consumed and counted; appending to the damaged one goes on behind it;
   * deleting the instance of its id removes it.
   */
  @Rule("CHANGE-23")
  void anUnreadableMessageStopsNoOtherInbox(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    WhiteBox box = whiteBox(store, RowKind.INBOX_MESSAGE);
    InboxKey bad = Inboxed.key("bad");
    a.add(bad, "first");
    store.moveTime(store.tick());
    InboxKey beside = new InboxKey("bad", "other step", "port");
    InboxKey healthy = Inboxed.key("healthy");
    box.corrupt(RowKind.INBOX_MESSAGE, "bad");
    for (Inboxed inbox : List.of(a, Inboxed.second(store))) {
      expectNamed("bad", () -> inbox.calls().message(bad, 1));
      expectNamed("bad", () -> inbox.calls().pending(bad, 0, Inboxed.PAGE));
      expectNamed("bad", () -> inbox.calls().fetch(bad, 1, inbox.lasting()));
      inbox.add(bad, "behind " + store.nextNumber());
      expectHealthy(inbox, beside, store.nextNumber());
      expectHealthy(inbox, healthy, store.nextNumber());
    }
    if (store.declares(Feature.INSTANCE_DELETION)) {
      a.handle().create("bad");
      Deletions.of(a.handle()).delete(List.of("bad"), true);
      Expect.equal("A damaged message has left an inbox.", List.of(), a.calls().counts("bad"));
    }
  }

  /** Expects an inbox to take and give messages like any other. */
  private static void expectHealthy(Inboxed inbox, InboxKey key, long number) {
    String id = "message " + number;
    long sequence = inbox.add(key, id);
    List<InboxItem> items = inbox.calls().fetch(key, 1, inbox.lasting());
    Expect.equal(
        "A healthy inbox does not give its message.",
        List.of(sequence),
        items.stream().map(item -> item.message().sequence()).toList());
    inbox.calls().consume(ConsumeInbox.of(items.get(0)));
    Expect.equal(
        "A healthy message was not consumed.",
        Optional.of(InboxStatus.CONSUMED),
        inbox.calls().message(key, sequence).map(InboxMessage::status));
  }

  /** Expects a run and one of its steps to be read and changed like any other. */
  private static void expectHealthy(Stated stated, String runId, String stepId) {
    RunSummary run = stated.read(runId).summary();
    Expect.equal(
        "A change of a healthy run is not there.",
        run.version() + 1,
        stated.written(RunChange.of(run).lastError("healthy").build()).version());
    Expect.equal(
        "A healthy run is not read.", run.version() + 1, stated.read(runId).summary().version());
    StepSummary step = stated.step(runId, stepId);
    Expect.equal(
        "A change of a healthy step is not there.",
        step.version() + 1,
        stated.stepWritten(StepChange.of(step).lastError("healthy").build()).version());
    stated.apply(new EnsureStep(runId, "new"));
    Expect.equal(
        "Healthy steps are not read.",
        2,
        stated.reads().steps(runId, Set.of(stepId, "new")).size());
  }

  /**
   * Makes a call that needs a damaged row.
   *
   * @return false when it was refused
   */
  private static boolean expectNamed(String runId, Runnable call) {
    try {
      call.run();
      return true;
    } catch (CorruptData corrupt) {
      Expect.equal("The error names another run.", runId, corrupt.instanceId());
      return false;
    } catch (Permanent otherwise) {
      // What is damaged may be read as something that a change does not fit.
      return false;
    }
  }
}
