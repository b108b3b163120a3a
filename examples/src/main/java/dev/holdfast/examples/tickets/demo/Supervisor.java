// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Killer;
import dev.holdfast.examples.demo.Progress;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the processes run, stage after stage, and kills and replaces some of the workers on the way,
 * and each of the others once. Not thread-safe.
 */
final class Supervisor {

  private static final long LOOK_EVERY_MILLIS = 20;

  /** Nothing takes nearly as long, a process that starts on a busy machine neither. */
  private static final Duration STANDSTILL = Duration.ofSeconds(180);

  private final Fleet workers;
  private final Tail tail;
  private final Progress progress;
  private final Plan plan;
  private final Killer killer;
  private final int all;
  private final List<Fleet> others = new ArrayList<>();
  private boolean standstill;

  /**
   * Plans the kills of workers.
   *
   * @param all how much will happen until the end, see {@link #done}
   */
  Supervisor(Fleet workers, Decisions decisions, Tail tail, Progress progress, Plan plan, int all) {
    this.workers = workers;
    this.tail = tail;
    this.progress = progress;
    this.plan = plan;
    this.all = all;
    killer = new Killer(workers, new Deciding(tail, decisions), "events", plan.seed(), progress);
    killer.plan(workers, plan.kills(), this::done, all);
  }

  /** What workers do: events come of it, and before that decisions. */
  private record Deciding(Tail tail, Decisions decisions) implements Killer.Work {
    @Override
    public int count() {
      return tail.happened() + tail.migrated();
    }

    @Override
    public boolean hasBegun(long pid) {
      return decisions.isAnyOf(pid);
    }
  }

  /** {@return how much has happened: events, dead letters, and decisions about them} */
  private int done() {
    return tail.happened() + tail.died() + tail.redriven() + tail.dropped();
  }

  /** Starts all workers. */
  void begin() throws IOException {
    for (int i = 0; i < plan.workers(); i++) {
      workers.start();
    }
  }

  /**
   * Starts a process beside the workers and all stages. It is killed so many times, where anybody
   * is.
   *
   * @param done counts what it has brought about
   * @param most how much of that there will be
   */
  void accompany(Fleet fleet, int times, Killer.Count done, int most) throws IOException {
    others.add(fleet);
    fleet.start();
    if (plan.kills() > 0) {
      killer.plan(fleet, times, done, most);
    }
  }

  /**
   * A stage: starts a process beside the workers, which is killed once where anybody is, and waits
   * for what it brings about.
   *
   * @param much how much will happen in it
   * @param over tells that it is over
   */
  void stage(Fleet fleet, int much, End over)
      throws IOException, InterruptedException, SQLException {
    int before = done();
    accompany(fleet, 1, () -> done() - before, much);
    watch(read -> over.isOver(read) && !killer.isDue(fleet));
  }

  /** Tells whether something is over. */
  @FunctionalInterface
  interface End {
    boolean isOver(Tail read) throws SQLException;
  }

  /** Waits for something. */
  void watch(End over) throws IOException, InterruptedException, SQLException {
    int seen = -1;
    long lastChange = System.nanoTime();
    while (!standstill && !over.isOver(tail)) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      workers.checkAlive();
      others.forEach(Fleet::checkAlive);
      tail.read();
      killer.killIfDue();
      int now = tail.count();
      lastChange = now == seen ? lastChange : System.nanoTime();
      seen = now;
      progress.show(done(), all, words(), workers.toString());
      if (System.nanoTime() - lastChange > STANDSTILL.toNanos()) {
        progress.say("Nothing has happened for %d s.".formatted(STANDSTILL.toSeconds()));
        standstill = true; // The audit says what is stuck.
      }
    }
  }

  private String words() {
    int open = tail.died() - tail.redriven() - tail.dropped();
    return "%,d events%s%s%s"
        .formatted(
            tail.happened(),
            tail.migrated() == 0 ? "" : " and %,d migrated".formatted(tail.migrated()),
            tail.died() == 0 ? "" : ", %d dead letters".formatted(tail.died()),
            open == 0 || open == tail.died() ? "" : ", %d of them open".formatted(open));
  }

  /** Ends those that were started beside the workers. */
  void end(Fleet fleet) throws InterruptedException {
    others.remove(fleet);
    fleet.stop();
  }

  /** Ends one worker after the other and has another one take its place. */
  void replaceWorkers() throws IOException, InterruptedException {
    for (int i = 0; i < plan.workers(); i++) {
      workers.replaceFirst();
    }
  }

  /** Ends all, and returns the kills. */
  List<Kill> finish() throws InterruptedException {
    for (Fleet fleet : List.copyOf(others)) {
      end(fleet);
    }
    workers.stop();
    return killer.kills();
  }

  /** Ends all in any way, when the demo has failed. */
  void discard() {
    workers.discard();
    others.forEach(Fleet::discard);
  }
}
