// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/** What an activity knows about itself. Thread-safe. */
public interface ActivityContext {

  /** {@return the id of the instance that called the activity} */
  String instanceId();

  /** {@return the execution id of the instance, from 1} */
  long executionId();

  /** {@return the activity's name} */
  String name();

  /** {@return the number of the attempt by the {@link RetryPolicy} of the call, from 1} */
  int attempt();

  /**
   * {@return how often this attempt was handed to a worker, this time included; above 1 after a
   * worker died or gave it back}
   */
  int deliveries();

  /**
   * Returns a key that names this call of the activity and stays the same over all its attempts and
   * deliveries: instance, execution and first event id. Hand it to the systems you call.
   *
   * @return the key, such as {@code order-1/1/2}
   */
  String idempotencyKey();

  /** {@return the tag of the call, null when it has none; see {@link ActivityOptions}} */
  @Nullable String tag();

  /** {@return the session of the call, null when it has none; see {@link ActivityOptions}} */
  @Nullable String session();

  /**
   * Returns whether the result is no longer wanted: the activity was cancelled, was taken over
   * after this worker lost its lock, or the worker is closing and its grace period is over. The
   * thread is interrupted at the same time.
   *
   * @return true when the work should stop
   */
  boolean isCancelled();
}
