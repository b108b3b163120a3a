// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Instances are deleted while workers have them in hand, and started again under their ids. */
class DeletionTest extends OnSqlite {

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);

  private static final Orchestration<String, String> SHOUT =
      Orchestration.named(
          "shout",
          String.class,
          String.class,
          (ctx, in) -> ctx.call(STEP, in).await() + " of " + in);

  /**
   * Work for one worker only, from which it learns the store's time: without that it computes
   * nothing ahead.
   */
  private static Orchestration<String, String> warmUp(String name) {
    return Orchestration.named(name, String.class, String.class, (ctx, in) -> in);
  }

  private static void delete(HoldfastClient client) {
    client.deletion().delete(List.of("x"), true);
  }

  @Test
  void aTurnInFlightBringsNothingBack() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Orchestration<String, String> slow =
        Orchestration.named(
            "slow",
            String.class,
            String.class,
            (ctx, in) -> {
              if (in.equals("first")) {
                begun.countDown();
                awaited(goOn);
              }
              return in;
            });
    try (Logs logs = new Logs()) {
      Holdfast worker = work(b -> b.orchestration(slow).aheadAtMost(Duration.ZERO));
      HoldfastClient client = worker.client();
      client.start(slow, "x", "first");
      begun.await();
      delete(client);
      assertThat(client.status("x").state()).isEqualTo(InstanceState.NOT_FOUND);
      client.start(slow, "x", "second");
      goOn.countDown();

      assertThat(client.await(slow, "x", LONG)).isEqualTo("second");
      assertThat(logs.lines("ERROR")).isEmpty();
      assertThat(logs.lines("WARN")).isEmpty();
      assertThat(client.await(slow, "x", LONG)).isEqualTo("second");
    }
  }

  @Test
  void anActivityInFlightReportsToNobody() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger first = new AtomicInteger();
    try (Logs logs = new Logs()) {
      Holdfast worker =
          work(b ->
              b.orchestration(SHOUT)
                  .activity(
                      STEP,
                      (actx, in) -> {
                        if (in.equals("first")) {
                          begun.countDown();
                          awaited(goOn);
                          first.incrementAndGet();
                        }
                        return "result";
                      }));
      HoldfastClient client = worker.client();
      client.start(SHOUT, "x", "first");
      begun.await();
      delete(client);
      client.start(SHOUT, "x", "second");
      assertThat(client.await(SHOUT, "x", LONG)).isEqualTo("result of second");
      goOn.countDown();
      await(() -> first.get() == 1);
      worker.close();

      assertThat(client.status("x").output(String.class)).isEqualTo("result of second");
      assertThat(kinds("x")).filteredOn("ActivityCompleted"::equals).hasSize(1);
      assertThat(logs.lines("ERROR")).isEmpty();
      assertThat(logs.lines("WARN")).isEmpty();
    }
  }

  /** A worker that has the former instance parked completes an activity of the new one. */
  @Test
  void whatIsParkedOfTheFormerInstanceIsNotUsedForTheNewOne() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Holdfast parking =
        work(b ->
            b.orchestration(SHOUT)
                .orchestration(warmUp("parking"))
                .activity(
                    STEP,
                    (actx, in) -> {
                      if (calls.getAndIncrement() == 0) {
                        begun.countDown();
                        awaited(goOn);
                      }
                      return "result";
                    }));
    HoldfastClient client = parking.client();
    client.start(warmUp("parking"), "warm", "");
    client.await(warmUp("parking"), "warm", LONG);
    client.start(SHOUT, "x", "former");
    begun.await();
    delete(client);

    // Another worker runs the first turn of the new instance, and no activities.
    Provider other = openHandle();
    Holdfast turns = work(other, b -> b.orchestration(SHOUT).orchestration(warmUp("turns")));
    turns.client().start(warmUp("turns"), "warm too", "");
    turns.client().await(warmUp("turns"), "warm too", LONG);
    turns.client().start(SHOUT, "x", "new");
    assertThat(turns.client().await(SHOUT, "x", LONG)).isEqualTo("result of new");
    goOn.countDown();
  }

  @Test
  void whatWasDeletedHereIsNotRemembered() throws Exception {
    HoldfastClient client =
        work(b -> b.orchestration(SHOUT).activity(STEP, (actx, in) -> "result")).client();
    client.start(SHOUT, "x", "in");
    assertThat(client.await(SHOUT, "x", LONG)).isEqualTo("result of in");
    client.deletion().delete(List.of("x"), false);

    assertThatThrownBy(() -> client.await(SHOUT, "x", Duration.ofMillis(1)))
        .isInstanceOfSatisfying(
            AwaitTimeoutException.class, e -> assertThat(e).hasMessageContaining("NOT_FOUND"));
    assertThatThrownBy(() -> client.deletion().delete(List.of("x"), false))
        .isInstanceOf(ProviderError.NotFound.class);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
