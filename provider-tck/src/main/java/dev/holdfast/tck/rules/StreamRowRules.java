// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Histories of appends with rows of projections. */
@RuleFamily("STREAM")
final class StreamRowRules {

  private static final int HANDLES = 4;
  private static final int CALLERS = 8;
  private static final int EACH = 10;
  private static final String NAME = "totals";
  private static final String ROW = "row";

  /** A call: what it has seen, the versions of the row around it, and what became of it. */
  private record Call(
      long seen,
      long before,
      @Nullable Appended appended,
      long made,
      @Nullable VersionConflict conflict,
      long after) {}

  /**
   * A recorded history of appends and rows has one sequential explanation: the order of the log.
   *
   * <p><b>Shape:</b> where projections are declared, eight threads on four handles append with an
   * inline update of one row by its seen version, the stream's conflicts in between, and note the
   * row's version before and after each call. In the order of the log each applied call has seen
   * the version that the one before it has made; each conflict of the row found one that was there
   * between its marks.
   */
  @Rule("STREAM-33")
  void aHistoryOfRowsHasASequentialExplanation(StoreUnderTest store) {
    if (!store.declares(Feature.PROJECTIONS)) {
      return;
    }
    List<Projected> handles = Projected.several(store, HANDLES);
    handles.get(0).create(NAME, 0);
    long seed = store.random().nextLong();
    List<Call> history = new ArrayList<>();
    Together.times(CALLERS, n -> record(handles.get(n % HANDLES), new Random(seed + n)))
        .forEach(history::addAll);
    List<Call> applied =
        history.stream()
            .filter(call -> call.appended() != null)
            .sorted(Comparator.comparing(StreamRowRules::position))
            .toList();
    long version = 0;
    List<Long> versions = new ArrayList<>(List.of(0L));
    for (Call call : applied) {
      Expect.equal("A row was changed in another order than the log.", version, call.seen());
      Expect.above("Versions of a row do not grow.", version, call.made());
      version = call.made();
      versions.add(version);
    }
    Expect.equal(
        "The row is at another version.", version, handles.get(1).version(NAME, null, ROW));
    Expect.equal(
        "The log has other events than were answered.",
        applied.size(),
        handles.get(1).streams().log().size());
    for (Call call : history) {
      explain(call, versions);
    }
  }

  private static LogPosition position(Call call) {
    Appended appended = call.appended();
    return appended == null ? LogPosition.START : appended.lastPosition();
  }

  private static List<Call> record(Projected through, Random random) {
    List<Call> calls = new ArrayList<>();
    for (int n = 0; n < EACH; n++) {
      long seen = through.version(NAME, null, ROW);
      StreamId stream = Streamed.stream("s" + random.nextInt(2));
      Expected expected = random.nextInt(8) == 0 ? Expected.exactly(1_000_000) : Expected.any();
      List<Change> list =
          List.of(
              Projected.inline(NAME, new RowChange.Put(ROW, Projected.text(n), seen)),
              Streamed.append(stream, expected, 1));
      long before = through.version(NAME, null, ROW);
      try {
        List<ChangeResult> results =
            Contention.repeated(() -> through.streams().changes().apply(list));
        long made = ((ProjectionUpdated) results.get(0)).rowVersions().getFirst();
        long after = through.version(NAME, null, ROW);
        calls.add(new Call(seen, before, (Appended) results.get(1), made, null, after));
      } catch (VersionConflict conflict) {
        long after = through.version(NAME, null, ROW);
        calls.add(new Call(seen, before, null, 0, conflict, after));
      }
    }
    return calls;
  }

  private static void explain(Call call, List<Long> versions) {
    VersionConflict conflict = call.conflict();
    if (conflict == null || conflict.subject().startsWith("stream")) {
      return;
    }
    long found = conflict.foundVersion();
    Expect.that(
        "A conflict found a version that was not there.",
        "between " + call.before() + " and " + call.after(),
        conflict,
        versions.contains(found) && found >= call.before() && found <= call.after());
    Expect.different("A conflict fits what it found.", call.seen(), found);
  }
}
