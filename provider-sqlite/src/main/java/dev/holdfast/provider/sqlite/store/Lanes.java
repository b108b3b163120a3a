// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import org.jspecify.annotations.Nullable;

/**
 * Decides which submissions are written next. They are taken in groups that share a commit, each
 * bounded in number and in bytes, so that no caller waits longer than for the group under way and,
 * at most, one large one. Small writes and large ones take turns. Renewals come before both,
 * because their locks end while they wait. Nothing here allocates memory. Used by the leader only.
 */
final class Lanes {

  private static final int MOST_WRITES = 128;

  /** The most bytes of a group; a disk takes them in some tens of milliseconds. */
  static final long MOST_BYTES = 4 * 1024 * 1024;

  /** Submissions of more bytes do not share a commit with smaller ones. */
  static final long LARGE_BYTES = 256 * 1024;

  private final Line urgent = new Line();
  private final Line small = new Line();
  private final Line large = new Line();
  private boolean largeIsNext;
  private boolean urgentWentBefore;

  void add(Submission<?> submission) {
    if (submission.urgent()) {
      urgent.add(submission);
    } else if (submission.bytes() <= LARGE_BYTES) {
      small.add(submission);
    } else {
      large.add(submission);
    }
  }

  /** {@return a submission that waits; null when there is none} */
  @Nullable Submission<?> first() {
    if (!urgent.isEmpty()) {
      return urgent.first();
    }
    return small.isEmpty() ? large.first() : small.first();
  }

  /**
   * Moves the next group into a line; none when no submission waits. A submission that is larger
   * than a group comes alone.
   */
  void next(Line group) {
    Submission<?> firstLarge = large.first();
    boolean onlyLarge = urgent.isEmpty() && small.isEmpty();
    boolean turnOfLarge = firstLarge != null && (onlyLarge || largeIsNext);
    if (turnOfLarge && !urgent.isEmpty() && !urgentWentBefore) {
      urgentWentBefore = true; // once only, or large ones might never have their turn
      take(group, urgent, null);
    } else if (turnOfLarge) {
      urgentWentBefore = false;
      largeIsNext = false;
      take(group, large, null);
    } else {
      largeIsNext = true;
      take(group, urgent, small);
    }
  }

  /** Puts back one that was taken, as the next of its lane: it is larger than a group. */
  void putBack(Submission<?> submission) {
    large.addFirst(submission);
  }

  private static void take(Line group, Line lane, @Nullable Line then) {
    long bytes = 0;
    long writes = 0;
    Line from = lane;
    while (true) {
      Submission<?> next = from.first();
      if (next == null && from == lane && then != null) {
        from = then;
        continue;
      }
      boolean fits =
          next != null
              && writes < MOST_WRITES
              && (group.isEmpty() || bytes + next.bytes() <= MOST_BYTES);
      if (next == null || !fits) {
        return;
      }
      from.poll();
      bytes += next.bytes();
      writes += next.size();
      group.add(next);
    }
  }
}
