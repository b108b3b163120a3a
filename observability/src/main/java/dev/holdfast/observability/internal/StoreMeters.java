// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import dev.holdfast.observability.HoldfastMetric;
import dev.holdfast.observability.StoreReading;
import dev.holdfast.observability.StoreWatch;
import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import dev.holdfast.provider.admin.ReadyWork;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.state.RunStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The meters of a store. What is not known is no number. */
public final class StoreMeters {

  private static final Map<String, ToLongFunction<Buckets>> STATES =
      Map.of(
          "ready", Buckets::ready,
          "locked", Buckets::locked,
          "delayed", Buckets::delayed,
          "unstarted", Buckets::unstarted);

  private static final Map<String, Function<QueueDepths, Buckets>> QUEUES =
      Map.of("messages", QueueDepths::messages, "activities", QueueDepths::activities);

  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  private final MeterRegistry registry;
  private final StoreWatch store;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  private StoreMeters(MeterRegistry registry, StoreWatch store) {
    this.registry = registry;
    this.store = store;
  }

  /** Registers them. */
  public static void register(MeterRegistry registry, StoreWatch store) {
    new StoreMeters(registry, store).register();
  }

  private void register() {
    gauge(HoldfastMetric.STORE_REACHABLE, reading -> reading.error() == null ? 1 : 0);
    QUEUES.forEach((queue, ofQueue) ->
        STATES.forEach((state, ofState) ->
            gauge(
                HoldfastMetric.QUEUE_DEPTH,
                reading -> depth(reading.depths(), ofQueue, ofState),
                queue,
                state)));
    seconds(
        HoldfastMetric.QUEUE_OLDEST_READY,
        reading -> age(reading.ready(), ReadyWork::messageAge),
        "messages");
    seconds(
        HoldfastMetric.QUEUE_OLDEST_READY,
        reading -> age(reading.ready(), ReadyWork::activityAge),
        "activities");
    for (ExecutionStatus status : ExecutionStatus.values()) {
      gauge(
          HoldfastMetric.INSTANCES,
          reading -> instances(reading.counts(), status),
          TagText.of(status));
    }
    for (RunStatus status : RunStatus.values()) {
      gauge(HoldfastMetric.RUNS, reading -> runs(reading.runs(), status), TagText.of(status));
    }
    gauge(HoldfastMetric.INSTANCES_REDELIVERED, reading -> size(reading.redelivered()));
    gauge(HoldfastMetric.RUNS_STUCK, reading -> size(reading.stuckRuns()));
    seconds(HoldfastMetric.CLOCK_DIFFERENCE, StoreReading::clockDifference);
    FunctionCounter.builder(
            HoldfastMetric.AUDIT_DROPPED.meterName(), store, StoreMeters::auditDropped)
        .description(HoldfastMetric.AUDIT_DROPPED.description())
        .register(registry);
    projections();
    store.onReading(reading -> reading.commits().forEach(each -> commits(each.call())));
  }

  /** Which calls share commits is known when the store was read for the first time. */
  private void commits(String call) {
    if (known.add(call)) {
      counter(HoldfastMetric.COMMITS, call, CommitCounts.OfCalls::commits);
      counter(HoldfastMetric.COMMITS_CALLS, call, CommitCounts.OfCalls::carried);
    }
  }

  private void counter(
      HoldfastMetric metric, String call, ToLongFunction<CommitCounts.OfCalls> value) {
    FunctionCounter.builder(
            metric.meterName(),
            store,
            watch ->
                watch.reading().commits().stream()
                    .filter(each -> each.call().equals(call))
                    .mapToLong(value)
                    .sum())
        .description(metric.description())
        .tags(TagText.pairs(metric, call))
        .register(registry);
  }

  /** There are as many as there are projections, which come and go. */
  private void projections() {
    MultiGauge lags =
        MultiGauge.builder(HoldfastMetric.PROJECTION_LAG.meterName())
            .description(HoldfastMetric.PROJECTION_LAG.description())
            .baseUnit("seconds")
            .register(registry);
    MultiGauge parked =
        MultiGauge.builder(HoldfastMetric.PROJECTION_PARKED.meterName())
            .description(HoldfastMetric.PROJECTION_PARKED.description())
            .register(registry);
    store.onReading(reading -> {
      lags.register(
          reading.projections().stream()
              .map(one ->
                  Row.of(
                      TagText.pairs(HoldfastMetric.PROJECTION_LAG, one.name()),
                      one.lag().toNanos() / NANOS))
              .toList(),
          true);
      parked.register(
          reading.projections().stream()
              .map(one ->
                  Row.of(TagText.pairs(HoldfastMetric.PROJECTION_PARKED, one.name()), one.parked()))
              .toList(),
          true);
    });
  }

  private void gauge(
      HoldfastMetric metric, ToDoubleFunction<StoreReading> value, String... tagValues) {
    gauge(metric, null, value, tagValues);
  }

  private void seconds(
      HoldfastMetric metric,
      Function<StoreReading, @Nullable Duration> value,
      String... tagValues) {
    gauge(
        metric,
        "seconds",
        reading -> {
          Duration time = value.apply(reading);
          return time == null ? Double.NaN : time.toNanos() / NANOS;
        },
        tagValues);
  }

  private void gauge(
      HoldfastMetric metric,
      @Nullable String unit,
      ToDoubleFunction<StoreReading> value,
      String... tagValues) {
    Gauge.builder(metric.meterName(), store, watch -> value.applyAsDouble(watch.reading()))
        .description(metric.description())
        .baseUnit(unit)
        .tags(TagText.pairs(metric, tagValues))
        .strongReference(true)
        .register(registry);
  }

  private static double depth(
      @Nullable QueueDepths depths,
      Function<QueueDepths, Buckets> queue,
      ToLongFunction<Buckets> state) {
    return depths == null ? Double.NaN : state.applyAsLong(queue.apply(depths));
  }

  private static @Nullable Duration age(
      @Nullable ReadyWork ready, Function<ReadyWork, Duration> queue) {
    return ready == null ? null : queue.apply(ready);
  }

  private static double instances(@Nullable StoreMetrics counts, ExecutionStatus status) {
    return counts == null ? Double.NaN : counts.instancesByStatus().getOrDefault(status, 0L);
  }

  private static double runs(@Nullable Map<RunStatus, Long> runs, RunStatus status) {
    return runs == null ? Double.NaN : runs.getOrDefault(status, 0L);
  }

  private static double size(@Nullable Collection<?> some) {
    return some == null ? Double.NaN : some.size();
  }

  private static double auditDropped(StoreWatch store) {
    Long dropped = store.reading().auditDropped();
    return dropped == null ? 0 : dropped;
  }
}
