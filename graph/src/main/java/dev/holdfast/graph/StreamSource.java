// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.Objects;

/**
 * Where a stream begins: a step that sends messages while it is being done. Immutable.
 *
 * @param step the id of the step
 * @param stream the name that its code sends under
 */
public record StreamSource(String step, String stream) {

  /** Requires both. */
  public StreamSource {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(stream, "stream");
  }

  /** {@return step and stream, such as {@code fetch.pages}} */
  @Override
  public String toString() {
    return step + "." + stream;
  }
}
