// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Who writes next. What waits is taken in groups that share a commit, each bounded in number and in
 * bytes, so that nobody waits longer than for the group under way and, at most, one large one.
 * Small writes and large ones take turns. Renewals come before both, because their locks end while
 * they wait. Used by the leader only.
 */
final class Lanes {

  private static final int MOST_WRITES = 128;

  /** A disk takes this in some tens of milliseconds. */
  static final long MOST_BYTES = 4 * 1024 * 1024;

  /** What is larger does not share a commit with what is small. */
  static final long LARGE_BYTES = 256 * 1024;

  private final Queue<Submission<?>> urgent = new ArrayDeque<>();
  private final Queue<Submission<?>> small = new ArrayDeque<>();
  private final Queue<Submission<?>> large = new ArrayDeque<>();
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

  /** Somebody who waits; null when nobody does. */
  @Nullable Submission<?> first() {
    for (Queue<Submission<?>> lane : List.of(urgent, small, large)) {
      if (!lane.isEmpty()) {
        return lane.peek();
      }
    }
    return null;
  }

  /**
   * The next group; empty when nobody waits. A submission that is larger than a group comes alone
   * and stays first in its lane until {@link #done}.
   */
  List<Submission<?>> next() {
    boolean onlyLarge = urgent.isEmpty() && small.isEmpty();
    boolean turnOfLarge = !large.isEmpty() && (onlyLarge || largeIsNext);
    List<Submission<?>> group = new ArrayList<>();
    if (turnOfLarge && !urgent.isEmpty() && !urgentWentBefore) {
      urgentWentBefore = true; // once, or large ones might never have their turn
      take(urgent, group);
    } else if (turnOfLarge) {
      urgentWentBefore = false;
      largeIsNext = false;
      if (large.element().bytes() > MOST_BYTES) {
        group.add(large.element());
      } else {
        take(large, group);
      }
    } else {
      largeIsNext = true;
      take(urgent, group);
      take(small, group);
    }
    return group;
  }

  /** Removes a submission that came alone. */
  void done(Submission<?> submission) {
    large.remove(submission);
  }

  private static void take(Queue<Submission<?>> lane, List<Submission<?>> group) {
    long bytes = group.stream().mapToLong(Submission::bytes).sum();
    int writes = group.stream().mapToInt(Submission::size).sum();
    while (!lane.isEmpty()
        && writes < MOST_WRITES
        && (group.isEmpty() || bytes + lane.element().bytes() <= MOST_BYTES)) {
      Submission<?> next = lane.remove();
      bytes += next.bytes();
      writes += next.size();
      group.add(next);
    }
  }
}
