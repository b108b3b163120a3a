// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says in whose name a fetch takes activities of sessions; needs {@link Feature#SESSIONS}. A fetch
 * without one takes only activities without a session (SESSION-02).
 *
 * @param owner the owner id, shared by all threads, handles and processes that use it (SESSION-06)
 * @param leaseFor the session lease that a fetched session gets; above zero (SESSION-04,
 *     SESSION-15)
 * @param maxSessions the most live sessions the owner may hold, null for no bound (SESSION-27)
 */
public record SessionClaim(String owner, Duration leaseFor, @Nullable Integer maxSessions) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when one is out of range (SESSION-09)
   */
  public SessionClaim {
    Checks.identifier("SessionClaim", "owner", owner);
    Checks.positive("SessionClaim", "leaseFor", leaseFor);
    if (maxSessions != null && maxSessions < 1) {
      throw new InvalidRequest(
          "SessionClaim", "maxSessions is " + maxSessions + "; it starts at 1");
    }
  }

  /**
   * Creates a claim without a bound.
   *
   * @param owner the owner id
   * @param leaseFor the session lease
   * @return the claim
   * @throws InvalidRequest when a part is out of range
   */
  public static SessionClaim of(String owner, Duration leaseFor) {
    return new SessionClaim(owner, leaseFor, null);
  }
}
