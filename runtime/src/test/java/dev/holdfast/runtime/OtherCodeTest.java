// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Workers with different code, and code that is wrong or not there yet, on one store. */
class OtherCodeTest extends OnSqlite {

  static final Activity<String, String> SHIP = Activity.named("ship", String.class, String.class);
  static final Activity<String, String> BILL = Activity.named("bill", String.class, String.class);
  static final Orchestration<String, String> SHIPPING =
      Orchestration.named(
          "shipping",
          String.class,
          String.class,
          (ctx, in) -> {
            ctx.event("go", String.class).await();
            return ctx.call(SHIP, in).await();
          });
  static final Orchestration<String, String> BILLING =
      Orchestration.named(
          "billing", String.class, String.class, (ctx, in) -> ctx.call(BILL, in).await());

  private HoldfastClient client() {
    return closing(HoldfastClient.on(provider, DataConverter.jackson()));
  }

  /** Nothing that is delivered twice, and counted, may end here; and nothing is kept back. */
  private static Holdfast.Builder strict(Holdfast.Builder builder) {
    return builder.maxDeliveries(1).redeliveryBackoff(Duration.ofDays(1), Duration.ofDays(1));
  }

  @Test
  void eachWorkerTakesWhatItCanRunAtOnceAndUncounted() throws Exception {
    Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();
    clock.freeze(); // what is kept back would never come
    for (int i = 0; i < 3; i++) {
      work(openHandle(), b -> strict(b.orchestration(BILLING).activity(BILL, (actx, in) -> in)));
    }
    work(openHandle(), b -> strict(b.orchestration(SHIPPING)));
    work(
        openHandle(),
        b ->
            strict(
                b.activity(
                    SHIP,
                    (actx, in) -> {
                      deliveries.add(actx.deliveries());
                      return in + " shipped";
                    })));
    HoldfastClient client = client();
    List<String> ids = IntStream.range(0, 40).mapToObj(i -> "order-" + i).toList();
    for (String id : ids) {
      client.start(SHIPPING, id, id);
      client.start(BILLING, "bill-" + id, id);
      client.raise(id, "go", "");
    }
    for (String id : ids) {
      assertThat(client.await(SHIPPING, id, LONG)).isEqualTo(id + " shipped");
      assertThat(client.await(BILLING, "bill-" + id, LONG)).isEqualTo(id);
    }
    assertThat(deliveries).hasSize(40).containsOnly(1);
  }

  @Test
  void fetchesOfWorkersOfOneKindHaveNoFilter() throws Exception {
    Intercepted store = new Intercepted(provider);
    AtomicBoolean filtered = new AtomicBoolean();
    store.around((name, arguments, real) -> {
      if (arguments != null && arguments[0] instanceof OrchestrationFetch fetch) {
        filtered.compareAndSet(false, fetch.served() != null);
      }
      if (arguments != null && arguments[0] instanceof ActivityFetch fetch) {
        filtered.compareAndSet(false, fetch.served() != null);
      }
      return real.call();
    });
    HoldfastClient client =
        work(store.provider(), b -> b.orchestration(BILLING).activity(BILL, (actx, in) -> in))
            .client();
    for (int i = 0; i < 10; i++) {
      client.start(BILLING, "x" + i, "done");
      assertThat(client.await(BILLING, "x" + i, LONG)).isEqualTo("done");
    }
    assertThat(filtered).isFalse();
  }

  @Test
  void aWorkerFetchesNothingOfAKindItHasNoCodeFor() throws Exception {
    Intercepted ofActivities = new Intercepted(provider);
    Intercepted ofInstances = new Intercepted(openHandle());
    work(ofActivities.provider(), b -> b.activity(BILL, (actx, in) -> in));
    work(ofInstances.provider(), b -> b.orchestration(BILLING));
    HoldfastClient client = client();
    client.start(BILLING, "x", "done");
    assertThat(client.await(BILLING, "x", LONG)).isEqualTo("done");
    assertThat(ofActivities.calls).doesNotContain("fetchOrchestrationItems");
    assertThat(ofInstances.calls).doesNotContain("fetchActivityItems");
  }

  @Test
  void whatNobodyCanRunSaysWhatIsMissingAndGoesOnWhenSomebodyCan() throws Exception {
    HoldfastClient client = client();
    client.start(SHIPPING.version("2"), "x", "in");
    client.raise("x", "go", "");
    Holdfast old =
        work(openHandle(), b -> strict(b.orchestration(SHIPPING).activity(BILL, (actx, in) -> in)));
    await(() -> !client.status("x").problems().isEmpty());
    assertThat(client.status("x").problems().toString())
        .contains("no orchestration \"shipping\" of version \"2\" is registered here");

    clock.freeze();
    work(openHandle(), b -> strict(b.orchestration(SHIPPING.version("2"))));
    await(() ->
        client
            .status("x")
            .problems()
            .toString()
            .contains("no activity \"ship\" is registered here"));
    old.close();
    work(openHandle(), b -> strict(b.activity(SHIP, (actx, in) -> in + actx.deliveries())));
    assertThat(client.await(SHIPPING, "x", LONG)).isEqualTo("in1");
    assertThat(client.status("x").problems()).isEmpty();
  }

  @Test
  void codeThatDoesNotFollowAHistoryEndsNoInstance() throws Exception {
    AtomicBoolean wrong = new AtomicBoolean();
    Intercepted store = new Intercepted(provider);
    Orchestration<String, String> changing =
        Orchestration.named(
            "changing",
            String.class,
            String.class,
            (ctx, in) -> {
              if (!wrong.get()) {
                ctx.timer(Duration.ofDays(1));
              }
              return ctx.event("go", String.class).await();
            });
    Duration first = Duration.ofSeconds(1);
    Duration longest = Duration.ofSeconds(4);
    try (Logs logs = new Logs()) {
      HoldfastClient client =
          work(
                  store.provider(),
                  b ->
                      b.orchestration(changing)
                          .cacheSize(0)
                          .maxDeliveries(1)
                          .redeliveryBackoff(first, longest))
              .client();
      client.start(changing, "x", "in");
      awaitEvents("x", "TimerCreated", 1);
      wrong.set(true);
      clock.freeze();
      client.raise("x", "go", "went");
      // The delays double, and no delivery comes before its time.
      for (int delivery = 1; delivery <= 6; delivery++) {
        int times = delivery;
        await(() -> abandoned(store) == times);
        if (delivery < 4) {
          clock.advance(first.multipliedBy(1L << (delivery - 1)));
        } else if (delivery < 6) {
          clock.advance(longest);
        }
      }
      assertThat(client.status("x").state()).isEqualTo(InstanceState.RUNNING);
      assertThat(client.status("x").problems().toString())
          .contains("does not follow its history", "the history has TimerCreated");
      assertThat(logs.lines("cannot go on")).as("logged once").hasSize(1);
      wrong.set(false);
      clock.advance(longest);
      assertThat(client.await(changing, "x", LONG)).isEqualTo("went");
      assertThat(client.status("x").problems()).isEmpty();
    }
  }

  private static long abandoned(Intercepted store) {
    return store.returned.stream().filter("abandonInstance"::equals).count();
  }

  @Test
  void aMessageThatCannotBeReadEndsNoInstance() throws Exception {
    provider.enqueue(
        OrchestratorMessage.builder("x", "start", Payload.utf8("{ of a later version"))
            .start(ExecutionStart.of("billing"))
            .build());
    Intercepted store = new Intercepted(provider);
    HoldfastClient client =
        work(store.provider(), b -> b.orchestration(BILLING).maxDeliveries(1)).client();
    await(() -> abandoned(store) > 3);
    assertThat(client.status("x").state()).isEqualTo(InstanceState.PENDING);
    assertThat(client.status("x").problems().toString())
        .contains("a message of kind start cannot be read");
  }
}
