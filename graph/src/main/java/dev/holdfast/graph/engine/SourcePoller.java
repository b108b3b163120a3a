// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.NewTriggerInput;
import dev.holdfast.graph.PolledSource;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a source for each run of a graph that goes on, and delivers what has come. Which runs there
 * are, and how far each is, is in the store: so nothing is forgotten with a process, and a worker
 * that begins asks for all of them. Inputs and cursor are one commit. Used by one thread.
 */
final class SourcePoller implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(SourcePoller.class);
  private static final int PAGE = 100;

  private final StoreCalls store;
  private final StoreTriggers triggers;
  private final GraphDefinition graph;
  private final String stepId;
  private final PolledSource source;

  SourcePoller(
      StoreCalls store,
      StoreTriggers triggers,
      GraphDefinition graph,
      String stepId,
      PolledSource source) {
    this.store = store;
    this.triggers = triggers;
    this.graph = graph;
    this.stepId = stepId;
    this.source = source;
  }

  @Override
  public void run() {
    RunQuery query =
        RunQuery.builder(PAGE)
            .kinds(graph.name())
            .statuses(RunStatus.RUNNING, RunStatus.SUSPENDED, RunStatus.RECOVERING)
            .build();
    while (true) {
      RunQuery page = query;
      RunPage runs = store.read(() -> store.tables.runs(page));
      for (RunSummary run : runs.rows()) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        poll(run.runId());
      }
      if (runs.nextPageToken() == null) {
        return;
      }
      query = query.from(runs.nextPageToken());
    }
  }

  /** A source that fails for one run is asked for the others all the same. */
  private void poll(String runId) {
    try {
      if (isOfVersion(runId)) {
        List<NewTriggerInput> inputs =
            source.poll(runId, triggers.cursor(runId, stepId).orElse(null));
        triggers.deliverAll(runId, stepId, inputs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("trigger {} of run {}: its source could not be polled", stepId, runId, e);
    }
  }

  private boolean isOfVersion(String runId) {
    Run run = store.read(() -> store.tables.run(runId)).orElse(null);
    return run != null && RunData.of(run).version().equals(graph.version());
  }
}
