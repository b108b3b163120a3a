// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The rows of inboxes in a store. Arguments are checked before. Each call is one transaction and,
 * behind a network, one round trip; what decides is the store's time once the call has its turn.
 * Thread-safe.
 *
 * <p>The table {@code inbox} has one row per key, which outlives its messages: {@code inbox_key},
 * {@code run_id}, {@code step_id}, {@code port}, {@code last_sequence}, and {@code cursor_order}
 * and {@code cursor_token} of a trigger. The table {@code inbox_message} has what {@link
 * InboxReader} reads, and {@code input_of}: the id of the run of an input that is not consumed,
 * NULL for every other message. Ids are remembered in a table that no shared query reads.
 */
public interface InboxRows {

  /** For how long ids are remembered after a clean-up. */
  Duration ID_MEMORY = Duration.ofDays(7);

  /** The most ids that a clean-up forgets, unless it may remove more messages. */
  int MOST_FORGOTTEN = 1_000;

  /**
   * Locks the pending messages with the lowest numbers, and counts a delivery of each.
   *
   * @param operation the SPI call, for errors
   * @param key the inbox
   * @param max the most messages
   * @param lockFor how long
   * @return the messages by number, with epochs from a counter that outlives the rows
   */
  List<InboxItem> fetch(String operation, InboxKey key, int max, Duration lockFor);

  /**
   * Prolongs live locks, and shortens none.
   *
   * @param operation the SPI call, for errors
   * @param tokens whose locks; may be empty
   * @param extendFor how long from now
   * @return the tokens of those that are live
   */
  Set<InboxToken> renew(String operation, List<InboxToken> tokens, Duration extendFor);

  /**
   * Ends a lock, unless it has ended.
   *
   * @param operation the SPI call, for errors
   * @param token whose lock; refused with {@link InboxLoss} when it is not the last one of a
   *     message that is not consumed
   */
  void abandon(String operation, InboxToken token);

  /**
   * Deletes consumed messages of all inboxes by the moment of that, then by inbox and number, and
   * ids whose time is over.
   *
   * @param operation the SPI call, for errors
   * @param consumedBefore the bound, excluded, in microseconds since 1970; may be in the future
   * @param most the most messages
   * @return how many messages
   */
  int cleanUp(String operation, long consumedBefore, int most);

  /**
   * Deletes consumed messages of one inbox by number, and ids whose time is over.
   *
   * @param operation the SPI call, for errors
   * @param key the inbox
   * @param belowSequence the bound, excluded
   * @param most the most messages
   * @return how many messages
   */
  int cleanUp(String operation, InboxKey key, long belowSequence, int most);

  /**
   * How many ids a clean-up forgets at most, so that it keeps up with what it removes.
   *
   * @param most the most messages that it removes
   * @return the most ids
   */
  static int mostForgotten(int most) {
    return Math.max(most, MOST_FORGOTTEN);
  }
}
