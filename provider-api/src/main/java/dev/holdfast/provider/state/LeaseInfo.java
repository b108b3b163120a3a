// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.time.Instant;

/**
 * What everybody may know of a lease. Its token is not part of it: who could read the token could
 * act as the holder.
 *
 * @param name the name of the lease
 * @param holder how its holder has called itself, for people
 * @param acquiredAt when it was acquired, by the store's clock
 * @param until when it ends or has ended, by the store's clock: live before, free from then on
 *     (LEASE-05)
 */
public record LeaseInfo(String name, String holder, Instant acquiredAt, Instant until) {}
