// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.Objects;

/**
 * Makes a step out of each element of a list (a fan-out). The elements are done on their own, with
 * rows of their own ({@code classify[0]}, {@code classify[1]}, …); other inputs are the same for
 * all. Outputs become lists, in the order of the elements, with null where an element has none.
 * Immutable.
 *
 * @param input the name of the input that gets one element
 * @param atOnce the most elements that are done at once
 * @param maxItems the most elements; a longer list fails the step
 */
public record ForEach(String input, int atOnce, int maxItems) {

  /** The most elements, unless set. */
  public static final int DEFAULT_MAX_ITEMS = 10_000;

  /** Requires the name; whether the numbers are good is said when a graph is checked. */
  public ForEach {
    Objects.requireNonNull(input, "input");
  }
}
