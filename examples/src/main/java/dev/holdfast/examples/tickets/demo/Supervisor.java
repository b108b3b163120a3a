// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.WorkerProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * Has the processes run, stage after stage, and kills and replaces some of the workers on the way,
 * and each of the others once. Not thread-safe.
 */
final class Supervisor {

  private static final long LOOK_EVERY_MILLIS = 20;

  /** A kill comes up to so long after the event that calls for it. */
  private static final int JITTER_MILLIS = 60;

  /** The first kill is not before all workers are there, and the last while there is work. */
  private static final double EARLIEST = 0.05;

  private static final double LATEST = 0.9;

  /** Nothing takes nearly as long, a process that starts on a busy machine neither. */
  private static final Duration STANDSTILL = Duration.ofSeconds(180);

  private final Fleet workers;
  private final Decisions decisions;
  private final Tail tail;
  private final Progress progress;
  private final Plan plan;
  private final Random random;
  private final int all;
  private final List<Death> deaths = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();
  private final List<Fleet> others = new ArrayList<>();
  private boolean standstill;

  /**
   * When somebody of a fleet is killed.
   *
   * @param done counts what has happened
   */
  private record Death(Fleet of, IntSupplier done, int after) {
    boolean isDue() {
      return done.getAsInt() >= after;
    }
  }

  /**
   * Plans the kills of workers.
   *
   * @param all how much will happen until the end, see {@link #done}
   */
  Supervisor(
      Fleet workers, Decisions decisions, Tail tail, Progress progress, Plan plan, int all) {
    this.workers = workers;
    this.decisions = decisions;
    this.tail = tail;
    this.progress = progress;
    this.plan = plan;
    this.all = all;
    random = new Random(plan.seed());
    for (Fleet worker : Collections.nCopies(plan.kills(), workers)) {
      deaths.add(
          new Death(worker, this::done, (int) (random.nextDouble(EARLIEST, LATEST) * all)));
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
  void accompany(Fleet fleet, int times, IntSupplier done, int most) throws IOException {
    others.add(fleet);
    fleet.start();
    for (int i = 0; i < times && plan.kills() > 0; i++) {
      deaths.add(new Death(fleet, done, (int) (random.nextDouble(EARLIEST, LATEST) * most)));
    }
  }

  /**
   * A stage: starts a process beside the workers, which is killed once where anybody is, and waits
   * for what it brings about.
   *
   * @param much how much will happen in it
   * @param over tells that it is over
   */
  void stage(Fleet fleet, int much, Predicate<Tail> over) throws IOException, InterruptedException {
    int before = done();
    accompany(fleet, 1, () -> done() - before, much);
    watch(read -> over.test(read) && deaths.stream().noneMatch(d -> d.of() == fleet && d.isDue()));
  }

  /** Waits for something. */
  void watch(Predicate<Tail> over) throws IOException, InterruptedException {
    int seen = -1;
    long lastChange = System.nanoTime();
    while (!standstill && !over.test(tail)) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      workers.checkAlive();
      others.forEach(Fleet::checkAlive);
      tail.read();
      killWhoIsDue();
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
      workers.stopFirst();
      workers.start();
    }
  }

  /** Ends all, and returns the kills. */
  List<Kill> finish() throws InterruptedException {
    for (Fleet fleet : List.copyOf(others)) {
      end(fleet);
    }
    workers.stop();
    return List.copyOf(kills);
  }

  /** Ends all in any way, when the demo has failed. */
  void discard() {
    workers.discard();
    others.forEach(Fleet::discard);
  }

  private void killWhoIsDue() throws IOException, InterruptedException {
    for (Death death : List.copyOf(deaths)) {
      if (death.isDue()) {
        kill(death);
      }
    }
  }

  /** Kills one that has done something, and has another one take its place. */
  private void kill(Death death) throws IOException, InterruptedException {
    Fleet fleet = death.of();
    boolean isWorker = fleet == workers;
    WorkerProcess victim = fleet.get(random.nextInt(fleet.size()));
    if (isWorker && !decisions.isAnyOf(victim.pid())) {
      return; // It has not begun yet; the next look finds another one, or this one at work.
    }
    deaths.remove(death);
    Thread.sleep(random.nextInt(JITTER_MILLIS));
    fleet.kill(victim);
    Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    int events = tail.happened() + tail.migrated();
    kills.add(new Kill(victim.toString(), isWorker, at, events));
    progress.say("Killed %s with SIGKILL after %,d events.".formatted(victim, events));
    fleet.start();
  }
}
