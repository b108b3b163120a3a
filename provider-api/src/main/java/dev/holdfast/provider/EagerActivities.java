// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks that activities which an {@link OrchestrationAck} schedules be handed to the caller in the
 * same commit, as if a fetch had followed at once (CLAIM-02, CLAIM-04). A permission: a result
 * without claimed items is always right (CLAIM-01), and what is not claimed waits as always.
 *
 * <p>The activities of this very ack are claimed, less those that it cancels itself, in the order
 * of the ack, each with delivery count 1. A claim that needs a feature that is not declared is
 * refused as a fetch would be, and the ack with it (SPI-08).
 *
 * @param max the most activities to claim, from 1
 * @param lockFor how long each is locked, from the store's now; above zero
 * @param tagFilter which tags the caller serves; naming tags needs {@link Feature#TAGS}
 * @param session the session claim of the caller, absent when it serves no sessions; needs {@link
 *     Feature#SESSIONS}
 */
public record EagerActivities(
    int max, Duration lockFor, TagFilter tagFilter, @Nullable SessionClaim session) {
  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is out of range
   */
  public EagerActivities {
    Checks.atLeastOne("EagerActivities", "max", max);
    Checks.positive("EagerActivities", "lockFor", lockFor);
    Objects.requireNonNull(tagFilter, "tagFilter");
  }
}
