// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Several sequences of rows as one, by key. Of rows with one key it has that of the last sequence,
 * which is the newest. One thread.
 */
final class MergedRows implements Iterator<FoldedRow> {

  private final List<Iterator<FoldedRow>> sequences;
  private final List<@Nullable FoldedRow> heads = new ArrayList<>();

  MergedRows(List<Iterator<FoldedRow>> sequences) {
    this.sequences = sequences;
    sequences.forEach(each -> heads.add(each.hasNext() ? each.next() : null));
  }

  @Override
  public boolean hasNext() {
    return least() != null;
  }

  @Override
  public FoldedRow next() {
    FoldedRow least = least();
    if (least == null) {
      throw new NoSuchElementException();
    }
    for (int i = 0; i < heads.size(); i++) {
      FoldedRow head = heads.get(i);
      if (head != null && head.key().equals(least.key())) {
        Iterator<FoldedRow> sequence = sequences.get(i);
        heads.set(i, sequence.hasNext() ? sequence.next() : null);
      }
    }
    return least;
  }

  private @Nullable FoldedRow least() {
    FoldedRow least = null;
    for (FoldedRow head : heads) {
      if (head != null && (least == null || CodePoints.compare(head.key(), least.key()) <= 0)) {
        least = head;
      }
    }
    return least;
  }
}
