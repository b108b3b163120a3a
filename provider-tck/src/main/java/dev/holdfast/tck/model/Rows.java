// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.tck.model.Operation.ReadRows;
import dev.holdfast.tck.model.StateDraft.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one side knows of runs and steps from answers that it got: makes drafts changes with the
 * versions that it has seen, and puts answers into words. Not thread-safe.
 */
final class Rows {

  private static final int ALL = 100;

  private final Timing timing;
  private final Map<String, Long> versions = new HashMap<>();

  Rows(Timing timing) {
    this.timing = timing;
  }

  // ---- changes

  /** The changes of one list; each knows what those before it will have made. */
  List<Change> changes(List<StateDraft> drafts) {
    Map<String, Long> seen = new HashMap<>(versions);
    return drafts.stream().map(draft -> change(draft, seen)).toList();
  }

  private static String key(String runId, String stepId) {
    return runId + "/" + stepId;
  }

  private static Change change(StateDraft draft, Map<String, Long> seen) {
    String runId = Side.id(draft.run());
    String stepId = StateDraft.step(draft.step());
    String step = key(runId, stepId);
    long ofRun = Math.max(1, seen.getOrDefault(runId, 1L) + draft.away());
    long ofStep = Math.max(0, seen.getOrDefault(step, 0L) + draft.away());
    return switch (draft.kind()) {
      case SEND ->
          new SendMessage(
              OrchestratorMessage.of(runId, "said", Payload.utf8("change " + draft.label())));
      case CREATE -> {
        seen.put(runId, 1L);
        yield new CreateRun(
            runId,
            "kind",
            draft.status() % 2 == 0 ? RunStatus.SCHEDULED : RunStatus.RUNNING,
            payload(draft));
      }
      case CHANGE_RUN -> {
        seen.put(runId, ofRun + 1);
        yield new RunChange(
            runId,
            ofRun,
            draft.status() < 0 ? null : RunStatus.values()[draft.status() % 8],
            payload(draft),
            suspension(draft),
            error(draft));
      }
      case RESTART -> {
        seen.put(runId, ofRun + 1);
        Set<String> steps = draft.content() == Content.NOTHING ? Set.of() : Set.of(stepId);
        steps.forEach(again -> seen.computeIfPresent(step, (row, version) -> version + 1));
        yield new RestartRun(runId, ofRun, steps);
      }
      case DELETE_RUN -> {
        forget(seen, runId);
        yield new DeleteRun(runId, ofRun);
      }
      case ENSURE -> {
        seen.putIfAbsent(step, 1L);
        yield new EnsureStep(runId, stepId);
      }
      case CHANGE_STEP -> {
        seen.put(step, ofStep + 1);
        yield new StepChange(
            runId,
            stepId,
            ofStep,
            draft.status() < 0 ? null : StepStatus.values()[draft.status() % 9],
            payload(draft),
            suspension(draft),
            error(draft),
            draft.content() == Content.ERROR ? (Boolean) (draft.label().length() % 2 == 0) : null);
      }
      case APPEND -> Inboxes.append(draft);
      case CONSUME -> Inboxes.consume(draft);
      case DELIVER -> Inboxes.deliver(draft);
    };
  }

  private static @Nullable Payload payload(StateDraft draft) {
    return draft.content() == Content.PAYLOAD ? Payload.utf8(draft.label()) : null;
  }

  private static @Nullable String error(StateDraft draft) {
    return draft.content() == Content.ERROR ? draft.label() : null;
  }

  private static @Nullable Suspension suspension(StateDraft draft) {
    return draft.content() == Content.SUSPENSION
        ? Suspension.builder().reason(draft.label()).build()
        : null;
  }

  // ---- what is known

  private static void forget(Map<String, Long> versions, String runId) {
    versions.keySet().removeIf(key -> key.equals(runId) || key.startsWith(runId + "/"));
  }

  private RunSummary known(RunSummary run) {
    versions.put(run.runId(), run.version());
    return run;
  }

  private StepSummary known(StepSummary step) {
    versions.put(key(step.runId(), step.stepId()), step.version());
    return step;
  }

  /** Notes what an ack has made, and adds its results to the words for it. */
  String told(List<Change> changes, AckResult result, String words) {
    return result instanceof AckResult.Applied applied && !applied.results().isEmpty()
        ? words + " " + results(changes, applied.results())
        : words;
  }

  private List<String> results(List<Change> changes, List<ChangeResult> results) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      words.add(words(results.get(i)));
      if (i < changes.size()) {
        learn(changes.get(i));
      }
    }
    return words;
  }

  private void learn(Change change) {
    switch (change) {
      case DeleteRun delete -> forget(versions, delete.runId());
      case RestartRun restart ->
          restart
              .steps()
              .forEach(step ->
                  versions.computeIfPresent(
                      key(restart.runId(), step), (row, version) -> version + 1));
      default -> {
        // Its result has said it.
      }
    }
  }

  private String words(ChangeResult result) {
    return switch (result) {
      case MessageSent(boolean stored) -> stored ? "sent" : "sent before";
      case RunWritten(RunSummary run) -> words(known(run));
      case RunDeleted(long steps, long messages) -> "deleted with " + steps + "+" + messages;
      case StepWritten(StepSummary step, boolean created) ->
          (created ? "new " : "") + words(known(step));
      case InboxAppended(InboxKey key, long sequence, boolean repeated) ->
          (repeated ? "appended before as " : "appended as ") + sequence;
      case InboxConsumed(InboxKey key, long sequence, boolean repeated) ->
          (repeated ? "consumed before: " : "consumed ") + sequence;
      case TriggerDelivered(TriggerDelivered.Outcome outcome, long sequence) ->
          outcome + " as " + sequence;
      case Appended appended ->
          (appended.repeated() ? "appended before: " : "appended ")
              + appended.stream()
              + " "
              + appended.firstVersion()
              + " to "
              + appended.lastVersion();
      case SnapshotStored(boolean stored) -> stored ? "put" : "put before";
      case ProjectionUpdated updated -> "updated " + updated.rowVersions().size() + " rows";
    };
  }

  /** What came of changes alone. */
  List<Line> applied(List<Change> changes, List<ChangeResult> results) {
    return Line.only("applied " + results(changes, results));
  }

  /** What came of changes alone that do not fit. */
  List<Line> refused(List<Change> changes, Permanent error) {
    Integer place = error.changeIndex();
    if (error instanceof VersionConflict conflict && place != null) {
      String row =
          changes.get(place) instanceof StepChange step
              ? key(step.runId(), step.stepId())
              : changes.get(place).runId();
      if (place == 0) {
        versions.put(row, conflict.foundVersion());
      }
      return Line.only(Side.threw(error) + " at " + place + " found " + conflict.foundVersion());
    }
    return Line.only(Side.threw(error) + (place == null ? "" : " at " + place));
  }

  // ---- reads

  List<Line> read(StateTables tables, ReadRows read) {
    String runId = Side.id(read.run());
    Set<String> steps = new HashSet<>();
    IntStream.range(0, StateDraft.STEPS).forEach(n -> steps.add(StateDraft.step(n)));
    return switch (read.what()) {
      case RUN -> tables.run(runId).map(run -> Line.only(words(run))).orElse(Line.only("no run"));
      case STEPS -> tables.steps(runId, steps).stream().map(step -> Line.of(words(step))).toList();
      case PAGE -> {
        var page = tables.steps(StepQuery.firstPage(runId, ALL));
        List<Line> lines = new ArrayList<>();
        page.runs().forEach(run -> lines.add(Line.of(words(known(run)))));
        page.steps().forEach(step -> lines.add(Line.of(words(known(step)))));
        yield lines;
      }
      case RUNS -> sorted(tables.runs(RunQuery.firstPage(ALL)).rows());
      case STUCK -> sorted(tables.stuckRuns(Duration.ZERO, ALL, null).rows());
      case COUNTS -> Line.only(counts(tables.runCounts(null)));
      case STEP_COUNTS -> Line.only(counts(tables.stepCounts(runId)));
    };
  }

  private static String counts(Map<?, Long> counts) {
    Map<Object, Long> some = new HashMap<>(counts);
    some.values().removeIf(count -> count == 0);
    return some.entrySet().stream().map(String::valueOf).sorted().toList().toString();
  }

  /** In the order of ids: moments of two sides need not agree. */
  private List<Line> sorted(List<RunSummary> runs) {
    return runs.stream().map(run -> words(known(run))).sorted().map(Line::of).toList();
  }

  // ---- words

  private String words(Run run) {
    return words(known(run.summary())) + rest(run.data(), run.suspension(), run.lastError());
  }

  private String words(Step step) {
    return words(known(step.summary())) + rest(step.outputs(), step.suspension(), step.lastError());
  }

  private static String rest(
      @Nullable Payload payload, @Nullable Suspension suspension, @Nullable String error) {
    return (payload == null ? "" : " '" + payload.asUtf8() + "'")
        + (suspension == null ? "" : " suspended for " + suspension.reason())
        + (error == null ? "" : " error " + error);
  }

  private String words(RunSummary run) {
    RunTimes times = run.times();
    return "run %s %s version=%d attempt=%d%s%s%s%s%s"
        .formatted(
            run.runId(),
            run.status(),
            run.version(),
            run.attempt(),
            timing.text(times.createdAt()),
            timing.text(times.updatedAt()),
            moment(" started", times.startedAt()),
            moment(" suspended", times.suspendedAt()),
            moment(" ended", times.endedAt()));
  }

  private String words(StepSummary step) {
    StepTimes times = step.times();
    return "step %s/%s %s version=%d attempt=%d%s%s%s%s%s%s%s"
        .formatted(
            step.runId(),
            step.stepId(),
            step.status(),
            step.version(),
            step.attempt(),
            step.retryable() == null ? "" : " retryable=" + step.retryable(),
            timing.text(times.createdAt()),
            timing.text(times.updatedAt()),
            moment(" scheduled", times.scheduledAt()),
            moment(" started", times.startedAt()),
            moment(" suspended", times.suspendedAt()),
            moment(" ended", times.endedAt()));
  }

  private String moment(String what, @Nullable Instant moment) {
    return moment == null ? "" : what + timing.text(moment);
  }
}
