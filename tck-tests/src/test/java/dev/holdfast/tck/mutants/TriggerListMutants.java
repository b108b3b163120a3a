// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import dev.holdfast.provider.support.IdOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Lists of waiting runs that show others, or not all, or cost too much. */
final class TriggerListMutants {

  private static final int ALL = 1_000;

  private TriggerListMutants() {}

  /** Another page of waiting runs in place of the right one. */
  private static void paging(
      Family family, String name, String what, String origin, Paging instead) {
    TriggerReadMutants.reading(
        family,
        name,
        what,
        origin,
        handle ->
            handle.new Reads() {
              @Override
              public WaitingRunPage suspendedRunsWithPendingInputs(
                  int limit, @Nullable String pageToken) {
                WaitingRunPage right = super.suspendedRunsWithPendingInputs(limit, pageToken);
                return new WaitingRunPage(
                    instead.rows(handle, right, pageToken == null), right.nextPageToken());
              }
            });
  }

  @FunctionalInterface
  private interface Paging {
    List<WaitingRun> rows(Retriggered handle, WaitingRunPage right, boolean isFirst);
  }

  static List<Mutant> all() {
    Family family = new Family("TRIGGER");
    lists(family);
    costing(
        family,
        "asks-for-each-run",
        "A page of waiting runs reads every suspended run.",
        "TRIGGER-14: a statement for each run",
        handle -> handle.tables.runCounts(null).getOrDefault(RunStatus.SUSPENDED, 0L));
    costing(
        family,
        "two-statements-for-a-page",
        "A page of waiting runs needs two statements.",
        "TRIGGER-14: the numbers are read apart",
        handle -> 2);
    return family.mutants();
  }

  /** A mutant whose pages cost more. */
  private static void costing(
      Family family, String name, String what, String origin, ToLongFunction<Retriggered> cost) {
    family.fixture(
        name,
        what,
        origin,
        () ->
            new CountedFixture((right, count) ->
                new Retriggered(right) {
                  @Override
                  Triggers reads() {
                    return new Reads() {
                      @Override
                      public WaitingRunPage suspendedRunsWithPendingInputs(
                          int limit, @Nullable String pageToken) {
                        count.addAndGet(cost.applyAsLong(outer()));
                        return super.suspendedRunsWithPendingInputs(limit, pageToken);
                      }
                    };
                  }
                }));
  }

  // ---- waiting runs

  private static void lists(Family family) {
    paging(
        family,
        "every-status-is-listed",
        "A run with inputs is listed, whatever it does.",
        "TRIGGER-13: the status is not in the condition",
        (handle, right, isFirst) -> {
          if (!isFirst || right.nextPageToken() != null) {
            return right.rows();
          }
          List<WaitingRun> rows = new ArrayList<>(right.rows());
          for (RunSummary run : handle.tables.runs(RunQuery.firstPage(ALL)).rows()) {
            if (run.status() != RunStatus.SUSPENDED) {
              waiting(handle, run.runId(), key -> key.port().equals(Triggers.PORT))
                  .ifPresent(rows::add);
            }
          }
          rows.sort(Comparator.comparing(WaitingRun::runId, IdOrder.BY_CODE_POINT));
          return rows;
        });
    paging(
        family,
        "every-port-is-listed",
        "A suspended run with a message on any port is listed.",
        "TRIGGER-13: the port is not in the condition",
        (handle, right, isFirst) -> {
          if (!isFirst || right.nextPageToken() != null) {
            return right.rows();
          }
          List<WaitingRun> rows = new ArrayList<>();
          for (RunSummary run :
              handle
                  .tables
                  .runs(RunQuery.builder(ALL).statuses(RunStatus.SUSPENDED).build())
                  .rows()) {
            waiting(handle, run.runId(), key -> true).ifPresent(rows::add);
          }
          rows.sort(Comparator.comparing(WaitingRun::runId, IdOrder.BY_CODE_POINT));
          return rows;
        });
    paging(
        family,
        "one-step-is-counted",
        "A row counts the inputs of one step of its run.",
        "TRIGGER-13: the first step in place of all",
        (handle, right, isFirst) ->
            right.rows().stream()
                .map(row -> {
                  String step =
                      handle.inbox.counts(row.runId()).stream()
                          .map(counts -> counts.key().stepId())
                          .min(IdOrder.BY_CODE_POINT)
                          .orElseThrow();
                  return waiting(
                          handle,
                          row.runId(),
                          key -> key.stepId().equals(step) && key.port().equals(Triggers.PORT))
                      .orElse(row);
                })
                .toList());
    paging(
        family,
        "locked-inputs-do-not-wait",
        "A run whose inputs are locked is not listed.",
        "TRIGGER-13: locked_until < now()",
        (handle, right, isFirst) ->
            right.rows().stream()
                .filter(row ->
                    handle.inbox.counts(row.runId()).stream()
                        .anyMatch(counts -> counts.pending() > 0))
                .toList());
    paging(
        family,
        "a-run-for-each-input",
        "A run is listed once for each of its inputs.",
        "TRIGGER-13: a join without GROUP BY",
        (handle, right, isFirst) ->
            right.rows().stream()
                .flatMap(row -> Collections.nCopies((int) row.inputs(), row).stream())
                .toList());
    paging(
        family,
        "waiting-runs-by-utf-16",
        "The list is sorted as Java sorts texts.",
        "TRIGGER-13: sorted by String.compareTo",
        (handle, right, isFirst) ->
            right.rows().stream().sorted(Comparator.comparing(WaitingRun::runId)).toList());
    paging(
        family,
        "pages-skip-a-run",
        "A page leaves out the run behind the one before.",
        "TRIGGER-13: an OFFSET, and a run that went",
        (handle, right, isFirst) ->
            isFirst || right.rows().isEmpty()
                ? right.rows()
                : right.rows().subList(1, right.rows().size()));
    TriggerReadMutants.reading(
        family,
        "pages-repeat-a-run",
        "A page begins with the last run of the one before.",
        "TRIGGER-13: run_id >= ?",
        handle ->
            handle.new Reads() {
              private final Map<String, WaitingRun> last = new ConcurrentHashMap<>();

              @Override
              public WaitingRunPage suspendedRunsWithPendingInputs(
                  int limit, @Nullable String pageToken) {
                WaitingRunPage right = super.suspendedRunsWithPendingInputs(limit, pageToken);
                List<WaitingRun> rows = new ArrayList<>(right.rows());
                if (right.nextPageToken() != null) {
                  last.put(right.nextPageToken(), rows.get(rows.size() - 1));
                }
                if (pageToken != null && last.containsKey(pageToken) && rows.size() < limit) {
                  rows.add(0, last.get(pageToken));
                }
                return new WaitingRunPage(rows, right.nextPageToken());
              }
            });
    TriggerReadMutants.reading(
        family,
        "one-page-of-waiting-runs",
        "The list ends with its first page.",
        "TRIGGER-13: LIMIT, and no second page",
        handle ->
            handle.new Reads() {
              @Override
              public WaitingRunPage suspendedRunsWithPendingInputs(
                  int limit, @Nullable String pageToken) {
                return new WaitingRunPage(
                    super.suspendedRunsWithPendingInputs(limit, pageToken).rows(), null);
              }
            });
  }

  /** The row of a run, by what certain of its inboxes count. */
  private static Optional<WaitingRun> waiting(
      Retriggered handle, String runId, Predicate<InboxKey> counted) {
    List<InboxCounts> open =
        handle.inbox.counts(runId).stream()
            .filter(counts -> counted.test(counts.key()))
            .filter(counts -> counts.pending() + counts.locked() > 0)
            .toList();
    return open.stream()
        .map(counts -> counts.oldestPendingSince())
        .filter(since -> since != null)
        .min(Comparator.naturalOrder())
        .map(since ->
            new WaitingRun(
                runId,
                open.stream().mapToLong(counts -> counts.pending() + counts.locked()).sum(),
                since));
  }
}
