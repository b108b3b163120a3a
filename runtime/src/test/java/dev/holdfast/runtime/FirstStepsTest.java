// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderConfig;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class FirstStepsTest extends OnSqlite {

  record Order(String item, int count, BigDecimal price) {}

  record Receipt(String text) {}

  static final Activity<Order, String> RESERVE =
      Activity.named("reserve", Order.class, String.class);
  static final Activity<String, Void> NOTIFY = Activity.named("notify", String.class, Void.class);
  static final Orchestration<Order, Receipt> PROCESS =
      Orchestration.named(
          "process-order",
          Order.class,
          Receipt.class,
          (ctx, order) -> new Receipt(ctx.call(RESERVE, order).await()));

  private static final Order ORDER = new Order("book", 2, new BigDecimal("12.50"));

  private Holdfast worker() {
    return work(b ->
        b.activity(
                RESERVE,
                (actx, order) -> order.count() + " x " + order.item() + " at " + order.price())
            .orchestration(PROCESS));
  }

  @Test
  void anOrchestrationCallsAnActivityAndReturns() throws Exception {
    HoldfastClient client = worker().client();
    client.start(PROCESS, "order-1", ORDER);
    assertThat(client.await(PROCESS, "order-1", LONG)).isEqualTo(new Receipt("2 x book at 12.50"));
    assertThat(kinds("order-1"))
        .containsExactly(
            "OrchestrationStarted",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }

  @Test
  void inputsAndOutputsAreReadableInTheHistory() throws Exception {
    HoldfastClient client = worker().client();
    client.start(PROCESS, "order-1", ORDER);
    client.await(PROCESS, "order-1", LONG);
    HistoryEvent scheduled = history("order-1", 1).get(1);
    assertThat(scheduled.data().asUtf8())
        .isEqualTo(
            "{\"name\":\"reserve\",\"input\":{\"item\":\"book\",\"count\":2,\"price\":12.50},\"attempt\":1}");
  }

  @Test
  void repeatingTheSameStartDoesNothing() throws Exception {
    HoldfastClient client = worker().client();
    client.start(PROCESS, "order-1", ORDER);
    client.start(PROCESS, "order-1", ORDER);
    client.await(PROCESS, "order-1", LONG);
    client.start(PROCESS, "order-1", ORDER);
    assertThat(client.status("order-1").executionId()).isEqualTo(1);
    assertThat(kinds("order-1")).hasSize(4);
  }

  @Test
  void theStatusFollowsTheInstance() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    assertThat(client.status("order-1").state()).isEqualTo(InstanceState.NOT_FOUND);
    client.start(PROCESS, "order-1", ORDER);
    InstanceStatus started = client.status("order-1");
    assertThat(started.state()).isEqualTo(InstanceState.PENDING);
    assertThat(started.name()).isEqualTo("process-order");
    Orchestration<Order, Receipt> waiting =
        Orchestration.named(
            "waiting",
            Order.class,
            Receipt.class,
            (ctx, order) -> new Receipt(ctx.event("go", String.class).await()));
    Holdfast worker = work(b -> b.orchestration(waiting));
    client.start(waiting, "order-2", ORDER);
    awaitEvents("order-2", "OrchestrationStarted", 1);
    InstanceStatus running = client.status("order-2");
    assertThat(running.state()).isEqualTo(InstanceState.RUNNING);
    assertThat(running.name()).isEqualTo("waiting");
    assertThatThrownBy(() -> running.output(Receipt.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("RUNNING");
    client.raise("order-2", "go", "done");
    InstanceStatus ended = worker.client().awaitStatus("order-2", LONG);
    assertThat(ended.state()).isEqualTo(InstanceState.COMPLETED);
    assertThat(ended.output(Receipt.class)).isEqualTo(new Receipt("done"));
    assertThat(ended.failure()).isNull();
  }

  @Test
  void awaitingWhatDoesNotEndTimesOut() {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    assertThatThrownBy(() -> client.await(PROCESS, "nobody", Duration.ofMillis(20)))
        .isInstanceOf(AwaitTimeoutException.class)
        .hasMessageContaining("nobody")
        .hasMessageContaining("NOT_FOUND");
  }

  @Test
  void aFailureReachesWhoAwaits() {
    Activity<String, String> broken = Activity.named("broken", String.class, String.class);
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls", String.class, String.class, (ctx, in) -> ctx.call(broken, in).await());
    HoldfastClient client =
        work(b ->
                b.orchestration(calls)
                    .activity(
                        broken,
                        (actx, in) -> {
                          throw new java.io.IOException("no paper");
                        }))
            .client();
    client.start(calls, "x", "in");
    assertThatThrownBy(() -> client.await(calls, "x", LONG))
        .isInstanceOfSatisfying(
            OrchestrationFailedException.class,
            e -> {
              assertThat(e.instanceId()).isEqualTo("x");
              assertThat(e.failure().type()).isEqualTo(ActivityFailedException.class.getName());
              assertThat(e.failure().message())
                  .isEqualTo("activity \"broken\" failed: java.io.IOException: no paper");
            });
  }

  @Test
  void genericTypesAndNullsGoThrough() throws Exception {
    Activity<List<Order>, Map<String, Integer>> count =
        Activity.named(
            "count", new TypeRef<List<Order>>() {}, new TypeRef<Map<String, Integer>>() {});
    Orchestration<List<Order>, List<String>> all =
        Orchestration.named(
            "all",
            new TypeRef<List<Order>>() {},
            new TypeRef<List<String>>() {},
            (ctx, orders) -> {
              assertThat(ctx.call(NOTIFY, "x").await()).isNull();
              return ctx.call(count, orders).await().entrySet().stream()
                  .map(e -> e.getKey() + e.getValue())
                  .sorted()
                  .toList();
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(all)
                    .activity(NOTIFY, (actx, in) -> null)
                    .activity(
                        count,
                        (actx, orders) ->
                            orders.stream()
                                .collect(
                                    java.util.stream.Collectors.toMap(Order::item, Order::count))))
            .client();
    client.start(all, "x", List.of(ORDER, new Order("pen", 7, BigDecimal.ONE)));
    assertThat(client.await(all, "x", LONG)).containsExactly("book2", "pen7");
  }

  @Test
  void theContextOfAnActivityNamesTheCall() throws Exception {
    Activity<Void, String> who = Activity.named("who", Void.class, String.class);
    Orchestration<Void, String> asks =
        Orchestration.named(
            "asks", Void.class, String.class, (ctx, in) -> ctx.call(who, null).await());
    HoldfastClient client =
        work(b ->
                b.orchestration(asks)
                    .activity(
                        who,
                        (actx, in) ->
                            String.join(
                                " ",
                                actx.instanceId(),
                                "" + actx.executionId(),
                                actx.name(),
                                "" + actx.attempt(),
                                "" + actx.deliveries(),
                                actx.idempotencyKey(),
                                "" + actx.isCancelled())))
            .client();
    client.start(asks, "x", null);
    assertThat(client.await(asks, "x", LONG)).isEqualTo("x 1 who 1 1 x/1/2 false");
  }

  @Test
  void orchestrationsNeedNeitherInputNorOutput() throws Exception {
    List<String> done = new CopyOnWriteArrayList<>();
    Activity<Void, Void> sweep = Activity.action("sweep");
    Activity<String, Void> tell = Activity.action("tell", String.class);
    Activity<Void, String> who = Activity.supplier("who", String.class);
    Orchestration<Void, String> asks =
        Orchestration.supplier("asks", String.class, (ctx, none) -> ctx.call(who).await());
    Orchestration<String, Void> tells =
        Orchestration.action("tells", String.class, (ctx, in) -> ctx.call(tell, in).await());
    Orchestration<Void, Void> cleans =
        Orchestration.action(
            "cleans",
            (ctx, none) -> {
              ctx.call(sweep).await();
              ctx.start(asks, "asked");
              ctx.child(tells, ctx.child(asks).await()).await();
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(asks)
                    .orchestration(tells)
                    .orchestration(cleans)
                    .action(sweep, (actx, none) -> done.add("swept"))
                    .action(tell, (actx, in) -> done.add(in))
                    .activity(who, (actx, none) -> "Ada"))
            .client();
    assertThat(client.start(cleans, "x").isNew()).isTrue();
    assertThat(client.start(cleans, "x")).isEqualTo(client.start(cleans, "x", null));
    assertThat(client.await(cleans, "x", LONG)).isNull();
    assertThat(done).containsExactly("swept", "Ada");
    assertThat(client.await(asks, "asked", LONG)).isEqualTo("Ada");
  }

  @Test
  void aWorkerFoundByItsUrlRunsAndClosesItsStore() throws Exception {
    String url = "sqlite:" + directory.resolve("other.db");
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(RESERVE, (actx, order) -> "ok")
            .orchestration(PROCESS)
            .start()) {
      holdfast.client().start(PROCESS, "a", ORDER);
      assertThat(holdfast.client().await(PROCESS, "a", LONG)).isEqualTo(new Receipt("ok"));
    }
    try (HoldfastClient client = HoldfastClient.connect(url)) {
      assertThat(client.await(PROCESS, "a", LONG)).isEqualTo(new Receipt("ok"));
    }
  }

  @Test
  void aClientWithoutAConverterOpensNoStore() {
    Path file = directory.resolve("never.db");
    ProviderConfig config = ProviderConfig.url("sqlite:" + file).build();
    assertThatThrownBy(() -> HoldfastClient.connect(config, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("converter");
    assertThat(file).doesNotExist();
  }

  @Test
  void wrongSettingsAreRefusedAtOnce() {
    assertThatThrownBy(
            () -> Holdfast.builder(provider).orchestration(PROCESS).orchestration(PROCESS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("process-order");
    assertThatThrownBy(() ->
            Holdfast.builder(provider)
                .orchestration(Orchestration.reference("r", String.class, String.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reference");
    assertThatThrownBy(() -> Holdfast.builder(provider).lockFor(Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Holdfast.builder(provider).maxConcurrentTurns(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Activity.named("", String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PROCESS.version("unknown"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
