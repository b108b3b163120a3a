// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestratorMessage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The result of a delivery of an activity. */
public sealed interface ActivityResult {

  /**
   * The activity is done, or has failed; to the store these are the same. The activity is removed
   * and its completion is sent to its instance, both or neither.
   *
   * @param completion the message to its instance, null for none
   * @param changes what else is stored with it; needs {@link dev.holdfast.provider.Feature#CHANGES}
   * @param failed whether the activity has failed; for listeners, nothing else depends on it
   * @param attempt which attempt it was, from 1, 0 for unknown; for listeners as well
   */
  record Done(
      @Nullable OrchestratorMessage completion, List<Change> changes, boolean failed, int attempt)
      implements ActivityResult {
    /** Copies the changes. */
    public Done {
      changes = List.copyOf(changes);
    }

    /**
     * Creates a result of which listeners are told nothing more.
     *
     * @param completion the message to its instance, null for none
     * @param changes what else is stored with it
     */
    public Done(@Nullable OrchestratorMessage completion, List<Change> changes) {
      this(completion, changes, false, 0);
    }

    /**
     * Creates a result without changes.
     *
     * @param completion the message to its instance, null for none
     */
    public Done(@Nullable OrchestratorMessage completion) {
      this(completion, List.of());
    }
  }

  /**
   * Nothing to store: the activity is given back.
   *
   * @param delay how long it is kept back; zero or more
   * @param counted whether the delivery counts towards poison
   * @param reason why, for the log
   */
  record Release(Duration delay, boolean counted, String reason) implements ActivityResult {
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
}
