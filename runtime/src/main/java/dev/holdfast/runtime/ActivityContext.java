// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/** What an activity knows about itself. Thread-safe. */
public interface ActivityContext {

  /**
   * The instance that called the activity.
   *
   * @return the instance id
   */
  String instanceId();

  /**
   * The execution of the instance.
   *
   * @return the execution id, from 1
   */
  long executionId();

  /**
   * The activity's name.
   *
   * @return the name
   */
  String name();

  /**
   * The attempt by the {@link RetryPolicy} of the call.
   *
   * @return the attempt, from 1
   */
  int attempt();

  /**
   * How often this attempt was handed to a worker, this time included; above 1 after a worker died
   * or gave it back.
   *
   * @return the deliveries, from 1
   */
  int deliveries();

  /**
   * A key that names this call of the activity and stays the same over all its attempts and
   * deliveries: instance, execution and first event id. Hand it to the systems you call.
   *
   * @return the key, such as {@code order-1/1/2}
   */
  String idempotencyKey();

  /**
   * Whether the result is no longer wanted: the activity was cancelled, was taken over after this
   * worker lost its lock, or the worker is closing and its grace period is over. The thread is
   * interrupted at the same time.
   *
   * @return true when the work should stop
   */
  boolean isCancelled();
}
