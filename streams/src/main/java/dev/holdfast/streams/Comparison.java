// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import java.util.List;

/**
 * What another meaning of the events would change (ES-19).
 *
 * @param streams how many streams were compared
 * @param differences where the two differ, stream by stream; none when nothing would change
 */
public record Comparison(long streams, List<Difference> differences) {

  /** Copies the list. */
  public Comparison {
    differences = List.copyOf(differences);
  }
}
