// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.ChangeWays.Way;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Steps: how they are made, and how they move. */
@RuleFamily("STEP")
final class StepRules {

  /** The table of the specification, by itself. */
  private static final Map<StepStatus, Set<StepStatus>> LEGAL =
      Map.of(
          StepStatus.IDLE,
          EnumSet.of(
              StepStatus.SCHEDULED, StepStatus.RUNNING, StepStatus.SKIPPED, StepStatus.CANCELLED),
          StepStatus.SCHEDULED,
          EnumSet.of(
              StepStatus.SCHEDULED,
              StepStatus.RUNNING,
              StepStatus.SUSPENDED,
              StepStatus.COMPLETED,
              StepStatus.FAILED,
              StepStatus.SKIPPED,
              StepStatus.CANCELLED),
          StepStatus.RUNNING,
          EnumSet.of(
              StepStatus.SCHEDULED,
              StepStatus.SUSPENDED,
              StepStatus.PAUSED,
              StepStatus.COMPLETED,
              StepStatus.FAILED,
              StepStatus.CANCELLED),
          StepStatus.SUSPENDED,
          EnumSet.of(
              StepStatus.SCHEDULED, StepStatus.RUNNING, StepStatus.FAILED, StepStatus.CANCELLED),
          StepStatus.PAUSED,
          EnumSet.of(
              StepStatus.SCHEDULED, StepStatus.RUNNING, StepStatus.FAILED, StepStatus.CANCELLED),
          StepStatus.FAILED,
          EnumSet.of(StepStatus.SCHEDULED, StepStatus.CANCELLED));

  /**
   * EnsureStep makes a step, or returns the one there is.
   *
   * <p><b>Shape:</b> declared: new, and then existing in every status: nothing of it changes; in an
   * unknown run it is refused. Undeclared: the capability is not there.
   */
  @Rule("STEP-01")
  void aStepIsEnsured(StoreUnderTest store) {
    if (!store.declares(Feature.STATE_TABLES)) {
      Expect.equal(
          "A capability is offered that is not declared.",
          Optional.empty(),
          store.second().provider().capability(StateTables.class));
      return;
    }
    Stated a = Stated.first(store);
    a.create("order");
    EnsureStep ensure = new EnsureStep("order", "new");
    StepWritten made = (StepWritten) a.apply(ensure).get(0);
    StepTimes times = made.step().times();
    Expect.equal(
        "A step is not made idle.",
        new StepWritten(
            new StepSummary(
                "order",
                "new",
                StepStatus.IDLE,
                1,
                1,
                null,
                new StepTimes(times.createdAt(), times.createdAt(), null, null, null, null)),
            true),
        made);
    Expect.equal(
        "A new step has more than its row.",
        new Step(made.step(), null, null, null),
        Stated.second(store).readStep("order", "new"));
    for (StepStatus status : StepStatus.values()) {
      StepSummary step = a.step("order", "step " + status, status);
      store.moveTime(store.tick());
      Expect.equal(
          "A step was touched that exists.",
          List.of(new StepWritten(step, false)),
          Stated.second(store).apply(new EnsureStep("order", step.stepId())));
      Expect.equal("A step was touched that exists.", step, a.step("order", step.stepId()));
    }
    a.refused("A step was made without a run.", NotFound.class, new EnsureStep("none", "new"));
  }

  /**
   * With the seen version 0 a step is made, idle or scheduled.
   *
   * <p><b>Shape:</b> every status and none; a step that exists is a conflict with its version.
   */
  @Rule("STEP-03")
  void aStepIsMadeByAChange(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("order");
    for (StepStatus status : StepStatus.values()) {
      StepChange change = StepChange.of("order", "step " + status, 0).status(status).build();
      if (status == StepStatus.IDLE || status == StepStatus.SCHEDULED) {
        StepWritten made = (StepWritten) a.apply(change).get(0);
        Expect.that("A new step is not said to be new.", made.created());
        Expect.equal(
            "A new step is another one.",
            List.of(status, 1L, 1),
            List.of(made.step().status(), made.step().version(), made.step().attempt()));
        VersionConflict error = a.refused("A step was made twice.", VersionConflict.class, change);
        Expect.equal(
            "The error has other versions.",
            List.of(0L, 1L),
            List.of(error.expectedVersion(), error.foundVersion()));
        a.refused(
            "A step was made twice.",
            VersionConflict.class,
            StepChange.of("order", "step " + status, 0).status(StepStatus.COMPLETED).build());
      } else {
        IllegalTransition error =
            a.refused("A step began as " + status, IllegalTransition.class, change);
        Expect.equal("The error has another status.", "none", error.from());
      }
    }
    a.refused(
        "A step was made without a status.",
        IllegalTransition.class,
        StepChange.of("order", "without", 0).build());
    a.refused(
        "An unknown step was changed.",
        NotFound.class,
        StepChange.of("order", "unknown", 1).status(StepStatus.RUNNING).build());
    Expect.equal("A refused change made a step.", 2, a.steps("order").size());
  }

  /**
   * A step is the pair of run and step id.
   *
   * <p><b>Shape:</b> one step id in two runs, and ids that would be equal if they were joined: each
   * has a row of its own; changes, a restart and a deletion of one leave the others.
   */
  @Rule("STEP-04")
  void aStepIsAPair(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("one");
    a.create("two");
    a.create("two/step");
    a.create("two:step");
    StepSummary first = a.step("one", "step", StepStatus.RUNNING);
    StepSummary second = a.step("two", "step", StepStatus.SCHEDULED);
    StepSummary third = a.step("two", "step/step", StepStatus.SUSPENDED);
    StepSummary fourth = a.step("two/step", "step", StepStatus.IDLE);
    StepSummary fifth = a.step("two:step", "Step", StepStatus.IDLE);
    a.move(first, StepStatus.COMPLETED);
    RunSummary failed = a.move(a.read("one").summary(), RunStatus.FAILED);
    failed = a.move(a.restart(failed, "step"), RunStatus.FAILED);
    Expect.equal("A restart left its step.", StepStatus.IDLE, a.step("one", "step").status());
    a.apply(new DeleteRun("one", failed.version()));
    Expect.equal(
        "Another step has changed.",
        List.of(second, third, fourth, fifth),
        List.of(
            a.step("two", "step"),
            a.step("two", "step/step"),
            a.step("two/step", "step"),
            a.step("two:step", "Step")));
    Expect.equal("A run has another run's steps.", 2, a.steps("two").size());
  }

  /**
   * Every transition of the table is applied.
   *
   * <p><b>Shape:</b> all of them, each from a step that came there on its own path, alone and in
   * one more way.
   */
  @Rule("STEP-05")
  void stepsMoveAlongTheTable(StoreUnderTest store) {
    expectTable(store, true);
  }

  /**
   * Every other transition is refused.
   *
   * <p><b>Shape:</b> all other pairs of statuses, alone and in one more way: the error names run,
   * step, from and to, and nothing changes.
   */
  @Rule("STEP-06")
  void stepsMoveAlongTheTableOnly(StoreUnderTest store) {
    expectTable(store, false);
  }

  private static void expectTable(StoreUnderTest store, boolean legals) {
    Stated a = Stated.first(store);
    ChangeWays ways = new ChangeWays(a.handle(), a.changes(), "carrier");
    a.create("order");
    int pairs = 0;
    for (StepStatus from : StepStatus.values()) {
      for (StepStatus to : StepStatus.values()) {
        boolean legal = LEGAL.getOrDefault(from, Set.of()).contains(to);
        if (legal != legals) {
          continue;
        }
        Expect.equal("mayBecome says otherwise: " + from + " to " + to, legal, from.mayBecome(to));
        Way other = Way.values()[1 + pairs++ % (Way.values().length - 1)];
        for (Way way : List.of(Way.ALONE, other)) {
          StepSummary step = a.step("order", "step " + store.nextNumber(), from);
          StepChange change = StepChange.to(step, to);
          if (legal) {
            ways.apply(way, change);
            Expect.equal("A step has another status.", to, a.step("order", step.stepId()).status());
          } else {
            expectIllegal(a, ways, way, step, change, to);
          }
        }
      }
    }
  }

  private static void expectIllegal(
      Stated a, ChangeWays ways, Way way, StepSummary step, StepChange change, StepStatus to) {
    Step before = a.readStep("order", step.stepId());
    IllegalTransition error =
        ways.refused(step.status() + " became " + to, way, IllegalTransition.class, change);
    Expect.equal(
        "The error names another transition.",
        List.of("order", "step order/" + step.stepId(), step.status().label(), to.label()),
        List.of(
            Optional.ofNullable(error.instanceId()).orElse("none"),
            error.subject(),
            error.from(),
            error.to()));
    Expect.equal(
        "A refused change has changed a step.", before, a.readStep("order", step.stepId()));
  }

  /**
   * A final step takes no change at all.
   *
   * <p><b>Shape:</b> completed, skipped and cancelled: changes without a status are refused; in all
   * other statuses they keep it.
   */
  @Rule("STEP-06")
  void aFinalStepTakesNoChange(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("order");
    Set<StepStatus> ends =
        EnumSet.of(StepStatus.COMPLETED, StepStatus.SKIPPED, StepStatus.CANCELLED);
    for (StepStatus status : StepStatus.values()) {
      StepSummary step = a.step("order", "step " + status, status);
      for (StepChange change :
          List.of(
              StepChange.of(step).build(),
              StepChange.of(step).lastError("late").retryable(true).build())) {
        if (ends.contains(status)) {
          a.refused("A final step took a change.", IllegalTransition.class, change);
        } else {
          Step before = a.readStep("order", step.stepId());
          StepChange fitting =
              StepChange.of(before.summary()).lastError(change.lastError()).build();
          Expect.equal("A change moved a step.", status, a.stepWritten(fitting).status());
        }
      }
      if (ends.contains(status)) {
        Expect.equal("A final step has changed.", step, a.step("order", step.stepId()));
      }
    }
  }

  /**
   * A change of a step fits one version, and moves neither its run nor its siblings.
   *
   * <p><b>Shape:</b> one below and one above the stored version; the version grows by one with each
   * change; steps change alike in runs of every status.
   */
  @Rule("STEP-07")
  void aChangeFitsOneVersion(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (RunStatus status : RunStatus.values()) {
      RunSummary run = a.run("run " + status, status);
      StepSummary sibling = a.step(run.runId(), "sibling", StepStatus.RUNNING);
      StepSummary step = a.step(run.runId(), "step", StepStatus.RUNNING);
      for (int n = 0; n < 3; n++) {
        StepSummary after =
            a.stepWritten(
                StepChange.of(step)
                    .suspension(Suspension.builder().reason("r" + n).build())
                    .build());
        Expect.equal("A version did not grow by one.", step.version() + 1, after.version());
        step = after;
      }
      for (long seen : List.of(step.version() - 1, step.version() + 1)) {
        for (StepStatus to : List.of(StepStatus.COMPLETED, StepStatus.IDLE)) {
          VersionConflict error =
              a.refused(
                  "A change was not refused for its version.",
                  VersionConflict.class,
                  StepChange.of(run.runId(), "step", seen).status(to).build());
          Expect.equal(
              "The error has other versions.",
              List.of(seen, step.version(), "step " + run.runId() + "/step"),
              List.of(error.expectedVersion(), error.foundVersion(), error.subject()));
        }
      }
      Expect.equal("A step moved its run.", run, a.read(run.runId()).summary());
      Expect.equal("A step moved its sibling.", sibling, a.step(run.runId(), "sibling"));
    }
    Expect.invalid(
        "A negative version was taken.", () -> a.apply(StepChange.of("order", "step", -1).build()));
  }
}
