// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
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
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs that go, and what is left of them. */
@RuleFamily("RUN")
final class RunDeletionRules {

  private static final int ROUNDS = 8;

  private static void expectGone(Stated stated, String runId) {
    Expect.equal("A deleted run is there.", Optional.empty(), stated.reads().run(runId));
    Expect.equal("A deleted run has steps.", List.of(), stated.steps(runId));
    Expect.equal("The row of a deleted run is listed.", List.of(), stated.page(runId).runs());
  }

  /**
   * DeleteRun removes an ended run with its steps, and nothing else.
   *
   * <p><b>Shape:</b> every status; counts; instance, history and queue of the id, and runs whose
   * ids resemble it, are as they were; one that has not ended is busy.
   */
  @Rule("RUN-26")
  void anEndedRunIsDeleted(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.handle().create("order");
    a.handle().poke("order");
    a.handle().turn(a.handle().fetchOne("order")).event(1).apply();
    a.handle().poke("order");
    for (String near : List.of("orde", "order ", "Order", "order/1")) {
      a.create(near);
      a.step(near, "step 0", StepStatus.RUNNING);
    }
    List<Object> others = a.snapshot("orde", "order ", "Order", "order/1");
    for (RunStatus status : RunStatus.values()) {
      RunSummary run = a.run("order", status);
      for (int n = 0; n < 3; n++) {
        a.step("order", "step " + n, StepStatus.values()[n]);
      }
      var instance = store.snapshotOfInstances("order");
      DeleteRun delete = new DeleteRun("order", run.version());
      if (!status.isEnded()) {
        List<Object> before = a.snapshot("order");
        InstanceBusy busy =
            a.refused("A run was deleted that is " + status, InstanceBusy.class, delete);
        Expect.equal("The error names another run.", "order", busy.instanceId());
        Expect.equal("A refused deletion has changed a run.", before, a.snapshot("order"));
        run = a.move(run, RunStatus.CANCELLED);
        delete = new DeleteRun("order", run.version());
      }
      Expect.equal(
          "A deletion counts something else.",
          List.<ChangeResult>of(new RunDeleted(3, 0)),
          a.apply(delete));
      expectGone(a, "order");
      expectGone(Stated.second(store), "order");
      a.refused("A run was deleted twice.", NotFound.class, delete);
      store.expectUnchanged("The deletion of a run has changed its instance.", instance);
    }
    List<Object> after = a.snapshot("orde", "order ", "Order", "order/1");
    Expect.equal(
        "The deletion of a run has changed another one.",
        others.subList(1, others.size()),
        after.subList(1, after.size()));
    a.handle().finish(a.handle().fetchOne("order"));
  }

  /**
   * A step that is changed while its run is deleted does not come back.
   *
   * <p><b>Shape:</b> changes of a step, new steps and the deletion together, many rounds: whatever
   * was first, in the end nothing is there.
   */
  @Rule("RUN-26")
  void aStepInFlightDoesNotComeBack(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      RunSummary run = a.run(id, RunStatus.FAILED);
      StepSummary step = a.step(id, "step", StepStatus.RUNNING);
      Together.all(
          () -> Contention.repeated(() -> a.apply(new DeleteRun(id, run.version()))),
          () -> lenient(b, StepChange.to(step, StepStatus.COMPLETED), new EnsureStep(id, "new")));
      expectGone(a, id);
      a.create(id);
      Expect.equal("A step came back with a new run.", List.of(), a.steps(id));
    }
  }

  private static void lenient(Stated stated, Change... list) {
    for (Change change : list) {
      try {
        Contention.repeated(() -> stated.apply(change));
      } catch (NotFound | VersionConflict late) {
        // The run was deleted before.
      }
    }
  }

  private static void requireDeletion(StoreUnderTest store) {
    if (!store.declares(Feature.INSTANCE_DELETION)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.INSTANCE_DELETION.name());
    }
  }

  /**
   * Deleting an instance deletes the run of its id, for every member of the tree.
   *
   * <p><b>Shape:</b> a tree of three with runs, deleted, forced and in bulk; an id with state rows
   * only is unknown; what is in flight is lost, and brings no row back.
   */
  @Rule("RUN-27")
  void anInstanceTakesItsRunAlong(StoreUnderTest store) {
    Stated a = Stated.first(store);
    requireDeletion(store);
    Handle handle = a.handle();
    a.create("only");
    Expect.thrown(
        "An id with state rows only was deleted.",
        NotFound.class,
        () -> Deletions.of(handle).delete(List.of("only"), true));
    Deletions.running(handle, "root");
    Deletions.running(handle, "child", turn -> turn.parent("root"));
    Deletions.running(handle, "grandchild", turn -> turn.parent("child"));
    for (String id : List.of("root", "child", "grandchild", "other")) {
      a.create(id);
      a.step(id, "step", StepStatus.RUNNING);
    }
    Deletions.of(handle).delete(List.of("root"), true);
    for (String id : List.of("root", "child", "grandchild")) {
      expectGone(Stated.second(store), id);
    }
    Expect.equal("A deletion took another run.", 1, a.steps("other").size());
    Expect.equal("A deletion took another run.", 1L, a.read("only").summary().version());

    Deletions.finished(handle, "done");
    a.run("done", RunStatus.RUNNING);
    Deletions.of(handle).deleteBulk(BulkFilter.all().withInstanceIds(Set.of("done")));
    expectGone(a, "done");
  }

  /**
   * What is in flight when its instance is deleted brings no row back.
   *
   * <p><b>Shape:</b> a turn and an activity that create and change runs are acked after the
   * deletion: lost, and nothing is there.
   */
  @Rule("RUN-27")
  void whatIsInFlightIsLost(StoreUnderTest store) {
    Stated a = Stated.first(store);
    requireDeletion(store);
    Handle handle = a.handle();
    handle.create("order");
    handle.schedule("order", 1);
    ActivityItem activity = handle.fetchActivity(1);
    handle.poke("order");
    OrchestrationItem item = handle.fetchOne("order");
    RunSummary run = a.create("order");
    StepSummary step = a.step("order", "step", StepStatus.RUNNING);
    Deletions.of(handle).delete(List.of("order"), true);
    Expect.rejected(
        "A turn of a deleted instance was applied.",
        LockLost.class,
        handle
            .provider()
            .ackOrchestrationItem(
                handle
                    .turn(item)
                    .build()
                    .withChanges(List.of(RunChange.of(run).lastError("late").build()))));
    Expect.rejected(
        "An activity of a deleted instance was applied.",
        LockLost.class,
        handle
            .provider()
            .ackActivityItem(
                ActivityAck.of(activity.lockToken(), null)
                    .withChanges(List.of(StepChange.to(step, StepStatus.COMPLETED)))));
    expectGone(a, "order");
  }

  /**
   * No version of a deleted run or step is good for a later one.
   *
   * <p><b>Shape:</b> a run and a step, changed some times, deleted with the run and with the
   * instance, made and changed as often again, with reopening between: every version read before is
   * a conflict.
   */
  @Rule("RUN-28")
  void oldVersionsAreNeverGoodAgain(StoreUnderTest store) {
    List<Long> runs = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      Stated a = Stated.first(store);
      RunSummary run = a.create("order");
      StepSummary step = a.stepWritten(new EnsureStep("order", "step"));
      for (int change = 0; change < 4; change++) {
        expectOld(a, runs, steps);
        runs.add(run.version());
        steps.add(step.version());
        run = a.written(RunChange.of(run).lastError("e").build());
        step = a.stepWritten(StepChange.of(step).lastError("e").build());
        // Steps are changed more often than runs.
        step = a.stepWritten(StepChange.of(step).lastError("f").build());
      }
      runs.add(run.version());
      steps.add(step.version());
      if (round % 2 == 0 || !store.declares(Feature.INSTANCE_DELETION)) {
        run = a.move(run, RunStatus.FAILED);
        a.apply(new DeleteRun("order", run.version()));
        runs.add(run.version());
      } else {
        a.handle().create("order");
        Deletions.of(a.handle()).delete(List.of("order"), true);
      }
      if (round == 1) {
        store.reopen();
      }
    }
  }

  private static void expectOld(Stated a, List<Long> runs, List<Long> steps) {
    for (long old : runs) {
      a.refused(
          "A version of a deleted run is good.",
          VersionConflict.class,
          RunChange.of("order", old).lastError("old").build());
    }
    for (long old : steps) {
      a.refused(
          "A version of a deleted step is good.",
          VersionConflict.class,
          StepChange.of("order", "step", old).lastError("old").build());
    }
  }

  /**
   * A run that is made while one of its id is deleted does not begin with an old version.
   *
   * <p><b>Shape:</b> deletion and creation together, many rounds: the new run's version is above
   * every one of the old run.
   */
  @Rule("RUN-28")
  void aRaceDoesNotBringVersionsBack(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      RunSummary run = a.run(id, RunStatus.FAILED);
      for (int change = 0; change < 5; change++) {
        run = a.written(RunChange.of(run).lastError("e").build());
      }
      RunSummary last = run;
      long[] version = new long[1];
      Together.all(
          () -> Contention.repeated(() -> a.apply(new DeleteRun(id, last.version()))),
          () -> version[0] = created(b, id));
      Expect.above("A new run has an old version.", last.version(), version[0]);
      a.step(id, "step", StepStatus.RUNNING);
      Expect.above("A new step has an old version.", last.version(), a.step(id, "step").version());
    }
  }

  private static long created(Stated stated, String id) {
    while (true) {
      try {
        return Contention.repeated(() -> stated.create(id)).version();
      } catch (VersionConflict present) {
        // It was not deleted yet.
      }
    }
  }
}
