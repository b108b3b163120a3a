// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.jdbc.batch.GroupCommit;
import dev.holdfast.provider.jdbc.batch.Line;
import org.jspecify.annotations.Nullable;

/**
 * Decides which submissions are written next. They are taken in groups that share a commit, each
 * bounded in number and in bytes, so that no caller waits longer than for the group under way and,
 * at most, one large one. Small writes and large ones take turns. Renewals come before both,
 * because their locks end while they wait. Nothing here allocates memory. Used by the leader only.
 */
final class Lanes implements GroupCommit.Queue<WriteSubmission<?>> {

  private static final int MOST_WRITES = 128;

  /** The most bytes of a group; a disk takes them in some tens of milliseconds. */
  static final long MOST_BYTES = 4 * 1024 * 1024;

  /** Submissions of more bytes do not share a commit with smaller ones. */
  static final long LARGE_BYTES = 256 * 1024;

  private final Line<WriteSubmission<?>> urgent = new Line<>();
  private final Line<WriteSubmission<?>> small = new Line<>();
  private final Line<WriteSubmission<?>> large = new Line<>();
  private boolean largeIsNext;
  private boolean urgentWentBefore;

  @Override
  public void add(WriteSubmission<?> submission) {
    if (submission.urgent()) {
      urgent.add(submission);
    } else if (submission.bytes() <= LARGE_BYTES) {
      small.add(submission);
    } else {
      large.add(submission);
    }
  }

  /** Somebody who waits; null when nobody does. */
  @Override
  public @Nullable WriteSubmission<?> first() {
    if (!urgent.isEmpty()) {
      return urgent.first();
    }
    return small.isEmpty() ? large.first() : small.first();
  }

  /**
   * Moves the next group into a line; none when no submission waits. A submission that is larger
   * than a group comes alone.
   */
  @Override
  public void next(Line<WriteSubmission<?>> group) {
    WriteSubmission<?> firstLarge = large.first();
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
  @Override
  public void putBack(WriteSubmission<?> submission) {
    large.addFirst(submission);
  }

  private static void take(
      Line<WriteSubmission<?>> group,
      Line<WriteSubmission<?>> lane,
      @Nullable Line<WriteSubmission<?>> then) {
    long bytes = 0;
    long writes = 0;
    Line<WriteSubmission<?>> from = lane;
    while (true) {
      WriteSubmission<?> next = from.first();
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
