// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Killer;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.postings.flow.Stage;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** Has workers run until postings have ended, some of which are killed and replaced on the way. */
final class Supervisor {

  private static final long LOOK_EVERY_MILLIS = 20;

  /** So many looks at the ledger are one look at the store, which has other things to do. */
  private static final int STORE_EVERY = 10;

  /** Nothing takes nearly as long, so something is stuck. */
  private static final Duration STANDSTILL = Duration.ofSeconds(120);

  private final Fleet workers;
  private final Board board;
  private final Effects effects;
  private final Killer killer;
  private final Progress progress;
  private final Plan plan;

  Supervisor(
      Fleet workers, Board board, Effects effects, Killer killer, Progress progress, Plan plan) {
    this.workers = workers;
    this.board = board;
    this.effects = effects;
    this.killer = killer;
    this.progress = progress;
    this.plan = plan;
  }

  /** What else there is to wait for. */
  @FunctionalInterface
  interface Job {

    /** Does something of it, if there is something to do; returns whether it is done. */
    boolean isDone() throws IOException, InterruptedException;
  }

  /**
   * Lets postings come in and waits until they have ended, or until nothing happens any more.
   *
   * @param first how many of all
   * @param job what has to be done too
   * @return whether they have ended; if not, the audit says what is stuck
   */
  boolean watch(int first, Job job) throws IOException, InterruptedException, SQLException {
    int seen = -1;
    long before = -1;
    long lastChange = System.nanoTime();
    for (int look = 0; ; look++) {
      workers.checkAlive();
      killer.killIfDue();
      if (look % STORE_EVERY == 0) {
        Map<Stage, Long> counts = board.stages();
        long ended = Board.ended(counts);
        board.letIn(first, ended);
        int done = effects.count();
        show(counts, ended, done);
        if (job.isDone() && board.isOver(first, ended)) {
          return true;
        }
        lastChange = ended == before && done == seen ? lastChange : System.nanoTime();
        before = ended;
        seen = done;
      }
      if (System.nanoTime() - lastChange > STANDSTILL.toNanos()) {
        progress.say("Nothing has happened for %d s.".formatted(STANDSTILL.toSeconds()));
        return false;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private void show(Map<Stage, Long> counts, long ended, int done) {
    long underWay =
        counts.entrySet().stream()
            .filter(count -> !count.getKey().isEnd())
            .mapToLong(Map.Entry::getValue)
            .sum();
    progress.show(
        (int) ended,
        plan.postings(),
        "%,d of %,d postings, %,d under way, %,d effects"
            .formatted(ended, plan.postings(), underWay, done),
        workers.toString());
  }
}
