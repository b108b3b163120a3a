// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.ledger.Ledger;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Runs workers until all orders have ended, and kills the first of them half way. */
final class Supervisor {

  /** Pauses between two looks: short for a few orders, longer for many. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private static final Duration LOOK_EVERY_PER_ORDER = Duration.ofMillis(2);
  private static final Duration LOOK_AT_MOST = Duration.ofSeconds(1);

  /** Nothing in an order takes nearly as long, so something is broken. */
  private static final Duration STANDSTILL = Duration.ofSeconds(90);

  private final Place place;
  private final Ledger ledger;
  private final Instances instances;
  private final Approver approver;
  private final Progress progress;
  private final int total;

  private int workers;

  Supervisor(
      Place place,
      Ledger ledger,
      Instances instances,
      Approver approver,
      Progress progress,
      int total) {
    this.place = place;
    this.ledger = ledger;
    this.instances = instances;
    this.approver = approver;
    this.progress = progress;
    this.total = total;
  }

  /** How many workers were needed; none when all orders had ended before. */
  int workers() {
    return workers;
  }

  /** Runs all orders. Returns the kill, if there was one. */
  Optional<Kill> run(boolean withKill) throws IOException, InterruptedException, SQLException {
    int before = instances.ended();
    int left = total - before;
    if (left == 0) {
      return Optional.empty();
    }
    int callsBefore = ledger.calls();
    Optional<Kill> kill = Optional.empty();
    WorkerProcess worker = startWorker();
    try {
      if (withKill) {
        // Half of the orders, and in any case in the middle of something.
        watch(worker, () -> instances.ended() >= before + left / 2 && ledger.calls() > callsBefore);
        if (instances.ended() < total) {
          worker.kill();
          Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
          int after = instances.ended() - before;
          progress.say("Killed %s with SIGKILL after %d orders.".formatted(worker, after));
          kill = Optional.of(new Kill(worker.toString(), at, after));
          worker = startWorker();
        }
      }
      watch(worker, () -> instances.ended() == total);
      worker.stop();
    } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
      worker.discard();
      throw e;
    }
    return kill;
  }

  private WorkerProcess startWorker() throws IOException {
    WorkerProcess worker = WorkerProcess.start(++workers, place);
    progress.say("Started %s.".formatted(worker));
    return worker;
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws SQLException;
  }

  /** Keeps orders coming, answers approvals and returns when a condition holds. */
  private void watch(WorkerProcess worker, Condition condition)
      throws InterruptedException, SQLException {
    long lastChange = System.nanoTime();
    int ended = instances.ended();
    while (!condition.holds()) {
      instances.start();
      Thread.sleep(
          LOOK_EVERY
              .plus(LOOK_EVERY_PER_ORDER.multipliedBy(instances.running().size()))
              .toMillis());
      worker.checkAlive();
      approver.answer();
      instances.look(LOOK_AT_MOST);
      progress.show(instances.ended(), instances.completed(), total, "worker " + workers);
      if (instances.ended() != ended) {
        ended = instances.ended();
        lastChange = System.nanoTime();
      } else if (System.nanoTime() - lastChange > STANDSTILL.toNanos()) {
        throw new DemoFailedException(
            "no order ended for %d s; still running: %s%n%s"
                .formatted(STANDSTILL.toSeconds(), some(), worker.logEnd()));
      }
    }
  }

  private String some() {
    List<String> running = instances.running();
    String first = String.join(", ", running.subList(0, Math.min(5, running.size())));
    return running.size() > 5 ? first + " and %d more".formatted(running.size() - 5) : first;
  }
}
