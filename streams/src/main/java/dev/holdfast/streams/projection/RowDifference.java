// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPosition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A field in which a row is not what the log says (ES-25).
 *
 * @param key the key of the row
 * @param field the field, as a JSON pointer such as {@code /cents}; empty for the whole row
 * @param stored what the row has, absent for nothing
 * @param expected what the log says, absent for nothing
 * @param position the position of the last event that changed the row, the start of the log for
 *     none
 */
public record RowDifference(
    String key,
    String field,
    @Nullable JsonNode stored,
    @Nullable JsonNode expected,
    LogPosition position) {

  /** {@return such as {@code alice /cents: 300, and not 500 (as of 17.0)}} */
  @Override
  public String toString() {
    return "%s %s: %s, and not %s (as of %s)"
        .formatted(
            key,
            field,
            stored == null ? "nothing" : stored,
            expected == null ? "nothing" : expected,
            position);
  }
}
