// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.runtime.internal.client.Async;
import dev.holdfast.runtime.internal.client.StoreClient;
import dev.holdfast.runtime.internal.event.JacksonCheck;
import dev.holdfast.runtime.schedule.Schedules;
import dev.holdfast.worker.tracing.Tracing;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Starts instances, talks to them and waits for them. Works on the store alone: whether and where
 * workers run makes no difference. Thread-safe.
 *
 * <p>Calls that a disturbance of the store prevents are repeated for some seconds where repeating
 * is safe; then, and otherwise, {@link dev.holdfast.provider.ProviderError} is thrown.
 */
public interface HoldfastClient extends AutoCloseable {

  /**
   * Opens a client without workers.
   *
   * @param url where the store is, such as {@code sqlite:orders.db}
   * @return the client, to be closed by the caller
   * @throws dev.holdfast.provider.ProviderError when the store cannot be opened
   * @throws IllegalStateException when Jackson and its annotations are of versions that do not work
   *     together
   */
  static HoldfastClient connect(String url) {
    return connect(ProviderConfig.url(url).build());
  }

  /**
   * Opens a client without workers.
   *
   * @param config where the store is
   * @return the client, to be closed by the caller
   * @throws dev.holdfast.provider.ProviderError when the store cannot be opened
   * @throws IllegalStateException when Jackson and its annotations are of versions that do not work
   *     together
   */
  static HoldfastClient connect(ProviderConfig config) {
    JacksonCheck.run();
    return StoreClient.owning(Providers.open(config), DataConverter.jackson());
  }

  /**
   * Opens a client without workers whose values are encoded as given.
   *
   * @param config where the store is
   * @param converter how values are encoded; the same that the workers use
   * @return the client, to be closed by the caller
   * @throws dev.holdfast.provider.ProviderError when the store cannot be opened
   */
  static HoldfastClient connect(ProviderConfig config, DataConverter converter) {
    Objects.requireNonNull(converter, "converter");
    return StoreClient.owning(Providers.open(config), converter);
  }

  /**
   * Creates a client on a provider of the caller, which stays the caller's to close.
   *
   * @param provider the provider
   * @param converter how values are encoded; the same that the workers use
   * @return the client
   */
  static HoldfastClient on(Provider provider, DataConverter converter) {
    return StoreClient.borrowing(provider, converter);
  }

  /**
   * Creates a client on a provider of the caller, which traces what it starts.
   *
   * @param provider the provider
   * @param converter how values are encoded; the same that the workers use
   * @param tracing what traces
   * @return the client
   */
  static HoldfastClient on(Provider provider, DataConverter converter, Tracing tracing) {
    return StoreClient.borrowing(provider, converter, tracing);
  }

  /**
   * Starts an instance. Idempotent by id: a second start of the same orchestration under the same
   * id does nothing, whatever the state of the instance and whatever the version and input of the
   * second start; the result says so. An id that a parent has given to a child is no exception,
   * except that the result may be {@link StartResult.Kind#NEW}.
   *
   * @param <I> the input type
   * @param orchestration what to run
   * @param instanceId the instance id, 1 to 256 characters, none of them a control character
   * @param input the input
   * @return whether the instance is new, and if not, whether its input is another one
   * @throws AlreadyStartedException when the id was started with another orchestration
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the input cannot be encoded
   */
  <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input);

  /**
   * Starts an instance of an orchestration without input; see {@link #start(Orchestration, String,
   * Object)}.
   *
   * @param orchestration what to run
   * @param instanceId the instance id
   * @return whether the instance is new
   * @throws AlreadyStartedException when the id was started with another orchestration
   * @throws IllegalArgumentException when the id is not well formed
   */
  default StartResult start(Orchestration<@Nullable Void, ?> orchestration, String instanceId) {
    return this.<@Nullable Void>start(orchestration, instanceId, null);
  }

  /**
   * Starts an instance with options: what happens under an id that was started before, and when it
   * begins.
   *
   * @param <I> the input type
   * @param orchestration what to run
   * @param instanceId the instance id, 1 to 256 characters, none of them a control character
   * @param input the input
   * @param options when, and what under an id that was started before
   * @return whether the instance, or its next execution, is new
   * @throws AlreadyStartedException when the id was started with another orchestration; with {@link
   *     IdPolicy#REJECT} whenever it was started before. A caller whose process died in this call
   *     and who repeats it meets its own start
   * @throws IllegalArgumentException when the id is not well formed, or the moment is beyond the
   *     year 9999
   * @throws DataConversionException when the input cannot be encoded
   */
  <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options);

  /**
   * Starts an instance without blocking the caller; see {@link #start(Orchestration, String,
   * Object, StartOptions)}. Cancelling the future does not take the start back.
   *
   * @param <I> the input type
   * @param orchestration what to run
   * @param instanceId the instance id
   * @param input the input; is encoded later, on another thread
   * @param options when, and what under an id that was started before
   * @return the result, or what the call throws; completed on a virtual thread
   */
  default <I extends @Nullable Object> CompletableFuture<StartResult> startAsync(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options) {
    return Async.call(() -> start(orchestration, instanceId, input, options));
  }

  /**
   * Starts an instance without blocking the caller; see {@link #start(Orchestration, String,
   * Object)}.
   *
   * @param <I> the input type
   * @param orchestration what to run
   * @param instanceId the instance id
   * @param input the input; is encoded later, on another thread
   * @return the result, or what the call throws; completed on a virtual thread
   */
  default <I extends @Nullable Object> CompletableFuture<StartResult> startAsync(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    return Async.call(() -> start(orchestration, instanceId, input));
  }

  /**
   * Returns the same client, comparing starts strictly: a start under an id that was started with
   * another version, or with an input that is encoded differently, is an {@link
   * AlreadyStartedException}. Mind that values may encode differently although they are equal, such
   * as sets, and that a field which is added to a type changes the encoding of its values.
   *
   * @return a view of this client, which need not be closed
   */
  HoldfastClient withStrictStarts();

  /**
   * Returns the calls of this client that can be made inside a transaction of the caller: an order
   * and the orchestration that works on it are then stored together or not at all.
   *
   * <pre>{@code
   * connection.setAutoCommit(false);
   * insertOrder(connection, order);
   * client.within(connection).start(processOrder, order.id(), order);
   * connection.commit();
   * }</pre>
   *
   * @param connection a connection to the database in which the store is, with a transaction under
   *     way when a call is made; it stays the caller's. On SQLite no other call of this store
   *     should be made before its end on the same thread: the transaction has the lock of the one
   *     writer, and the call would wait for it
   * @return the calls
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store cannot be reached by a
   *     connection of the caller, such as one in memory
   */
  TransactionalClient within(Connection connection);

  /**
   * Raises an event. An instance whose start is stored receives it; one that has ended ignores it.
   *
   * @param instanceId the instance
   * @param event the event's name
   * @param value the value
   * @throws UnknownInstanceException when the instance was not started; see {@link RaiseOptions}
   * @throws IllegalArgumentException when an id is not well formed
   * @throws DataConversionException when the value cannot be encoded, or is not of the type of the
   *     event where the worker beside this client knows it, see {@link Holdfast.Builder#event}
   */
  default void raise(String instanceId, String event, @Nullable Object value) {
    raise(instanceId, event, value, RaiseOptions.defaults());
  }

  /**
   * Raises an event once, however often this is called with the same message id.
   *
   * @param instanceId the instance
   * @param event the event's name
   * @param value the value
   * @param messageId what tells this event from others to the same instance, up to 240 characters
   * @throws UnknownInstanceException when the instance was not started; see {@link RaiseOptions}
   * @throws IllegalArgumentException when an id is not well formed
   * @throws DataConversionException as for {@link #raise(String, String, Object)}
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when the message id was used
   *     with another event or value
   */
  default void raise(String instanceId, String event, @Nullable Object value, String messageId) {
    raise(instanceId, event, value, RaiseOptions.defaults().withMessageId(messageId));
  }

  /**
   * Raises an event with options.
   *
   * @param instanceId the instance
   * @param event the event's name
   * @param value the value
   * @param options whether it waits for an instance that was not started, and its message id
   * @throws UnknownInstanceException when the instance was not started, and the event is not to
   *     wait for that
   * @throws IllegalArgumentException when an id is not well formed
   * @throws DataConversionException as for {@link #raise(String, String, Object)}
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when the message id was used
   *     with another event or value
   */
  void raise(String instanceId, String event, @Nullable Object value, RaiseOptions options);

  /**
   * Raises an event; see {@link #raise(String, String, Object)}.
   *
   * @param <T> the type of the value
   * @param instanceId the instance
   * @param event its name and type
   * @param value the value
   * @throws UnknownInstanceException when the instance was not started; see {@link RaiseOptions}
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the value cannot be encoded, or is not of the event's type
   */
  default <T extends @Nullable Object> void raise(String instanceId, Event<T> event, T value) {
    raise(instanceId, event.name(), event.checked(value));
  }

  /**
   * Raises an event once; see {@link #raise(String, String, Object, String)}.
   *
   * @param <T> the type of the value
   * @param instanceId the instance
   * @param event its name and type
   * @param value the value
   * @param messageId what tells this event from others to the same instance, up to 240 characters
   * @throws UnknownInstanceException when the instance was not started; see {@link RaiseOptions}
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the value cannot be encoded, or is not of the event's type
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when the message id was used
   *     with another event or value
   */
  default <T extends @Nullable Object> void raise(
      String instanceId, Event<T> event, T value, String messageId) {
    raise(instanceId, event.name(), event.checked(value), messageId);
  }

  /**
   * Raises an event with options; see {@link #raise(String, String, Object, RaiseOptions)}.
   *
   * @param <T> the type of the value
   * @param instanceId the instance
   * @param event its name and type
   * @param value the value
   * @param options whether it waits for an instance that was not started, and its message id
   * @throws UnknownInstanceException when the instance was not started, and the event is not to
   *     wait for that
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the value cannot be encoded, or is not of the event's type
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when the message id was used
   *     with another event or value
   */
  default <T extends @Nullable Object> void raise(
      String instanceId, Event<T> event, T value, RaiseOptions options) {
    raise(instanceId, event.name(), event.checked(value), options);
  }

  /**
   * Asks an instance to cancel. It learns of it at its next wait and may compensate; its children
   * are asked as well. An instance that has ended, or was never started, is not affected.
   *
   * @param instanceId the instance
   * @param reason why, for people
   * @throws IllegalArgumentException when the id is not well formed
   */
  void cancel(String instanceId, String reason);

  /**
   * Ends an instance without running its code: it is {@link InstanceState#TERMINATED}, with a
   * failure of type {@link Failure#TERMINATED}. Its activities are cancelled, its children are
   * terminated as well, except those that outlive it, and its parent is told. Takes effect at once
   * where no turn of it is under way, also when no worker has its code; otherwise when that turn is
   * over. One that has ended, or was never started, is not affected.
   *
   * @param instanceId the instance
   * @param reason why, for people
   * @throws IllegalArgumentException when the id is not well formed
   */
  void terminate(String instanceId, String reason);

  /**
   * Suspends an instance: none of its code runs until {@link #resume}. Events, timers and results
   * that come meanwhile are kept, and so is a request to cancel; activities and children that it
   * has started go on. The status says {@link InstanceState#SUSPENDED}, and why. Takes effect at
   * once where no turn of it is under way, also when no worker has its code. One that is suspended
   * stays so; one that has ended, or was never started, is not affected.
   *
   * @param instanceId the instance
   * @param reason why, for people
   * @throws IllegalArgumentException when the id is not well formed
   */
  void suspend(String instanceId, String reason);

  /**
   * Has a suspended instance go on: a worker shows its code what has come meanwhile, in the order
   * in which it came, as if it came now. One that is not suspended is not affected.
   *
   * @param instanceId the instance
   * @throws IllegalArgumentException when the id is not well formed
   */
  void resume(String instanceId);

  /**
   * Has an instance that has ended, in whatever way, begin anew: its next execution begins with the
   * same orchestration, version and input as the last one. The histories before it stay; custom
   * status and key-values are cleared. A parent that waited for it has been told of its end and is
   * told of no other.
   *
   * @param instanceId the instance
   * @throws IllegalStateException when it has not ended
   * @throws UnknownInstanceException when it was not started
   * @throws IllegalArgumentException when the id is not well formed
   */
  void restart(String instanceId);

  /**
   * Has an instance that failed or was terminated go on from its last good event: the last thing
   * that its code asked for. Activities and children that have failed since are tried again, each
   * once more, and what was cancelled with its end is asked for again; what has succeeded counts.
   * Its code may have been mended meanwhile, as long as it still follows the history up to there.
   * Where code has gone on after a failure, as one does that compensates, it goes on behind that.
   * Children that were cancelled begin anew.
   *
   * @param instanceId the instance
   * @throws IllegalStateException when it has not failed
   * @throws UnknownInstanceException when it was not started
   * @throws IllegalArgumentException when the id is not well formed
   */
  void retry(String instanceId);

  /**
   * Reads the status of an instance. Reads two events at most, never a whole history.
   *
   * @param instanceId the instance
   * @return its status
   * @throws IllegalArgumentException when the id is not well formed
   */
  InstanceStatus status(String instanceId);

  /**
   * Waits for the output of an instance.
   *
   * @param <O> the output type
   * @param orchestration what it runs, for the type of the output
   * @param instanceId the instance, which need not be started yet
   * @param timeout how long to wait
   * @return the output
   * @throws OrchestrationFailedException when it failed or was terminated
   * @throws OrchestrationCancelledException when it was cancelled
   * @throws AwaitTimeoutException when it did not end in time
   * @throws DataConversionException when the output does not fit the type
   * @throws InterruptedException when the thread is interrupted
   */
  <O extends @Nullable Object> O await(
      Orchestration<?, O> orchestration, String instanceId, Duration timeout)
      throws InterruptedException;

  /**
   * Waits until an instance has ended, in whatever way.
   *
   * @param instanceId the instance, which need not be started yet
   * @param timeout how long to wait
   * @return its status
   * @throws AwaitTimeoutException when it did not end in time
   * @throws InterruptedException when the thread is interrupted
   */
  InstanceStatus awaitStatus(String instanceId, Duration timeout) throws InterruptedException;

  /**
   * Waits for the output of an instance without blocking a thread; see {@link #await}. However many
   * futures wait, few calls of the store wait for them. A future that the caller completes or
   * cancels, also by {@link CompletableFuture#orTimeout}, leaves nothing behind.
   *
   * @param <O> the output type
   * @param orchestration what it runs, for the type of the output
   * @param instanceId the instance, which need not be started yet
   * @return the output, or the exceptions of {@link #await}; completed on a virtual thread. It
   *     fails with an {@code IllegalStateException} when this client is closed
   * @throws IllegalArgumentException when the id is not well formed
   */
  <O extends @Nullable Object> CompletableFuture<O> awaitAsync(
      Orchestration<?, O> orchestration, String instanceId);

  /**
   * Waits until an instance has ended, in whatever way, without blocking a thread; see {@link
   * #awaitAsync}.
   *
   * @param instanceId the instance, which need not be started yet
   * @return its status; completed on a virtual thread
   * @throws IllegalArgumentException when the id is not well formed
   */
  CompletableFuture<InstanceStatus> awaitStatusAsync(String instanceId);

  /**
   * Reads the custom status of an instance, which its code sets with {@link
   * OrchestrationContext#customStatus}.
   *
   * @param instanceId the instance, which need not be started yet
   * @return value and version; version 0 when its code has set none, or it is not known
   * @throws IllegalArgumentException when the id is not well formed
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare {@link
   *     dev.holdfast.provider.Feature#CUSTOM_STATUS}
   */
  CustomStatusValue customStatus(String instanceId);

  /**
   * Waits for a custom status that fits. A change that a worker beside this client stores is
   * noticed at once, one of another process within half a second. Of several changes in a short
   * time only the last may be seen.
   *
   * @param instanceId the instance, which need not be started yet
   * @param condition what to wait for; tested with what there is, and then with what changes
   * @param timeout how long to wait
   * @return the first custom status seen that fits
   * @throws IllegalArgumentException when the id is not well formed
   * @throws AwaitTimeoutException when none came in time; the end of the instance does not end the
   *     wait
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare {@link
   *     dev.holdfast.provider.Feature#CUSTOM_STATUS}
   * @throws InterruptedException when the thread is interrupted
   */
  CustomStatusValue awaitCustomStatus(
      String instanceId, Predicate<? super CustomStatusValue> condition, Duration timeout)
      throws InterruptedException;

  /**
   * Waits until the custom status is newer than what the caller has seen; see {@link
   * #awaitCustomStatus(String, Predicate, Duration)}.
   *
   * @param instanceId the instance, which need not be started yet
   * @param seenVersion the version that the caller has seen, 0 for none
   * @param timeout how long to wait
   * @return a custom status of a greater version
   * @throws IllegalArgumentException when the id is not well formed
   * @throws AwaitTimeoutException when none came in time
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare {@link
   *     dev.holdfast.provider.Feature#CUSTOM_STATUS}
   * @throws InterruptedException when the thread is interrupted
   */
  default CustomStatusValue awaitCustomStatus(String instanceId, long seenVersion, Duration timeout)
      throws InterruptedException {
    return awaitCustomStatus(instanceId, status -> status.version() > seenVersion, timeout);
  }

  /**
   * Reads one of the key-values of an instance, which its code sets with {@link
   * OrchestrationContext#keyValues}.
   *
   * @param instanceId the instance
   * @param key the key
   * @return the value as it is now; empty when there is none, or the instance is not known
   * @throws IllegalArgumentException when id or key are not well formed
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare {@link
   *     dev.holdfast.provider.Feature#KEY_VALUES}
   */
  Optional<EncodedValue> keyValue(String instanceId, String key);

  /**
   * Reads all key-values of an instance, as they were between two turns.
   *
   * @param instanceId the instance
   * @return the values by key, unmodifiable; empty when there are none, or the instance is not
   *     known
   * @throws IllegalArgumentException when the id is not well formed
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare {@link
   *     dev.holdfast.provider.Feature#KEY_VALUES}
   */
  Map<String, EncodedValue> keyValues(String instanceId);

  /**
   * Returns the calls of a feature of the store, such as {@link
   * dev.holdfast.provider.admin.InstanceAdmin}: lists, details, and why an instance is not moving.
   * They do not repeat what a disturbance prevents, and are good until the client is closed.
   *
   * @param <C> the type of the feature
   * @param type the interface that comes with the feature, see {@link
   *     dev.holdfast.provider.Feature#type()}
   * @return its calls
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare it
   * @throws IllegalArgumentException when no feature has this type
   */
  <C extends Capability> C feature(Class<C> type);

  /**
   * Returns what an operator may ask: {@link #feature} for instance administration.
   *
   * @return the questions
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare it
   */
  default InstanceAdmin admin() {
    return feature(InstanceAdmin.class);
  }

  /**
   * Returns the calls that delete instances: {@link #feature} for deletion. Callers who await an
   * instance that is deleted go on waiting as for one that was not started yet. A caller who comes
   * later may still be told the end of a deleted instance by the client that had started it, unless
   * it was deleted through this client.
   *
   * @return the calls
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare it
   */
  default InstanceDeletion deletion() {
    return feature(InstanceDeletion.class);
  }

  /**
   * Returns the calls that remove old executions: {@link #feature} for pruning.
   *
   * @return the calls
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare it
   */
  default ExecutionPruning pruning() {
    return feature(ExecutionPruning.class);
  }

  /**
   * Returns the calls for schedules: orchestrations that are started again and again.
   *
   * @return the calls, good until this is closed
   */
  Schedules schedules();

  /**
   * Closes the client, and the store's handle if the client opened it. Closing twice does nothing.
   */
  @Override
  void close();
}
