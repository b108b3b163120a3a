// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The result of a turn. */
public sealed interface TurnResult {

  /**
   * Something to store.
   *
   * @param alternatives the first that the store does not reject counts; at least one. Later ones
   *     are for what may be refused as too large, for example
   */
  record Ack(List<TurnOutput> alternatives) implements TurnResult {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when it is empty
     */
    public Ack {
      alternatives = List.copyOf(alternatives);
      if (alternatives.isEmpty()) {
        throw new IllegalArgumentException("there is nothing to store; name one output or more");
      }
    }

    /**
     * Creates something to store, in one form.
     *
     * @param output what to store
     */
    public Ack(TurnOutput output) {
      this(List.of(output));
    }
  }

  /**
   * Nothing to store: the instance is given back with its messages.
   *
   * @param delay how long it is kept back; zero or more
   * @param counted whether the delivery counts towards poison
   * @param reason why, for the log
   */
  record Release(Duration delay, boolean counted, String reason) implements TurnResult {
    /**
     * Checks the delay.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public Release {
      Objects.requireNonNull(reason, "reason");
      if (delay.isNegative()) {
        throw new IllegalArgumentException("the delay is " + delay + "; it starts at zero");
      }
    }
  }

  /**
   * The turn could not be computed. {@link WorkFailure.Reason} says what the worker does then.
   *
   * @param why why
   */
  record Failed(WorkFailure why) implements TurnResult {
    /** Checks the reason. */
    public Failed {
      Objects.requireNonNull(why, "why");
    }
  }
}
