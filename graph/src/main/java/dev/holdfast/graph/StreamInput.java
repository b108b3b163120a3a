// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.Objects;

/**
 * A stream that a step receives: the messages come through the step's durable inbox, in order,
 * batch by batch, while the sender still works. Immutable.
 *
 * @param from where the messages come from
 * @param batch the most messages that the code gets at once
 * @param capacity how many messages may wait before the sender has to; it may be exceeded by what
 *     the sender stores at once
 */
public record StreamInput(StreamSource from, int batch, int capacity) {

  /** The most messages at once, unless set. */
  public static final int DEFAULT_BATCH = 100;

  /** How many messages may wait, unless set. */
  public static final int DEFAULT_CAPACITY = 1_000;

  /** Requires the source; whether the numbers are good is said when a graph is checked. */
  public StreamInput {
    Objects.requireNonNull(from, "from");
  }
}
