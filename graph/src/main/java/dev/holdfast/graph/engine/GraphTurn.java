// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.plan.Decision;
import dev.holdfast.graph.plan.Plan;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.graph.plan.RecoveryPlan;
import dev.holdfast.graph.plan.RunRows;
import dev.holdfast.graph.plan.ValueRef;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.worker.TurnContext;
import dev.holdfast.worker.TurnOutput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One turn of a run: reads its rows, does what messages ask for, and then what is next. */
final class GraphTurn {

  private static final Logger LOG = LoggerFactory.getLogger(GraphTurn.class);

  /** The most changes of one turn; what is left is for the next. Each store takes so many. */
  static final int MOST_CHANGES = 1_000;

  private final TurnContext context;
  private final Planner planner;
  private final StoredDefinition stored;
  private final RowReader reader;
  private final RowCache cache;
  private final String shape;
  private final TurnEnds ends;
  private final InboxReader inboxes;
  private final String runId;
  private final Instant now;

  private final TurnActivities activities;
  private final List<OrchestratorMessage> messages = new ArrayList<>();
  private final List<StepSummary> moved = new ArrayList<>();
  private final List<Change> before = new ArrayList<>();
  private final ExecutionMetadata.Builder metadata = ExecutionMetadata.builder();
  private @Nullable TurnRows kept;

  GraphTurn(
      TurnContext context,
      Planner planner,
      StoredDefinition stored,
      RowReader reader,
      RowCache cache,
      String shape,
      @Nullable String trace) {
    this.context = context;
    this.planner = planner;
    this.stored = stored;
    this.reader = reader;
    this.cache = cache;
    this.shape = shape;
    this.ends = new TurnEnds(reader);
    this.inboxes = new InboxReader(context.instanceId(), reader.page());
    this.runId = context.instanceId();
    this.now = context.fetchedAt();
    this.activities = new TurnActivities(planner, runId, context.executionId(), trace);
  }

  /** Computes the turn from what waits for the run and from its row, if it has one. */
  TurnOutput compute(List<RunMessage> asked, @Nullable Run found) {
    if (asked.stream().anyMatch(m -> m instanceof RunMessage.Start)
        || asked.stream().anyMatch(m -> m instanceof RunMessage.Recover)) {
      metadata.name(planner.definition().name()).version(planner.definition().version());
    }
    Run run = found;
    if (run == null) {
      RunMessage.Start start = RunMessage.first(asked, RunMessage.Start.class);
      if (start == null) {
        LOG.debug("there is no run {} for what it was sent: {}", runId, asked.size());
        return TurnOutput.of(context.executionId()).build();
      }
      CreateRun create = create(start);
      TurnOutput quick = beginAtOnce(asked, create, start);
      if (quick != null) {
        return quick;
      }
      if (!(apply(List.of(create)).getFirst() instanceof RunWritten(RunSummary made))) {
        throw new IllegalStateException("a run was made, and the store says something else");
      }
      before.add(create);
      run = new Run(made, create.data(), null, null);
    }
    RunData data = RunData.of(run);
    data.requireOf(planner.definition(), shape, runId);
    return goOn(asked, run, data);
  }

  /** {@return the steps of which a message says that they have moved, as they were read} */
  List<StepSummary> moved() {
    return List.copyOf(moved);
  }

  /** {@return the definition of the run} */
  GraphDefinition definition() {
    return planner.definition();
  }

  /** {@return the transitions that were stored before the turn} */
  List<Change> before() {
    return List.copyOf(before);
  }

  // the beginning

  private CreateRun create(RunMessage.Start start) {
    RunData data = data(start);
    return new CreateRun(runId, data.graph(), RunStatus.RUNNING, data.payload());
  }

  private RunData data(RunMessage.Start start) {
    return new RunData(
        planner.definition().name(),
        planner.definition().version(),
        shape,
        start.inputs(),
        null,
        null,
        start.trace());
  }

  /** Begins a run in one commit, where no version of a row must be known that is made in it. */
  private @Nullable TurnOutput beginAtOnce(
      List<RunMessage> asked, CreateRun create, RunMessage.Start start) {
    if (asked.size() > 1) {
      return null;
    }
    RunSummary imagined =
        new RunSummary(
            runId, create.kind(), create.status(), 1, 1, new RunTimes(now, now, now, null, null));
    TurnRows rows = new TurnRows(imagined, data(start), new HashMap<>(), now);
    Plan plan = planner.next(rows.forPlanner(), now);
    if (!plan.isDecided()
        || plan.decisions().size() >= MOST_CHANGES
        || !plan.decisions().stream().allMatch(d -> d instanceof Decision.Schedule)) {
      return null;
    }
    rows.decide(plan.decisions(), change -> change);
    plan.decisions().forEach(decision -> act(decision, rows));
    wakeUpAt(plan.wakeUp());
    return output(imagined, Stream.concat(Stream.of(create), rows.changes().stream()).toList());
  }

  // what follows

  private TurnOutput goOn(List<RunMessage> asked, Run found, RunData data) {
    RunSummary run = found.summary();
    switch (run.status()) {
      case COMPLETED -> {
        return output(run, List.of()); // its messages are late
      }
      case FAILED -> {
        return afterFailure(asked, found, data);
      }
      case RECOVERING -> {
        if (planner.definition().timeout() != null) {
          return goOn(asked, found, data.withTimeFrom(now), true);
        }
      }
      case SCHEDULED, RUNNING, SUSPENDED, PAUSED, CANCELLED -> {}
    }
    return goOn(asked, found, data, false);
  }

  private TurnOutput goOn(
      List<RunMessage> asked, Run found, RunData data, boolean timeBeginsAgain) {
    RunSummary run = found.summary();
    RunMessage.Recover recover = RunMessage.Recover.in(asked, run);
    if (recover != null && !recover.left() && run.status() != RunStatus.CANCELLED) {
      return leaveExecution(asked, run, recover);
    }
    TurnRows rows = new TurnRows(run, data, steps(asked, run), now);
    RunMessage.Cancel cancel = RunMessage.first(asked, RunMessage.Cancel.class);
    if (run.status() == RunStatus.CANCELLED || cancel != null) {
      return cancel(rows, cancel);
    }
    boolean recovered = recover != null && recover(rows, recover);
    if (recover != null && !recovered) {
      return output(rows.run(), rows.changes());
    }
    List<RunMessage.ResumeStep> resumptions = new ArrayList<>();
    for (RunMessage message : asked) {
      switch (message) {
        case RunMessage.StepMoved(String stepId, boolean cancelSiblings) -> {
          StepSummary step = rows.step(stepId);
          if (step != null) {
            moved.add(step);
          }
          if (cancelSiblings) {
            if (!StepCanceller.cancelSiblings(rows, activities, planner, stepId)) {
              messages.add(RunMessage.stepMoved(runId, stepId, true));
            }
          }
        }
        case RunMessage.ResumeStep resume -> resumptions.add(resume);
        case RunMessage.Unknown(String kind) ->
            LOG.warn(
                "run {}: a message of kind {} is not known here, and is left out; a newer version"
                    + " may have sent it",
                runId,
                kind);
        case RunMessage.Start start -> {}
        case RunMessage.Look look -> {}
        case RunMessage.InputCame came -> {}
        case RunMessage.Cancel late -> {}
        case RunMessage.Recover(long seen, int most, boolean left) -> {
          if (left && !recovered) {
            metadata.status(ExecutionStatus.RUNNING); // it has moved, and is not left after all
          }
        }
      }
    }
    resume(rows, found, resumptions);
    if (recovered) {
      messages.add(RunMessage.look(runId)); // what is next beside these is for the next turn
    } else {
      decide(rows, data, timeBeginsAgain);
      rows.guard(!moved.isEmpty());
      kept = rows;
    }
    return output(rows.run(), rows.changes());
  }

  /**
   * The activities of a recovery belong to the next execution, so this one is marked as left first,
   * in a turn of its own; what else was asked for is for the next.
   */
  private TurnOutput leaveExecution(
      List<RunMessage> asked, RunSummary run, RunMessage.Recover recover) {
    for (RunMessage message : asked) {
      if (message instanceof RunMessage.ResumeStep(String stepId, Instant suspendedAt)) {
        messages.add(RunMessage.resumeStep(runId, stepId, suspendedAt));
      } else if (message instanceof RunMessage.StepMoved(String stepId, boolean siblings)) {
        messages.add(RunMessage.stepMoved(runId, stepId, siblings));
      } else if (message instanceof RunMessage.Cancel(String reason)) {
        messages.add(RunMessage.cancel(runId, reason));
      }
    }
    messages.add(RunMessage.recoverNow(runId, recover));
    metadata.status(ExecutionStatus.CONTINUED_AS_NEW);
    return output(run, List.of());
  }

  /** What is still under way in a failed run is not wanted; what is resumed waits for a restart. */
  private TurnOutput afterFailure(List<RunMessage> asked, Run found, RunData data) {
    List<RunMessage.ResumeStep> resumptions =
        asked.stream()
            .filter(RunMessage.ResumeStep.class::isInstance)
            .map(RunMessage.ResumeStep.class::cast)
            .toList();
    boolean look = asked.stream().anyMatch(RunMessage.Look.class::isInstance);
    if (resumptions.isEmpty() && !look) {
      return output(found.summary(), List.of()); // its messages are late
    }
    TurnRows rows = new TurnRows(found.summary(), data, new HashMap<>(), now);
    hold(rows, found, resumptions);
    if (look) {
      context.read(() -> reader.steps(runId)).values().forEach(rows::made);
      if (!StepCanceller.cancel(rows, activities, "the run has failed", StepCanceller::isActive)) {
        messages.add(RunMessage.look(runId));
      }
    }
    return output(rows.run(), rows.changes());
  }

  /** Reads what has moved, if what the last turn has left is still here, and all of it else. */
  private Map<String, StepSummary> steps(List<RunMessage> asked, RunSummary run) {
    Map<String, StepSummary> known = cache.take(runId, run.version());
    Set<String> ids = new HashSet<>();
    for (RunMessage message : asked) {
      if (message instanceof RunMessage.InputCame) {
        continue; // its inbox is looked at in any case
      }
      if (!(message instanceof RunMessage.StepMoved(String stepId, boolean cancelSiblings))
          || cancelSiblings) {
        known = null;
        break;
      }
      ids.add(stepId);
    }
    if (known != null && ids.isEmpty()) {
      return known;
    }
    if (known == null) {
      return context.read(() -> reader.steps(runId));
    }
    for (Step step : context.read(() -> reader.whole(runId, ids)).values()) {
      known.put(step.summary().stepId(), step.summary());
    }
    return known;
  }

  /** Keeps what the turn has left, once it is stored. */
  void keep() {
    if (kept != null) {
      kept.keep(cache);
    }
  }

  private void decide(TurnRows rows, RunData data, boolean timeBeginsAgain) {
    Plan plan = planner.next(rows.forPlanner(), now);
    while (!plan.isDecided()) {
      if (!plan.toRead().isEmpty()) {
        read(rows, plan.toRead());
      }
      rows.received(inboxes.read(context, plan.toReceive()));
      make(rows, plan.toCreate());
      plan = planner.next(rows.forPlanner(), now);
    }
    List<Decision> decisions = plan.fitting(MOST_CHANGES - 2 - rows.changes().size());
    decisions.forEach(decision -> act(decision, rows));
    rows.decide(
        decisions,
        change -> {
          RunChange completed = completed(change, decisions, rows, data);
          return timeBeginsAgain && completed.data() == null
              ? TurnEnds.withData(completed, data.payload())
              : completed;
        });
    if (decisions.size() < plan.decisions().size()) {
      messages.add(RunMessage.look(runId));
    } else {
      wakeUpAt(plan.wakeUp());
    }
  }

  private RunChange completed(
      RunChange change, List<Decision> decisions, TurnRows rows, RunData data) {
    return switch (decisions.getLast()) {
      case Decision.CompleteRun(Map<String, ValueRef> outputs)
          when change.status() == RunStatus.COMPLETED -> {
        metadata.status(ExecutionStatus.COMPLETED);
        read(rows, outputs.values().stream().flatMap(ref -> ref.rows().stream()).toList());
        yield TurnEnds.withData(
            change, data.withOutputs(rows.forPlanner().object(outputs)).payload());
      }
      case Decision.FailRun(List<String> steps, String reason)
          when change.status() == RunStatus.FAILED -> {
        metadata.status(ExecutionStatus.FAILED);
        yield context.read(() -> ends.failed(change, steps, reason));
      }
      case Decision.SuspendRun(List<String> steps) when change.status() == RunStatus.SUSPENDED ->
          context.read(() -> ends.suspended(change, steps, decisions));
      default -> change;
    };
  }

  /** Does what a decision takes beside its change of the rows. */
  private void act(Decision decision, TurnRows rows) {
    switch (decision) {
      case Decision.Schedule task -> activities.schedule(rows.run(), task);
      case Decision.Receive(String id, var message, var input, var task) -> {
        if (task != null) {
          activities.schedule(rows.run(), task);
        }
      }
      case Decision.Consume consume -> {}
      case Decision.Fire fire -> {}
      case Decision.AwaitInput await -> {}
      case Decision.Reopen reopen -> {}
      case Decision.TimeOut timeOut -> activities.cancel(rows, timeOut.stepId());
      case Decision.Cancel cancel -> activities.cancel(rows, cancel.stepId());
      case Decision.BeginRun begin -> {}
      case Decision.Open open -> {}
      case Decision.Skip skip -> {}
      case Decision.Complete complete -> {}
      case Decision.Fail fail -> {}
      case Decision.SuspendRun suspend -> {}
      case Decision.CompleteRun complete -> {}
      case Decision.FailRun fail -> {}
    }
  }

  private void wakeUpAt(@Nullable Instant time) {
    if (time != null) {
      messages.add(RunMessage.lookAt(runId, time));
    }
  }

  private void read(TurnRows rows, Iterable<String> stepIds) {
    List<String> missing = new ArrayList<>();
    for (String id : stepIds) {
      if (!rows.hasRead(id) && !missing.contains(id)) {
        missing.add(id);
      }
    }
    rows.read(context.read(() -> reader.outputs(runId, missing)));
  }

  /** Makes rows at once: whoever makes them, and however often, they are idle and mean nothing. */
  private void make(TurnRows rows, Set<String> stepIds) {
    List<Change> ensure = new ArrayList<>();
    stepIds.stream().sorted().forEach(id -> ensure.add(new EnsureStep(runId, id)));
    for (int i = 0; i < ensure.size(); i += MOST_CHANGES) {
      for (ChangeResult result :
          apply(ensure.subList(i, Math.min(ensure.size(), i + MOST_CHANGES)))) {
        if (result instanceof StepWritten written) {
          rows.made(written.step());
        }
      }
    }
  }

  private List<ChangeResult> apply(List<Change> changes) {
    try {
      return context.apply(changes);
    } catch (ProviderError.VersionConflict
        | ProviderError.IllegalTransition
        | ProviderError.NotFound e) {
      throw new OutdatedRowsException(e);
    }
  }

  // what messages ask for

  private TurnOutput cancel(TurnRows rows, RunMessage.@Nullable Cancel asked) {
    String reason = asked == null ? "the run was cancelled" : asked.reason();
    if (rows.run().status() != RunStatus.CANCELLED) {
      rows.changeRun(RunStatus.CANCELLED, null, reason);
    }
    if (StepCanceller.cancel(rows, activities, reason, StepCanceller::isBegun)) {
      metadata.status(ExecutionStatus.FAILED);
    } else {
      messages.add(RunMessage.look(runId));
    }
    return output(rows.run(), rows.changes());
  }

  /** Has steps come back, those too that were resumed while nothing could begin. */
  private void resume(TurnRows rows, Run found, List<RunMessage.ResumeStep> asked) {
    if (rows.run().status() == RunStatus.PAUSED) {
      hold(rows, found, asked);
      return;
    }
    HeldResumptions.of(found).all().forEach(held -> resume(rows, held));
    asked.forEach(one -> resume(rows, one));
  }

  private static void hold(TurnRows rows, Run found, List<RunMessage.ResumeStep> asked) {
    Suspension kept = HeldResumptions.of(found).with(asked);
    if (kept != null) {
      rows.keep(kept);
    }
  }

  private void resume(TurnRows rows, RunMessage.ResumeStep asked) {
    StepSummary step = rows.step(asked.stepId());
    if (step == null
        || step.status() != StepStatus.SUSPENDED
        || !asked.suspendedAt().equals(step.times().suspendedAt())) {
      LOG.debug("run {}: step {} is not resumed, it has moved on", runId, asked.stepId());
      return;
    }
    if (planner.isGroup(step.stepId())) {
      rows.changeStep(step, StepStatus.SCHEDULED, null); // a trigger, which waits again
    } else {
      scheduleAgain(rows, step, step.attempt());
    }
  }

  private void scheduleAgain(TurnRows rows, StepSummary step, int attempt) {
    rows.changeStep(step, StepStatus.SCHEDULED, null);
    activityAgain(rows, rows.forPlanner(), step.stepId(), attempt);
  }

  /** Schedules a step; returns the rows with what had to be read for that. */
  private RunRows activityAgain(TurnRows rows, RunRows known, String stepId, int attempt) {
    StepDefinition definition = planner.step(stepId).orElseThrow();
    RunRows view = known;
    Set<String> missing = planner.toRead(stepId, view);
    while (!missing.isEmpty()) {
      read(rows, missing);
      view = rows.forPlanner();
      missing = planner.toRead(stepId, view);
    }
    Map<String, ValueRef> inputs = planner.inputs(stepId, view);
    activities.schedule(rows.run(), new Decision.Schedule(stepId, definition, attempt, inputs));
    return view;
  }

  /**
   * Has what nobody works on done again, as the next attempt of the run.
   *
   * @return whether it goes on; otherwise it was given up, or is paused
   */
  private boolean recover(TurnRows rows, RunMessage.Recover asked) {
    RecoveryPlan plan = RecoveryPlan.of(planner, rows.forPlanner(), asked.maxAttempts());
    if (!plan.canResume()) {
      if (rows.run().status() != RunStatus.PAUSED) {
        giveUp(rows, plan.reason());
      }
      return false;
    }
    LOG.info("run {} is recovered: {}", runId, plan.reason());
    List<RecoveryPlan.StepRecovery> again =
        plan.steps().stream().filter(s -> s.action() != RecoveryPlan.Action.NOTHING).toList();
    again.forEach(step -> activities.cancel(rows, step.row().stepId()));
    boolean fits = again.size() <= MOST_CHANGES / 2;
    if (!fits) {
      scheduleBefore(again);
    }
    if (!rows.run().status().mayBecome(RunStatus.RECOVERING)) {
      rows.changeRun(RunStatus.RUNNING, null, null);
    }
    rows.changeRun(RunStatus.RECOVERING, null, null);
    RunRows view = rows.forPlanner();
    for (RecoveryPlan.StepRecovery step : again) {
      if (fits) {
        rows.changeStep(step.row(), StepStatus.SCHEDULED, null);
      }
      view = activityAgain(rows, view, step.row().stepId(), step.attempt());
    }
    return true;
  }

  /**
   * Makes more rows ready than one turn can change. If this worker dies before its turn is stored,
   * they are scheduled without an activity, and the next who recovers the run finds them so.
   */
  private void scheduleBefore(List<RecoveryPlan.StepRecovery> steps) {
    for (int i = 0; i < steps.size(); i += MOST_CHANGES) {
      List<Change> some = new ArrayList<>();
      for (RecoveryPlan.StepRecovery step :
          steps.subList(i, Math.min(steps.size(), i + MOST_CHANGES))) {
        some.add(StepChange.to(step.row(), StepStatus.SCHEDULED));
      }
      apply(some);
      before.addAll(some);
    }
  }

  private void giveUp(TurnRows rows, String reason) {
    LOG.warn("run {} is given up: {}", runId, reason);
    if (!StepCanceller.cancel(rows, activities, reason, StepCanceller::isBegun)) {
      messages.add(RunMessage.look(runId));
    }
    rows.changeRun(RunStatus.FAILED, null, "it was given up: " + reason);
    metadata.status(ExecutionStatus.FAILED);
  }

  // the output

  private TurnOutput output(RunSummary run, List<Change> changes) {
    long execution = activities.execution(run);
    return TurnOutput.of(execution)
        .historyDelta(stored.events(execution > context.executionId(), context.history(), now))
        .changes(changes)
        .activities(activities.scheduled())
        .messages(messages)
        .cancelledActivities(activities.cancelled())
        .metadata(metadata.build())
        .build();
  }
}
