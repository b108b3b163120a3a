// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How an entry of a queue stands (ES-32). Immutable. */
public sealed interface EntryStatus {

  /** Nothing is known of it: it was never enqueued, or its transaction has not committed. */
  record Unknown() implements EntryStatus {}

  /**
   * It waits. Where the store cannot tell what its queues have, an unknown one looks the same; see
   * {@link dev.holdfast.provider.Feature#INSTANCE_ADMIN}.
   */
  record Pending() implements EntryStatus {}

  /** A worker has its queue at present, and has not come behind it. */
  record Processing() implements EntryStatus {}

  /**
   * An attempt has failed.
   *
   * @param attempt how many have failed, from 1
   * @param error what the last one said
   * @param nextAt when the next one is, by the store's clock
   */
  record Retrying(int attempt, String error, Instant nextAt) implements EntryStatus {}

  /**
   * It was processed.
   *
   * @param version the version of its last event; absent when it came to none
   */
  record Completed(@Nullable Long version) implements EntryStatus {}

  /**
   * It could not be processed, and waits as a dead letter for somebody to decide.
   *
   * @param attempts how many attempts have failed
   * @param error what the last one said
   */
  record Dead(int attempts, String error) implements EntryStatus {}

  /** Somebody has dropped it. */
  record Dropped() implements EntryStatus {}
}
