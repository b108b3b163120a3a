// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs workers until all orders have ended, and kills the first of them half way. */
final class Supervisor {

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration LOOK_AT_MOST = Duration.ofSeconds(1);

  /** Nothing in an order takes nearly as long, so something is broken. */
  private static final Duration STANDSTILL = Duration.ofSeconds(90);

  private final Place place;
  private final Instances instances;
  private final Approver approver;
  private final Progress progress;
  private final int total;

  private int workers;
  private @Nullable Kill kill;

  Supervisor(Place place, Instances instances, Approver approver, Progress progress, int total) {
    this.place = place;
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
    WorkerProcess worker = startWorker();
    try {
      instances.start();
      if (withKill) {
        watch(worker, before + (left + 1) / 2);
        if (instances.ended() < total) {
          worker.kill();
          Kill killed =
              new Kill(
                  worker.toString(),
                  Instant.now().truncatedTo(ChronoUnit.MILLIS),
                  instances.ended() - before);
          progress.say(
              "Killed %s with SIGKILL after %d orders.".formatted(worker, killed.afterOrders()));
          kill = killed;
          worker = startWorker();
        }
      }
      watch(worker, total);
      worker.stop();
    } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
      worker.discard();
      throw e;
    }
    return Optional.ofNullable(kill);
  }

  private WorkerProcess startWorker() throws IOException {
    WorkerProcess worker = WorkerProcess.start(++workers, place);
    progress.say("Started %s.".formatted(worker));
    return worker;
  }

  /** Returns when so many orders have ended. */
  private void watch(WorkerProcess worker, int target) throws InterruptedException, SQLException {
    long lastChange = System.nanoTime();
    int ended = instances.ended();
    while (ended < target) {
      Thread.sleep(LOOK_EVERY.toMillis());
      worker.checkAlive();
      instances.start();
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
