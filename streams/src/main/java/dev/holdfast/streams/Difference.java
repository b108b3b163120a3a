// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A field in which two representations of one thing differ.
 *
 * @param key what differs, for example the id of a stream
 * @param field the field, as a JSON pointer such as {@code /lines/0/price}
 * @param stored what is stored, absent for nothing
 * @param other what the other representation has, absent for nothing
 * @param version as of which version of the stream
 */
public record Difference(
    String key, String field, @Nullable JsonNode stored, @Nullable JsonNode other, long version) {

  /** {@return such as {@code alice /cents: 300, and not 500 (version 3)}} */
  @Override
  public String toString() {
    return "%s %s: %s, and not %s (version %d)"
        .formatted(
            key,
            field,
            stored == null ? "nothing" : stored,
            other == null ? "nothing" : other,
            version);
  }
}
