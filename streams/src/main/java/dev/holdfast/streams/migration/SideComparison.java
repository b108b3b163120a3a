// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.streams.Difference;
import dev.holdfast.streams.internal.json.JsonDiff;
import dev.holdfast.streams.internal.json.Jsons;
import dev.holdfast.streams.migration.OldTable.OldRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares the two sides while both are written. Events follow behind old rows, so that a
 * difference counts only if it is seen at a moment when nothing of the id was on its way.
 * Thread-safe.
 */
final class SideComparison<S, E, R> {

  private static final int ROUNDS = 8;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

  private final Sides<S, E, R> sides;

  SideComparison(Sides<S, E, R> sides) {
    this.sides = sides;
  }

  /**
   * Compares what was read of both sides.
   *
   * @return where they differ, none when they agree, null when events are on their way
   */
  @Nullable List<Difference> judge(String id, @Nullable R old, Sides.New<R> current) {
    List<Difference> found = differences(id, old, current);
    if (found.isEmpty()) {
      return found;
    }
    // What was written up to the first look has come to events, or never will.
    R first = sides.old(id);
    if (!sides.queue().isIdle(id)) {
      return null;
    }
    Sides.New<R> seen = sides.current(id);
    R again = sides.old(id);
    boolean isStill =
        json(first).equals(json(again))
            && sides.queue().isIdle(id)
            && sides.current(id).version() == seen.version();
    return isStill ? differences(id, again, seen) : null;
  }

  List<Difference> differences(String id, @Nullable R old, Sides.New<R> current) {
    R row = current.row();
    if (old == null && row == null) {
      return List.of();
    }
    if (old == null || row == null) {
      return List.of(
          new Difference(
              id,
              "",
              old == null ? null : json(old),
              row == null ? null : json(row),
              current.version()));
    }
    return JsonDiff.of(json(old), json(row)).stream()
        .map(f -> new Difference(id, f.pointer(), f.left(), f.right(), current.version()))
        .toList();
  }

  /** As it is stored, so that a number is equal to itself in another class. */
  private static JsonNode json(@Nullable Object row) {
    return Jsons.read(Jsons.MAPPER, Jsons.write(Jsons.MAPPER, row));
  }

  /**
   * Compares one id, now and as often as its events are on their way; null when they always are.
   */
  @Nullable List<Difference> compare(String id) {
    Duration pause = FIRST_PAUSE;
    for (int round = 1; ; round++) {
      List<Difference> found = judge(id, sides.old(id), sides.current(id));
      if (found != null || round == ROUNDS) {
        return found;
      }
      pause(pause);
      pause = pause.multipliedBy(2);
    }
  }

  /** Compares all ids of both sides, and notes what it finds. */
  Validation compareAll(KnownDifferences known) {
    Set<String> again = new LinkedHashSet<>(); // first those that were not settled
    List<Difference> differences = new ArrayList<>();
    long[] rows = {0};
    String after = null;
    List<OldRow<R>> page;
    do {
      page = sides.page(after);
      for (OldRow<R> each : page) {
        rows[0]++;
        List<Difference> found = judge(each.id(), each.row(), sides.current(each.id()));
        settle(each.id(), found, again, differences, known);
        after = each.id();
      }
    } while (!page.isEmpty());
    sides.streams(id -> {
      R old = sides.old(id);
      if (old == null) {
        rows[0]++;
        settle(id, judge(id, null, sides.current(id)), again, differences, known);
      }
    });
    // What was known and is gone from both sides came by in neither.
    known.all().forEach(difference -> again.add(difference.key()));
    differences.forEach(difference -> again.remove(difference.key()));
    int unsettled = settled(again, differences, known).size();
    return new Validation(rows[0], unsettled, differences);
  }

  /**
   * Compares ids in rounds, all of them with one pause, until each was seen at a moment when none
   * of its events was on its way.
   *
   * @return those that never were
   */
  private Set<String> settled(
      Set<String> ids, List<Difference> differences, KnownDifferences known) {
    Set<String> open = ids;
    Duration pause = FIRST_PAUSE;
    for (int round = 1; ; round++) {
      Set<String> left = new LinkedHashSet<>();
      for (String id : open) {
        settle(id, judge(id, sides.old(id), sides.current(id)), left, differences, known);
      }
      if (left.isEmpty() || round == ROUNDS) {
        return left;
      }
      open = left;
      pause(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private static void settle(
      String id,
      @Nullable List<Difference> found,
      Set<String> unsettled,
      List<Difference> differences,
      KnownDifferences known) {
    if (found == null) {
      unsettled.add(id);
    } else {
      differences.addAll(found);
      known.note(id, found);
    }
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the comparison was interrupted");
    }
  }
}
