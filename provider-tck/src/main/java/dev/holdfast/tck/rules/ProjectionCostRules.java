// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.stream.IntStream;

/** What updates and reads of projections cost. */
@RuleFamily("PROJECTION")
final class ProjectionCostRules {

  private static final int MANY = 1_000;
  private static final String NAME = "totals";

  /**
   * An update is one commit, and travels at once.
   *
   * <p><b>Shape:</b> on a warm handle, updates of 1 and of 1,000 rows, new and known: one commit,
   * at most two round trips behind a network.
   */
  @Rule("PROJECTION-29")
  void anUpdateIsOneCommitThatTravelsAtOnce(StoreUnderTest store) {
    Projected a = Projected.first(store);
    StatementCounter counter = store.statements();
    a.create(NAME, 0);
    for (int rows : List.of(1, MANY)) {
      for (String word : List.of("cold", "new", "known")) {
        RowChange[] changes =
            IntStream.range(0, rows)
                .mapToObj(n -> Projected.put(word.replace("known", "new") + n, word))
                .toArray(RowChange[]::new);
        var update = Projected.moving(NAME, 1, LogPosition.START, LogPosition.START, changes);
        Traffic before = counter.soFar();
        a.update(update);
        Traffic cost = counter.soFar().since(before);
        if (!word.equals("cold")) {
          Expect.atMost("An update has more than one commit.", 1, cost.commits());
          if (counter.overNetwork()) {
            Expect.atMost(
                "An update of " + rows + " rows has more than two round trips.",
                2,
                cost.roundTrips());
          }
        }
      }
    }
  }

  /**
   * Reading a row costs the same, whatever there is beside it.
   *
   * <p><b>Shape:</b> on a warm handle, beside few and beside a thousand rows and some generations:
   * as many statements, round trips and rows.
   */
  @Rule("PROJECTION-29")
  void readingARowCostsTheSame(StoreUnderTest store) {
    Projected a = Projected.first(store);
    StatementCounter counter = store.statements();
    a.create(NAME, 0);
    a.update(Projected.inline(NAME, Projected.put("row", "1")));
    cost(a, counter);
    Traffic few = cost(a, counter);
    RowChange[] rows =
        IntStream.range(0, MANY)
            .mapToObj(n -> Projected.put("beside " + n, n))
            .toArray(RowChange[]::new);
    a.update(Projected.inline(NAME, rows));
    for (int newest = 1; newest < 5; newest++) {
      a.create(NAME, newest);
      a.update(a.staying(NAME, newest + 1, rows));
    }
    cost(a, counter);
    Expect.equal("Reading a row costs more beside others.", few, cost(a, counter));
  }

  private static Traffic cost(Projected a, StatementCounter counter) {
    Traffic before = counter.soFar();
    a.value(NAME, null, "row");
    return counter.soFar().since(before);
  }

  /**
   * Reads and updates use an index.
   *
   * <p><b>Shape:</b> in a filled store, the plans of an update, of reads of one row and of pages,
   * of what is parked, and of a step of a drop.
   */
  @Rule("PROJECTION-29")
  void readsAndUpdatesUseAnIndex(StoreUnderTest store) {
    Projected.requireDeclared(store);
    PlanReader reader = store.planReader();
    Projected a = Projected.of(store.newHandleWithPlans());
    a.create(NAME, 0);
    a.create(NAME, 1);
    RowChange[] rows =
        IntStream.range(0, MANY)
            .mapToObj(n -> Projected.put("row " + n, n))
            .toArray(RowChange[]::new);
    for (int generation : List.of(1, 2)) {
      a.update(a.staying(NAME, generation, rows));
    }
    reader.fill();
    List<String> bad =
        reader.badPlans(() -> {
          a.update(Projected.inline(NAME, Projected.put("row 7", "again")));
          a.value(NAME, null, "row 8");
          a.value(NAME, 2, "row 9");
          a.calls().rows(RowRead.live(NAME, 3).after("row 5"));
          a.calls().rows(new RowRead(NAME, 2, "row 1", null, 3));
          a.calls().parked(NAME, 1, LogPosition.START, 3);
          a.info(NAME);
          a.calls().drop(NAME, 2, 3);
        });
    Expect.none("A table is read as a whole.", bad);
  }
}
