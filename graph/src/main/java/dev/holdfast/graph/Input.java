// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What an input of a step is connected to. With several sources the value is that of the first one,
 * in this order, that is there when all have ended: so branches come together again. When none is
 * there, the step is skipped, unless the input is {@code ifPresent}: then the step does without.
 * Immutable.
 *
 * @param sources where the value comes from, at least one
 * @param ifPresent whether the step is done when no source is there
 */
public record Input(List<Source> sources, boolean ifPresent) {

  /** Copies the sources. */
  public Input {
    sources = List.copyOf(sources);
  }

  /** {@return the sources, such as {@code edit.text else fetch.text}} */
  @Override
  public String toString() {
    return sources.stream().map(Object::toString).collect(Collectors.joining(" else "))
        + (ifPresent ? " if present" : "");
  }
}
