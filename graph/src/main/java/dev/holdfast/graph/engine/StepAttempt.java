// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.StepSuspension;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.graph.plan.RunRows;
import dev.holdfast.graph.plan.ValueRef;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One delivery of a step: reads its row and those of its inputs, runs the code, and says what
 * becomes of the row. Used by one thread.
 */
final class StepAttempt {

  private static final Logger LOG = LoggerFactory.getLogger(StepAttempt.class);
  private static final int MOST_LOOKS = 10;

  /** The key of the step in the MDC, beside those of the worker. */
  private static final String MDC_STEP = "holdfast.step";

  private final ActivityDelivery delivery;
  private final StepTask task;
  private final StateTables tables;
  private final RowReader reader;
  private final RunAudit audit;
  private final String runId;

  private StepAttempt(
      ActivityDelivery delivery,
      StepTask task,
      StateTables tables,
      RowReader reader,
      RunAudit audit) {
    this.delivery = delivery;
    this.audit = audit;
    this.task = task;
    this.tables = tables;
    this.reader = reader;
    this.runId = delivery.task().instanceId();
  }

  static StepAttempt of(ActivityDelivery delivery, StateTables tables, int page, RunAudit audit) {
    return new StepAttempt(
        delivery, StepTask.of(delivery.task()), tables, new RowReader(tables, page), audit);
  }

  /** Returns the step's row as it is now; null when this activity is not its attempt any more. */
  @Nullable StepSummary active() {
    return active(delivery.read(() -> reader.whole(runId, Set.of(task.stepId()))));
  }

  private @Nullable StepSummary active(Map<String, Step> rows) {
    Step own = rows.get(task.stepId());
    if (own == null) {
      return null;
    }
    StepSummary row = own.summary();
    boolean active = row.status() == StepStatus.SCHEDULED || row.status() == StepStatus.RUNNING;
    return active && row.attempt() >= task.attempt() ? row : null;
  }

  ActivityResult run(StepCode<?, ?> code, @Nullable Tracing tracing) {
    Set<String> ids = new LinkedHashSet<>();
    ids.add(task.stepId());
    task.inputs().values().forEach(ref -> ids.addAll(ref.rows()));
    Map<String, Step> rows = delivery.read(() -> reader.whole(runId, ids));
    StepSummary row = begun(active(rows));
    if (row == null) {
      LOG.debug("step {} of run {} is not to be done any more", task.stepId(), runId);
      return new ActivityResult.Done(null);
    }
    StepTrace trace = StepTrace.of(tracing, delivery, task, row, code.type().name());
    try {
      ActivityResult result = run(code, row, rows, trace);
      trace.done(result);
      return result;
    } finally {
      trace.close();
    }
  }

  private <I extends @Nullable Object, O extends @Nullable Object> ActivityResult run(
      StepCode<I, O> code, StepSummary row, Map<String, Step> rows, StepTrace trace) {
    Step own = Objects.requireNonNull(rows.get(task.stepId()));
    StepStreams streams = StepStreams.of(delivery, task, reader);
    try {
      I inputs = code.inputs(inputs(rows));
      OfStep context =
          new OfStep(delivery, runId, task.stepId(), row.attempt(), state(own), streams);
      return completed(row, code.outputs(done(code, context, inputs, trace)), streams);
    } catch (StepSuspension suspension) {
      try {
        streams.check(suspension);
      } catch (StepCode.MisfitException e) {
        return failed(row, e, false);
      }
      return suspended(row, suspension, streams);
    } catch (UnreadableRowException | StepCode.MisfitException e) {
      return failed(row, e, false);
    } catch (Throwable e) {
      // Whatever code throws is the end of its attempt; that of the JVM will show elsewhere too.
      return failed(row, e, task.retries(e));
    }
  }

  private <I extends @Nullable Object, O extends @Nullable Object> O done(
      StepCode<I, O> code, OfStep context, I inputs, StepTrace trace) throws Exception {
    MDC.put(MDC_STEP, task.stepId());
    try {
      return delivery.runInterruptibly(() -> trace.within(() -> code.run(context, inputs)));
    } finally {
      MDC.remove(MDC_STEP);
    }
  }

  // before the code

  /**
   * Writes what must be in the row before the code runs. That is nothing, most of the time: that a
   * step is under way is known from its activity. Only when its time is measured, or another worker
   * has begun it and not come to an end, the row says that it is running, and as which attempt.
   */
  private @Nullable StepSummary begun(@Nullable StepSummary found) {
    StepSummary row = found;
    for (int look = 1; row != null; look++) {
      List<Change> changes = beginning(row);
      if (changes.isEmpty()) {
        return row;
      }
      try {
        List<ChangeResult> results = delivery.apply(changes);
        audit.applied(changes, results);
        return last(results, row);
      } catch (ProviderError.VersionConflict | ProviderError.IllegalTransition e) {
        if (look == MOST_LOOKS) {
          throw e;
        }
        row = active(); // it is there already, or somebody has ended the attempt
      }
    }
    return null;
  }

  private List<Change> beginning(StepSummary row) {
    List<Change> changes = new ArrayList<>();
    int before = delivery.deliveries() - 1;
    boolean uncounted = row.attempt() - task.attempt() < before;
    if (task.timeout() == null && !uncounted) {
      return changes;
    }
    List<StepStatus> path = new ArrayList<>();
    if (uncounted) {
      if (row.status() == StepStatus.SCHEDULED) {
        path.add(StepStatus.RUNNING);
      }
      path.add(StepStatus.SCHEDULED);
      path.add(StepStatus.RUNNING);
    } else if (row.status() == StepStatus.SCHEDULED) {
      path.add(StepStatus.RUNNING);
    }
    long version = row.version();
    for (StepStatus status : path) {
      changes.add(StepChange.of(runId, task.stepId(), version++).status(status).build());
    }
    if (!changes.isEmpty() && task.timeout() != null) {
      changes.add(new SendMessage(RunMessage.lookIn(runId, task.timeout())));
    }
    return changes;
  }

  private static StepSummary last(List<ChangeResult> results, StepSummary row) {
    StepSummary last = row;
    for (ChangeResult result : results) {
      if (result instanceof StepWritten written) {
        last = written.step();
      }
    }
    return last;
  }

  private JsonNode inputs(Map<String, Step> rows) {
    Map<String, @Nullable JsonNode> outputs = new HashMap<>();
    Set<String> used = new LinkedHashSet<>(); // an input from outside is in the step's own row
    task.inputs().values().forEach(ref -> used.addAll(ref.rows()));
    rows.forEach((id, step) -> {
      Payload payload = step.outputs();
      outputs.put(id, payload == null || !used.contains(id) ? null : RowReader.json(step, payload));
    });
    boolean ofRun = task.inputs().values().stream().anyMatch(StepAttempt::isOfRun);
    JsonNode inputs = ofRun ? runInputs() : JsonNodeFactory.instance.objectNode();
    return new RunRows(shown(), inputs, Map.of(), outputs).object(task.inputs());
  }

  private static boolean isOfRun(ValueRef ref) {
    return switch (ref) {
      case ValueRef.RunInput input -> true;
      case ValueRef.Item item -> isOfRun(item.list());
      case ValueRef.Gathered(List<ValueRef> parts) -> parts.stream().anyMatch(StepAttempt::isOfRun);
      case ValueRef.StepOutput output -> false;
      case ValueRef.Constant constant -> false;
      case ValueRef.Absent absent -> false;
    };
  }

  private JsonNode runInputs() {
    Run run =
        delivery
            .read(() -> tables.run(runId))
            .orElseThrow(
                () -> new IllegalStateException("run \"" + runId + "\" is not there any more"));
    return RunData.of(run).inputs();
  }

  /** What reading values asks of the run's row is its id. */
  private RunSummary shown() {
    Instant none = Instant.EPOCH;
    return new RunSummary(
        runId, "shown", RunStatus.RUNNING, 1, 1, new RunTimes(none, none, null, null, null));
  }

  private static @Nullable JsonNode state(Step own) {
    Suspension suspension = own.suspension();
    Payload state = suspension == null ? null : suspension.state();
    return state == null ? null : RowReader.json(own, state);
  }

  // after the code

  private ActivityResult completed(StepSummary row, JsonNode outputs, StepStreams streams) {
    return ended(
        StepChange.of(row).status(StepStatus.COMPLETED).outputs(Payload.utf8(Jsons.write(outputs))),
        false,
        streams.changes());
  }

  private ActivityResult failed(StepSummary row, Throwable error, boolean retryable) {
    if (!delivery.isCancelled()) {
      LOG.warn(
          "attempt {} of step {} of run {} failed", row.attempt(), task.stepId(), runId, error);
    }
    return ended(
        StepChange.of(row)
            .status(StepStatus.FAILED)
            .lastError(Texts.of(error))
            .retryable(retryable),
        false);
  }

  private ActivityResult suspended(
      StepSummary row, StepSuspension suspension, StepStreams streams) {
    JsonNode metadata = suspension.metadata();
    return ended(
        StepChange.of(row)
            .status(StepStatus.SUSPENDED)
            .suspension(
                Suspension.builder()
                    .stepId(task.stepId())
                    .reason(Texts.fit(suspension.reason()))
                    .state(Payload.utf8(Jsons.write(suspension.state())))
                    .metadata(metadata == null ? null : Payload.utf8(Jsons.write(metadata)))
                    .build()),
        suspension.cancelsSiblings(),
        streams.changes());
  }

  /** The end of the attempt and the message that wakes the run, in one commit. */
  ActivityResult ended(StepChange.Builder change, boolean cancelSiblings) {
    return ended(change, cancelSiblings, List.of());
  }

  private ActivityResult ended(
      StepChange.Builder change, boolean cancelSiblings, List<Change> streams) {
    List<Change> changes = new ArrayList<>();
    StepChange end = change.build();
    changes.add(end);
    changes.addAll(streams);
    return new ActivityResult.Done(
        RunMessage.stepMoved(runId, task.stepId(), cancelSiblings),
        changes,
        end.status() == StepStatus.FAILED,
        task.attempt());
  }
}
