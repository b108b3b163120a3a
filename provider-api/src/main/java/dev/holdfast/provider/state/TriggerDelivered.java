// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ChangeResult;
import java.util.Objects;

/**
 * The result of {@link DeliverTrigger}.
 *
 * @param outcome what has become of it
 * @param sequence the input's number in its inbox; that of the first one for a duplicate; 0 for a
 *     run that has ended
 */
public record TriggerDelivered(Outcome outcome, long sequence) implements ChangeResult {

  /** Checks the parts. */
  public TriggerDelivered {
    Objects.requireNonNull(outcome, "outcome");
  }

  /** What has become of a delivery. */
  public enum Outcome {
    /** Input, cursor and wake-up are stored. */
    NEW,
    /** The input id was known, with the same content; nothing was stored (TRIGGER-02). */
    DUPLICATE,
    /** The run is completed or cancelled; nothing was stored (TRIGGER-06). */
    ENDED
  }
}
