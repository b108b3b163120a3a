// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.WorkerProcess;
import dev.holdfast.examples.orders.ledger.Ledger;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Has workers run until all orders have ended, and kills the first of them half way. */
final class Supervisor {

  /** Pauses between two looks: short for a few orders, longer for many. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private static final Duration LOOK_EVERY_PER_ORDER = Duration.ofMillis(2);
  private static final Duration LOOK_AT_MOST = Duration.ofSeconds(1);

  /** A call takes much longer. */
  private static final Duration LOOK_CLOSELY = Duration.ofMillis(5);

  /** When nothing happens for so long, there is no work left to interrupt. */
  private static final Duration CATCH_WITHIN = Duration.ofSeconds(2);

  /** Nothing in an order takes nearly as long, so something is broken. */
  private static final Duration STANDSTILL = Duration.ofSeconds(90);

  private final Fleet fleet;
  private final Ledger ledger;
  private final Instances instances;
  private final Approver approver;
  private final Progress progress;
  private final int total;

  Supervisor(
      Fleet fleet,
      Ledger ledger,
      Instances instances,
      Approver approver,
      Progress progress,
      int total) {
    this.fleet = fleet;
    this.ledger = ledger;
    this.instances = instances;
    this.approver = approver;
    this.progress = progress;
    this.total = total;
  }

  /** Runs all orders on some workers, if any are left. Returns the kill, if there was one. */
  Optional<Kill> run(int workers, boolean withKill)
      throws IOException, InterruptedException, SQLException {
    if (instances.ended() == total) {
      return Optional.empty();
    }
    try {
      for (int i = 0; i < workers; i++) {
        fleet.start();
      }
      Optional<Kill> kill = withKill ? kill() : Optional.empty();
      watch(() -> instances.ended() == total);
      fleet.stop();
      return kill;
    } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
      fleet.discard();
      throw e;
    }
  }

  /** Kills the first worker half way; nobody when all orders end before. */
  private Optional<Kill> kill() throws IOException, InterruptedException, SQLException {
    int before = instances.ended();
    int half = before + (total - before) / 2;
    long victim = fleet.first().pid();
    int callsBefore = ledger.calls(victim);
    // Half of the orders, and in any case one that has done something.
    watch(() ->
        instances.ended() == total
            || (instances.ended() >= half && ledger.calls(victim) > callsBefore));
    if (instances.ended() == total) {
      return Optional.empty();
    }
    catchAtWork(victim);
    WorkerProcess killed = fleet.killFirst();
    Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    int after = instances.ended() - before;
    progress.say("Killed %s with SIGKILL after %d orders.".formatted(killed, after));
    if (fleet.size() == 0) {
      fleet.start();
    }
    return Optional.of(new Kill(killed.toString(), killed.pid(), at, after, fleet.toString()));
  }

  /**
   * Waits for the moment after a worker's call has had its effect and before it has the answer.
   * Whoever looked at all orders first finds that most of them have ended meanwhile, and would kill
   * a worker that has nothing to lose.
   */
  private void catchAtWork(long pid) throws InterruptedException, SQLException {
    instances.start();
    int calls = ledger.calls(pid);
    long until = System.nanoTime() + CATCH_WITHIN.toNanos();
    while (ledger.calls(pid) == calls && System.nanoTime() < until) {
      Thread.sleep(LOOK_CLOSELY.toMillis());
    }
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws SQLException;
  }

  /** Keeps orders coming, answers approvals and returns when a condition holds. */
  private void watch(Condition condition) throws InterruptedException, SQLException {
    long lastChange = System.nanoTime();
    int ended = instances.ended();
    while (!condition.holds()) {
      instances.start();
      Thread.sleep(
          LOOK_EVERY
              .plus(LOOK_EVERY_PER_ORDER.multipliedBy(instances.running().size()))
              .toMillis());
      fleet.checkAlive();
      approver.answer();
      instances.look(LOOK_AT_MOST);
      int all = instances.ended();
      int completed = instances.completed();
      String text =
          "%d of %d orders (%d completed, %d not)"
              .formatted(all, total, completed, all - completed);
      progress.show(all, total, text, fleet.toString());
      if (instances.ended() != ended) {
        ended = instances.ended();
        lastChange = System.nanoTime();
      } else if (System.nanoTime() - lastChange > STANDSTILL.toNanos()) {
        throw new DemoFailedException(
            "no order ended for %d s; still running: %s%n%s"
                .formatted(STANDSTILL.toSeconds(), some(), fleet.logEnd()));
      }
    }
  }

  private String some() {
    List<String> running = instances.running();
    String first = String.join(", ", running.subList(0, Math.min(5, running.size())));
    return running.size() > 5 ? first + " and %d more".formatted(running.size() - 5) : first;
  }
}
