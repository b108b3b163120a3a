// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes suspended runs that have inputs and were not woken: rows that somebody restored, a message
 * that was lost with its queue. A run is woken when it is found twice with the same oldest input,
 * because a delivery that has just come wakes its run by itself. Any number of workers may look: a
 * run that is woken twice looks twice, and takes each input once. Used by one thread.
 */
final class WaitingRuns implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(WaitingRuns.class);
  private static final int PAGE = 100;

  private final StoreTriggers triggers;
  private final StoreRecovery recovery;
  private Map<String, WaitingRun> before = new HashMap<>();

  WaitingRuns(StoreTriggers triggers, StoreRecovery recovery) {
    this.triggers = triggers;
    this.recovery = recovery;
  }

  @Override
  public void run() {
    Map<String, WaitingRun> seen = new HashMap<>();
    String token = null;
    do {
      WaitingRunPage page = triggers.suspendedRunsWithPendingInputs(PAGE, token);
      for (WaitingRun run : page.rows()) {
        seen.put(run.runId(), run);
        WaitingRun known = before.get(run.runId());
        if (known != null && known.oldestSince().equals(run.oldestSince())) {
          wakeUp(run);
        }
      }
      token = page.nextPageToken();
    } while (token != null && !Thread.currentThread().isInterrupted());
    before = seen;
  }

  private void wakeUp(WaitingRun run) {
    try {
      if (recovery.known(run.runId()) != null && triggers.wakeUp(run.runId())) {
        LOG.debug(
            "run {} has {} inputs since {}; it is woken",
            run.runId(),
            run.inputs(),
            run.oldestSince());
      }
    } catch (UnreadableRowException e) {
      LOG.debug("run {} is none of the graph engine's", run.runId(), e);
    }
  }
}
