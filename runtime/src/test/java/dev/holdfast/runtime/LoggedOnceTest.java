// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an operator reads while the store is in trouble. */
class LoggedOnceTest extends OnSqlite {

  /** The lock keepers look at the log six times in this time. */
  private static final Duration SHORT_LOCK = Duration.ofMillis(600);

  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);
  static final Orchestration<String, String> CALLS =
      Orchestration.named(
          "calls", String.class, String.class, (ctx, in) -> ctx.call(STEP, in).await());

  @Test
  void theBeginningAndTheEndOfADisturbanceAreToldOnceForEachKindOfCall() throws Exception {
    Intercepted store = new Intercepted(provider);
    AtomicBoolean full = new AtomicBoolean(true);
    AtomicInteger refused = new AtomicInteger();
    store.around((name, arguments, real) -> {
      if (name.equals("ackActivityItem") && full.get()) {
        refused.incrementAndGet();
        throw new ProviderError.StoreUnavailable(name, "disk full" + "!".repeat(100_000), null);
      }
      return real.call();
    });
    try (Logs logs = new Logs()) {
      HoldfastClient client =
          work(
                  store.provider(),
                  b ->
                      b.orchestration(CALLS)
                          .lockFor(SHORT_LOCK)
                          .maxDeliveries(1_000)
                          .activity(STEP, (actx, in) -> in))
              .client();
      List<String> ids = IntStream.range(0, 20).mapToObj(i -> "i" + i).toList();
      ids.forEach(id -> client.start(CALLS, id, id));
      await(() -> refused.get() > 50);
      full.set(false);
      for (String id : ids) {
        assertThat(client.await(CALLS, id, LONG)).isEqualTo(id);
      }
      await(() -> !logs.lines("works again").isEmpty());
      assertThat(logs.lines("StoreAvailability")).hasSize(2);
      assertThat(logs.lines("StoreAvailability").getFirst())
          .contains("WARN", "storing results of activities fails", "disk full")
          .hasSizeLessThan(5_000);
      assertThat(logs.lines("StoreAvailability").getLast())
          .contains("INFO", "storing results of activities works again, after ", " failures in ");
    }
  }

  @Test
  void anActivityThatIsRegisteredElsewhereIsToldOnceWhereItIsCalled() throws Exception {
    try (Logs logs = new Logs()) {
      Holdfast holdfast = work(b -> b.orchestration(CALLS));
      for (String id : List.of("x", "y")) {
        holdfast.client().start(CALLS, id, id);
        awaitEvents(id, "ActivityScheduled", 1);
      }
      holdfast.close(); // the turns are over
      assertThat(logs.lines("is not registered here"))
          .singleElement()
          .asString()
          .contains("INFO", "instance x calls the activity \"step\"");
    }
  }

  @Test
  void codeThatFailedIsToldOnceHoweverOftenItsTurnIsRunUntilItIsStored() throws Exception {
    Orchestration<String, String> fails =
        Orchestration.named(
            "fails",
            String.class,
            String.class,
            (ctx, in) -> {
              throw new IllegalStateException("no " + in);
            });
    Intercepted store = new Intercepted(provider);
    AtomicInteger refused = new AtomicInteger();
    store.around((name, arguments, real) ->
        name.equals("ackOrchestrationItem") && refused.incrementAndGet() <= 3
            ? AckResult.rejected(new ProviderError.DuplicateEvent(name, "x", 1, 1))
            : real.call());
    try (Logs logs = new Logs()) {
      HoldfastClient client =
          work(store.provider(), b -> b.orchestration(fails).aheadAtMost(Duration.ZERO)).client();
      client.start(fails, "x", "luck");
      assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.FAILED);
      await(() -> !logs.lines("instance x (fails) failed in its code").isEmpty());
      assertThat(refused.get()).isGreaterThan(3);
      assertThat(logs.lines("instance x (fails) failed in its code")).hasSize(1);
      assertThat(logs.lines("java.lang.IllegalStateException: no luck")).isNotEmpty();
    }
  }

  @Test
  void anAttemptThatARetryOfItsInstanceAskedForIsNotToldAsTheLastOne() throws Exception {
    RetryPolicy twice = RetryPolicy.attempts(2).withFirstDelay(Duration.ZERO);
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls", String.class, String.class, (ctx, in) -> ctx.call(STEP, in, twice).await());
    ActivityFunction<String, String> broken =
        (actx, in) -> {
          throw new IllegalStateException("broken");
        };
    try (Logs logs = new Logs()) {
      HoldfastClient client = work(b -> b.orchestration(calls).activity(STEP, broken)).client();
      client.start(calls, "x", "");
      client.awaitStatus("x", LONG);
      assertThat(logs.lines(" failed at attempt ")).hasSize(2);
      client.retry("x");
      client.awaitStatus("x", LONG);

      assertThat(logs.lines("failed at attempt 2, the last one")).hasSize(1);
      assertThat(logs.lines("failed at attempt 2, which a retry of its instance had asked for"))
          .hasSize(1);
    }
  }

  @Test
  void aLockThatItsOwnAckHasReleasedIsNotToldAsLost() throws Exception {
    Intercepted store = new Intercepted(provider);
    CountDownLatch renewing = new CountDownLatch(1);
    CountDownLatch acked = new CountDownLatch(1);
    AtomicInteger renewals = new AtomicInteger();
    try (Logs logs = new Logs()) {
      store.around((name, arguments, real) -> {
        switch (name) {
          case "renewActivities" -> {
            renewing.countDown();
            acked.await();
            Object answer = real.call();
            renewals.incrementAndGet();
            return answer;
          }
          case "ackActivityItem" -> {
            Object answer = real.call();
            acked.countDown();
            // The keeper looks at the answer of its first call before it makes a second one.
            await(() -> renewals.get() > 1 || !logs.lines("is lost").isEmpty());
            return answer;
          }
          default -> {
            return real.call();
          }
        }
      });
      clock.freeze();
      HoldfastClient client =
          work(
                  store.provider(),
                  b ->
                      b.orchestration(CALLS)
                          .lockFor(SHORT_LOCK)
                          .activity(
                              STEP,
                              (actx, in) -> {
                                renewing.await();
                                return in;
                              }))
              .client();
      client.start(CALLS, "x", "done");
      assertThat(client.await(CALLS, "x", LONG)).isEqualTo("done");
      assertThat(logs.lines("is lost")).isEmpty();
    }
  }
}
