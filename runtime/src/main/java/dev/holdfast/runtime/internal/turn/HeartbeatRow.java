// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.worker.StoreAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stored heartbeat of one call of an activity: a step of the run that has the id of the
 * instance. The run says of which execution its steps are, and the first heartbeat of the next
 * execution replaces it, so that nothing piles up; it goes when the instance is deleted. Written
 * under the lock of the activity, so that there is one writer. Not thread-safe.
 */
final class HeartbeatRow {

  /** The kind of the runs that have heartbeats. */
  static final String KIND = "holdfast.heartbeats";

  /** How often others may have written first: calls of the same instance that begin together. */
  private static final int MOST_CONFLICTS = 20;

  private final StoreAccess store;
  private final Supplier<StateTables> tables;
  private final String instanceId;
  private final String execution;
  private final String stepId;
  private @Nullable Found found;

  /**
   * Creates it; nothing is read.
   *
   * @param store the store, under the lock of the activity
   * @param tables where it is, asked for when it is needed
   * @param firstId the event id of the first attempt
   */
  HeartbeatRow(
      StoreAccess store,
      Supplier<StateTables> tables,
      String instanceId,
      long executionId,
      long firstId) {
    this.store = store;
    this.tables = tables;
    this.instanceId = instanceId;
    this.execution = String.valueOf(executionId);
    this.stepId = String.valueOf(firstId);
  }

  /** What there is; a version of 0 says that there is none. */
  private record Found(
      long runVersion, boolean current, long stepVersion, @Nullable Payload details) {}

  /** {@return what was stored last for this call, null when nothing was} */
  @Nullable Payload read() {
    return found().details();
  }

  /** Stores what the next delivery or attempt is to see. */
  void write(Payload details) {
    for (int conflicts = 0; ; conflicts++) {
      Found before = found();
      try {
        List<ChangeResult> results = store.apply(changes(before, details));
        long version = ((StepWritten) results.getLast()).step().version();
        found = new Found(1, true, version, details);
        return;
      } catch (ProviderError.VersionConflict
          | ProviderError.NotFound
          | ProviderError.IllegalTransition e) {
        // Another call of the instance was the first one, or a repeated write had been stored.
        found = null;
        if (conflicts == MOST_CONFLICTS) {
          throw e;
        }
      }
    }
  }

  private List<Change> changes(Found before, Payload details) {
    List<Change> changes = new ArrayList<>();
    if (!before.current()) {
      if (before.runVersion() > 0) {
        changes.add(
            RunChange.of(instanceId, before.runVersion()).status(RunStatus.CANCELLED).build());
        changes.add(new DeleteRun(instanceId, before.runVersion() + 1));
      }
      // Scheduled for ever: what runs and does not move would be told as stuck.
      changes.add(new CreateRun(instanceId, KIND, RunStatus.SCHEDULED, Payload.utf8(execution)));
    }
    StepChange.Builder step = StepChange.of(instanceId, stepId, before.stepVersion());
    if (before.stepVersion() == 0) {
      step.status(StepStatus.IDLE);
    }
    changes.add(step.outputs(details).build());
    return changes;
  }

  private Found found() {
    Found known = found;
    if (known == null) {
      known = look();
      found = known;
    }
    return known;
  }

  private Found look() {
    Run run = store.read(() -> tables.get().run(instanceId)).orElse(null);
    if (run == null) {
      return new Found(0, false, 0, null);
    }
    if (!run.summary().kind().equals(KIND)) {
      throw new IllegalStateException(
          "the run \"%s\" is of the kind \"%s\"; there is no place for heartbeats of the instance"
              .formatted(instanceId, run.summary().kind()));
    }
    Payload data = run.data();
    if (data == null || !data.asUtf8().equals(execution)) {
      return new Found(run.summary().version(), false, 0, null);
    }
    return store.read(() -> tables.get().steps(instanceId, Set.of(stepId))).stream()
        .findFirst()
        .map(step -> found(run, step))
        .orElseGet(() -> new Found(run.summary().version(), true, 0, null));
  }

  private static Found found(Run run, Step step) {
    return new Found(run.summary().version(), true, step.summary().version(), step.outputs());
  }
}
