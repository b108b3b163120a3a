// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.demo.ChildJvm;
import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.StoreChoice;
import dev.holdfast.examples.demo.StoreHost;
import dev.holdfast.examples.demo.Tally;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.HoldfastClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One soak, from the first start to the audit. Used once. */
final class Soak {

  private static final long LOOK_EVERY_MILLIS = 50;

  /** Nothing takes nearly as long, a database that is restarted on a busy machine neither. */
  private static final Duration STANDSTILL = Duration.ofMinutes(3);

  private final Plan plan;
  private final StoreChoice choice;
  private final Progress progress;
  private final ChildJvm jvm = new ChildJvm(Main.class);
  private final Random random;
  private final Set<Long> killed = new HashSet<>();
  private int restarts;
  private boolean standstill;

  Soak(Plan plan, StoreChoice choice, Progress progress) {
    this.plan = plan;
    this.choice = choice;
    this.progress = progress;
    random = new Random(plan.seed());
  }

  /**
   * Runs it.
   *
   * @throws BadInputException when the database cannot be worked with, or not be restarted
   * @throws dev.holdfast.examples.demo.DemoFailedException when it cannot go on
   */
  Summary run() throws IOException, SQLException, InterruptedException {
    long began = System.nanoTime();
    Place place = Place.of(null, "soak.db", choice.isFile());
    try (StoreHost host = StoreHost.open(choice, place, jvm, progress);
        Provider provider = host.store().open();
        HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson());
        Effects effects = new Effects(place.ledger())) {
      progress.say(
          "%d workers, %d instances at once for %s; seed %d."
              .formatted(plan.workers(), plan.open(), words(plan.lasts()), plan.seed()));
      Callers callers = new Callers(client);
      disturb(callers, workers(place, host.store()), host);
      progress.clear();
      progress.say("Auditing.");
      Audit audit = new Audit(provider, client);
      Tally tally = audit.run(callers.started(), effects, killed, restarts);
      List<Finding> findings = new ArrayList<>(audit.findings());
      if (standstill) {
        findings.add(
            new Finding(
                Finding.Kind.STUCK, "the soak", "no instance has ended for " + words(STANDSTILL)));
      }
      return new Summary(
          plan,
          host.store(),
          place,
          audit.instances(),
          audit.histories(),
          audit.events(),
          tally,
          killed.size(),
          restarts,
          callers.triedAgain(),
          findings,
          Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
    } finally {
      progress.clear();
    }
  }

  private Fleet workers(Place place, Store store) {
    return new Fleet(
        "worker",
        () ->
            store.told(
                jvm.running(
                    place.workerLog(),
                    "worker",
                    "--provider",
                    store.provider(),
                    "--effects",
                    place.ledger().toString())),
        place.workerLog(),
        progress);
  }

  /** Has the workers and callers work, and disturbs them, until all that was started has ended. */
  private void disturb(Callers callers, Fleet workers, StoreHost host)
      throws IOException, InterruptedException {
    try {
      for (int i = 0; i < plan.workers(); i++) {
        workers.start();
      }
      callers.start(plan.open());
      long began = System.nanoTime();
      long end = began + plan.lasts().toNanos();
      Disturbance kills = new Disturbance(plan.killEvery(), random, end);
      Disturbance restart =
          new Disturbance(host.hasServer() ? plan.restartEvery() : Duration.ZERO, random, end);
      long lastChange = System.nanoTime();
      int seen = 0;
      while (!callers.areDone() && !standstill) {
        Thread.sleep(LOOK_EVERY_MILLIS);
        workers.checkAlive();
        if (kills.isDue()) {
          kill(workers);
        }
        if (restart.isDue()) {
          progress.say("Killing the database, and starting it again.");
          host.killServer();
          restarts++;
        }
        if (System.nanoTime() - end > 0) {
          callers.stop(); // What is open comes to its end undisturbed.
        }
        int ended = callers.ended();
        lastChange = ended == seen ? lastChange : System.nanoTime();
        seen = ended;
        standstill = System.nanoTime() - lastChange > STANDSTILL.toNanos();
        show(ended, began, workers);
      }
      callers.giveUp();
      workers.stop();
    } finally {
      callers.giveUp();
      workers.discard();
    }
  }

  private void kill(Fleet workers) throws IOException, InterruptedException {
    var victim = workers.get(random.nextInt(workers.size()));
    workers.kill(victim);
    killed.add(victim.pid());
    progress.say("Killed %s with SIGKILL.".formatted(victim));
    workers.start();
  }

  private void show(int ended, long began, Fleet workers) {
    long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
    progress.show(
        (int) Math.min(seconds, plan.lasts().toSeconds()),
        (int) plan.lasts().toSeconds(),
        "%,d ended, %d kills, %d restarts".formatted(ended, killed.size(), restarts),
        workers.toString());
  }

  static String words(Duration duration) {
    return duration.toMinutes() > 0 && duration.toSecondsPart() == 0
        ? duration.toMinutes() + " min"
        : duration.toSeconds() + " s";
  }
}
