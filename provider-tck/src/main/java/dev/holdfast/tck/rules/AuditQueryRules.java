// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.state.SequenceRange;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reading the audit log, and cleaning it up. */
@RuleFamily("AUDIT")
final class AuditQueryRules {

  static final Instant FAR = Instant.parse("9999-12-31T23:59:59.999999Z");

  private static final int RECORDS = 40;
  private static final int INSERTS = 3;

  /** A condition, and what it has to let through. */
  private record Part(
      Kind kind, Consumer<AuditFilter.Builder> set, Predicate<AuditRecord> passes) {}

  private enum Kind {
    RUN,
    TYPE,
    STEP,
    SEQUENCE,
    TIME
  }

  /** Forty records of four runs, five types and three steps or none, four of each moment. */
  private static List<AuditRecord> fill(StoreUnderTest store, Audited a) {
    for (int n = 0; n < RECORDS; n++) {
      a.offer(
          Audited.entry(
              "run " + n % 4, "type " + n % 5, n % 4 == 3 ? null : "step " + n % 3, "" + n));
      if (n % 4 == 3) {
        a.flushed();
        store.moveTime(store.tick());
      }
    }
    List<AuditRecord> rows = a.all(AuditFilter.all());
    Expect.equal("Records are missing or double.", RECORDS, rows.size());
    return rows;
  }

  private static List<Part> parts(List<AuditRecord> rows) {
    long first = rows.get(7).sequence();
    long last = rows.get(29).sequence();
    Instant from = rows.get(9).storedAt();
    Instant to = rows.get(33).storedAt();
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(Kind.RUN, b -> b.runId("run 1"), row -> row.entry().runId().equals("run 1")));
    parts.add(new Part(Kind.RUN, b -> b.runId("Run 1"), row -> false));
    parts.add(
        new Part(
            Kind.TYPE, b -> b.types(Set.of("type 2")), row -> row.entry().type().equals("type 2")));
    Set<String> types = Set.of("type 0", "type 3", "type 9");
    parts.add(new Part(Kind.TYPE, b -> b.types(types), row -> types.contains(row.entry().type())));
    parts.add(
        new Part(Kind.STEP, b -> b.stepId("step 1"), row -> "step 1".equals(row.entry().stepId())));
    parts.add(
        new Part(
            Kind.SEQUENCE,
            b -> b.sequences(new SequenceRange(first, last)),
            row -> row.sequence() >= first && row.sequence() < last));
    parts.add(
        new Part(
            Kind.SEQUENCE,
            b -> b.sequences(SequenceRange.after(last)),
            row -> row.sequence() > last));
    parts.add(
        new Part(
            Kind.TIME,
            b -> b.storedAt(new TimeRange(from, to)),
            row -> !row.storedAt().isBefore(from) && row.storedAt().isBefore(to)));
    parts.add(
        new Part(
            Kind.TIME,
            b -> b.storedAt(new TimeRange(to, null)),
            row -> !row.storedAt().isBefore(to)));
    parts.add(new Part(Kind.TIME, b -> b.storedAt(new TimeRange(FAR, null)), row -> false));
    parts.add(new Part(Kind.TIME, b -> b.storedAt(new TimeRange(null, FAR)), row -> true));
    return parts;
  }

  /**
   * A query filters by everything at once, in either direction.
   *
   * <p><b>Shape:</b> one fixture of forty records; every filter and all pairs, bounds exactly on
   * records, on both handles, both ways.
   */
  @Rule("AUDIT-07")
  void aQueryFiltersByEverything(StoreUnderTest store) {
    Audited a = Audited.first(store);
    List<AuditRecord> rows = fill(store, a);
    List<Part> parts = parts(rows);
    Audited b = Audited.second(store);
    for (Part one : parts) {
      for (Part other : parts) {
        if (one.equals(other) || one.kind() != other.kind()) {
          AuditFilter.Builder filter = AuditFilter.builder();
          one.set().accept(filter);
          other.set().accept(filter);
          Predicate<AuditRecord> passes = one.passes().and(other.passes());
          expect(b, filter.build(), rows.stream().filter(passes).toList());
        }
      }
    }
    expect(
        a,
        AuditFilter.builder()
            .runId("run 2")
            .types(Set.of("type 1", "type 2", "type 3"))
            .stepId("step 0")
            .sequences(new SequenceRange(rows.get(2).sequence(), rows.get(39).sequence()))
            .storedAt(new TimeRange(rows.get(0).storedAt(), FAR))
            .build(),
        rows.stream()
            .filter(row -> row.entry().runId().equals("run 2"))
            .filter(row -> Set.of("type 1", "type 2", "type 3").contains(row.entry().type()))
            .filter(row -> "step 0".equals(row.entry().stepId()))
            .filter(row -> row.sequence() >= rows.get(2).sequence())
            .toList());
  }

  private static void expect(Audited log, AuditFilter filter, List<AuditRecord> expected) {
    Expect.equal("The page does not have what passes " + filter + ".", expected, log.all(filter));
    Expect.equal(
        "Newest first is not the reverse for " + filter + ".",
        expected.reversed(),
        log.calls().query(AuditQuery.newest(filter, RECORDS + 1)).rows());
  }

  /**
   * Paging neither repeats nor skips what was there.
   *
   * <p><b>Shape:</b> both directions, page sizes from 1, with inserts between the pages; tokens on
   * another handle and after reopening; damaged ones, and those of another filter or direction, are
   * refused; the bounds of the limit.
   */
  @Rule("AUDIT-07")
  void pagingRepeatsAndSkipsNothing(StoreUnderTest store) {
    Audited a = Audited.first(store);
    List<AuditRecord> rows = fill(store, a);
    AuditFilter types = AuditFilter.builder().types(Set.of("type 1", "type 4")).build();
    List<AuditRecord> ofTypes =
        rows.stream()
            .filter(row -> Set.of("type 1", "type 4").contains(row.entry().type()))
            .toList();
    for (int limit : List.of(1, 3, 7, RECORDS)) {
      for (boolean newest : List.of(true, false)) {
        AtomicInteger inserts = new AtomicInteger(INSERTS);
        Runnable insert =
            () -> {
              if (inserts.getAndDecrement() > 0) {
                a.store(Audited.entry("new", "type 4", null, "between"));
              }
            };
        expectThere(
            newest, rows, a.pages(new AuditQuery(AuditFilter.all(), newest, limit, null), insert));
        expectThere(newest, ofTypes, a.pages(new AuditQuery(types, newest, limit, null), insert));
        a.calls().cleanUp(FAR, 1); // the oldest is gone; what is behind it stays
        rows = rows.subList(1, rows.size());
        AuditRecord oldest = rows.getFirst();
        ofTypes = ofTypes.stream().filter(row -> row.sequence() >= oldest.sequence()).toList();
      }
    }
    expectTokensToHold(store, a);
  }

  private static void expectThere(boolean newest, List<AuditRecord> there, List<AuditRecord> seen) {
    Set<AuditRecord> known = Set.copyOf(there);
    Expect.equal(
        "Pages repeat or skip what was there.",
        newest ? there.reversed() : there,
        seen.stream().filter(known::contains).toList());
  }

  private static void expectTokensToHold(StoreUnderTest store, Audited a) {
    int most = a.handle().provider().info().limits().maxPageSize();
    AuditQuery query = AuditQuery.newest(AuditFilter.all(), 2);
    Expect.invalid(
        "A page above the limit was accepted.",
        () -> a.calls().query(AuditQuery.newest(AuditFilter.all(), most + 1)));
    Expect.invalid(
        "A page without rows was accepted.", () -> AuditQuery.newest(AuditFilter.all(), 0));
    String token = Objects.requireNonNull(a.calls().query(query).nextPageToken());
    AuditPage next = a.calls().query(query.from(token));
    Expect.equal(
        "A token is not good for another handle or size.",
        next.rows().getFirst(),
        Audited.second(store)
            .calls()
            .query(AuditQuery.newest(AuditFilter.all(), 1).from(token))
            .rows()
            .getFirst());
    Expect.invalid(
        "A token of another direction was accepted.",
        () -> a.calls().query(AuditQuery.oldest(AuditFilter.all(), 2).from(token)));
    Expect.invalid(
        "A token of another filter was accepted.",
        () ->
            a.calls()
                .query(
                    AuditQuery.newest(AuditFilter.builder().runId("run 1").build(), 2)
                        .from(token)));
    for (String damaged : List.of("", "x", token + "A", token.substring(1))) {
      Expect.invalid("A damaged token was accepted.", () -> a.calls().query(query.from(damaged)));
    }
    store.reopen();
    Expect.equal(
        "A token does not outlive its handle.",
        next,
        Audited.first(store).calls().query(query.from(token)));
  }

  /**
   * Newest first begins with the newest.
   *
   * <p><b>Shape:</b> a limit of 1 behind 1, 2 and some hundred records, with each kind of filter:
   * the one stored last.
   */
  @Rule("AUDIT-08")
  void newestFirstBeginsWithTheNewest(StoreUnderTest store) {
    Audited a = Audited.first(store);
    List<AuditFilter> filters =
        List.of(
            AuditFilter.all(),
            AuditFilter.builder().runId("run").build(),
            AuditFilter.builder().types(Set.of("type")).build(),
            AuditFilter.builder().types(Set.of("type", "other")).build(),
            AuditFilter.builder().stepId("step").build(),
            AuditFilter.builder().sequences(SequenceRange.after(0)).build(),
            AuditFilter.builder().storedAt(new TimeRange(null, FAR)).build());
    int stored = 0;
    for (int count : List.of(1, 2, 300)) {
      while (stored < count) {
        a.offer(newest(++stored));
      }
      a.flushed();
      for (AuditFilter filter : filters) {
        Expect.equal(
            "The newest of " + count + " is another one for " + filter + ".",
            List.of(newest(count)),
            a.calls().query(AuditQuery.newest(filter, 1)).rows().stream()
                .map(AuditRecord::entry)
                .toList());
      }
    }
  }

  private static AuditEntry newest(int number) {
    return Audited.entry("run", "type", "step", "" + number);
  }

  /**
   * A clean-up removes what was stored before, oldest first.
   *
   * <p><b>Shape:</b> records of four moments; the bound exactly on the second one; limits; until
   * nothing is left.
   */
  @Rule("AUDIT-09")
  void aCleanUpRemovesWhatWasStoredBefore(StoreUnderTest store) {
    Audited a = Audited.first(store);
    AuditLog calls = Audited.second(store).calls();
    for (int n = 0; n < 4; n++) {
      a.store(Audited.entry("run", n));
      store.moveTime(store.tick());
    }
    List<AuditRecord> rows = a.all(AuditFilter.all());
    Expect.equal("The bound is not excluded.", 1, calls.cleanUp(rows.get(1).storedAt(), RECORDS));
    Expect.equal("A clean-up removed other records.", rows.subList(1, 4), a.all(AuditFilter.all()));
    Expect.equal(
        "A clean-up removed something twice.", 0, calls.cleanUp(rows.get(1).storedAt(), RECORDS));
    Expect.equal("A limit is no limit.", 1, calls.cleanUp(FAR, 1));
    Expect.equal("The oldest did not go first.", rows.subList(2, 4), a.all(AuditFilter.all()));
    Expect.equal("A clean-up counts wrongly.", 2, calls.cleanUp(FAR, RECORDS));
    Expect.equal("There is something left to remove.", 0, calls.cleanUp(FAR, RECORDS));
    Expect.equal("Something is left.", List.of(), a.all(AuditFilter.all()));
    Expect.invalid("A clean-up of nothing was accepted.", () -> calls.cleanUp(FAR, 0));
  }

  /**
   * A clean-up gets along with offers, queries and other clean-ups.
   *
   * <p><b>Shape:</b> one thread stores, two clean up: what was removed and what is left is what was
   * stored.
   */
  @Rule("AUDIT-09")
  void cleanUpsCountWhatTheyRemove(StoreUnderTest store) {
    Audited a = Audited.first(store);
    Audited b = Audited.second(store);
    AtomicLong removed = new AtomicLong();
    AtomicBoolean done = new AtomicBoolean();
    Runnable cleaning =
        () -> {
          do {
            removed.addAndGet(Contention.repeated(() -> b.calls().cleanUp(FAR, 7)));
            a.calls().query(AuditQuery.newest(AuditFilter.all(), 5));
          } while (!done.get());
        };
    Together.all(
        () -> {
          try {
            for (int n = 0; n < RECORDS; n++) {
              a.offer(Audited.entry("run", n));
              if (n % 8 == 7) {
                a.flushed();
              }
            }
          } finally {
            done.set(true);
          }
        },
        cleaning,
        cleaning);
    Expect.equal(
        "What was removed and what is left is not what was stored.",
        (long) RECORDS,
        removed.get() + a.all(AuditFilter.all()).size());
  }
}
