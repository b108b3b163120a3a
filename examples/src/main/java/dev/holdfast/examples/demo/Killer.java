// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Kills processes at moments that a seed decides, measured in effects, and has others take their
 * places. Not thread-safe.
 */
public final class Killer {

  /** A kill comes up to so long after the effect that calls for it. */
  private static final int JITTER_MILLIS = 40;

  /** The first kill is not before all workers are there, and the last while there is work. */
  private static final double EARLIEST = 0.05;

  private static final double LATEST = 0.9;

  private final Fleet workers;
  private final Effects effects;
  private final Progress progress;
  private final Random random;
  private final Deque<Death> deaths;
  private final List<Kill> kills = new ArrayList<>();

  /** When somebody of a fleet is killed. */
  private record Death(Fleet of, int afterEffects) {}

  /**
   * Plans the kills.
   *
   * @param count how many workers are killed
   * @param helpers one process each, which is killed once where anybody is
   * @param allEffects how many effects there will be
   */
  public Killer(
      Fleet workers,
      int count,
      List<Fleet> helpers,
      Effects effects,
      int allEffects,
      long seed,
      Progress progress) {
    this.workers = workers;
    this.effects = effects;
    this.progress = progress;
    this.random = new Random(seed);
    List<Fleet> victims = new ArrayList<>(Collections.nCopies(count, workers));
    if (count > 0) {
      victims.addAll(helpers);
    }
    this.deaths =
        new ArrayDeque<>(
            victims.stream()
                .map(fleet ->
                    new Death(fleet, (int) (random.nextDouble(EARLIEST, LATEST) * allEffects)))
                .sorted(Comparator.comparingInt(Death::afterEffects))
                .toList());
  }

  /** Kills one if one is due, and has another one take its place. */
  public void killIfDue() throws IOException, InterruptedException, SQLException {
    int done = effects.count();
    if (deaths.isEmpty() || done < deaths.element().afterEffects()) {
      return;
    }
    Fleet fleet = deaths.element().of();
    boolean isWorker = fleet == workers;
    WorkerProcess victim = fleet.get(random.nextInt(fleet.size()));
    if (isWorker && effects.calls(victim.pid()) == 0) {
      return; // It has not begun yet; the next look finds another one, or this one at work.
    }
    deaths.remove();
    Thread.sleep(random.nextInt(JITTER_MILLIS));
    fleet.kill(victim);
    Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    kills.add(new Kill(victim.toString(), isWorker, victim.pid(), at, done));
    progress.say("Killed %s with SIGKILL after %,d effects.".formatted(victim, done));
    fleet.start();
  }

  /** Those that were killed until now. */
  public List<Kill> kills() {
    return List.copyOf(kills);
  }
}
