// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.RecoveryService.Stuck;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunSummary;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for stuck runs again and again, and has them recovered. Any number of workers may do so at
 * once: they ask for the same, and it is done once.
 */
final class StuckRuns implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(StuckRuns.class);
  private static final int PAGE = 100;

  private final StoreRecovery recovery;
  private final Duration olderThan;
  private final Duration every;

  StuckRuns(StoreRecovery recovery, Duration olderThan, Duration every) {
    this.recovery = recovery;
    this.olderThan = olderThan;
    this.every = every;
  }

  @Override
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(every);
        recoverAll();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.warn("stuck runs could not be looked for, and are again in {}", every, e);
      }
    }
  }

  private void recoverAll() {
    String token = null;
    do {
      Stuck page = recovery.findStuck(olderThan, PAGE, token);
      for (RunSummary run : page.runs()) {
        recover(run);
      }
      token = page.nextPageToken();
    } while (token != null && !Thread.currentThread().isInterrupted());
  }

  private void recover(RunSummary stuck) {
    try {
      Run run = recovery.known(stuck.runId());
      if (run != null && run.summary().version() == stuck.version()) {
        LOG.info("run {} is stuck in attempt {}; it is recovered", stuck.runId(), stuck.attempt());
        recovery.ask(run);
      }
    } catch (UnreadableRowException e) {
      LOG.debug("run {} is none of the graph engine's", stuck.runId(), e);
    }
  }
}
