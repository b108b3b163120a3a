// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import org.jspecify.annotations.Nullable;

/**
 * Submissions in a line, linked through themselves: moving one from line to line allocates no
 * memory, so that no submission is lost when there is none. A submission is in one line at a time.
 * Used by the leader only.
 */
final class Line {

  private @Nullable Submission<?> first;
  private @Nullable Submission<?> last;

  boolean isEmpty() {
    return first == null;
  }

  /** {@return the submission that waits longest; null when there is none} */
  @Nullable Submission<?> first() {
    return first;
  }

  void add(Submission<?> submission) {
    submission.setBehind(null);
    if (last == null) {
      first = submission;
    } else {
      last.setBehind(submission);
    }
    last = submission;
  }

  /** Puts one back to where it came from. */
  void addFirst(Submission<?> submission) {
    submission.setBehind(first);
    first = submission;
    if (last == null) {
      last = submission;
    }
  }

  /** Takes the first one out; null when there is none. */
  @Nullable Submission<?> poll() {
    Submission<?> taken = first;
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
