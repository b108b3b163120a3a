// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers an audit entry for each transition, where the store has an audit log. Best effort: nothing
 * waits for it, and nothing fails because of it. Thread-safe.
 */
final class RunAudit {

  private static final Logger LOG = LoggerFactory.getLogger(RunAudit.class);

  private final @Nullable AuditLog log;

  RunAudit(Provider provider) {
    log = provider.capability(AuditLog.class).orElse(null);
  }

  /** Offers the transitions of stored changes. */
  void changed(List<Change> changes, Instant at) {
    for (Change change : changes) {
      switch (change) {
        case CreateRun made ->
            offer(made.runId(), "run." + made.status().label(), null, at, Map.of("new", true));
        case RunChange run -> changed(run, at);
        case StepChange step -> changed(step, at);
        default -> {}
      }
    }
  }

  private void changed(RunChange run, Instant at) {
    RunStatus status = run.status();
    if (status != null) {
      offer(run.runId(), "run." + status.label(), null, at, error(run.lastError()));
    }
  }

  private void changed(StepChange step, Instant at) {
    StepStatus status = step.status();
    if (status != null) {
      offer(step.runId(), "step." + status.label(), step.stepId(), at, error(step.lastError()));
    }
  }

  /** Offers the transitions of changes that were stored alone, as the store tells of them. */
  void applied(List<Change> changes, List<ChangeResult> results) {
    for (int i = 0; i < results.size(); i++) {
      ChangeResult result = results.get(i);
      switch (changes.get(i)) {
        case RunChange change when result instanceof RunWritten(RunSummary run) ->
            changed(change, run.times().updatedAt());
        case RestartRun restart when result instanceof RunWritten(RunSummary run) ->
            offer(
                run.runId(),
                "run." + run.status().label(),
                null,
                run.times().updatedAt(),
                Map.of("steps", restart.steps()));
        case StepChange change when result instanceof StepWritten written ->
            changed(change, written.step().times().updatedAt());
        default -> {}
      }
    }
  }

  /** Offers the transition that a step has made outside of a turn. */
  void moved(StepSummary step) {
    Map<String, Object> data = new TreeMap<>();
    data.put("attempt", step.attempt());
    Boolean retryable = step.retryable();
    if (retryable != null) {
      data.put("retryable", retryable);
    }
    offer(
        step.runId(),
        "step." + step.status().label(),
        step.stepId(),
        step.times().updatedAt(),
        data);
  }

  private static Map<String, Object> error(@Nullable String error) {
    return error == null ? Map.of() : Map.of("error", error);
  }

  private void offer(
      String runId, String type, @Nullable String stepId, Instant at, Map<String, Object> data) {
    if (log == null) {
      return;
    }
    try {
      if (!log.offer(new AuditEntry(runId, type, stepId, at, Payload.utf8(Jsons.write(data))))) {
        LOG.debug("the audit entry {} of run {} was dropped", type, runId);
      }
    } catch (RuntimeException e) {
      LOG.debug("the audit entry {} of run {} could not be offered", type, runId, e);
    }
  }
}
