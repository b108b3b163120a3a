// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.Optional;
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
   * after this worker lost its lock, gave no heartbeat for longer than its call allows, or the
   * worker is closing and its grace period is over. The thread is interrupted at the same time.
   *
   * @return true when the work should stop
   */
  boolean isCancelled();

  /**
   * Says that the code lives. Where the call has a {@link ActivityOptions#heartbeatTimeout()}, code
   * that runs for longer calls this more often than that. Costs next to nothing: nothing is stored.
   *
   * @throws ActivityCancelledException when the result is not wanted any more; let it through
   */
  void heartbeat();

  /**
   * Says that the code lives, and how far it is. The last details are what {@link
   * #lastHeartbeat(Class)} returns in the next attempt, and in the next delivery of this one after
   * the worker has died. They are stored at once, and then once a second at most: of what comes
   * faster the last one is stored within a second. So a worker that is killed leaves details that
   * are a second old at most; one whose attempt fails leaves the last ones.
   *
   * <p>While the store is away this waits for it, as long as the lock of the activity lives;
   * details that could not be stored are tried again with the next heartbeat. That an activity was
   * cancelled is often learned here first, because only the holder of its lock can store something.
   *
   * @param details any value that the data converter takes; keep it small
   * @throws ActivityCancelledException when the result is not wanted any more; let it through
   * @throws PayloadTooLargeException when the store does not take so much
   * @throws UnsupportedByStoreException when the store cannot keep it: it needs {@link
   *     dev.holdfast.provider.Feature#STATE_TABLES} and {@link
   *     dev.holdfast.provider.Feature#CHANGES}
   * @throws DataConversionException when the value cannot be encoded
   */
  void heartbeat(@Nullable Object details);

  /**
   * Returns the last details of the attempts and deliveries before this one; heartbeats of this one
   * do not change the answer. What is stored is read by the first call.
   *
   * @param <T> the type of the details
   * @param type the class of the details
   * @return the details; empty when none were stored, or null was
   * @throws DataConversionException when they are of another type
   * @throws dev.holdfast.provider.ProviderError when the store cannot be read
   */
  <T> Optional<T> lastHeartbeat(Class<T> type);

  /**
   * Returns the last details of the attempts and deliveries before this one; see {@link
   * #lastHeartbeat(Class)}.
   *
   * @param <T> the type of the details
   * @param type the type of the details
   * @return the details; empty when none were stored, or null was
   * @throws DataConversionException when they are of another type
   * @throws dev.holdfast.provider.ProviderError when the store cannot be read
   */
  <T> Optional<T> lastHeartbeat(TypeRef<T> type);
}
