// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import java.util.Objects;

/**
 * How many snapshots of a stream stay. Those that an archiving relies on stay in any case.
 *
 * @param category the category of the streams
 * @param keep how many of the newest of each kind of state stay, from 0
 */
public record SnapshotRule(String category, int keep) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when the number is negative
   */
  public SnapshotRule {
    Objects.requireNonNull(category, "category");
    if (keep < 0) {
      throw new IllegalArgumentException("keep is " + keep + "; it starts at 0");
    }
  }
}
