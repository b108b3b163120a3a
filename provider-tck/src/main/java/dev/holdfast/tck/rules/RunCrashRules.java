// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChangeAudit;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;

/** Runs of processes that are killed. */
@RuleFamily("RUN")
final class RunCrashRules {

  private static final int KILLS = 2;
  private static final int HANDLES = 4;
  private static final int TREES = 24;

  /**
   * After a kill a run is wholly running, or wholly suspended.
   *
   * <p><b>Shape:</b> child JVMs suspend run and step and cancel a sibling in the ack of a turn, and
   * resume both in that of the step's activity; each is killed in the middle of a call or right
   * behind an answer.
   */
  @Rule("RUN-15")
  void afterAKillASuspensionIsWhole(StoreUnderTest store) {
    Stated.requireDeclared(store);
    new ChangeAudit(store).of(store.rounds(KILLS)).expectSuspensionsWhole();
  }

  /**
   * After a kill of the one that recovers, a recovery has happened as a whole, and the next one
   * goes on from there.
   *
   * <p><b>Shape:</b> child JVMs recover runs, by one list each time, and are killed: run and steps
   * have the same attempt; several recoverers then do it again together: once, and from recovering
   * without another attempt.
   */
  @Rule("RUN-25")
  void afterAKillARecoveryGoesOn(StoreUnderTest store) {
    Stated.requireDeclared(store);
    ChangeAudit audit = new ChangeAudit(store).of(store.rounds(KILLS));
    List<Stated> handles = store.newHandles(HANDLES).stream().map(Stated::of).toList();
    for (String id : audit.recovered()) {
      int attempt = audit.expectRecoveredWhole(id);
      RunSummary run = handles.get(0).read(id).summary();
      boolean recovering = run.status() == RunStatus.RECOVERING;
      List<Boolean> applied = Together.times(HANDLES, n -> recovers(handles.get(n), id, run));
      Expect.equal(
          "A recovery was not applied once.", 1L, applied.stream().filter(one -> one).count());
      Expect.equal(
          "A recovery counts otherwise than once.",
          recovering ? attempt : attempt + 1,
          handles.get(0).read(id).summary().attempt());
      if (handles.get(0).steps(id, StepStatus.IDLE).isEmpty()) {
        audit.expectRecoveredWhole(id);
      }
    }
  }

  /** Applies the recovery of one who has read this row. */
  private static boolean recovers(Stated stated, String id, RunSummary run) {
    List<Change> list = new ArrayList<>();
    list.add(
        run.status() == RunStatus.RECOVERING
            ? RunChange.of(run).build()
            : RunChange.to(run, RunStatus.RECOVERING));
    stated
        .steps(id, StepStatus.RUNNING)
        .forEach(step -> list.add(StepChange.to(step, StepStatus.SCHEDULED)));
    try {
      Contention.repeated(() -> stated.changes().apply(list));
      return true;
    } catch (VersionConflict late) {
      return false;
    }
  }

  /**
   * After a kill each tree is there with its runs, or gone with them.
   *
   * <p><b>Shape:</b> trees of two, each with a run and steps; a child JVM deletes them in bulk and
   * is killed after some calls; of each id instance, run and steps are there, or none of them.
   */
  @Rule("RUN-27")
  void afterAKillATreeIsThereWithItsRuns(StoreUnderTest store) {
    Stated.requireDeclared(store);
    if (!store.declares(Feature.INSTANCE_DELETION)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.INSTANCE_DELETION.name());
    }
    CrashTarget target = store.sharedCrashTarget();
    Handle first = store.first();
    List<String> roots = new ArrayList<>();
    for (int n = 0; n < TREES; n++) {
      String root = "order" + n;
      String child = "child of " + root;
      roots.add(root);
      Deletions.finished(first, root);
      Deletions.finished(first, child, turn -> turn.parent(root));
      for (String id : List.of(root, child)) {
        Stated.of(first)
            .apply(
                CreateRun.running(id, Stated.KIND),
                new EnsureStep(id, "one"),
                new EnsureStep(id, "two"));
      }
    }
    try (ChildJvm child = ChildJvm.start(target, Task.DELETE)) {
      int lines = 1 + store.random().nextInt(TREES / 4);
      for (int n = 0; n < lines; n++) {
        child.line("deleted");
      }
      child.kill();
    }
    store.catchUpWithOtherJvms();
    Stated stated = Stated.first(store);
    for (String root : roots) {
      boolean there = isThere(stated.handle(), root);
      for (String id : List.of(root, "child of " + root)) {
        Expect.equal(
            "An instance, its run and its steps are not deleted together: " + id + ".",
            List.of(there, there, there ? 2 : 0),
            List.of(
                isThere(stated.handle(), id),
                stated.reads().run(id).isPresent(),
                stated.steps(id).size()));
      }
    }
    Deletions.of(stated.handle()).deleteBulk(BulkFilter.all());
    for (String root : roots) {
      Expect.equal("A run was left behind.", false, stated.reads().run(root).isPresent());
    }
  }

  private static boolean isThere(Handle handle, String id) {
    return handle.provider().latestExecutionId(id).isPresent();
  }
}
