// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.LogPosition;
import java.util.Set;

/**
 * A part of the log of which archived events are asked for.
 *
 * @param after the position behind which they lie
 * @param through the position up to which they lie, itself included
 * @param categories of which categories, as the store has them; empty for any
 * @param limit the most events, from 1
 * @param mark changes whenever events were archived: what was learned of the archive under another
 *     one may be incomplete
 */
public record ArchivedRange(
    LogPosition after, LogPosition through, Set<String> categories, int limit, long mark) {

  /** Copies the categories. */
  public ArchivedRange {
    categories = Set.copyOf(categories);
  }
}
