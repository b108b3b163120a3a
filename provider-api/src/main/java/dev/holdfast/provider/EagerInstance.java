// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks that the instance which a call makes ready be handed to the caller in the same commit, as if
 * a fetch had followed at once (CLAIM-02, CLAIM-05). A permission: a result without a claimed item
 * is always right (CLAIM-01), and the message waits as always.
 *
 * <p>Only the addressed instance is claimed, if a fetch could take it right after the write: it is
 * known or has a visible start, it has a visible message, and neither a live lock nor the delay of
 * an abandon keeps it back. The item is what that fetch would return: all visible messages and not
 * only the one that was written, one more delivery, a token of its own. A message that adds nothing
 * because its id was used before claims nothing (CLAIM-06). A claim that needs a feature that is
 * not declared is refused as a fetch would be, and the call with it (SPI-08).
 *
 * <p>In a list of activity acks each element has its own claim, and an instance is claimed once: it
 * is returned with the last applied element that asks for it, by the values of that element's
 * claim, so that its batch has the completions of all (CLAIM-07).
 *
 * @param lockFor how long the item is locked, from the store's now; above zero
 * @param inlineHistory how many events of its history come along, from the first; 0 or more
 * @param versionFilter which pinned executions the caller can take, absent for all; needs {@link
 *     Feature#VERSION_FILTER}
 * @param turnAhead the turn that the caller has computed already, to be applied in place of the
 *     claim if it fits (AHEAD-02); absent for none. In a message that is not a start it counts for
 *     an activity ack only (AHEAD-01)
 */
public record EagerInstance(
    Duration lockFor,
    int inlineHistory,
    @Nullable VersionFilter versionFilter,
    @Nullable TurnAhead turnAhead) {
  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is out of range
   */
  public EagerInstance {
    Checks.positive("EagerInstance", "lockFor", lockFor);
    Checks.notNegative("EagerInstance", "inlineHistory", inlineHistory);
  }

  /**
   * Creates a claim without a turn ahead.
   *
   * @param lockFor how long the item is locked, from the store's now; above zero
   * @param inlineHistory how many events of its history come along, from the first; 0 or more
   * @param versionFilter which pinned executions the caller can take, absent for all
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  public EagerInstance(Duration lockFor, int inlineHistory, @Nullable VersionFilter versionFilter) {
    this(lockFor, inlineHistory, versionFilter, null);
  }

  /**
   * Returns this claim with another turn ahead.
   *
   * @param turn the turn, null for none
   * @return the claim
   */
  public EagerInstance withTurnAhead(@Nullable TurnAhead turn) {
    return new EagerInstance(lockFor, inlineHistory, versionFilter, turn);
  }
}
