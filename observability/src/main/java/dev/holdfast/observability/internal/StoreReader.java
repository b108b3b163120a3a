// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import dev.holdfast.observability.StoreReading;
import dev.holdfast.observability.StoreReading.OfProjection;
import dev.holdfast.observability.StoreWatch;
import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.ReadyWork;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a store how it stands, part by part. Thread-safe. */
public final class StoreReader {

  /** So many ids are shown of what needs a look. */
  private static final int PAGE = 100;

  private static final int MANY_DELIVERIES = 3;
  private static final Duration STUCK_AFTER = Duration.ofMinutes(5);

  private final StoreWatch.Features features;

  /** Creates it for a store. */
  public StoreReader(StoreWatch.Features features) {
    this.features = features;
  }

  /**
   * Reads; throws nothing.
   *
   * @param counts a reading whose counts are good enough, null to count again
   */
  public StoreReading read(@Nullable StoreReading counts) {
    return new Attempt().read(counts);
  }

  /** One reading. After the first failure nothing more is asked: each call may wait for long. */
  private final class Attempt {
    private @Nullable String error;
    private @Nullable Duration clockDifference;

    private <T> @Nullable T ask(@Nullable Supplier<T> question) {
      if (question == null || error != null) {
        return null;
      }
      try {
        return question.get();
      } catch (ProviderError e) {
        error = e.getClass().getSimpleName() + ": " + e.getMessage();
        return null;
      } catch (RuntimeException e) {
        // An error of the one who reads must not look like an idle store.
        error = e.toString();
        return null;
      }
    }

    StoreReading read(@Nullable StoreReading counts) {
      InstanceAdmin admin = features.find(InstanceAdmin.class).orElse(null);
      StateTables tables = features.find(StateTables.class).orElse(null);
      EventStreams streams = features.find(EventStreams.class).orElse(null);
      Projections projections = features.find(Projections.class).orElse(null);
      AuditLog audit = features.find(AuditLog.class).orElse(null);
      ReadyWork ready = admin == null ? null : ask(() -> ready(admin));
      QueueDepths depths = admin == null ? null : ask(admin::queueDepths);
      List<String> redelivered = admin == null ? null : ask(() -> redelivered(admin));
      List<String> stuck = tables == null ? null : ask(() -> stuck(tables));
      List<OfProjection> lags =
          streams == null || projections == null ? null : ask(() -> lags(streams, projections));
      StoreMetrics metrics =
          counts != null ? counts.counts() : admin == null ? null : ask(admin::metrics);
      Map<RunStatus, Long> runs =
          counts != null
              ? counts.runs()
              : tables == null ? null : ask(() -> tables.runCounts(null));
      return new StoreReading(
          error,
          depths,
          ready,
          metrics,
          redelivered,
          runs,
          stuck,
          lags == null ? List.of() : lags,
          audit == null ? null : audit.counts().dropped(), // asks nothing of the store
          clockDifference,
          features.find(CommitCounts.class).map(CommitCounts::commitCounts).orElse(List.of()));
    }

    private @Nullable ReadyWork ready(InstanceAdmin admin) {
      Instant asked = Instant.now();
      ReadyWork ready = admin.readyWork().orElse(null);
      if (ready != null) {
        clockDifference = beyond(asked, Instant.now(), ready.now());
      }
      return ready;
    }
  }

  /** How far a clock is beyond what two looks at this machine's own clock allow. */
  static Duration beyond(Instant asked, Instant answered, Instant store) {
    if (store.isBefore(asked)) {
      return Duration.between(store, asked);
    }
    return store.isAfter(answered) ? Duration.between(store, answered) : Duration.ZERO;
  }

  private static List<String> redelivered(InstanceAdmin admin) {
    InstanceFilter many = InstanceFilter.builder().minAttempts(MANY_DELIVERIES).build();
    return admin.list(InstanceQuery.firstPage(many, PAGE)).rows().stream()
        .map(InstanceSummary::instanceId)
        .toList();
  }

  private static List<String> stuck(StateTables tables) {
    return tables.stuckRuns(STUCK_AFTER, PAGE, null).rows().stream()
        .map(RunSummary::runId)
        .toList();
  }

  private static List<OfProjection> lags(EventStreams streams, Projections projections) {
    List<String> names = projections.projections();
    if (names.isEmpty()) {
      return List.of();
    }
    LogHead head = streams.head();
    List<OfProjection> lags = new ArrayList<>();
    for (String name : names) {
      projections.projection(name).ifPresent(info -> add(lags, info, head, streams));
    }
    return lags;
  }

  private static void add(
      List<OfProjection> lags, ProjectionInfo info, LogHead head, EventStreams streams) {
    for (GenerationInfo generation : info.generations()) {
      if (generation.generation() == info.live()) {
        Duration lag =
            generation.shards().stream()
                .map(ShardInfo::checkpoint)
                .min(Comparator.naturalOrder())
                .map(checkpoint -> lag(checkpoint, head, streams))
                .orElse(Duration.ZERO);
        lags.add(new OfProjection(info.projection(), lag, generation.parked()));
      }
    }
  }

  private static Duration lag(LogPosition checkpoint, LogHead head, EventStreams streams) {
    if (!checkpoint.isBefore(head.position())) {
      return Duration.ZERO;
    }
    return streams.readLog(LogRead.after(checkpoint, 1)).events().stream()
        .findFirst()
        .map(StreamEvent::recordedAt)
        .map(since ->
            since.isAfter(head.now()) ? Duration.ZERO : Duration.between(since, head.now()))
        .orElse(Duration.ZERO);
  }
}
