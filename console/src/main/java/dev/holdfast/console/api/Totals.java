// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.json.Json;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Counts of the whole store, over some minutes. Thread-safe.
 *
 * <p>A count reads every row, so it is never made for a request: a thread counts while somebody
 * looks, however many they are, and takes at most a twentieth of the time of one connection.
 */
final class Totals implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Totals.class);

  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final int SHARE = 20;
  private static final Duration WATCHED_FOR = Duration.ofMinutes(1);
  private static final int KEPT = 120;

  /** From so many deliveries without a result on, something is likely to be wrong. */
  private static final int TRIED_OFTEN = 3;

  private static final int TRIED_SHOWN = 10;

  private final OpenStore store;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("holdfast-console-totals").factory());

  private final Deque<Sample> samples = new ArrayDeque<>();
  private long wantedAt;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable String problem;

  private record Sample(
      Instant at,
      StoreMetrics metrics,
      QueueDepths depths,
      Map<RunStatus, Long> runs,
      List<InstanceSummary> tried) {}

  Totals(OpenStore store) {
    this.store = store;
  }

  /** {@return what has been counted so far; without counts when the first is under way} */
  ObjectNode json() {
    InstanceAdmin admin = store.admin();
    ObjectNode object = Json.object();
    synchronized (this) {
      wantedAt = System.nanoTime();
      if (next == null && !thread.isShutdown()) {
        next = thread.schedule(() -> count(admin), 0, TimeUnit.MILLISECONDS);
      }
      object.put("problem", problem);
      Sample newest = samples.peekLast();
      if (newest != null) {
        put(object, newest);
      }
      ArrayNode array = object.putArray("samples");
      samples.forEach(sample -> array.add(point(sample)));
    }
    return object;
  }

  private void count(InstanceAdmin admin) {
    long began = System.nanoTime();
    Sample sample = null;
    String failure = null;
    try {
      Map<RunStatus, Long> runs =
          store.ask(StateTables.class).map(tables -> tables.runCounts(null)).orElse(Map.of());
      List<InstanceSummary> tried =
          admin
              .list(
                  InstanceQuery.firstPage(
                      InstanceFilter.builder().minAttempts(TRIED_OFTEN).build(), TRIED_SHOWN))
              .rows();
      sample = new Sample(Instant.now(), admin.metrics(), admin.queueDepths(), runs, tried);
    } catch (ProviderError e) {
      failure = e.getMessage();
    } catch (RuntimeException e) {
      LOG.warn("the store could not be counted", e);
      failure = "the store could not be counted; the log says more";
    }
    long took = System.nanoTime() - began;
    synchronized (this) {
      problem = failure;
      if (sample != null) {
        samples.addLast(sample);
      }
      while (samples.size() > KEPT) {
        samples.removeFirst();
      }
      boolean watched = System.nanoTime() - wantedAt < WATCHED_FOR.toNanos();
      long pause = Math.max(EVERY.toNanos(), took * SHARE);
      next =
          watched && !thread.isShutdown()
              ? thread.schedule(() -> count(admin), pause, TimeUnit.NANOSECONDS)
              : null;
    }
  }

  private static void put(ObjectNode object, Sample sample) {
    StoreMetrics metrics = sample.metrics();
    object
        .put("countedAt", Json.moment(sample.at()))
        .put("instances", metrics.instances())
        .put("executions", metrics.executions())
        .put("events", metrics.events());
    statuses(object.putObject("instancesByStatus"), metrics);
    ObjectNode runs = object.putObject("runsByStatus");
    new TreeMap<>(sample.runs()).forEach((status, count) -> runs.put(status.label(), count));
    QueueDepths depths = sample.depths();
    object.set("messages", buckets(depths.messages()));
    object.set("activities", buckets(depths.activities()));
    ObjectNode tags = object.putObject("activitiesByTag");
    new TreeMap<>(depths.activitiesByTag()).forEach((tag, row) -> tags.set(tag, buckets(row)));
    object.put("activitiesInForeignSessions", depths.activitiesInForeignSessions());
    ArrayNode tried = object.putArray("tried");
    sample.tried().forEach(row -> tried.add(InstanceJson.of(row)));
  }

  private static void statuses(ObjectNode object, StoreMetrics metrics) {
    for (ExecutionStatus status : ExecutionStatus.values()) {
      object.put(
          InstanceJson.word(status),
          metrics.instancesByStatus().getOrDefault(status, 0L).longValue());
    }
  }

  private static ObjectNode point(Sample sample) {
    ObjectNode object =
        Json.object()
            .put("at", Json.moment(sample.at()))
            .put("instances", sample.metrics().instances())
            .put("events", sample.metrics().events())
            .put("ready", sample.depths().messages().ready() + sample.depths().activities().ready())
            .put(
                "locked",
                sample.depths().messages().locked() + sample.depths().activities().locked());
    statuses(object.putObject("instancesByStatus"), sample.metrics());
    return object;
  }

  private static ObjectNode buckets(QueueDepths.Buckets buckets) {
    return Json.object()
        .put("ready", buckets.ready())
        .put("locked", buckets.locked())
        .put("delayed", buckets.delayed())
        .put("unstarted", buckets.unstarted())
        .put("total", buckets.total());
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      // A count that is under way uses the store, which is closed next.
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a count of the store is still under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
