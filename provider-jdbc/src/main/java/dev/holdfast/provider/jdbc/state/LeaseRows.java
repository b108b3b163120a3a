// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.support.LeasePlace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rows of leases in a store, one per name that is or was held. Arguments are checked before.
 * Each call is one transaction and, behind a network, one round trip; what decides is the store's
 * time once the call has its turn. Thread-safe.
 */
public interface LeaseRows {

  /**
   * Writes the row of a name, unless it is live.
   *
   * @param operation the SPI call, for errors
   * @param name the name
   * @param holder the label
   * @param leaseFor how long
   * @return what came of it, with a number from a counter that outlives the row
   */
  LeaseAnswer acquire(String operation, String name, String holder, Duration leaseFor);

  /**
   * Prolongs live rows, and shortens none.
   *
   * @param operation the SPI call, for errors
   * @param tokens whose rows; may be empty
   * @param extendFor how long from now
   * @return one result per token, in order
   */
  List<Renewal> renew(String operation, List<LeaseToken> tokens, Duration extendFor);

  /**
   * Deletes a live row.
   *
   * @param operation the SPI call, for errors
   * @param token whose row
   * @return whether the token held it
   */
  boolean release(String operation, LeaseToken token);

  /**
   * Reads a row.
   *
   * @param operation the SPI call, for errors
   * @param name the name
   * @return the row, empty when there is none
   */
  Optional<LeaseInfo> lease(String operation, String name);

  /**
   * Reads rows that have ended, in the order of ends and names.
   *
   * @param operation the SPI call, for errors
   * @param after the place behind which they stand
   * @param most the most rows
   * @return the rows
   */
  List<LeaseInfo> expired(String operation, LeasePlace after, int most);

  /**
   * Deletes rows that have ended, in the order of ends.
   *
   * @param operation the SPI call, for errors
   * @param endedBefore the bound, excluded, in microseconds since 1970; may be in the future
   * @param most the most rows
   * @return how many
   */
  int cleanUp(String operation, long endedBefore, int most);
}
