// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.streams.Difference;
import java.util.List;

/**
 * What a comparison of the whole old table with the events came to (ES-35).
 *
 * @param rows how many ids were compared: those of old rows, and those of streams without one
 * @param unsettled how many of them could not be compared, since their events were still on their
 *     way each time
 * @param differences where the two differ; none when they agree
 */
public record Validation(long rows, long unsettled, List<Difference> differences) {

  /** Copies the list. */
  public Validation {
    differences = List.copyOf(differences);
  }

  /** {@return whether all was compared, and nothing differs} */
  public boolean isClean() {
    return unsettled == 0 && differences.isEmpty();
  }
}
