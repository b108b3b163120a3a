// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Engines that forget, repeat, ignore and miscount. */
final class EngineMutants {

  private final List<EngineMutant> mutants = new ArrayList<>();

  private EngineMutants() {}

  static List<EngineMutant> all() {
    EngineMutants all = new EngineMutants();
    all.ends();
    all.turns();
    all.graphs();
    all.suspensions();
    all.recoveries();
    return List.copyOf(all.mutants);
  }

  private void add(String name, String what, Class<?> tests, String killer, Tampering tampering) {
    mutants.add(new EngineMutant(name, what, tests, killer, tampering));
  }

  // what the end of an attempt stores

  private void ends() {
    add(
        "outputs-not-stored",
        "A step is completed without its outputs.",
        RunOnSqliteTest.class,
        "stepsAreDoneOneAfterTheOtherAndEachOnce",
        end(ack -> ack.withChanges(steps(ack.changes(), StepStatus.COMPLETED, withoutOutputs()))));
    add(
        "end-not-stored",
        "An activity is gone, and its step is not completed with it.",
        RunOnSqliteTest.class,
        "stepsAreDoneOneAfterTheOtherAndEachOnce",
        end(ack -> ack.withChanges(List.of())));
    add(
        "nobody-woken",
        "The end of a step is stored, and its run is not told.",
        RunOnSqliteTest.class,
        "stepsAreDoneOneAfterTheOtherAndEachOnce",
        end(ack -> new ActivityAck(ack.lockToken(), null, ack.eager(), ack.changes())));
    add(
        "failure-counts-as-completed",
        "A step that has failed is stored as completed.",
        RunOnSqliteTest.class,
        "aStepThatFailsForGoodFailsItsRunWhenTheOthersHaveFinished",
        end(ack ->
            ack.withChanges(
                steps(ack.changes(), StepStatus.FAILED, c -> with(c, StepStatus.COMPLETED)))));
    add(
        "every-failure-is-retryable",
        "An error that the policy excludes is tried again.",
        RunOnSqliteTest.class,
        "aStepThatFailsForGoodFailsItsRunWhenTheOthersHaveFinished",
        end(ack ->
            ack.withChanges(
                steps(
                    ack.changes(),
                    StepStatus.FAILED,
                    c ->
                        StepChange.of(c.runId(), c.stepId(), c.seenVersion())
                            .status(StepStatus.FAILED)
                            .lastError(c.lastError())
                            .retryable(true)
                            .build()))));
  }

  // what a turn stores

  private void turns() {
    add(
        "activities-not-cancelled",
        "The steps of a cancelled run are marked, and their activities stay.",
        HostileOnSqliteTest.class,
        "aRunIsCancelledHoweverManyStepsAreUnderWay",
        content(c -> content(c, c.activities(), c.messages(), c.metadata(), List.of())));
    add(
        "steps-not-cancelled",
        "A run is cancelled, and its steps stay as they are.",
        RunOnSqliteTest.class,
        "aCancelledRunEndsAndItsStepsAreInterrupted",
        turn(ack -> ack.withChanges(without(ack.changes(), c -> isStep(c, StepStatus.CANCELLED)))));
    add(
        "timers-forgotten",
        "Nothing looks at a run at the time that its plan names.",
        RunOnSqliteTest.class,
        "aFailedStepIsTriedAgainAsItsPolicySays",
        content(c ->
            content(
                c,
                c.activities(),
                c.messages().stream().filter(m -> m.due().equals(Due.now())).toList(),
                c.metadata(),
                c.cancelledActivities())));
    add(
        "no-reason",
        "A run fails without a word.",
        RunOnSqliteTest.class,
        "aStepThatFailsForGoodFailsItsRunWhenTheOthersHaveFinished",
        turn(ack ->
            ack.withChanges(
                runs(
                    ack.changes(),
                    RunStatus.FAILED,
                    c -> RunChange.of(c.runId(), c.seenVersion()).status(c.status()).build()))));
    add(
        "instance-never-ends",
        "A completed run does not end its instance.",
        RunOnSqliteTest.class,
        "stepsAreDoneOneAfterTheOtherAndEachOnce",
        content(c ->
            content(
                c,
                c.activities(),
                c.messages(),
                ExecutionMetadata.builder()
                    .name(c.metadata().name())
                    .version(c.metadata().version())
                    .build(),
                c.cancelledActivities())));
    add(
        "pause-ignored",
        "Turns take a paused run for a running one.",
        RunOnSqliteTest.class,
        "nothingBeginsInAPausedRun",
        new Tampering() {
          @Override
          Run read(Run run) {
            RunSummary row = run.summary();
            return row.status() != RunStatus.PAUSED
                ? run
                : new Run(
                    new RunSummary(
                        row.runId(),
                        row.kind(),
                        RunStatus.RUNNING,
                        row.version(),
                        row.attempt(),
                        row.times()),
                    run.data(),
                    run.suspension(),
                    run.lastError());
          }
        });
    add(
        "starts-have-no-id",
        "A start that is repeated is stored again.",
        RunOnSqliteTest.class,
        "aStartIsStoredOnceAndAnotherOneIsRefused",
        new Tampering() {
          @Override
          OrchestratorMessage sent(OrchestratorMessage message) {
            return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
                .due(message.due())
                .start(message.start())
                .build();
          }
        });
    add(
        "other-graphs-accepted",
        "A run does not say with which graph it was begun.",
        HostileOnSqliteTest.class,
        "aRunIsNotGoneOnWithByAnotherGraphOfTheSameNameAndVersion",
        new Tampering() {
          @Override
          Run read(Run run) {
            return withData(run, data -> data.remove("shape"));
          }
        });
    add(
        "restart-keeps-the-old-time",
        "The time of a restarted run is counted from its first beginning.",
        HostileOnSqliteTest.class,
        "aRunThatIsRestartedHasItsWholeTimeAgain",
        new Tampering() {
          @Override
          Run read(Run run) {
            RunSummary row = run.summary();
            return row.status() != RunStatus.RECOVERING
                ? withData(run, data -> data.remove("timeFrom"))
                : new Run(
                    new RunSummary(
                        row.runId(),
                        row.kind(),
                        RunStatus.RUNNING,
                        row.version(),
                        row.attempt(),
                        row.times()),
                    run.data(),
                    run.suspension(),
                    run.lastError());
          }
        });
  }

  // what a worker knows of a graph: what its planner does not look at

  private void graphs() {
    add(
        "skipped-branches-run",
        "Conditions are not looked at.",
        RunOnSqliteTest.class,
        "branchesAreSkippedAndComeTogetherAgain",
        graph(TamperedSteps.when(step -> null)));
    add(
        "list-limit-ignored",
        "All elements of a list are done at once.",
        RunOnSqliteTest.class,
        "noMoreElementsAreDoneAtOnceThanTheListAllows",
        graph(TamperedSteps.forEach(each -> new ForEach(each.input(), 1_000, each.maxItems()))));
    add(
        "graph-limit-ignored",
        "More steps are done at once than the graph allows.",
        RunOnSqliteTest.class,
        "noMoreStepsAreDoneAtOnceThanTheGraphAllows",
        new Tampering() {
          @Override
          GraphDefinition graph(GraphDefinition graph) {
            return new GraphDefinition(
                graph.name(),
                graph.version(),
                graph.inputs(),
                graph.steps(),
                graph.outputs(),
                graph.timeout(),
                null);
          }
        });
    add(
        "step-timeout-ignored",
        "An attempt takes as long as it likes.",
        RunOnSqliteTest.class,
        "anAttemptThatTakesTooLongIsEndedAndTriedAgain",
        graph(TamperedSteps.withoutTimeout()));
    add(
        "run-timeout-ignored",
        "A run takes as long as it likes.",
        RunOnSqliteTest.class,
        "aRunThatTakesTooLongFails",
        new Tampering() {
          @Override
          GraphDefinition graph(GraphDefinition graph) {
            return new GraphDefinition(
                graph.name(),
                graph.version(),
                graph.inputs(),
                graph.steps(),
                graph.outputs(),
                null,
                graph.maxParallel());
          }
        });
    add(
        "one-attempt-more",
        "A step is tried once more than its policy says.",
        RunOnSqliteTest.class,
        "aStepThatFailsEachTimeIsTriedAsOftenAsItsPolicySays",
        graph(TamperedSteps.attempts(1)));
    add(
        "one-attempt-less",
        "A step is tried once less than its policy says.",
        RunOnSqliteTest.class,
        "aFailedStepIsTriedAgainAsItsPolicySays",
        graph(TamperedSteps.attempts(-1)));
    add(
        "failures-tolerated",
        "A run goes on without what a failed step should have made.",
        RunOnSqliteTest.class,
        "aStepThatFailsForGoodFailsItsRunWhenTheOthersHaveFinished",
        graph(TamperedSteps.mayFail()));
  }

  // suspended steps

  private void suspensions() {
    add(
        "state-lost",
        "A step is suspended, and its state is not kept.",
        RunOnSqliteTest.class,
        "aSuspendedStepComesBackWithItsStateAndWhatWasMerged",
        end(ack ->
            ack.withChanges(
                steps(
                    ack.changes(),
                    StepStatus.SUSPENDED,
                    c ->
                        StepChange.of(c.runId(), c.stepId(), c.seenVersion())
                            .status(StepStatus.SUSPENDED)
                            .suspension(c.suspension().toBuilder().state(null).build())
                            .build()))));
    add(
        "siblings-left-alone",
        "A step that wants its siblings to stop is not heard.",
        RunOnSqliteTest.class,
        "aSuspensionMayCancelTheSiblings",
        end(ack -> {
          OrchestratorMessage told = ack.completion();
          return told == null
              ? ack
              : new ActivityAck(
                  ack.lockToken(),
                  changed(told, body -> body.remove("siblings")),
                  ack.eager(),
                  ack.changes());
        }));
    add(
        "suspension-not-told",
        "Only suspended steps are left, and their run is running.",
        RunOnSqliteTest.class,
        "aSuspendedStepComesBackWithItsStateAndWhatWasMerged",
        turn(ack -> ack.withChanges(without(ack.changes(), c -> isRun(c, RunStatus.SUSPENDED)))));
    add(
        "resumes-any-suspension",
        "A resumption that comes late ends the next suspension.",
        HostileOnSqliteTest.class,
        "aResumptionIsOfOneSuspensionAndNotOfTheNext",
        new Tampering() {
          @Override
          OrchestratorMessage given(OrchestratorMessage message, TamperedProvider store) {
            return message.kind().equals("graph.resumeStep")
                ? changed(
                    message,
                    body -> {
                      Instant now = suspendedAt(message, body, store);
                      if (now != null) {
                        body.put("at", now.toString());
                      }
                    })
                : message;
          }
        });
    add(
        "resumption-in-a-pause-lost",
        "A step that is resumed in a paused run is forgotten.",
        HostileOnSqliteTest.class,
        "aStepThatIsResumedInAPausedRunComesBackWhenTheRunGoesOn",
        turn(ack ->
            ack.withChanges(
                without(
                    ack.changes(),
                    c ->
                        c instanceof RunChange run
                            && run.status() == null
                            && run.suspension() != null))));
  }

  private static @Nullable Instant suspendedAt(
      OrchestratorMessage message, ObjectNode body, TamperedProvider store) {
    return store
        .rows()
        .steps(message.instanceId(), Set.of(body.required("step").stringValue()))
        .getFirst()
        .summary()
        .times()
        .suspendedAt();
  }

  // recovery

  private void recoveries() {
    add(
        "completed-steps-recovered",
        "Recovery takes completed steps for running ones.",
        RecoveryOnSqliteTest.class,
        "aRunThatNobodyMovesIsFoundAndGoesOnWithoutRepeatingWhatIsCompleted",
        new Tampering() {
          @Override
          StepSummary read(StepSummary step) {
            return step.status() != StepStatus.COMPLETED
                ? step
                : new StepSummary(
                    step.runId(),
                    step.stepId(),
                    StepStatus.RUNNING,
                    step.version(),
                    step.attempt(),
                    step.retryable(),
                    step.times());
          }
        });
    add(
        "lost-activities-stay-lost",
        "A run is recovered, and nothing is scheduled for its steps.",
        RecoveryOnSqliteTest.class,
        "aRunThatNobodyMovesIsFoundAndGoesOnWithoutRepeatingWhatIsCompleted",
        turn(ack ->
            ack.changes().stream().anyMatch(c -> isRun(c, RunStatus.RECOVERING))
                ? new OrchestrationAck(
                    ack.lockToken(),
                    content(
                        ack.content(),
                        List.<ActivityTask>of(),
                        ack.messages(),
                        ack.metadata(),
                        ack.cancelledActivities()),
                    ack.changes())
                : ack));
    add(
        "never-given-up",
        "The attempts of a run are not counted.",
        RecoveryOnSqliteTest.class,
        "aRunThatIsStuckTooOftenIsGivenUpWithTheReason",
        new Tampering() {
          @Override
          OrchestratorMessage sent(OrchestratorMessage message) {
            return message.kind().equals("graph.recover")
                ? changed(message, body -> body.put("maxAttempts", 1_000))
                : message;
          }
        });
    add(
        "restart-does-all-again",
        "A restarted run begins with its first step.",
        RunOnSqliteTest.class,
        "aFailedRunIsRestartedFromItsFailedStepsAndKeepsTheOthers",
        alone(c ->
            c instanceof RestartRun restart
                ? new RestartRun(
                    restart.runId(), restart.seenVersion(), Set.of("first", "left", "right"))
                : c));
    add(
        "execution-left-running",
        "The execution that a recovery leaves is not marked.",
        HostileOnSqliteTest.class,
        "theExecutionThatARecoveryLeavesIsNotShownAsRunning",
        content(c ->
            c.metadata().status() == ExecutionStatus.CONTINUED_AS_NEW
                ? content(
                    c,
                    c.activities(),
                    c.messages(),
                    ExecutionMetadata.none(),
                    c.cancelledActivities())
                : c));
  }

  // how they are broken

  private static Tampering end(UnaryOperator<ActivityAck> how) {
    return new Tampering() {
      @Override
      ActivityAck end(ActivityAck ack) {
        return how.apply(ack);
      }
    };
  }

  private static Tampering turn(UnaryOperator<OrchestrationAck> how) {
    return new Tampering() {
      @Override
      OrchestrationAck turn(OrchestrationAck ack) {
        return how.apply(ack);
      }
    };
  }

  private static Tampering content(UnaryOperator<TurnContent> how) {
    return turn(
        ack -> new OrchestrationAck(ack.lockToken(), how.apply(ack.content()), ack.changes()));
  }

  private static Tampering alone(UnaryOperator<Change> how) {
    return new Tampering() {
      @Override
      List<Change> alone(List<Change> changes) {
        return changes.stream().map(how).toList();
      }
    };
  }

  private static Tampering graph(UnaryOperator<StepDefinition> how) {
    return new Tampering() {
      @Override
      GraphDefinition graph(GraphDefinition graph) {
        return TamperedSteps.all(graph, how);
      }
    };
  }

  private static TurnContent content(
      TurnContent content,
      List<ActivityTask> activities,
      List<OrchestratorMessage> messages,
      ExecutionMetadata metadata,
      List<ActivityIdentity> cancelled) {
    return new TurnContent(
        content.executionId(),
        content.historyDelta(),
        activities,
        messages,
        metadata,
        cancelled,
        content.eager());
  }

  private static List<Change> without(List<Change> changes, Predicate<Change> which) {
    return changes.stream().filter(which.negate()).toList();
  }

  private static boolean isStep(Change change, StepStatus status) {
    return change instanceof StepChange step && step.status() == status;
  }

  private static boolean isRun(Change change, RunStatus status) {
    return change instanceof RunChange run && run.status() == status;
  }

  private static List<Change> steps(
      List<Change> changes, StepStatus status, Function<StepChange, StepChange> how) {
    return changes.stream().map(c -> isStep(c, status) ? how.apply((StepChange) c) : c).toList();
  }

  private static List<Change> runs(
      List<Change> changes, RunStatus status, Function<RunChange, RunChange> how) {
    return changes.stream().map(c -> isRun(c, status) ? how.apply((RunChange) c) : c).toList();
  }

  private static Function<StepChange, StepChange> withoutOutputs() {
    return c -> StepChange.of(c.runId(), c.stepId(), c.seenVersion()).status(c.status()).build();
  }

  private static StepChange with(StepChange change, StepStatus status) {
    return StepChange.of(change.runId(), change.stepId(), change.seenVersion())
        .status(status)
        .build();
  }

  private static OrchestratorMessage changed(
      OrchestratorMessage message, Consumer<ObjectNode> how) {
    ObjectNode body = (ObjectNode) Jsons.read(message.body().asUtf8());
    how.accept(body);
    return new OrchestratorMessage(
        message.instanceId(),
        message.kind(),
        Payload.utf8(Jsons.write(body)),
        message.due(),
        message.start(),
        message.messageId(),
        message.discardIfUnknown());
  }

  private static Run withData(Run run, Consumer<ObjectNode> how) {
    Payload stored = run.data();
    if (stored == null) {
      return run;
    }
    ObjectNode data = (ObjectNode) Jsons.read(stored.asUtf8());
    how.accept(data);
    return new Run(
        run.summary(), Payload.utf8(Jsons.write(data)), run.suspension(), run.lastError());
  }
}
