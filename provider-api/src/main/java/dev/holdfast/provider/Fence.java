// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;

/**
 * Proof of one acquisition, of a lock or a lease, by which a store tells a holder of former times
 * from the present one: the epoch grows with every acquisition (LOCK-03, LEASE-04, INBOX-11).
 * Whoever shows a fence that holds no more is refused with {@link ProviderError.LockLost}.
 *
 * <p>New kinds may be added in later versions; a {@code switch} over fences needs a default.
 */
public sealed interface Fence permits LockToken, LeaseToken, InboxToken {

  /**
   * {@return the number of this acquisition, from 1; greater than that of every earlier one of the
   * same instance, activity, name or inbox message}
   */
  long epoch();
}
