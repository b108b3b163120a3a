// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows of projections: what they hold, in which order they change, and how they are listed. */
@RuleFamily("PROJECTION")
final class ProjectionRowRules {

  private static final int HANDLES = 4;
  private static final int CALLERS = 8;
  private static final int EACH = 6;
  private static final int FEWEST_ROWS = 1_000;
  private static final String NAME = "totals";

  private static RowChange seen(String key, Object value, long version) {
    return new RowChange.Put(key, Projected.text(value), version);
  }

  /**
   * Rows hold what was put, under keys that compare exactly.
   *
   * <p><b>Shape:</b> keys that differ in case, normal form, a blank or an escape, and values of
   * every kind of bytes, through both handles and after reopening; replaced, removed, and removed
   * where nothing is.
   */
  @Rule("PROJECTION-08")
  void rowsHoldWhatWasPut(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    String accented = "\u00E9";
    List<String> keys =
        new ArrayList<>(
            List.of("x", "X", "x ", " x", "%", "_", "a/b", "\uD83D\uDE00", "'", accented));
    keys.add(Normalizer.normalize(accented, Normalizer.Form.NFD));
    List<Payload> values = Payloads.hostile();
    for (int n = 0; n < values.size(); n++) {
      keys.add("value " + n);
    }
    List<RowChange> puts = new ArrayList<>();
    for (int n = 0; n < keys.size(); n++) {
      puts.add(RowChange.put(keys.get(n), value(values, n)));
    }
    ProjectionUpdated updated = a.update(UpdateProjection.inline(NAME, 1, puts));
    for (int n = 0; n < keys.size(); n++) {
      ProjectionRow row =
          new ProjectionRow(keys.get(n), value(values, n), updated.rowVersions().get(n));
      for (Projected through : List.of(a, Projected.second(store))) {
        Expect.equal(
            "A row is not what was put.", row, through.calls().row(NAME, null, row.key()).row());
      }
    }
    List<ProjectionRow> all = a.all(NAME, null);
    Expect.equal("Rows are missing.", new TreeSet<>(keys), new TreeSet<>(Projected.keys(all)));
    store.reopen();
    Projected again = Projected.first(store);
    Expect.equal("Rows are others after reopening.", all, again.all(NAME, null));
    Expect.equal(
        "A removed row has a version.",
        List.of(0L, 0L),
        again
            .update(Projected.inline(NAME, RowChange.remove("x"), RowChange.remove("never")))
            .rowVersions());
    again.update(Projected.inline(NAME, Projected.put("X", "replaced")));
    Projected b = Projected.second(store);
    Expect.equal("A removed row is there.", null, b.value(NAME, null, "x"));
    Expect.equal("A row was not replaced.", "replaced", b.value(NAME, null, "X"));
    Expect.equal("Another row went.", keys.size() - 1, b.all(NAME, null).size());
  }

  private static Payload value(List<Payload> values, int n) {
    return values.get(n % values.size());
  }

  /**
   * An update takes as much as is declared, and what is too much writes nothing.
   *
   * <p><b>Shape:</b> the most rows and one more, a value over the limit and a bad key among good
   * ones; refused alone and behind an append.
   */
  @Rule("PROJECTION-08")
  void whatIsTooMuchWritesNothing(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    int most = a.streams().calls().limits().maxRowsPerUpdate();
    Expect.above("An update takes too few rows.", FEWEST_ROWS - 1L, most);
    List<RowChange> rows =
        IntStream.range(0, most).mapToObj(n -> Projected.put("%07d".formatted(n), n)).toList();
    a.update(UpdateProjection.inline(NAME, 1, rows));
    Expect.equal("Rows are missing.", most, a.all(NAME, null).size());
    List<Object> before = a.snapshot(NAME);
    List<RowChange> more = new ArrayList<>(rows);
    more.add(Projected.put("one more", 1));
    a.refused(
        "An update of too many rows was taken.",
        InvalidRequest.class,
        UpdateProjection.inline(NAME, 1, more));
    Payloads.overTheLimit(store)
        .ifPresent(large ->
            a.refused(
                "A value over the limit was taken.",
                InvalidRequest.class,
                Projected.inline(NAME, Projected.put("good", 1), RowChange.put("large", large))));
    for (String bad : List.of("", "\uD800", "a\u0000b")) {
      Expect.invalid(
          "A bad key was taken.",
          () -> a.update(Projected.inline(NAME, Projected.put("good", 1), Projected.put(bad, 1))));
      Expect.invalid("A bad key was taken.", () -> RowChange.remove(bad));
    }
    Expect.invalid("A negative version was taken.", () -> seen("row", 1, -1));
    Expect.equal("A refused update wrote something.", before, a.snapshot(NAME));
  }

  /**
   * Row changes apply in list order, and the last of a key counts.
   *
   * <p><b>Shape:</b> put-put, put-remove and remove-put of one key, in one update and over two
   * changes of a list, beside other keys; seen 0 behind a removal of the same list fits.
   */
  @Rule("PROJECTION-09")
  void rowChangesApplyInListOrder(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    List<List<RowChange>> orders =
        List.of(
            List.of(Projected.put("row", "first"), Projected.put("row", "second")),
            List.of(Projected.put("row", "first"), RowChange.remove("row")),
            List.of(RowChange.remove("row"), Projected.put("row", "second")),
            List.of(RowChange.remove("row"), seen("row", "second", 0)),
            List.of(
                Projected.put("row", "first"),
                Projected.put("row", "second"),
                RowChange.remove("row"),
                seen("row", "second", 0)));
    for (boolean there : List.of(true, false)) {
      for (List<RowChange> order : orders) {
        for (boolean inOne : List.of(true, false)) {
          a.update(
              Projected.inline(
                  NAME,
                  RowChange.remove("beside"),
                  there ? Projected.put("row", "before") : RowChange.remove("row")));
          List<RowChange> all = new ArrayList<>(order);
          all.add(1, Projected.put("beside", order.size()));
          List<Long> versions = apply(a, all, inOne);
          String last = order.getLast() instanceof RowChange.Remove ? null : "second";
          Projected b = Projected.second(store);
          String what = "Changes of one row have another end: " + order + ".";
          Expect.equal(what, last, b.value(NAME, null, "row"));
          Expect.equal(what, "" + order.size(), b.value(NAME, null, "beside"));
          Expect.equal(
              "A change is answered another version than its row has.",
              List.of(b.version(NAME, null, "row"), b.version(NAME, null, "beside")),
              List.of(versions.getLast(), versions.get(1)));
        }
      }
    }
  }

  private static List<Long> apply(Projected a, List<RowChange> rows, boolean inOne) {
    if (inOne) {
      return a.update(UpdateProjection.inline(NAME, 1, rows)).rowVersions();
    }
    List<Change> changes =
        rows.stream().<Change>map(row -> UpdateProjection.inline(NAME, 1, List.of(row))).toList();
    List<ChangeResult> results = a.streams().changes().apply(changes);
    return results.stream()
        .flatMap(result -> ((ProjectionUpdated) result).rowVersions().stream())
        .toList();
  }

  /**
   * A row change with a seen version applies to that version alone.
   *
   * <p><b>Shape:</b> present, absent and stale, puts and removals, beside an append and other rows:
   * the conflict names the key and what was found, and nothing of the call is written; a version is
   * never good again after remove and put.
   */
  @Rule("PROJECTION-10")
  void aSeenVersionFitsItselfAlone(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    List<Long> versions = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      versions.add(a.update(Projected.inline(NAME, seen("row", round, 0))).rowVersions().get(0));
      long last = versions.getLast();
      versions.add(
          a.update(Projected.inline(NAME, seen("row", "again", last))).rowVersions().get(0));
      for (long wrong :
          Stream.concat(Stream.of(0L), versions.subList(0, versions.size() - 1).stream())
              .toList()) {
        expectConflict(a, seen("row", "wrong", wrong), versions.getLast());
        expectConflict(a, new RowChange.Remove("row", wrong), versions.getLast());
      }
      a.update(Projected.inline(NAME, new RowChange.Remove("row", versions.getLast())));
      for (long wrong : versions) {
        expectConflict(a, seen("row", "wrong", wrong), 0);
        expectConflict(a, new RowChange.Remove("row", wrong), 0);
      }
      a.update(Projected.inline(NAME, new RowChange.Remove("row", 0L)));
    }
    Expect.equal(
        "Versions of a row do not grow.", versions.stream().sorted().distinct().toList(), versions);
  }

  private static void expectConflict(Projected a, RowChange wrong, long found) {
    List<Object> before = a.snapshot(NAME);
    var stream = Streamed.stream("s");
    long last = a.streams().last(stream);
    UpdateProjection update =
        Projected.inline(NAME, Projected.put("good", 1), wrong, Projected.put("better", 1));
    a.refused("A row was changed at another version.", VersionConflict.class, update);
    VersionConflict conflict =
        Expect.thrown(
            "A row was changed at another version.",
            VersionConflict.class,
            () -> a.streams().changes().apply(List.of(Streamed.append(stream, 1), update)));
    Expect.equal("A conflict found another version.", found, conflict.foundVersion());
    Expect.equal(
        "A conflict expected another version.", wrong.seenVersion(), conflict.expectedVersion());
    Expect.that(
        "A conflict does not name its row.",
        "with " + wrong.key() + " and " + NAME,
        conflict.subject(),
        conflict.subject().contains(wrong.key()) && conflict.subject().contains(NAME));
    Expect.equal("A refused update wrote something.", before, a.snapshot(NAME));
    Expect.equal("A refused list appended something.", last, a.streams().last(stream));
  }

  /**
   * Read and seen put add up.
   *
   * <p><b>Shape:</b> together, eight callers on four handles add to one row, some of them removing
   * it and putting it again: the sum is exact.
   */
  @Rule("PROJECTION-10")
  void readAndSeenPutAddUp(StoreUnderTest store) {
    List<Projected> handles = Projected.several(store, HANDLES);
    handles.get(0).create(NAME, 0);
    int each = store.rounds(EACH);
    Together.times(
        CALLERS,
        n -> {
          for (int i = 0; i < each; i++) {
            addOne(handles.get(n % HANDLES), (n + i) % 3 == 0);
          }
          return true;
        });
    Expect.equal(
        "Additions were lost.",
        String.valueOf(CALLERS * each),
        handles.get(1).value(NAME, null, "sum"));
  }

  private static void addOne(Projected through, boolean again) {
    while (true) {
      ProjectionRow row = through.calls().row(NAME, null, "sum").row();
      long before = row == null ? 0 : Long.parseLong(Projected.textOf(row));
      long version = row == null ? 0 : row.version();
      RowChange[] changes =
          again
              ? new RowChange[] {new RowChange.Remove("sum", version), seen("sum", before + 1, 0)}
              : new RowChange[] {seen("sum", before + 1, version)};
      try {
        through.meeting(Projected.inline(NAME, changes));
        return;
      } catch (VersionConflict meanwhile) {
        Expect.different("A row conflicts with itself.", version, meanwhile.foundVersion());
      }
    }
  }

  /**
   * Rows are listed in code point order, by page and by prefix.
   *
   * <p><b>Shape:</b> keys with capitals, accents and characters beyond 16 bits, and prefixes that
   * are patterns elsewhere; pages of 1, 3 and all.
   */
  @Rule("PROJECTION-12")
  void rowsAreListedInOrder(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    List<String> keys =
        List.of(
            "%",
            "%a",
            "B",
            "_",
            "_a",
            "a",
            "a%",
            "a%b",
            "aXb",
            "a_",
            "a_b",
            "ab",
            "b",
            "z",
            "\u00C9",
            "\u00E9",
            "e\u0301",
            "\uFFFD",
            "\uFFFDa",
            "\uD83D\uDE00",
            "\uD83D\uDE00a");
    for (String key : keys.reversed()) {
      a.update(Projected.inline(NAME, Projected.put(key, key)));
    }
    List<String> ordered = keys.stream().sorted(IdOrder.BY_CODE_POINT).toList();
    Projected b = Projected.second(store);
    for (int limit : List.of(1, 3, Streamed.PAGE)) {
      Expect.equal(
          "Rows are not listed in order, " + limit + " at a time.",
          ordered,
          Projected.keys(b.all(RowRead.live(NAME, limit))));
      for (String prefix : keys) {
        Expect.equal(
            "Others are listed than begin with " + prefix + ".",
            ordered.stream().filter(key -> key.startsWith(prefix)).toList(),
            Projected.keys(b.all(new RowRead(NAME, null, prefix, null, limit))));
      }
    }
    for (String after : List.of("A", "a%", "a&", "\uFFFE", "\uD83D\uDE01")) {
      Expect.equal(
          "Rows behind a key that is not there are others.",
          ordered.stream().filter(key -> IdOrder.BY_CODE_POINT.compare(key, after) > 0).toList(),
          Projected.keys(b.all(RowRead.live(NAME, 4).after(after))));
    }
    RowPage page = b.calls().rows(RowRead.live(NAME, keys.size()));
    Expect.equal("A page that is the last one names another.", null, page.nextKey());
  }

  /**
   * Pages show each row that stays exactly once.
   *
   * <p><b>Shape:</b> rows are put and removed before, at and behind the end of a page between two
   * pages; and under load. A page names its generation: after a switch the next one is recognised.
   */
  @Rule("PROJECTION-12")
  void pagesShowWhatStaysOnce(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    a.create(NAME, 1);
    List<String> stay = IntStream.range(0, 40).mapToObj("%04d"::formatted).toList();
    for (int generation : List.of(1, 2)) {
      RowChange[] puts =
          stay.stream().map(key -> Projected.put(key, generation)).toArray(RowChange[]::new);
      a.update(a.staying(NAME, generation, puts));
    }
    Set<String> others = Set.of("0000a", "0007a", "0008 ", "9");
    Projected b = Projected.second(store);
    Meanwhile.all(
        store.rounds(20),
        round -> {
          for (String other : others) {
            a.meeting(Projected.inline(NAME, Projected.put(other, round)));
          }
          for (String other : others) {
            a.meeting(Projected.inline(NAME, RowChange.remove(other)));
          }
        },
        () ->
            Expect.equal(
                "Pages leave out rows that stay, or show them twice.",
                stay,
                Projected.keys(b.all(RowRead.live(NAME, 4))).stream()
                    .filter(key -> !others.contains(key))
                    .toList()));
    RowPage page = b.calls().rows(RowRead.live(NAME, 8));
    a.calls().makeLive(NAME, 2, 1, a.head());
    RowPage next = b.calls().rows(RowRead.live(NAME, 8).after(page.nextKey()));
    Expect.equal(
        "A page does not name its generation.",
        List.of(1, 2),
        List.of(page.generation(), next.generation()));
    Expect.that(
        "A page has rows of another generation.",
        next.rows().stream().allMatch(row -> Projected.textOf(row).equals("2")));
  }

  /**
   * A row that cannot be read blocks no other.
   *
   * <p><b>Shape:</b> a damaged row: asked for, singly and in a page, it is told by projection,
   * generation and key; pages before and behind it answer, checkpoints move on; it can be replaced,
   * removed, and dropped.
   */
  @Rule("PROJECTION-30")
  void aDamagedRowBlocksNoOther(StoreUnderTest store) {
    Projected.requireDeclared(store);
    WhiteBox box = store.whiteBox();
    if (!box.corrupts(RowKind.PROJECTION_ROW)) {
      throw new NotMeasured(FixturePart.WHITE_BOX, RowKind.PROJECTION_ROW.name());
    }
    Projected a = Projected.first(store);
    for (ProjectionDamage.Repair repair : ProjectionDamage.Repair.values()) {
      new ProjectionDamage(store, a, "totals " + repair).expectBlocksNoOther(box, repair);
    }
  }
}
