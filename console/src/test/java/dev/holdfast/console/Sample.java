// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts.Standing;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.AwaitTimeoutException;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.worker.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A store in which everything is that a console shows, and a worker that runs on it. */
final class Sample implements AutoCloseable {

  /** What would run in a browser, if it ever became markup. */
  static final String EVIL =
      "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>";

  static final StreamId ACCOUNT = new StreamId("account", "alice");

  private static final Duration LONG = Duration.ofMinutes(1);

  private static final Activity<String, String> CHARGE =
      Activity.named("charge", String.class, String.class);
  private static final Activity<String, String> UNSERVED =
      Activity.named("unserved", String.class, String.class);
  private static final Activity<String, String> EVIL_ACTIVITY =
      Activity.named(EVIL, String.class, String.class);

  /** An activity that succeeds with its second attempt, a timer, a status and a key-value. */
  static final Orchestration<String, String> ORDER =
      Orchestration.named(
          "process-order",
          String.class,
          String.class,
          (ctx, in) -> {
            ctx.customStatus("charging " + in);
            ctx.keyValues().set("customer", in);
            String paid = ctx.call(CHARGE, in, RetryPolicy.fixed(3, Duration.ofMillis(1))).await();
            ctx.timer(Duration.ofMillis(1)).await();
            return paid;
          });

  static final Orchestration<String, String> BROKEN =
      Orchestration.named(
          "broken",
          String.class,
          String.class,
          (ctx, in) -> {
            throw new IllegalStateException("no " + in);
          });

  static final Orchestration<String, String> LISTEN =
      Orchestration.named(
          "listen",
          String.class,
          String.class,
          (ctx, in) -> in + ctx.event("word", String.class).await());

  static final Orchestration<String, String> PARENT =
      Orchestration.named(
          "parent",
          String.class,
          String.class,
          (ctx, in) -> ctx.child(LISTEN, in + "/child", in).await());

  static final Orchestration<String, String> ASK =
      Orchestration.named(
          "ask", String.class, String.class, (ctx, in) -> ctx.call(UNSERVED, in).await());

  static final Orchestration<String, String> EVIL_CODE =
      Orchestration.named(
          EVIL,
          String.class,
          String.class,
          (ctx, in) -> {
            ctx.customStatus(in);
            ctx.keyValues().set(in, in);
            ctx.call(EVIL_ACTIVITY, in).await();
            ctx.event(in, String.class).await();
            throw new IllegalStateException(in);
          });

  record Text(String text) {}

  private static final StepType<Text, Text> STEP = StepType.named("step", Text.class, Text.class);
  private static final StepType<Text, Text> WAIT = StepType.named("wait", Text.class, Text.class);

  static final GraphDefinition GRAPH = graph();

  private static GraphDefinition graph() {
    GraphBuilder graph = GraphDefinition.builder("document", "1");
    Source text = graph.input("text", String.class);
    StepBuilder fetch = graph.step("fetch", STEP).input("text", text);
    StepBuilder left = graph.step("classify", STEP).input("text", fetch.out("text"));
    StepBuilder right = graph.step("score", STEP).input("text", fetch.out("text"));
    StepBuilder ask = graph.step("approve", WAIT).input("text", left.out("text")).after(right);
    StepBuilder publish = graph.step("publish", STEP).input("text", ask.out("text"));
    graph.output("text", publish.out("text"));
    return graph.build();
  }

  private final String url;
  private final Provider provider;
  private final Holdfast worker;
  private final Graphs graphs;

  private Sample(String url) {
    this.url = url;
    provider = Providers.open(url);
    worker =
        Holdfast.builder(provider)
            .activity(
                CHARGE,
                (ctx, in) -> {
                  if (ctx.attempt() == 1) {
                    throw new IllegalStateException("the bank is away");
                  }
                  return "paid " + in;
                })
            .activity(EVIL_ACTIVITY, (ctx, in) -> in)
            .orchestration(ORDER)
            .orchestration(BROKEN)
            .orchestration(LISTEN)
            .orchestration(PARENT)
            .orchestration(ASK)
            .orchestration(EVIL_CODE)
            .start();
    graphs =
        Graphs.builder(provider)
            .graph(GRAPH)
            .step(STEP, (context, in) -> in)
            .step(
                WAIT,
                (context, in) -> {
                  if (context.isResumed()) {
                    return in;
                  }
                  throw context.suspend("waits for " + in.text());
                })
            .settings(WorkerSettings.defaults().withCloseGrace(Duration.ZERO))
            .closeOnShutdown(false)
            .start();
  }

  /** Fills a store that is made by it. */
  static Sample fill(String url) throws InterruptedException {
    Sample sample = new Sample(url);
    try {
      sample.orchestrations();
      sample.runs();
      sample.streams();
      return sample;
    } catch (RuntimeException | InterruptedException e) {
      sample.close();
      throw e;
    }
  }

  private void orchestrations() throws InterruptedException {
    HoldfastClient client = worker.client();
    for (int i = 1; i <= 5; i++) {
      client.start(ORDER, "order-" + i, "customer " + i);
    }
    client.start(BROKEN, "broken-1", "paper");
    client.start(LISTEN, "listen-1", "hello ");
    client.start(PARENT, "family", "family");
    client.start(ASK, "ask-1", "x");
    client.start(EVIL_CODE, EVIL, EVIL);
    client.raise(EVIL, EVIL, EVIL);
    for (String id :
        List.of("order-1", "order-2", "order-3", "order-4", "order-5", "broken-1", EVIL)) {
      client.awaitStatus(id, LONG);
    }
    untilStanding("listen-1", Standing.WAITING_FOR_EVENT);
    untilStanding("family/child", Standing.WAITING_FOR_EVENT);
    untilStanding("family", Standing.WAITING_FOR_EVENT);
    untilStanding("ask-1", Standing.WAITING_FOR_ACTIVITY);
  }

  private void runs() throws InterruptedException {
    graphs.client().start(GRAPH, "run-1", Map.of("text", "an editor"));
    graphs.client().start(GRAPH, "evil-run", Map.of("text", EVIL));
    for (String id : List.of("run-1", "evil-run")) {
      until(() -> graphs.client().run(id).orElseThrow().status() == RunStatus.SUSPENDED);
    }
  }

  private void streams() {
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    for (int i = 1; i <= 4; i++) {
      streams.append(
          AppendEvents.of(
              ACCOUNT,
              Expected.any(),
              NewEvent.builder(i == 1 ? "Opened" : "Deposited", json("{\"cents\":" + i * 100 + "}"))
                  .correlationId("transfer-1")
                  .tag("branch", EVIL)
                  .build()));
    }
    streams.append(
        AppendEvents.of(
            new StreamId(EVIL, EVIL),
            Expected.noStream(),
            NewEvent.builder(EVIL, Payload.utf8(EVIL)).correlationId(EVIL).build()));
    provider
        .capability(Snapshots.class)
        .orElseThrow()
        .put(new Snapshot(ACCOUNT, 2, "account-1", json("{\"cents\":300}")));
    Projections projections = provider.capability(Projections.class).orElseThrow();
    projections.create("balances", 0, 1, LogPosition.START);
    StreamEvent first = streams.readStream(ACCOUNT, 2, Direction.FORWARDS, 1).events().getFirst();
    projections.update(
        new UpdateProjection(
            "balances",
            1,
            List.of(
                RowChange.put("alice", json("{\"cents\":300}")), RowChange.put(EVIL, json("1"))),
            new Advance(0, LogPosition.START, first.position()),
            List.of(ParkedEvent.of(first, 3, EVIL)),
            List.of()),
        null);
  }

  static Payload json(String text) {
    return Payload.utf8(text);
  }

  private void untilStanding(String id, Standing standing) throws InterruptedException {
    InstanceAdmin admin = provider.capability(InstanceAdmin.class).orElseThrow();
    until(() -> {
      try {
        return admin.facts(id).standing() == standing;
      } catch (ProviderError.NotFound e) {
        return false;
      }
    });
  }

  /** Waits, at the pace of a client that awaits what does not end, until something is so. */
  void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      try {
        worker.client().awaitStatus("listen-1", Duration.ofMillis(20));
      } catch (AwaitTimeoutException e) {
        continue; // that is the pace
      }
    }
  }

  String url() {
    return url;
  }

  Provider provider() {
    return provider;
  }

  HoldfastClient client() {
    return worker.client();
  }

  Graphs graphs() {
    return graphs;
  }

  @Override
  public void close() {
    worker.close(Duration.ZERO);
    graphs.close(Duration.ZERO);
    provider.close();
  }
}
