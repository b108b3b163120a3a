// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static dev.holdfast.runtime.WorkerProcess.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.admin.InstanceFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes share a store, and die. */
class ProcessesIT extends OnSqlite {

  private static final int INSTANCES = 1_000;
  private static final Duration LONGER = Duration.ofMinutes(5);

  /** Longer than a machine stalls, so that a step that is done twice is a mistake. */
  private static final Duration NEVER_LOST = Duration.ofMinutes(10);

  /** What a killed process held is soon free. */
  private static final Duration SOON_FREE = Duration.ofSeconds(2);

  private final List<WorkerProcess> launched = new ArrayList<>();

  private WorkerProcess launch(String name, Duration lockFor) throws Exception {
    String url = "sqlite:" + directory.resolve("store.db") + "?synchronous=normal";
    WorkerProcess process = WorkerProcess.launch(url, ledgerFile(), name, lockFor);
    launched.add(process);
    return process;
  }

  private Path ledgerFile() {
    return directory.resolve("ledger.db");
  }

  @AfterEach
  void killWhatIsLeft() throws Exception {
    for (WorkerProcess process : launched) {
      process.kill();
    }
  }

  private HoldfastClient startAll() {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    for (int i = 0; i < INSTANCES; i++) {
      client.start(ORDER, "order-" + i, i);
    }
    return client;
  }

  private void checkAll(HoldfastClient client) throws Exception {
    for (int i = 0; i < INSTANCES; i++) {
      assertThat(client.await(ORDER, "order-" + i, LONGER)).isEqualTo((i + 1) * 2);
      assertThat(kinds("order-" + i))
          .containsExactly(
              "OrchestrationStarted",
              "ActivityScheduled",
              "ActivityCompleted",
              "ActivityScheduled",
              "ActivityCompleted",
              "OrchestrationCompleted");
    }
  }

  @Test
  void twoProcessesShareAThousandInstancesAndDoEachStepOnce() throws Exception {
    try (Ledger ledger = new Ledger(ledgerFile(), "test")) {
      HoldfastClient client = startAll();
      WorkerProcess one = launch("one", NEVER_LOST);
      WorkerProcess two = launch("two", NEVER_LOST);
      checkAll(client);
      assertThat(ledger.effects()).isEqualTo(2 * INSTANCES);
      assertThat(ledger.repeated()).isZero();
      assertThat(ledger.processes()).isEqualTo(2);
      assertThat(one.end()).isZero();
      assertThat(two.end()).isZero();
    }
  }

  @Test
  void aProcessThatIsToldToEndGivesBackWhatItHolds() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    WorkerProcess process = launch("told", NEVER_LOST);
    client.start(WorkerProcess.HANGS, "hangs", 1);
    // Its activity, and with it the lock that would be held for longest, is under way.
    await(() -> Files.exists(directory.resolve("hanging")));
    process.terminate();

    AtomicInteger deliveries = new AtomicInteger();
    Holdfast next =
        work(b ->
            b.orchestration(WorkerProcess.HANGS)
                .activity(
                    WorkerProcess.HANG,
                    (actx, n) -> {
                      deliveries.set(actx.deliveries());
                      return n;
                    }));
    assertThat(next.client().await(WorkerProcess.HANGS, "hangs", LONG)).isEqualTo(1);
    assertThat(deliveries).hasValue(1); // it was given back, and not taken from a dead process
  }

  @Test
  void theHeartbeatOfAProcessThatIsKilledIsSeenByTheNext() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    WorkerProcess process = launch("killed", SOON_FREE);
    client.start(WorkerProcess.HANGS, "x", 8);
    await(() -> Files.exists(directory.resolve("hanging")));
    process.kill();

    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Holdfast next =
        work(b ->
            b.orchestration(WorkerProcess.HANGS)
                .activity(
                    WorkerProcess.HANG,
                    (actx, n) -> {
                      seen.add(actx.deliveries() + " " + actx.lastHeartbeat(String.class));
                      return n;
                    }));
    assertThat(next.client().await(WorkerProcess.HANGS, "x", LONG)).isEqualTo(8);
    assertThat(seen).containsExactly("2 Optional[half of 8]");
  }

  @Test
  void theSessionOfAProcessThatIsKilledGoesToAnother() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    WorkerProcess process = launch("killed", NEVER_LOST);
    client.start(WorkerProcess.HANGS_IN_SESSION, "x", 1);
    await(() -> Files.exists(directory.resolve("hanging")));
    process.kill();

    Holdfast next =
        work(b ->
            b.orchestration(WorkerProcess.HANGS_IN_SESSION)
                .activity(WorkerProcess.HANG, (actx, n) -> n)
                .servesSessions(1));
    client.start(WorkerProcess.HANGS_IN_SESSION, "y", 2);
    awaitEvents("y", "ActivityScheduled", 1);
    InstanceFacts.ActivityFacts waits = client.admin().facts("y").oldestActivity();
    assertThat(waits).isNotNull();
    assertThat(waits.sessionOwner()).isNotNull();
    assertThat(waits.deliveryCount()).isZero();
    clock.advance(NEVER_LOST);
    assertThat(next.client().await(WorkerProcess.HANGS_IN_SESSION, "x", LONG)).isEqualTo(1);
    assertThat(next.client().await(WorkerProcess.HANGS_IN_SESSION, "y", LONG)).isEqualTo(2);
  }

  @Test
  void processesThatAreKilledLoseNothing() throws Exception {
    Random random = new Random(7);
    try (Ledger ledger = new Ledger(ledgerFile(), "test")) {
      HoldfastClient client = startAll();
      WorkerProcess steady = launch("steady", SOON_FREE);
      int kills = 0;
      for (int after = 150; after < 2 * INSTANCES; after += 300 + random.nextInt(100)) {
        WorkerProcess victim = launch("victim-" + kills++, SOON_FREE);
        int effects = after;
        await(() -> {
          try {
            return ledger.effects() >= effects;
          } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
          }
        });
        victim.kill();
      }
      steady.kill();
      WorkerProcess last = launch("last", SOON_FREE);
      checkAll(client);
      // A step whose worker died before the store knew of it is done again, under the same key.
      assertThat(ledger.effects()).isEqualTo(2 * INSTANCES);
      assertThat(last.end()).isZero();
    }
  }
}
