// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Killer;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.provider.state.RunStatus;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Has workers run until all runs have ended, and kills and replaces some of them on the way, and
 * once each those who approve and deliver.
 */
final class Supervisor {

  private static final long LOOK_EVERY_MILLIS = 20;

  /** So many looks at the ledger are one look at the store, which has other things to do. */
  private static final int STORE_EVERY = 10;

  /** Nothing in a run takes nearly as long, so something is stuck. */
  private static final Duration STANDSTILL = Duration.ofSeconds(60);

  private final Fleet workers;
  private final List<Fleet> helpers;
  private final Runs runs;
  private final Effects effects;
  private final Progress progress;
  private final Plan plan;
  private final Killer killer;

  /**
   * Plans the kills.
   *
   * @param helpers one process each, which is killed once where anybody is
   * @param allEffects how many effects there will be
   */
  Supervisor(
      Fleet workers,
      List<Fleet> helpers,
      Runs runs,
      Effects effects,
      Progress progress,
      Plan plan,
      int allEffects) {
    this.workers = workers;
    this.helpers = helpers;
    this.runs = runs;
    this.effects = effects;
    this.progress = progress;
    this.plan = plan;
    this.killer =
        new Killer(workers, plan.kills(), helpers, effects, allEffects, plan.seed(), progress);
  }

  /** Runs until all have ended, or nothing happens any more. Returns the kills. */
  List<Kill> run() throws IOException, InterruptedException, SQLException {
    try {
      runs.openMailroom();
      runs.letIn(0);
      for (Fleet helper : helpers) {
        helper.start();
      }
      for (int i = 0; i < plan.workers(); i++) {
        workers.start();
      }
      watch();
      workers.stop();
      for (Fleet helper : helpers) {
        helper.stop();
      }
      return killer.kills();
    } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
      workers.discard();
      helpers.forEach(Fleet::discard);
      throw e;
    }
  }

  private void watch() throws IOException, InterruptedException, SQLException {
    int seen = -1;
    long lastChange = System.nanoTime();
    long ended = 0;
    for (int look = 0; ended < plan.runs() || !runs.isMailroomClosed(); look++) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      workers.checkAlive();
      helpers.forEach(Fleet::checkAlive);
      int done = effects.count();
      killer.killIfDue();
      if (look % STORE_EVERY == 0) {
        Map<RunStatus, Long> counts = runs.counts();
        long now = ended(counts);
        runs.letIn(now);
        lastChange = now == ended && done == seen ? lastChange : System.nanoTime();
        ended = now;
        seen = done;
        show(counts, done);
      }
      if (System.nanoTime() - lastChange > STANDSTILL.toNanos()) {
        progress.say("Nothing has happened for %d s.".formatted(STANDSTILL.toSeconds()));
        return; // The audit says what is stuck.
      }
    }
  }

  private static long ended(Map<RunStatus, Long> counts) {
    return counts.entrySet().stream()
        .filter(count -> count.getKey().isEnded())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private void show(Map<RunStatus, Long> counts, int done) {
    long waiting = counts.getOrDefault(RunStatus.SUSPENDED, 0L);
    int all = (int) ended(counts);
    progress.show(
        all,
        plan.runs(),
        "%,d of %,d documents, %,d effects%s"
            .formatted(
                all,
                plan.runs(),
                done,
                waiting == 0 ? "" : ", %d await approval".formatted(waiting)),
        workers.toString());
  }
}
