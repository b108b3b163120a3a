// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.Suspension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes rows without an instance, as after a restore: nothing in the store moves such a run. */
final class LeftBehind {

  private final Changes changes;
  private final String runId;

  private LeftBehind(Changes changes, String runId) {
    this.changes = changes;
    this.runId = runId;
  }

  /** Makes the row of a running run. */
  static LeftBehind run(Provider provider, String runId, String graph, int n) {
    Changes changes = provider.capability(Changes.class).orElseThrow();
    Payload data =
        Payload.utf8(Jsons.write(Map.of("graph", graph, "version", "1", "inputs", Map.of("n", n))));
    changes.apply(List.of(new CreateRun(runId, graph, RunStatus.RUNNING, data)));
    return new LeftBehind(changes, runId);
  }

  /** A run of the graph fork: first is completed, left runs, right waits. */
  static void fork(Provider provider, String runId) {
    run(provider, runId, "fork", 1)
        .step("first", StepStatus.COMPLETED, "{\"n\":2}")
        .step("left", StepStatus.RUNNING, null)
        .step("right", StepStatus.SCHEDULED, null);
  }

  /** Makes the row of a step. */
  LeftBehind step(String id, StepStatus to, @Nullable String outputs) {
    StepSummary made =
        ((StepWritten) changes.apply(List.of(new EnsureStep(runId, id))).getFirst()).step();
    List<Change> path = new ArrayList<>();
    long version = made.version();
    if (to != StepStatus.SCHEDULED) {
      path.add(StepChange.of(runId, id, version++).status(StepStatus.SCHEDULED).build());
    }
    StepChange.Builder last = StepChange.of(runId, id, version).status(to);
    if (outputs != null) {
      last.outputs(Payload.utf8(outputs));
    }
    if (to == StepStatus.SUSPENDED) {
      last.suspension(Suspension.builder().stepId(id).reason("left behind").build());
    }
    path.add(last.build());
    changes.apply(path);
    return this;
  }

  /** Makes the rows of many elements of a step, all scheduled. */
  LeftBehind scheduled(String id, int elements) {
    List<Change> rows = new ArrayList<>();
    for (int i = 0; i < elements; i++) {
      rows.add(StepChange.of(runId, id + "[" + i + "]", 0).status(StepStatus.SCHEDULED).build());
      if (rows.size() == 1_000) {
        changes.apply(rows);
        rows.clear();
      }
    }
    changes.apply(rows);
    return this;
  }
}
