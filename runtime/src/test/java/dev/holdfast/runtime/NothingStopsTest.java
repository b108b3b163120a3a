// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a call of the store throws, the worker goes on working, and says so. */
class NothingStopsTest extends OnSqlite {

  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);
  static final Orchestration<String, String> CALLS =
      Orchestration.named(
          "calls",
          String.class,
          String.class,
          (ctx, in) -> {
            ctx.timer(Duration.ZERO).await();
            return ctx.call(STEP, in).await();
          });

  static List<Arguments> callsAndErrors() {
    List<Supplier<Throwable>> errors =
        List.of(
            () -> new OutOfMemoryError("Java heap space"),
            () -> new IllegalStateException("a defect of the store"),
            Unspeakable::new);
    return Stream.of(
            "fetchOrchestrationItems",
            "fetchActivityItems",
            "ackOrchestrationItem",
            "ackActivityItem",
            "readHistory",
            "abandonInstance",
            "abandonActivity")
        .flatMap(call -> errors.stream().map(error -> Arguments.of(call, error)))
        .toList();
  }

  /** An error that cannot even be told. */
  static final class Unspeakable extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  @ParameterizedTest
  @MethodSource("callsAndErrors")
  void aCallThatThrowsEndsNoLoopAndKeepsNoSlot(String failing, Supplier<Throwable> error)
      throws Exception {
    Intercepted store = new Intercepted(provider);
    AtomicInteger failures = new AtomicInteger();
    AtomicInteger acks = new AtomicInteger();
    store.around((name, arguments, real) -> {
      if (name.equals(failing) && failures.getAndIncrement() < 3) {
        throw error.get();
      }
      String ack =
          switch (failing) {
            case "abandonInstance" -> "ackOrchestrationItem";
            case "abandonActivity" -> "ackActivityItem";
            default -> "";
          };
      if (name.equals(ack) && acks.getAndIncrement() < 3) {
        throw error.get();
      }
      return real.call();
    });
    clock.freeze();
    HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson());
    work(
        store.provider(),
        b ->
            b.orchestration(CALLS)
                .cacheSize(0)
                .maxConcurrentTurns(2)
                .maxConcurrentActivities(2)
                .maxDeliveries(1_000)
                .activity(STEP, (actx, in) -> in));
    List<String> ids = IntStream.range(0, 8).mapToObj(i -> "i" + i).toList();
    ids.forEach(id -> client.start(CALLS, id, id));
    try (Logs logs = new Logs()) {
      // What is left locked comes back when its lock ends.
      awaitOverTime(
          Duration.ofMinutes(1),
          () -> ids.stream().allMatch(id -> client.status(id).state() == InstanceState.COMPLETED));
      assertThat(logs.text()).hasSizeLessThan(1_000_000);
    }
  }

  @Test
  void locksAreKeptAfterARenewalThatThrows() throws Exception {
    Intercepted store = new Intercepted(provider);
    CountDownLatch renewals = new CountDownLatch(3);
    store.around((name, arguments, real) -> {
      if (name.equals("renewActivities")) {
        renewals.countDown();
        if (renewals.getCount() > 0) {
          throw new OutOfMemoryError("Java heap space");
        }
      }
      return real.call();
    });
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls", String.class, String.class, (ctx, in) -> ctx.call(STEP, in).await());
    clock.freeze();
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(calls)
                        .lockFor(Duration.ofMillis(600))
                        .activity(
                            STEP,
                            (actx, in) -> {
                              renewals.await();
                              return in;
                            }))
            .client();
    client.start(calls, "x", "done");
    assertThat(client.await(calls, "x", LONG)).isEqualTo("done");
  }

  @Test
  void locksOfActivitiesAreKeptWhileACallForInstancesHangs() throws Exception {
    Intercepted store = new Intercepted(provider);
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch renewals = new CountDownLatch(3);
    store.around((name, arguments, real) -> {
      if (name.equals("renewInstances")) {
        hanging.countDown();
        renewals.await();
      } else if (name.equals("renewActivities") && hanging.getCount() == 0) {
        renewals.countDown();
      }
      return real.call();
    });
    CountDownLatch busy = new CountDownLatch(1);
    Orchestration<String, String> computes =
        Orchestration.named(
            "computes",
            String.class,
            String.class,
            (ctx, in) -> {
              busy.await();
              return in;
            });
    clock.freeze();
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(computes)
                        .orchestration(CALLS)
                        .lockFor(Duration.ofMillis(600))
                        .activity(
                            STEP,
                            (actx, in) -> {
                              renewals.await();
                              busy.countDown();
                              return in;
                            }))
            .client();
    client.start(computes, "y", "computed");
    client.start(CALLS, "x", "done");
    clock.advance(Duration.ofMillis(1));
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("done");
    assertThat(client.await(computes, "y", LONG)).isEqualTo("computed");
  }

  @Test
  void anErrorOfALoopIsLogged() throws Exception {
    Intercepted store = new Intercepted(provider);
    AtomicInteger failures = new AtomicInteger();
    store.around((name, arguments, real) -> {
      if (name.equals("fetchActivityItems") && failures.getAndIncrement() == 0) {
        throw new StackOverflowError("x".repeat(100_000));
      }
      return real.call();
    });
    try (Logs logs = new Logs()) {
      work(store.provider(), b -> b.activity(STEP, (actx, in) -> in));
      await(() -> failures.get() > 1);
      assertThat(logs.lines("ERROR")).singleElement().asString().contains("fetching failed");
      assertThat(logs.text()).contains("StackOverflowError").hasSizeLessThan(20_000);
    }
  }
}
