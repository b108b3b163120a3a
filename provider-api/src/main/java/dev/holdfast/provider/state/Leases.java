// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Named leases: the exclusive right to a name, for a time, by the store's clock alone (LEASE-10).
 * For engines without queues, and for work of which one process at a time is to do it.
 *
 * <p>A lease is tied to nothing: it locks no instance of its name, and deleting or pruning
 * instances leaves it alone (LEASE-11). It ends at its time, whoever holds it (LEASE-05). The
 * holder is a label for people; only the {@link LeaseToken} counts (LEASE-02). Names and holders
 * are identifiers (DATA-04).
 *
 * <p>After {@link ProviderError.OutcomeUnknown} the store tells the truth: a renewal and a release
 * may be repeated with their token. An acquisition whose answer was lost cannot be used, because
 * nobody has its token; it ends at its time (LEASE-14). Thread-safe; fails like {@link
 * dev.holdfast.provider.Provider}.
 */
public interface Leases extends Capability {

  /**
   * Acquires a lease if it is free: never acquired, released, cleaned up, or ended. A live one is
   * refused to everybody, its own holder included; with its token the holder renews (LEASE-02). Of
   * racing callers one gets it (LEASE-03).
   *
   * @param name the name of the lease
   * @param holder how the caller wants to be called, for people
   * @param leaseFor how long from the store's now; above zero; parts of a microsecond count as a
   *     whole one
   * @return {@link LeaseAnswer.Acquired} with a token that is greater than every earlier one of
   *     this name (LEASE-04), or {@link LeaseAnswer.Held} with the present holder; nothing has
   *     changed then
   * @throws ProviderError.InvalidRequest when a text is not well formed or {@code leaseFor} is not
   *     positive; nothing has changed (LEASE-05)
   */
  LeaseAnswer acquire(String name, String holder, Duration leaseFor);

  /**
   * Prolongs a live lease: its end becomes the later of its present end and now plus {@code
   * extendFor} (LEASE-06). At the end a renewal and an acquisition have one winner (LEASE-09).
   *
   * @param token the token of the lease
   * @param extendFor how long from the store's now; above zero
   * @return the lease, with its end
   * @throws ProviderError.LockLost when the token does not hold the lease: it has ended, even
   *     though nobody took it over, was taken over, released, or never given out (LEASE-06,
   *     LEASE-07)
   * @throws ProviderError.InvalidRequest when {@code extendFor} is not positive
   */
  LeaseInfo renew(LeaseToken token, Duration extendFor);

  /**
   * Prolongs several live leases. That one is lost is no error, and does not concern the others.
   *
   * @param tokens the tokens, in any order; may be empty
   * @param extendFor how long from the store's now; above zero
   * @return the tokens whose leases are live and were prolonged; the others are lost (LEASE-06)
   * @throws ProviderError.InvalidRequest when {@code extendFor} is not positive, also for no tokens
   *     at all
   */
  Set<LeaseToken> renewAll(Collection<LeaseToken> tokens, Duration extendFor);

  /**
   * Gives up a live lease. Its name is free at once, and nothing is left of it (LEASE-08).
   *
   * @param token the token of the lease
   * @return false when the token does not hold the lease; nothing has changed then
   */
  boolean release(LeaseToken token);

  /**
   * Reads a lease.
   *
   * @param name the name of the lease
   * @return the lease, live or ended; empty when the name was never acquired, was released, or was
   *     cleaned up (LEASE-01)
   * @throws ProviderError.InvalidRequest when the name is not well formed
   */
  Optional<LeaseInfo> lease(String name);

  /**
   * Lists leases that have ended and were neither released nor taken over nor cleaned up: the
   * holders that were late, oldest end first, then by name in code points (LEASE-12).
   *
   * @param limit the most rows, from 1 to {@code limits().maxPageSize()}
   * @param pageToken where to go on, null for the first page
   * @return the page
   * @throws ProviderError.InvalidRequest when the limit is out of range, or the token is damaged or
   *     of another list
   */
  LeasePage expired(int limit, @Nullable String pageToken);

  /**
   * Removes what is left of leases that ended before a moment, oldest end first; never a live one
   * (LEASE-13). Tokens keep growing (LEASE-04).
   *
   * @param endedBefore the moment, itself excluded, cut off to microseconds
   * @param limit the most leases to remove, from 1
   * @return how many were removed
   * @throws ProviderError.InvalidRequest when the moment or the limit is out of range
   */
  int cleanUp(Instant endedBefore, int limit);
}
