// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Kills processes at moments that a seed decides, measured in what has happened, and has others
 * take their places. Not thread-safe.
 */
public final class Killer {

  /** A kill comes up to so long after what calls for it. */
  private static final int JITTER_MILLIS = 40;

  /** The first kill is not before all workers are there, and the last while there is work. */
  private static final double EARLIEST = 0.05;

  private static final double LATEST = 0.9;

  private final Fleet workers;
  private final Work work;
  private final String what;
  private final Progress progress;
  private final Random random;
  private final List<Death> deaths = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();

  /** Counts what has happened. */
  @FunctionalInterface
  public interface Count {

    /** How much it is now. */
    int now() throws SQLException;
  }

  /** What workers do. */
  public interface Work {

    /** How much of it has been done. */
    int count() throws SQLException;

    /** Whether a process has done any of it. */
    boolean hasBegun(long pid) throws SQLException;
  }

  /** When somebody of a fleet is killed. */
  private record Death(Fleet of, Count count, int after) {
    boolean isDue() throws SQLException {
      return count.now() >= after;
    }
  }

  /**
   * Kills nobody until it is told so.
   *
   * @param workers those that are only killed when they have done something
   * @param work what they do
   * @param what what that is called, {@code effects} for example
   * @param seed decides who and when
   */
  public Killer(Fleet workers, Work work, String what, long seed, Progress progress) {
    this.workers = workers;
    this.work = work;
    this.what = what;
    this.progress = progress;
    random = new Random(seed);
  }

  /**
   * Plans the kills of a demo whose workers have effects.
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
    this(workers, work(effects), "effects", seed, progress);
    plan(workers, count, effects::count, allEffects);
    if (count > 0) {
      helpers.forEach(helper -> plan(helper, 1, effects::count, allEffects));
    }
  }

  private static Work work(Effects effects) {
    return new Work() {
      @Override
      public int count() throws SQLException {
        return effects.count();
      }

      @Override
      public boolean hasBegun(long pid) throws SQLException {
        return effects.calls(pid) > 0;
      }
    };
  }

  /**
   * Plans kills.
   *
   * @param of in which fleet
   * @param times how many
   * @param count counts what calls for them
   * @param most how much of that there will be
   */
  public void plan(Fleet of, int times, Count count, int most) {
    for (int i = 0; i < times; i++) {
      deaths.add(new Death(of, count, (int) (random.nextDouble(EARLIEST, LATEST) * most)));
    }
  }

  /** Whether somebody of a fleet is to be killed now. */
  public boolean isDue(Fleet of) throws SQLException {
    for (Death death : deaths) {
      if (death.of() == of && death.isDue()) {
        return true;
      }
    }
    return false;
  }

  /** Kills who is due, and has others take their places. */
  public void killIfDue() throws IOException, InterruptedException, SQLException {
    for (Death death : List.copyOf(deaths)) {
      if (death.isDue()) {
        kill(death);
      }
    }
  }

  private void kill(Death death) throws IOException, InterruptedException, SQLException {
    Fleet fleet = death.of();
    boolean isWorker = fleet == workers;
    WorkerProcess victim = fleet.get(random.nextInt(fleet.size()));
    if (isWorker && !work.hasBegun(victim.pid())) {
      return; // It has not begun yet; the next look finds another one, or this one at work.
    }
    deaths.remove(death);
    Thread.sleep(random.nextInt(JITTER_MILLIS));
    fleet.kill(victim);
    Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    int done = work.count();
    kills.add(new Kill(victim.toString(), isWorker, victim.pid(), at, done));
    progress.say("Killed %s with SIGKILL after %,d %s.".formatted(victim, done, what));
    fleet.start();
  }

  /** Those that were killed until now. */
  public List<Kill> kills() {
    return List.copyOf(kills);
  }
}
