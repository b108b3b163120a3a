// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again until its thread is interrupted; what goes wrong is logged, and
 * tried again after the same time.
 *
 * @param every how long it rests between two rounds
 * @param what what cannot be done, for the log
 * @param round what is done
 */
record Loop(Duration every, String what, Runnable round) implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  @Override
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(every);
        round.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.warn("{} failed, and is tried again in {}", what, every, e);
      }
    }
  }
}
