// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

/**
 * What an import came to, all its runs together where it was interrupted (ES-36).
 *
 * @param rows how many rows were looked at
 * @param imported how many of them became events in this import
 * @param present how many were there already: written or imported before, or equal
 */
public record Imported(long rows, long imported, long present) {

  /** None so far. */
  static final Imported NONE = new Imported(0, 0, 0);

  Imported plus(boolean isImported) {
    return new Imported(rows + 1, imported + (isImported ? 1 : 0), present + (isImported ? 0 : 1));
  }
}
