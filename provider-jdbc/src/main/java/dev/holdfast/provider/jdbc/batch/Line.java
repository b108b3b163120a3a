// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import org.jspecify.annotations.Nullable;

/**
 * Submissions in a line, linked through themselves: moving one from line to line needs no memory,
 * so that none is lost where there is none. A submission is in one line at a time. Used by the
 * leader only.
 *
 * @param <S> a submission
 */
public final class Line<S extends Submission<S>> {

  private @Nullable S first;
  private @Nullable S last;

  /** An empty one. */
  public Line() {}

  /**
   * Whether nobody waits in it.
   *
   * @return whether it has no first
   */
  public boolean isEmpty() {
    return first == null;
  }

  /**
   * The longest waiting.
   *
   * @return null when nobody waits
   */
  public @Nullable S first() {
    return first;
  }

  /**
   * Adds one at the end.
   *
   * @param submission in no other line
   */
  public void add(S submission) {
    submission.setBehind(null);
    if (last == null) {
      first = submission;
    } else {
      last.setBehind(submission);
    }
    last = submission;
  }

  /**
   * Puts one back to where it came from.
   *
   * @param submission in no other line
   */
  public void addFirst(S submission) {
    submission.setBehind(first);
    first = submission;
    if (last == null) {
      last = submission;
    }
  }

  /**
   * Takes the first one out.
   *
   * @return null when there is none
   */
  public @Nullable S poll() {
    S taken = first;
    if (taken != null) {
      first = taken.behind();
      if (first == null) {
        last = null;
      }
      taken.setBehind(null);
    }
    return taken;
  }
}
