// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;

/**
 * Proof of one acquisition of a lease. Only {@link Leases#acquire} gives it out, and only to the
 * one who acquires: the label of the holder proves nothing.
 *
 * <p>It may be shown to other systems as a fencing token: of two tokens for one name the one with
 * the greater epoch is the later one, also when the lease was released or cleaned up in between
 * (LEASE-04). A system that remembers the greatest epoch it has seen can refuse a former holder.
 *
 * @param name the name of the lease
 * @param epoch the number of this acquisition, from 1
 */
public record LeaseToken(String name, long epoch) implements Fence {
  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the name is not well formed or the epoch below 1
   */
  public LeaseToken {
    Checks.identifier("LeaseToken", "name", name);
    Checks.atLeastOne("LeaseToken", "epoch", epoch);
  }

  /** {@return the readable form, such as {@code lease nightly-report#42}} */
  @Override
  public String toString() {
    return "lease " + name + "#" + epoch;
  }
}
