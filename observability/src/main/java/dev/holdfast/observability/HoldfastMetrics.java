// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import dev.holdfast.observability.internal.BoundedNames;
import dev.holdfast.observability.internal.StoreMeters;
import dev.holdfast.observability.internal.TagText;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkEnd;
import dev.holdfast.worker.WorkerListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Counts and times what workers do, and tells how a store stands, in a registry of Micrometer. One
 * object serves any number of workers and engines of a process. Thread-safe.
 *
 * <pre>{@code
 * HoldfastMetrics metrics = HoldfastMetrics.on(registry);
 * try (Holdfast holdfast = Holdfast.builder(url).listener(metrics).orchestration(ORDER).start()) {
 *   metrics.watch(StoreWatch.of(holdfast.client()));
 *   ...
 * }
 * }</pre>
 *
 * <p>Names of orchestrations and activities become tags; after {@value #MOST_NAMES} of them the
 * others are counted under {@code other}. What the metrics are says {@link HoldfastMetric}.
 */
public final class HoldfastMetrics implements WorkerListener {

  /** So many names of orchestrations, and as many of activities, have numbers of their own. */
  public static final int MOST_NAMES = 500;

  private final MeterRegistry registry;
  private final BoundedNames orchestrations = new BoundedNames(MOST_NAMES);
  private final BoundedNames activities = new BoundedNames(MOST_NAMES);
  private final Map<Work.Kind, AtomicInteger> active = new EnumMap<>(Work.Kind.class);
  // A registry finds a meter by making its id each time; these find it by what it depends on.
  private final Map<List<String>, Timer> timers = new ConcurrentHashMap<>();
  private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Work.Kind, DistributionSummary> fetches = new EnumMap<>(Work.Kind.class);

  private HoldfastMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Work.Kind kind : Work.Kind.values()) {
      AtomicInteger count = new AtomicInteger();
      active.put(kind, count);
      Gauge.builder(HoldfastMetric.ACTIVE.meterName(), count, AtomicInteger::get)
          .description(HoldfastMetric.ACTIVE.description())
          .tag("kind", TagText.of(kind))
          .strongReference(true)
          .register(registry);
      fetches.put(
          kind,
          DistributionSummary.builder(HoldfastMetric.FETCH_ITEMS.meterName())
              .description(HoldfastMetric.FETCH_ITEMS.description())
              .tag("kind", TagText.of(kind))
              .register(registry));
    }
  }

  /**
   * Begins to count in a registry.
   *
   * @param registry the registry
   * @return the metrics, to be given to builders as a listener
   */
  public static HoldfastMetrics on(MeterRegistry registry) {
    return new HoldfastMetrics(Objects.requireNonNull(registry, "registry"));
  }

  /**
   * Adds the metrics of a store: depths of queues, ages, counts. They are read when the registry
   * asks for them, and not more often than the watch says.
   *
   * @param store the store; one for each registry
   * @return this
   */
  public HoldfastMetrics watch(StoreWatch store) {
    StoreMeters.register(registry, store);
    return this;
  }

  @Override
  public void begun(Work work) {
    count(work.kind()).incrementAndGet();
  }

  @Override
  public void ended(Work work, WorkEnd end) {
    count(work.kind()).decrementAndGet();
    String kind = TagText.of(work.kind());
    increment(HoldfastMetric.DELIVERIES, kind, TagText.of(end.arrival()));
    if (work.deliveries() > 1) {
      increment(HoldfastMetric.REDELIVERIES, kind);
    }
    if (end.outcome() == WorkEnd.Outcome.LOCK_LOST) {
      increment(HoldfastMetric.LOCK_LOSSES, kind);
    }
    switch (work.kind()) {
      case TURN -> turnEnded(orchestrations.of(work.name()), end);
      case ACTIVITY -> activityEnded(activities.of(work.name()), end);
    }
  }

  private void turnEnded(String name, WorkEnd end) {
    timer(HoldfastMetric.TURN_DURATION, name, TagText.of(end.outcome()), TagText.of(end.arrival()))
        .record(end.took());
    Duration waited = end.waited();
    if (waited != null) {
      timer(HoldfastMetric.TURN_WAIT, name).record(waited);
    }
    ExecutionStatus status = end.status();
    if (status != null && status.isEnded()) {
      increment(HoldfastMetric.EXECUTIONS_ENDED, name, TagText.of(status));
    }
    Boolean fromMemory = end.fromMemory();
    if (fromMemory != null) {
      increment(HoldfastMetric.EXECUTIONS_RESUMED, fromMemory ? "memory" : "history");
    }
  }

  private void activityEnded(String name, WorkEnd end) {
    timer(HoldfastMetric.ACTIVITY_DURATION, name, TagText.of(end.outcome())).record(end.took());
    if (end.attempt() > 1) {
      increment(HoldfastMetric.ACTIVITY_RETRIES, name);
    }
  }

  @Override
  public void fetched(Work.Kind kind, int items) {
    DistributionSummary summary = fetches.get(kind);
    if (summary != null) {
      summary.record(items);
    }
  }

  @Override
  public void turnAheadNotUsed(Work work) {
    increment(HoldfastMetric.TURNS_AHEAD_UNUSED);
  }

  @Override
  public void storeFailed(StoreCall call, ProviderError error) {
    increment(HoldfastMetric.STORE_ERRORS, TagText.of(call), error.getClass().getSimpleName());
  }

  private AtomicInteger count(Work.Kind kind) {
    return Objects.requireNonNull(active.get(kind));
  }

  private void increment(HoldfastMetric metric, String... values) {
    meter(
            counters,
            metric,
            values,
            key ->
                Counter.builder(metric.meterName())
                    .description(metric.description())
                    .tags(TagText.pairs(metric, values))
                    .register(registry))
        .increment();
  }

  private Timer timer(HoldfastMetric metric, String... values) {
    return meter(
        timers,
        metric,
        values,
        key ->
            Timer.builder(metric.meterName())
                .description(metric.description())
                .tags(TagText.pairs(metric, values))
                .register(registry));
  }

  private static <M> M meter(
      Map<List<String>, M> known,
      HoldfastMetric metric,
      String[] values,
      Function<List<String>, M> make) {
    List<String> key = TagText.key(metric, values);
    M meter = known.get(key); // computeIfAbsent may lock
    return meter != null ? meter : known.computeIfAbsent(key, make);
  }
}
