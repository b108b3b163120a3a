// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.tck.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists of runs that show others, or not all. */
final class RunListMutants {

  private RunListMutants() {}

  /** Reads of one handle, as a mutant offers them. */
  private static class Broken extends Restated {
    private final Function<Broken, Restated.Reads> reads;

    Broken(Provider inner, Function<Broken, Restated.Reads> reads) {
      super(inner);
      this.reads = reads;
    }

    @Override
    StateTables reads() {
      return reads.apply(this);
    }
  }

  private static void reading(
      Family family,
      String name,
      String what,
      String origin,
      Function<TestStore, Function<Broken, Restated.Reads>> reads) {
    family.store(
        name,
        what,
        origin,
        store -> {
          Function<Broken, Restated.Reads> broken = reads.apply(store);
          return inner -> new Broken(inner, broken);
        });
  }

  static List<Mutant> all() {
    Family family = new Family("RUN");
    reading(
        family,
        "kinds-are-ignored",
        "A list shows runs of every kind.",
        "RUN-19: a filter that is not in the query",
        store ->
            handle ->
                handle.new Reads() {
                  @Override
                  public RunPage runs(RunQuery query) {
                    return query.pageToken() == null
                        ? super.runs(
                            new RunQuery(
                                query.statuses(),
                                Set.of(),
                                query.createdAt(),
                                query.updatedAt(),
                                query.oldestFirst(),
                                query.limit(),
                                null))
                        : super.runs(query);
                  }
                });
    reading(
        family,
        "runs-by-id",
        "A page of runs is sorted by id.",
        "RUN-19: ORDER BY run_id",
        store ->
            handle ->
                handle.new Reads() {
                  @Override
                  public RunPage runs(RunQuery query) {
                    RunPage page = super.runs(query);
                    return new RunPage(
                        page.rows().stream()
                            .sorted(Comparator.comparing(RunSummary::runId))
                            .toList(),
                        page.nextPageToken());
                  }
                });
    reading(
        family,
        "no-rows-no-count",
        "A status without runs has no count.",
        "RUN-20: GROUP BY status",
        store ->
            handle ->
                handle.new Reads() {
                  @Override
                  public Map<RunStatus, Long> runCounts(@Nullable String kind) {
                    Map<RunStatus, Long> counts = new TreeMap<>(super.runCounts(kind));
                    counts.values().removeIf(count -> count == 0);
                    return counts;
                  }
                });
    stuck(family);
    return family.mutants();
  }

  private static void stuck(Family family) {
    reading(
        family,
        "the-age-is-ignored",
        "Every run that nothing moves is stuck at once.",
        "RUN-21: the parameter is not used",
        store ->
            handle ->
                handle.new Reads() {
                  @Override
                  public RunPage stuckRuns(
                      Duration olderThan, int limit, @Nullable String pageToken) {
                    return super.stuckRuns(
                        olderThan.isPositive() ? Duration.ZERO : olderThan, limit, pageToken);
                  }
                });
    reading(
        family,
        "recoverers-do-not-die",
        "A run that is recovering is never stuck.",
        "RUN-21: WHERE status = 'running'",
        store ->
            handle ->
                handle.new Reads() {
                  @Override
                  public RunPage stuckRuns(
                      Duration olderThan, int limit, @Nullable String pageToken) {
                    RunPage page = super.stuckRuns(olderThan, limit, pageToken);
                    return new RunPage(
                        page.rows().stream()
                            .filter(run -> run.status() == RunStatus.RUNNING)
                            .toList(),
                        page.nextPageToken());
                  }
                });
    reading(
        family,
        "whatever-waits-is-stuck",
        "A run that waits for a timer or an activity is stuck.",
        "RUN-22: only the rows of runs are looked at",
        store ->
            handle ->
                handle.new Reads() {
                  @Override
                  public RunPage stuckRuns(
                      Duration olderThan, int limit, @Nullable String pageToken) {
                    RunPage right = super.stuckRuns(olderThan, limit, pageToken);
                    if (pageToken != null || right.nextPageToken() != null) {
                      return right;
                    }
                    Instant now = store.timeControl().orElseThrow().now();
                    return new RunPage(
                        handle
                            .tables
                            .runs(
                                RunQuery.builder(limit)
                                    .statuses(RunStatus.RUNNING, RunStatus.RECOVERING)
                                    .build())
                            .rows()
                            .stream()
                            .filter(run ->
                                Duration.between(run.times().updatedAt(), now).compareTo(olderThan)
                                    >= 0)
                            .toList(),
                        null);
                  }
                });
    reading(
        family,
        "one-page-of-stuck-runs",
        "The list of stuck runs ends with its first page.",
        "RUN-23: LIMIT 1000",
        store ->
            handle ->
                handle.new Reads() {
                  @Override
                  public RunPage stuckRuns(
                      Duration olderThan, int limit, @Nullable String pageToken) {
                    return new RunPage(super.stuckRuns(olderThan, limit, pageToken).rows(), null);
                  }
                });
  }
}
