// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.feature;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.Set;

/**
 * Worker affinity: activities that name a session go to the owner that holds the session's lease.
 * Affinity, not mutual exclusion. Sessions are claimed by fetching (see {@link
 * dev.holdfast.provider.SessionClaim}); here they are kept, given up and tidied away. Thread-safe;
 * fails like {@link dev.holdfast.provider.Provider}.
 */
public interface Sessions extends Capability {

  /**
   * Prolongs every live session of these owners that was used within the idle time: its lease end
   * becomes the later of the present end and now plus {@code extendFor} (SESSION-21). Ended
   * sessions stay ended, idle ones run out (SESSION-22).
   *
   * @param owners the owner ids
   * @param extendFor how long from now; above zero
   * @param idleTimeout how long ago the last use may be; zero makes every session idle
   * @return how many sessions were prolonged
   * @throws ProviderError.InvalidRequest when an owner id is not well formed, {@code extendFor} is
   *     not positive or {@code idleTimeout} is negative
   */
  int renewSessions(Set<String> owners, Duration extendFor, Duration idleTimeout);

  /**
   * Ends a session's lease at once; locks on its activities stay (SESSION-23).
   *
   * @param owner the owner
   * @param sessionId the session
   * @return false when the owner does not hold the session; then nothing changes
   * @throws ProviderError.InvalidRequest when an id is not well formed
   */
  boolean releaseSession(String owner, String sessionId);

  /**
   * Removes what is left of ended sessions that no queued activity names (SESSION-24).
   *
   * @return how many were removed
   */
  int cleanupSessions();
}
