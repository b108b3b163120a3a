// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Lists and counts of runs. */
@RuleFamily("RUN")
final class RunListRules {

  private static final int ALL = 100;
  private static final int MOST_PAGES = 200;

  private static final Comparator<RunSummary> NEWEST_FIRST =
      Comparator.<RunSummary, Instant>comparing(
              run -> run.times().createdAt(), Comparator.reverseOrder())
          .thenComparing(RunSummary::runId, IdOrder.BY_CODE_POINT);

  private static List<RunSummary> all(StateTables reads, RunQuery query, Runnable betweenPages) {
    List<RunSummary> rows = new ArrayList<>();
    RunPage page = reads.runs(query);
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      Expect.atMost("A page has more rows than asked for.", query.limit(), page.rows().size());
      rows.addAll(page.rows());
      String token = page.nextPageToken();
      if (token == null) {
        return rows;
      }
      Expect.equal("A page before another is not full.", query.limit(), page.rows().size());
      betweenPages.run();
      page = reads.runs(query.from(token));
    }
    throw Expect.violation("The pages do not come to an end.", MOST_PAGES + " pages", "more");
  }

  private static List<String> ids(List<RunSummary> rows) {
    return rows.stream().map(RunSummary::runId).toList();
  }

  /** Runs in every status, of two kinds, made and changed at several moments. */
  private static List<RunSummary> fill(StoreUnderTest store, Stated a) {
    List<String> ids = List.of("b", "a", "B", "a b", "á", "\uFF5E", "\uD83D\uDE00", "\"q\\");
    int n = 0;
    for (String id : ids) {
      for (String kind : List.of("order", "refund")) {
        RunStatus status = RunStatus.values()[n % RunStatus.values().length];
        boolean begins = status == RunStatus.SCHEDULED;
        RunSummary run =
            a.written(new CreateRun(id + n, kind, begins ? status : RunStatus.RUNNING, null));
        if (n++ % 3 == 0) {
          store.moveTime(store.tick());
        }
        if (run.status() != status) {
          a.move(run, status);
        }
      }
    }
    List<RunSummary> rows = all(a.reads(), RunQuery.firstPage(ALL), () -> {});
    Expect.equal("The list does not have every run.", n, rows.size());
    return rows;
  }

  /**
   * Runs are listed newest first, then by id, or in the exact reverse, page by page.
   *
   * <p><b>Shape:</b> ids with capitals, accents and characters beyond 16 bits, several at one
   * moment; pages of every size in both orders and on both handles, with changes and deletions
   * between them.
   */
  @Rule("RUN-19")
  void runsAreListedInOrder(StoreUnderTest store) {
    Stated a = Stated.first(store);
    List<RunSummary> rows = fill(store, a);
    Expect.equal(
        "The list is not sorted by creation from new to old, then by code point.",
        ids(rows.stream().sorted(NEWEST_FIRST).toList()),
        ids(rows));
    for (RunSummary row : rows) {
      Expect.equal("A row is not the run.", a.read(row.runId()).summary(), row);
    }
    for (StateTables reads : List.of(a.reads(), Stated.second(store).reads())) {
      for (int limit = 1; limit <= rows.size() + 1; limit += 1 + limit / 4) {
        RunQuery.Builder query = RunQuery.builder(limit);
        Expect.equal("Pages differ from the whole.", rows, all(reads, query.build(), () -> {}));
        Expect.equal(
            "oldestFirst is not the exact reverse.",
            rows.reversed(),
            all(reads, query.oldestFirst(true).build(), () -> {}));
      }
    }
    List<String> seen =
        ids(
            all(
                a.reads(),
                RunQuery.firstPage(3),
                () -> {
                  a.create("new " + store.nextNumber());
                  RunSummary first = a.read(rows.get(0).runId()).summary();
                  if (!first.status().isFinal()) {
                    a.written(RunChange.of(first).lastError("changed").build());
                  }
                }));
    Expect.equal("Changes between pages moved a row.", ids(rows), seen);
  }

  /**
   * Every part of a filter must match.
   *
   * <p><b>Shape:</b> statuses, kinds and both ranges, each alone and in pairs; the lower bound is
   * inside, the upper one is not.
   */
  @Rule("RUN-19")
  void everyPartOfAFilterMustMatch(StoreUnderTest store) {
    Stated a = Stated.first(store);
    List<RunSummary> rows = fill(store, a);
    Instant from = rows.get(rows.size() / 2).times().createdAt();
    Instant to = rows.get(1).times().createdAt();
    Instant changed = rows.get(2).times().updatedAt();
    record Part(RunQuery.Builder query, Predicate<RunSummary> matches) {}
    List<Part> parts = new ArrayList<>();
    for (boolean statuses : List.of(false, true)) {
      for (String kind : new String[] {"", "order", "order+none"}) {
        for (int ranges = 0; ranges < 4; ranges++) {
          RunQuery.Builder query = RunQuery.builder(ALL);
          Predicate<RunSummary> matches = run -> true;
          if (statuses) {
            query.statuses(RunStatus.RUNNING, RunStatus.FAILED, RunStatus.SUSPENDED);
            matches =
                matches.and(run ->
                    List.of(RunStatus.RUNNING, RunStatus.FAILED, RunStatus.SUSPENDED)
                        .contains(run.status()));
          }
          if (!kind.isEmpty()) {
            if (kind.equals("order")) {
              query.kinds("order");
            } else {
              query.kinds("order", "none\"\\");
            }
            matches = matches.and(run -> run.kind().equals("order"));
          }
          if ((ranges & 1) != 0) {
            query.createdAt(new TimeRange(from, to));
            matches =
                matches.and(run ->
                    !run.times().createdAt().isBefore(from)
                        && run.times().createdAt().isBefore(to));
          }
          if ((ranges & 2) != 0) {
            query.updatedAt(new TimeRange(null, changed));
            matches = matches.and(run -> run.times().updatedAt().isBefore(changed));
          }
          parts.add(new Part(query, matches));
        }
      }
    }
    for (Part part : parts) {
      RunQuery query = part.query().build();
      Expect.equal(
          "A filter does not let through what matches: " + query,
          ids(rows.stream().filter(part.matches()).toList()),
          ids(all(a.reads(), query, () -> {})));
    }
  }

  /**
   * Page tokens are opaque and self-contained, and belong to one filter and order.
   *
   * <p><b>Shape:</b> the bounds of the limit; a token on another handle and after reopening;
   * damaged, with another filter, another order and from another list it is refused.
   */
  @Rule("RUN-19")
  void pageTokensBelongToOneList(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (int n = 0; n < 5; n++) {
      a.create("run " + n);
      store.moveTime(store.tick());
    }
    StateTables reads = a.reads();
    int most = a.handle().provider().info().limits().maxPageSize();
    Expect.equal(
        "The largest page is refused.", 5, reads.runs(RunQuery.firstPage(most)).rows().size());
    Expect.invalid(
        "A page above the limit was accepted.", () -> reads.runs(RunQuery.firstPage(most + 1)));
    Expect.invalid("A page without rows was accepted.", () -> reads.runs(RunQuery.firstPage(0)));
    RunQuery query = RunQuery.builder(2).kinds(Stated.KIND).build();
    String token = Objects.requireNonNull(reads.runs(query).nextPageToken());
    List<String> next = List.of("run 2", "run 1");
    Expect.equal(
        "A token is not good for another handle.",
        next,
        ids(Stated.second(store).reads().runs(query.from(token)).rows()));
    Expect.invalid(
        "A token was taken for another order.",
        () ->
            reads.runs(
                RunQuery.builder(2).kinds(Stated.KIND).oldestFirst(true).build().from(token)));
    Expect.invalid(
        "A token was taken for another filter.",
        () -> reads.runs(RunQuery.firstPage(2).from(token)));
    Expect.invalid(
        "A token was taken for another list.", () -> reads.stuckRuns(Duration.ZERO, 2, token));
    for (String damaged : List.of("", "x", "äöü", token + token, token + "A", token.substring(1))) {
      Expect.invalid("A damaged token was accepted.", () -> reads.runs(query.from(damaged)));
    }
    store.reopen();
    Expect.equal(
        "A token does not outlive its handle.",
        next,
        ids(Stated.first(store).reads().runs(query.from(token)).rows()));
  }

  /**
   * Counts per status add up.
   *
   * <p><b>Shape:</b> runs of two kinds in every status against what is listed, zeros for what is
   * unknown; steps likewise; while a fixed set of rows changes its status each answer adds up.
   */
  @Rule("RUN-20")
  void countsAddUp(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    List<RunSummary> rows = fill(store, a);
    for (String kind : new String[] {null, "order", "refund", "unknown"}) {
      Map<RunStatus, Long> expected = new EnumMap<>(RunStatus.class);
      for (RunStatus status : RunStatus.values()) {
        expected.put(
            status,
            rows.stream()
                .filter(run -> run.status() == status)
                .filter(run -> kind == null || run.kind().equals(kind))
                .count());
      }
      Expect.equal("The counts of runs are wrong.", expected, b.reads().runCounts(kind));
    }
    a.create("stepped");
    Map<StepStatus, Long> expected = new EnumMap<>(StepStatus.class);
    for (StepStatus status : StepStatus.values()) {
      for (int n = 0; n <= status.ordinal() % 3; n++) {
        a.step("stepped", status + " " + n, status);
      }
      expected.put(status, 1L + status.ordinal() % 3);
    }
    Expect.equal("The counts of steps are wrong.", expected, b.reads().stepCounts("stepped"));
    Expect.equal(
        "An unknown run has steps.",
        0L,
        b.reads().stepCounts("unknown").values().stream().mapToLong(one -> one).sum());
    long total = rows.size() + 1L;
    AtomicBoolean done = new AtomicBoolean();
    Together.all(
        () -> {
          try {
            RunSummary run = a.read("stepped").summary();
            for (int round = 0; round < 20; round++) {
              run =
                  a.move(
                      run,
                      run.status() == RunStatus.RUNNING ? RunStatus.PAUSED : RunStatus.RUNNING);
            }
          } finally {
            done.set(true);
          }
        },
        () -> {
          do {
            Expect.equal(
                "Counts do not add up while runs move.",
                total,
                b.reads().runCounts(null).values().stream().mapToLong(one -> one).sum());
          } while (!done.get());
        });
    a.apply(
        new DeleteRun("stepped", a.move(a.read("stepped").summary(), RunStatus.FAILED).version()));
    Expect.equal(
        "A deleted run is counted.",
        total - 1,
        b.reads().runCounts(null).values().stream().mapToLong(one -> one).sum());
  }
}
