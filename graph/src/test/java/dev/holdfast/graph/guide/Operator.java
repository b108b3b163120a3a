// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RecoveryService;
import dev.holdfast.graph.RunView;
import dev.holdfast.graph.plan.RecoveryPlan;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepStatus;
import java.time.Duration;

/** What an operator asks and does. */
final class Operator {

  private Operator() {}

  /** Says what is wrong with a run, and brings it back if that is a matter of trying again. */
  static String help(Provider store, String runId, GraphDefinition... graphs) {
    GraphClient client = Graphs.client(store, graphs);
    RunView run = client.run(runId).orElseThrow();
    switch (run.status()) {
      case FAILED -> client.restart(runId); // from its failed steps; completed ones are kept
      case PAUSED -> client.resume(runId);
      case SUSPENDED -> {
        return "waits for step " + run.suspendedStep();
      }
      case RUNNING, RECOVERING -> {
        RecoveryPlan plan = client.recovery().plan(runId); // changes nothing
        return plan.reason();
      }
      case SCHEDULED, COMPLETED, CANCELLED -> {}
    }
    return run.status() + (run.error() == null ? "" : ": " + run.error());
  }

  /** Lists the runs that nothing in the store will move, and has a worker recover them. */
  static void recover(Provider store, GraphDefinition... graphs) {
    RecoveryService recovery = Graphs.client(store, graphs).recovery();
    for (RunSummary stuck : recovery.findStuck(Duration.ofMinutes(5), 100, null).runs()) {
      if (recovery.canResume(stuck.runId())) {
        recovery.resume(stuck.runId());
      }
    }
  }

  /** Counts the steps of a run that wait for a worker: none has their code, or all are busy. */
  static long waiting(Provider store, String runId) {
    return Graphs.client(store).steps(runId).stream()
        .filter(step -> step.status() == StepStatus.SCHEDULED)
        .count();
  }
}
