// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Starts instances and talks to them inside the transaction that is under way on a JDBC connection
 * of the caller: each call takes effect if and only if that transaction commits, and with it. Until
 * then workers see nothing of it. Made by {@link HoldfastClient#within}.
 *
 * <p>The caller commits or rolls back, and closes the connection; calls here never do. They are not
 * repeated: after a {@link dev.holdfast.provider.ProviderError.Retryable} the caller rolls back and
 * repeats the whole transaction. For the thread that uses the connection.
 */
public interface TransactionalClient {

  /**
   * Starts an instance when the transaction commits. Idempotent by id, as {@link
   * HoldfastClient#start} is: a start under an id that was started with the same orchestration does
   * nothing.
   *
   * @param <I> the input type
   * @param orchestration what to run
   * @param instanceId the instance id, 1 to 256 characters, none of them a control character
   * @param input the input
   * @throws AlreadyStartedException when the id was started with another orchestration; with a
   *     client that compares starts strictly also when version or input differ. The transaction can
   *     go on
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the input cannot be encoded
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when this transaction itself
   *     has started the id in another way
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest when the connection is closed, in
   *     auto-commit mode or read-only, or leads to another place than the store
   */
  <I extends @Nullable Object> void start(
      Orchestration<I, ?> orchestration, String instanceId, I input);

  /**
   * Starts an instance of an orchestration without input when the transaction commits; see {@link
   * #start(Orchestration, String, Object)}.
   *
   * @param orchestration what to run
   * @param instanceId the instance id
   * @throws AlreadyStartedException as with an input
   * @throws IllegalArgumentException when the id is not well formed
   * @throws dev.holdfast.provider.ProviderError as with an input
   */
  default void start(Orchestration<@Nullable Void, ?> orchestration, String instanceId) {
    this.<@Nullable Void>start(orchestration, instanceId, null);
  }

  /**
   * Starts an instance when the transaction commits, at a moment or after a delay; see {@link
   * #start(Orchestration, String, Object)}.
   *
   * @param <I> the input type
   * @param orchestration what to run
   * @param instanceId the instance id
   * @param input the input
   * @param options when; a delay counts from this call. The policy is {@link
   *     IdPolicy#USE_EXISTING}: the others need to know what others have committed
   * @throws IllegalArgumentException when the id is not well formed, or there is another policy
   * @throws AlreadyStartedException as without options
   * @throws DataConversionException when the input cannot be encoded
   * @throws dev.holdfast.provider.ProviderError as without options
   */
  <I extends @Nullable Object> void start(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options);

  /**
   * Raises an event when the transaction commits. It waits for an instance that was not started
   * yet, which this transaction may be about to start.
   *
   * @param instanceId the instance
   * @param event the event's name
   * @param value the value
   * @throws IllegalArgumentException when an id is not well formed
   * @throws DataConversionException when the value cannot be encoded
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest as for {@link #start}
   */
  void raise(String instanceId, String event, @Nullable Object value);

  /**
   * Raises an event when the transaction commits, and once, however many transactions do this with
   * the same message id.
   *
   * @param instanceId the instance
   * @param event the event's name
   * @param value the value
   * @param messageId what tells this event from others to the same instance, up to 240 characters
   * @throws IllegalArgumentException when an id is not well formed
   * @throws DataConversionException when the value cannot be encoded
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when the message id was used
   *     with another event or value; the transaction can go on
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest as for {@link #start}
   */
  void raise(String instanceId, String event, @Nullable Object value, String messageId);

  /**
   * Raises an event when the transaction commits; see {@link #raise(String, String, Object)}.
   *
   * @param <T> the type of the value
   * @param instanceId the instance
   * @param event its name and type
   * @param value the value
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the value cannot be encoded, or is not of the event's type
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest as for {@link #start}
   */
  default <T extends @Nullable Object> void raise(String instanceId, Event<T> event, T value) {
    raise(instanceId, event.name(), event.checked(value));
  }

  /**
   * Raises an event when the transaction commits, and once; see {@link #raise(String, String,
   * Object, String)}.
   *
   * @param <T> the type of the value
   * @param instanceId the instance
   * @param event its name and type
   * @param value the value
   * @param messageId what tells this event from others to the same instance, up to 240 characters
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the value cannot be encoded, or is not of the event's type
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when the message id was used
   *     with another event or value; the transaction can go on
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest as for {@link #start}
   */
  default <T extends @Nullable Object> void raise(
      String instanceId, Event<T> event, T value, String messageId) {
    raise(instanceId, event.name(), event.checked(value), messageId);
  }

  /**
   * Asks an instance to cancel, when the transaction commits.
   *
   * @param instanceId the instance
   * @param reason why, for people
   * @throws IllegalArgumentException when the id is not well formed
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest as for {@link #start}
   */
  void cancel(String instanceId, String reason);
}
