// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.ReadyWork;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is counted of workers and read of stores. */
abstract class MetricsContract extends OnStore {

  private static final Activity<String, String> FLAKY =
      Activity.named("flaky", String.class, String.class);

  private static final Orchestration<String, String> BOOK =
      Orchestration.named(
          "book",
          String.class,
          String.class,
          (ctx, input) ->
              ctx.call(FLAKY, input, RetryPolicy.fixed(3, Duration.ofMillis(1))).await());

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private double count(HoldfastMetric metric, String... tags) {
    return registry.find(metric.meterName()).tags(tags).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  private long timed(HoldfastMetric metric, String... tags) {
    return registry.find(metric.meterName()).tags(tags).timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private double gauge(HoldfastMetric metric, String... tags) {
    return registry.get(metric.meterName()).tags(tags).gauge().value();
  }

  @Test
  void whatWorkersDoIsCounted() throws Exception {
    Holdfast worker =
        work(b ->
            b.orchestration(BOOK)
                .activity(
                    FLAKY,
                    (ctx, input) -> {
                      if (ctx.attempt() == 1) {
                        throw new IllegalStateException("not the first time");
                      }
                      return input;
                    })
                .listener(HoldfastMetrics.on(registry)));
    for (int i = 0; i < 3; i++) {
      worker.client().start(BOOK, "b" + i, "x");
      assertThat(worker.client().await(BOOK, "b" + i, LONG)).isEqualTo("x");
    }
    worker.close(LONG);

    assertThat(timed(HoldfastMetric.ACTIVITY_DURATION, "activity", "flaky", "outcome", "failed"))
        .isEqualTo(3);
    assertThat(timed(HoldfastMetric.ACTIVITY_DURATION, "activity", "flaky", "outcome", "stored"))
        .isEqualTo(3);
    assertThat(count(HoldfastMetric.ACTIVITY_RETRIES, "activity", "flaky")).isEqualTo(3);
    assertThat(
            count(HoldfastMetric.EXECUTIONS_ENDED, "orchestration", "book", "status", "completed"))
        .isEqualTo(3);
    assertThat(count(HoldfastMetric.DELIVERIES, "kind", "activity")).isEqualTo(6);
    assertThat(timed(HoldfastMetric.TURN_DURATION, "orchestration", "book", "outcome", "stored"))
        .isEqualTo((long) count(HoldfastMetric.DELIVERIES, "kind", "turn"))
        .isGreaterThanOrEqualTo(9);
    assertThat(timed(HoldfastMetric.TURN_WAIT, "orchestration", "book"))
        .as("the turns that the timers cause are delivered")
        .isGreaterThanOrEqualTo(3);
    assertThat(count(HoldfastMetric.EXECUTIONS_RESUMED, "source", "memory")).isPositive();
    assertThat(count(HoldfastMetric.EXECUTIONS_RESUMED, "source", "history")).isZero();
    assertThat(count(HoldfastMetric.LOCK_LOSSES)).isZero();
    assertThat(gauge(HoldfastMetric.ACTIVE, "kind", "turn")).isZero();
    assertThat(gauge(HoldfastMetric.ACTIVE, "kind", "activity")).isZero();
  }

  @Test
  void whatCommitsCarryIsCounted() throws Exception {
    Holdfast worker = work(b -> b.orchestration(BOOK).activity(FLAKY, (ctx, input) -> input));
    StoreWatch watch = StoreWatch.of(worker.client()).every(Duration.ZERO, Duration.ZERO);
    HoldfastMetrics.on(registry).watch(watch);
    for (int i = 0; i < 3; i++) {
      worker.client().start(BOOK, "b" + i, "x");
      worker.client().await(BOOK, "b" + i, LONG);
    }
    watch.reading();

    double commits = functionCount(HoldfastMetric.COMMITS);
    assertThat(commits).as("three starts, one after the other").isGreaterThanOrEqualTo(3);
    assertThat(functionCount(HoldfastMetric.COMMITS_CALLS)).isGreaterThanOrEqualTo(commits);
  }

  private double functionCount(HoldfastMetric metric) {
    return registry.find(metric.meterName()).functionCounters().stream()
        .mapToDouble(FunctionCounter::count)
        .sum();
  }

  @Test
  void withoutACacheExecutionsComeFromHistory() throws Exception {
    Holdfast worker =
        work(b ->
            b.orchestration(BOOK)
                .activity(FLAKY, (ctx, input) -> input)
                .cacheSize(0)
                .listener(HoldfastMetrics.on(registry)));
    worker.client().start(BOOK, "b", "x");
    worker.client().await(BOOK, "b", LONG);
    worker.close(LONG);

    assertThat(count(HoldfastMetric.EXECUTIONS_RESUMED, "source", "history")).isEqualTo(1);
    assertThat(count(HoldfastMetric.EXECUTIONS_RESUMED, "source", "memory")).isZero();
  }

  @Test
  void whatWaitsIsSeen() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    StoreWatch watch = StoreWatch.of(client).every(Duration.ZERO, Duration.ZERO);
    HoldfastMetrics.on(registry).watch(watch);
    assertThat(gauge(HoldfastMetric.QUEUE_OLDEST_READY, "queue", "messages")).isZero();

    client.start(BOOK, "b", "x");

    assertThat(gauge(HoldfastMetric.STORE_REACHABLE)).isEqualTo(1);
    assertThat(gauge(HoldfastMetric.QUEUE_DEPTH, "queue", "messages", "state", "ready"))
        .isEqualTo(1);
    ReadyWork ready = watch.reading().ready();
    assertThat(ready.message()).isNotNull().isBeforeOrEqualTo(ready.now());
    assertThat(ready.messageAge()).isEqualTo(Duration.between(ready.message(), ready.now()));
    assertThat(ready.activity()).isNull();

    Holdfast worker = work(b -> b.orchestration(BOOK).activity(FLAKY, (ctx, input) -> input));
    worker.client().await(BOOK, "b", LONG);

    assertThat(watch.reading().ready().message()).isNull();
    assertThat(gauge(HoldfastMetric.INSTANCES, "status", "completed")).isEqualTo(1);
    assertThat(gauge(HoldfastMetric.INSTANCES, "status", "running")).isZero();
  }

  @Test
  void anActivityIsReadySinceItWasScheduledOrItsDelayEnded() throws Exception {
    Holdfast worker = work(b -> b.orchestration(BOOK).servesTags(TagFilter.none()));
    InstanceAdmin admin = worker.client().admin();
    worker.client().start(BOOK, "b", "x");

    await(() -> admin.readyWork().orElseThrow().activity() != null);
    ReadyWork ready = admin.readyWork().orElseThrow();

    assertThat(ready.activity()).isEqualTo(admin.facts("b").oldestActivity().since());
    assertThat(ready.message()).isNull();
  }

  @Test
  void whatIsHeldOrHeldBackIsNotReady() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    client.start(BOOK, "b", "x");

    OrchestrationItem item =
        provider
            .fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofMinutes(1)))
            .getFirst();
    assertThat(client.admin().readyWork().orElseThrow().message()).as("locked").isNull();

    provider.abandon(item.lockToken(), AbandonOptions.after(Duration.ofMinutes(1)));
    assertThat(client.admin().readyWork().orElseThrow().message()).as("held back").isNull();
  }
}
