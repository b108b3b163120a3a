// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.acked;
import static dev.holdfast.tck.rules.Admins.born;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which instances a list shows, and that its rows say what the details say. */
@RuleFamily("ADMIN")
final class AdminFilterRules {

  private static final int INSTANCES = 12;
  private static final List<ExecutionStatus> STATUSES = List.of(ExecutionStatus.values());

  /**
   * A filter, and which rows it has to let through.
   *
   * @param what it in words
   * @param filter sets it
   * @param matches tells which rows it lets through
   */
  private record Case(
      String what, Consumer<InstanceFilter.Builder> filter, Predicate<InstanceSummary> matches) {}

  /** Twelve instances at twelve moments: two names, four statuses, children, a broken link. */
  private static List<InstanceSummary> fill(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    for (int k = 0; k < INSTANCES; k++) {
      String name = k % 2 == 0 ? "red" : "blue";
      ExecutionStatus status = STATUSES.get(k % 4);
      @Nullable String parent = k > 2 && k < 6 ? id(0) : k == 6 ? "nowhere" : null;
      boolean atOnce = k % 3 != 0;
      born(
          first,
          id(k),
          turn -> {
            turn.name(name).metadata(metadata -> metadata.parentInstanceId(parent));
            return atOnce ? turn.status(status) : turn;
          });
      store.moveTime(store.tick().multipliedBy(2));
    }
    for (int k = 0; k < INSTANCES; k += 3) {
      ExecutionStatus status = STATUSES.get(k % 4);
      acked(first, id(k), turn -> turn.status(status));
      store.moveTime(store.tick().multipliedBy(2));
    }
    first.start("queued");
    return IntStream.range(0, INSTANCES).mapToObj(k -> admin.instance(id(k)).summary()).toList();
  }

  private static String id(int number) {
    return "order-" + number;
  }

  private static List<Case> cases(List<InstanceSummary> rows) {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case("name", f -> f.name("red"), row -> row.name().equals("red")));
    for (ExecutionStatus status : STATUSES) {
      cases.add(
          new Case("status " + status, f -> f.statuses(status), row -> row.status() == status));
    }
    cases.add(
        new Case(
            "two statuses",
            f -> f.statuses(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED),
            row ->
                Set.of(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED).contains(row.status())));
    ranges(cases, "created", rows, InstanceSummary::createdAt, InstanceFilter.Builder::createdAt);
    ranges(cases, "updated", rows, InstanceSummary::updatedAt, InstanceFilter.Builder::updatedAt);
    ranges(
        cases,
        "completed",
        rows,
        InstanceSummary::completedAt,
        InstanceFilter.Builder::completedAt);
    cases.add(
        new Case(
            "parent", f -> f.parentInstanceId(id(0)), row -> id(0).equals(row.parentInstanceId())));
    cases.add(
        new Case(
            "roots",
            InstanceFilter.Builder::rootsOnly,
            row -> row.parentInstanceId() == null || row.parentInstanceId().equals("nowhere")));
    return cases;
  }

  private interface SetRange {
    void set(InstanceFilter.Builder filter, TimeRange range);
  }

  /** Ranges whose ends lie exactly on rows. */
  private static void ranges(
      List<Case> cases,
      String what,
      List<InstanceSummary> rows,
      Function<InstanceSummary, @Nullable Instant> moment,
      SetRange set) {
    List<Instant> moments = new ArrayList<>();
    for (InstanceSummary row : rows) {
      @Nullable Instant at = moment.apply(row);
      if (at != null) {
        moments.add(at);
      }
    }
    List<Instant> sorted = moments.stream().sorted().toList();
    Instant from = sorted.get(1);
    Instant to = sorted.get(sorted.size() - 2);
    cases.add(range(what + " from", new TimeRange(from, null), moment, set));
    cases.add(range(what + " to", new TimeRange(null, to), moment, set));
    cases.add(range(what + " between", new TimeRange(from, to), moment, set));
  }

  private static Case range(
      String what,
      TimeRange range,
      Function<InstanceSummary, @Nullable Instant> moment,
      SetRange set) {
    return new Case(
        what,
        f -> set.set(f, range),
        row -> {
          @Nullable Instant at = moment.apply(row);
          return at != null
              && (range.from() == null || !at.isBefore(range.from()))
              && (range.to() == null || at.isBefore(range.to()));
        });
  }

  /**
   * Each filter shows what matches and nothing else.
   *
   * <p><b>Shape:</b> twelve instances; every filter by itself, with a row exactly on each bound.
   */
  @Rule("ADMIN-08")
  void eachFilterShowsWhatMatches(StoreUnderTest store) {
    List<InstanceSummary> rows = fill(store);
    for (InstanceAdmin admin : Admins.both(store)) {
      for (Case one : cases(rows)) {
        expect(admin, rows, List.of(one));
      }
    }
  }

  /**
   * Of several filters all must match.
   *
   * <p><b>Shape:</b> all pairs of filters on the same twelve instances; a parent that is unknown.
   */
  @Rule("ADMIN-09")
  void ofSeveralFiltersAllMustMatch(StoreUnderTest store) {
    List<InstanceSummary> rows = fill(store);
    List<Case> cases = cases(rows);
    for (int i = 0; i < cases.size(); i++) {
      for (int j = i + 1; j < cases.size(); j++) {
        if (!overwrites(cases.get(i).what(), cases.get(j).what())) {
          expect(store.admin(), rows, List.of(cases.get(i), cases.get(j)));
        }
      }
    }
    Expect.equal(
        "A filter that nothing matches has no empty page.",
        new InstancePage(List.of(), null),
        store
            .admin()
            .list(
                InstanceQuery.firstPage(
                    InstanceFilter.builder().parentInstanceId("unknown").build(), 3)));
  }

  /** Whether the second one is set in place of the first. */
  private static boolean overwrites(String one, String other) {
    return one.split(" ")[0].equals(other.split(" ")[0])
        || (one.contains("status") && other.contains("status"));
  }

  private static void expect(InstanceAdmin admin, List<InstanceSummary> rows, List<Case> cases) {
    InstanceFilter.Builder filter = InstanceFilter.builder();
    cases.forEach(one -> one.filter().accept(filter));
    List<String> expected =
        rows.stream()
            .filter(row -> cases.stream().allMatch(one -> one.matches().test(row)))
            .map(InstanceSummary::instanceId)
            .toList()
            .reversed();
    Expect.equal(
        "A filtered list is wrong: "
            + String.join(", ", cases.stream().map(Case::what).toList())
            + ".",
        expected,
        Admins.ids(Admins.all(admin, filter.build(), false, 5)));
  }

  /**
   * The status of an instance is that of its current execution.
   *
   * <p><b>Shape:</b> execution 1 continued as new, 2 running, then completed.
   */
  @Rule("ADMIN-10")
  void theStatusIsThatOfTheCurrentExecution(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    born(
        first,
        "order",
        turn ->
            turn.status(ExecutionStatus.CONTINUED_AS_NEW)
                .send(Sample.start("order", Sample.NAME, null)));
    expectStatus(admin, ExecutionStatus.CONTINUED_AS_NEW);
    first.turn(first.fetchOne("order")).execution(2).event(1).apply();
    expectStatus(admin, ExecutionStatus.RUNNING);
    first.poke("order");
    first.turn(first.fetchOne("order")).execution(2).status(ExecutionStatus.COMPLETED).apply();
    expectStatus(admin, ExecutionStatus.COMPLETED);
  }

  private static void expectStatus(InstanceAdmin admin, ExecutionStatus expected) {
    Expect.equal(
        "The status is not that of the current execution.",
        expected,
        admin.instance("order").summary().status());
    for (ExecutionStatus status : STATUSES) {
      Expect.equal(
          "The filter by status looks at another execution.",
          status == expected ? List.of("order") : List.of(),
          Admins.ids(admin, InstanceFilter.builder().statuses(status).build()));
    }
  }

  /**
   * A row of a list says what the details say.
   *
   * <p><b>Shape:</b> every row of the twelve instances is compared, through both handles.
   */
  @Rule("ADMIN-11")
  void aRowSaysWhatTheDetailsSay(StoreUnderTest store) {
    fill(store);
    for (InstanceAdmin admin : Admins.both(store)) {
      List<InstanceSummary> rows = Admins.all(admin, InstanceFilter.all(), true, 5);
      Expect.equal("Rows are missing.", INSTANCES, rows.size());
      for (InstanceSummary row : rows) {
        Expect.equal(
            "A row and the details differ.", row, admin.instance(row.instanceId()).summary());
      }
    }
  }
}
