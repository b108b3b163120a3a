// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.schedule.ScheduledRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * An orchestration's only way to the world. Every result is recorded, and is the same when the code
 * runs again.
 *
 * <p>Good on the orchestration's own thread only: every method throws {@link IllegalStateException}
 * on any other one.
 */
public interface OrchestrationContext {

  /** {@return the id of the instance} */
  String instanceId();

  /** {@return the id of the execution, from 1; continue-as-new begins the next one} */
  long executionId();

  /**
   * Returns the time of what happened last, by the store's clock; it does not advance while code
   * runs. Use it in place of {@code Instant.now()}.
   *
   * @return the time, the same in every replay
   */
  Instant now();

  /**
   * Tells when this run of a schedule was due: the same however late it starts, and after
   * continue-as-new. See {@link dev.holdfast.runtime.schedule.ScheduledRun}.
   *
   * @return the moment; empty for a run that was triggered, and when no schedule has started the
   *     instance
   */
  default Optional<Instant> scheduledTime() {
    return ScheduledRun.of(this).map(ScheduledRun::dueAt);
  }

  /**
   * Returns how long the history of this execution was when the code went on. Code that goes on for
   * ever looks at it to {@link #continueAsNew} in time: a history is read as a whole where the
   * execution is not in memory, and has a limit, see {@link Holdfast.Builder#historyLimit}.
   *
   * @return how many events, from 1; the same in every replay
   */
  long historyLength();

  /**
   * Creates an id. Use it in place of {@code UUID.randomUUID()}.
   *
   * @return an id that differs from call to call and is the same in every replay
   */
  UUID uuid();

  /**
   * {@return a generator of random numbers that are the same in every replay; always the same
   * generator, not for secrets}
   */
  RandomGenerator random();

  /**
   * Returns whether the code is replaying calls that it has made before. For diagnostics; deciding
   * by it makes code nondeterministic.
   *
   * @return true during replay
   */
  boolean isReplaying();

  /**
   * Returns a logger that is silent during replay, so that each line appears once; those of a turn
   * that could not be stored appear again when it is run again.
   *
   * @return the logger, named {@code dev.holdfast.orchestration.} and the orchestration's name
   */
  Logger logger();

  /**
   * Schedules an activity without retries.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param activity the activity
   * @param input the input
   * @return its result
   * @throws PayloadTooLargeException when the store does not take the input
   */
  <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> call(
      Activity<I, O> activity, I input);

  /**
   * Schedules an activity without input and without retries.
   *
   * @param <O> the output type
   * @param activity the activity
   * @return its result
   */
  default <O extends @Nullable Object> DurableFuture<O> call(Activity<@Nullable Void, O> activity) {
    return this.<@Nullable Void, O>call(activity, null);
  }

  /**
   * Schedules an activity that is tried again when it fails, after durable timers. Each attempt is
   * in the history.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param activity the activity
   * @param input the input
   * @param retry how often and when it is tried again
   * @return the result of the last attempt
   * @throws PayloadTooLargeException when the store does not take the input
   */
  <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> call(
      Activity<I, O> activity, I input, RetryPolicy retry);

  /**
   * Schedules an activity with options: retries, and which workers may do it.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param activity the activity
   * @param input the input
   * @param options how it is called
   * @return the result of the last attempt
   * @throws PayloadTooLargeException when the store does not take the input
   * @throws UnsupportedByStoreException when the options have a tag or a session and the store does
   *     not know any
   */
  <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> call(
      Activity<I, O> activity, I input, ActivityOptions options);

  /**
   * Returns the activities of an interface, each of whose methods calls one without retries, waits
   * for it, and throws what {@link DurableFuture#await} throws.
   *
   * @param <T> the interface
   * @param type an interface with {@link dev.holdfast.runtime.annotated.Activities}
   * @return the activities, good on the orchestration's own thread only
   * @throws IllegalArgumentException when it is no such interface
   */
  default <T> T activities(Class<T> type) {
    return activities(type, ActivityOptions.defaults());
  }

  /**
   * Returns the activities of an interface; see {@link #activities(Class)}.
   *
   * @param <T> the interface
   * @param type an interface with {@link dev.holdfast.runtime.annotated.Activities}
   * @param options how each of them is called
   * @return the activities, good on the orchestration's own thread only
   * @throws IllegalArgumentException when it is no such interface
   */
  default <T> T activities(Class<T> type, ActivityOptions options) {
    return InterfaceMethod.activities(this, type, options);
  }

  /**
   * Sets a timer.
   *
   * <p>The code sees things in the order in which they happened, whether or not a worker ran then:
   * an event when it was stored, a timer when it was due. So an event that was raised before a
   * timer was due comes before it.
   *
   * @param delay how long from {@link #now()}; a timer of zero or less fires at once
   * @return a future that is done when the time has passed
   * @throws IllegalArgumentException when the delay reaches beyond the year 9999
   */
  DurableFuture<@Nullable Void> timer(Duration delay);

  /**
   * Sets a timer to a moment by the store's clock, such as a deadline; see {@link
   * #timer(Duration)}.
   *
   * @param moment when it fires; one that has passed fires at once
   * @return a future that is done when the moment has come
   * @throws IllegalArgumentException when the moment lies beyond the year 9999
   */
  DurableFuture<@Nullable Void> timer(Instant moment);

  /**
   * Waits for a raised event. The n-th call for a name gets the n-th event of that name, also when
   * that came before the call; calls that were cancelled before their event came do not count.
   *
   * @param <T> the type of the value
   * @param name the event's name
   * @param type the class of the value
   * @return the event's value
   */
  <T extends @Nullable Object> DurableFuture<T> event(String name, Class<T> type);

  /**
   * Waits for a raised event with a value of a generic type; see {@link #event(String, Class)}.
   *
   * @param <T> the type of the value
   * @param name the event's name
   * @param type the type of the value
   * @return the event's value
   */
  <T extends @Nullable Object> DurableFuture<T> event(String name, TypeRef<T> type);

  /**
   * Waits for a raised event; see {@link #event(String, Class)}.
   *
   * @param <T> the type of the value
   * @param event its name and type
   * @return the event's value
   */
  <T extends @Nullable Object> DurableFuture<T> event(Event<T> event);

  /**
   * Returns the events of a name as messages that are taken one after another.
   *
   * @param <T> the type of the messages
   * @param event their name and type
   * @return the mailbox
   */
  default <T> Mailbox<T> mailbox(Event<T> event) {
    return new Mailbox<>(this, event);
  }

  /**
   * Raises an event to an instance, in the transaction that stores this turn: once, whatever dies
   * in between. An instance that was not started yet receives it when it starts; one that has ended
   * ignores it.
   *
   * @param instanceId the instance; may be this one
   * @param event the event's name
   * @param value the value
   * @throws IllegalArgumentException when id or name are not well formed
   * @throws DataConversionException when the value cannot be encoded
   * @throws PayloadTooLargeException when the store does not take the value
   */
  void raise(String instanceId, String event, @Nullable Object value);

  /**
   * Raises an event to an instance; see {@link #raise(String, String, Object)}.
   *
   * @param <T> the type of the value
   * @param instanceId the instance; may be this one
   * @param event its name and type
   * @param value the value
   * @throws IllegalArgumentException when the id is not well formed
   * @throws DataConversionException when the value cannot be encoded
   * @throws PayloadTooLargeException when the store does not take the value
   */
  default <T extends @Nullable Object> void raise(String instanceId, Event<T> event, T value) {
    raise(instanceId, event.name(), value);
  }

  /**
   * Starts an instance that is no child, in the transaction that stores this turn. It outlives this
   * one, is not cancelled with it, and does not tell it how it ends. Where there is an instance
   * with this id already, nothing happens.
   *
   * @param <I> the input type
   * @param orchestration what it runs
   * @param instanceId its instance id
   * @param input the input
   * @throws IllegalArgumentException when the id is not well formed, or is this instance's own
   * @throws DataConversionException when the input cannot be encoded
   * @throws PayloadTooLargeException when the store does not take the input
   */
  <I extends @Nullable Object> void start(
      Orchestration<I, ?> orchestration, String instanceId, I input);

  /**
   * Starts an instance without input that is no child; see {@link #start(Orchestration, String,
   * Object)}.
   *
   * @param orchestration what it runs
   * @param instanceId its instance id
   * @throws IllegalArgumentException when the id is not well formed, or is this instance's own
   */
  default void start(Orchestration<@Nullable Void, ?> orchestration, String instanceId) {
    this.<@Nullable Void>start(orchestration, instanceId, null);
  }

  /**
   * Starts a child without input; see {@link #child(Orchestration, Object)}.
   *
   * @param <O> the output type
   * @param orchestration the child's orchestration
   * @return the child's output
   * @throws IllegalArgumentException when its id would be longer than 256 characters
   */
  default <O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<@Nullable Void, O> orchestration) {
    return this.<@Nullable Void, O>child(orchestration, null);
  }

  /**
   * Starts a child under an id made of this instance's id, a slash and the event id; after
   * continue-as-new the execution id and a dot precede the event id.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param orchestration the child's orchestration
   * @param input the input
   * @return the child's output
   * @throws IllegalArgumentException when that id would be longer than 256 characters
   * @throws PayloadTooLargeException when the store does not take the input
   */
  <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<I, O> orchestration, I input);

  /**
   * Starts a child under an id of its own. If another instance has that id, the future fails and
   * that instance goes on undisturbed.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param orchestration the child's orchestration
   * @param instanceId the child's instance id
   * @param input the input
   * @return the child's output
   * @throws IllegalArgumentException when the id is not well formed
   * @throws PayloadTooLargeException when the store does not take the input
   */
  <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<I, O> orchestration, String instanceId, I input);

  /**
   * Starts a child with options.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param orchestration what the child runs
   * @param input its input
   * @param options its id, and whether it goes on when this instance ends
   * @return its output, later; fails with {@link ChildFailedException}
   * @throws IllegalArgumentException when the id is this instance's own, or too long
   * @throws DataConversionException when the input cannot be encoded
   * @throws PayloadTooLargeException when the store does not take the input
   */
  <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<I, O> orchestration, I input, ChildOptions options);

  /**
   * Appends events to a stream, in the transaction that stores this turn: with everything else that
   * the code asks for until it waits, or not at all. A turn is stored once, so that the events
   * stand once whatever dies in between, also without a key.
   *
   * <p>Whether the stream is as expected is seen when the turn is stored. If it is not, the code
   * runs again from the beginning of the turn, and this call throws. Caught, the conflict is part
   * of the history like any result; so code reads what is new in an activity, decides, and appends
   * again. {@link dev.holdfast.provider.stream.Expected#any() Any version} never conflicts. What
   * the store refuses for another reason, such as a used key with other events, fails the instance.
   *
   * <p>The history has the stream and the number of events, not the events. Make their ids with
   * {@link #uuid()} where they are to be known.
   *
   * @param append the events, the stream, and which version it has to be at
   * @throws AppendConflictException when the stream is not as expected
   * @throws PayloadTooLargeException when the store does not take the data or metadata of an event
   * @throws UnsupportedByStoreException when the store does not declare {@link
   *     dev.holdfast.provider.Feature#EVENT_STREAMS}
   */
  void append(AppendEvents append);

  /**
   * Waits for an event of a stream, whoever appends it. The wait is durable and needs no thread:
   * workers that serve activities follow the log for all of their waits together. An event is told
   * within moments; should the worker that follows a wait die, within two minutes.
   *
   * <p>The history has the whole event. One whose data come near the store's limit of payloads
   * fails the future with {@link ActivityFailedException}.
   *
   * @param stream the stream, which need not have any events
   * @param afterVersion the version behind which the event lies; 0 for the first one
   * @param types the event is of one of these types; none for any
   * @return the first such event, also when it was there before
   * @throws IllegalArgumentException when the version is negative
   * @throws UnsupportedByStoreException when the store does not declare {@link
   *     dev.holdfast.provider.Feature#EVENT_STREAMS}
   */
  DurableFuture<StreamEvent> streamEvent(StreamId stream, long afterVersion, String... types);

  /**
   * Sets the custom status of the instance: one value for the outside, such as how far it has got.
   * Clients read it with {@link HoldfastClient#customStatus}. It is stored with the turn, so that
   * only the last one counts that code sets before it waits. It is not in the history: replayed
   * code does not set it again, and setting another one is no nondeterminism. It stays over
   * continue-as-new and the end of the instance.
   *
   * @param value the value, which may be null
   * @throws DataConversionException when the value cannot be encoded
   * @throws PayloadTooLargeException when the store does not take the value
   * @throws UnsupportedByStoreException when the store does not declare {@link
   *     dev.holdfast.provider.Feature#CUSTOM_STATUS}
   */
  void customStatus(@Nullable Object value);

  /**
   * Removes the custom status of the instance; see {@link #customStatus}.
   *
   * @throws UnsupportedByStoreException when the store does not declare {@link
   *     dev.holdfast.provider.Feature#CUSTOM_STATUS}
   */
  void clearCustomStatus();

  /** {@return the key-values of the instance, always the same object} */
  InstanceValues keyValues();

  /**
   * Waits for all futures.
   *
   * @param <T> the type of the results
   * @param futures what to wait for
   * @return the results in the order of the list; it fails as soon as one of them fails, with that
   *     failure, and the others go on
   */
  <T extends @Nullable Object> DurableFuture<List<T>> allOf(
      List<? extends DurableFuture<? extends T>> futures);

  /**
   * Waits for the first future that is done, however it ended. The others go on.
   *
   * @param futures what to wait for, at least one
   * @param <F> the type of the futures
   * @return the first in the order of the history, or in the order of the list of those that were
   *     done before; it is done, and {@code await} gives its result or failure at once
   * @throws IllegalArgumentException when the list is empty
   */
  <F extends DurableFuture<?>> DurableFuture<F> anyOf(List<? extends F> futures);

  /**
   * Waits like {@link #anyOf}, and answers where in the list the first one is.
   *
   * @param futures what to wait for, at least one
   * @return the index of the first
   * @throws IllegalArgumentException when the list is empty
   */
  DurableFuture<Integer> anyIndexOf(List<? extends DurableFuture<?>> futures);

  /**
   * Waits like {@link #anyOf} until the first is done and then cancels the others. First is what
   * happened first: an event when it was stored, a timer when it was due (see {@link #timer}).
   *
   * @param futures what to wait for, at least one
   * @return the index of the one that was first; read its result with {@code await}
   * @throws IllegalArgumentException when the list is empty
   */
  int select(List<? extends DurableFuture<?>> futures);

  /**
   * Begins a selection: the first of several futures that is done decides, and the others are
   * cancelled.
   *
   * <pre>{@code
   * String outcome =
   *     ctx.select(paid, payment -> "paid " + payment.amount())
   *         .or(ctx.timer(Duration.ofDays(3)), none -> "expired")
   *         .await();
   * }</pre>
   *
   * @param <T> the type of its result
   * @param <R> the type of the answer
   * @param future what to wait for
   * @param then makes the answer, if this future is the first
   * @return the selection, to which others are added
   */
  default <T extends @Nullable Object, R extends @Nullable Object> Selection<R> select(
      DurableFuture<T> future, Function<? super T, ? extends R> then) {
    return new Selection<R>(this).or(future, then);
  }

  /**
   * Starts a future for each item, so many at a time, and waits for all of them. As soon as one has
   * failed, the open ones are cancelled, no more are started, and that failure is thrown.
   *
   * <pre>{@code
   * List<Frame> frames = ctx.fanOut(scenes, 10, scene -> ctx.call(RENDER, scene));
   * }</pre>
   *
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @param items what to do something for
   * @param limit how many futures are open at most, from 1
   * @param start starts the future of an item
   * @return the results in the order of the items
   * @throws IllegalArgumentException when the limit is below 1
   * @throws ActivityFailedException when an activity failed first
   * @throws ChildFailedException when a child failed first
   * @throws OrchestrationCancelledException when the instance was asked to cancel
   */
  <T extends @Nullable Object, R extends @Nullable Object> List<R> fanOut(
      Collection<? extends T> items,
      int limit,
      Function<? super T, ? extends DurableFuture<? extends R>> start);

  /**
   * Does the same as {@link #fanOut}, and collects failures like results: none ends the others.
   *
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @param items what to do something for
   * @param limit how many futures are open at most, from 1
   * @param start starts the future of an item
   * @return how each has ended, in the order of the items
   * @throws IllegalArgumentException when the limit is below 1
   * @throws OrchestrationCancelledException when the instance was asked to cancel
   */
  <T extends @Nullable Object, R extends @Nullable Object> List<Settled<R>> fanOutSettled(
      Collection<? extends T> items,
      int limit,
      Function<? super T, ? extends DurableFuture<? extends R>> start);

  /**
   * Runs code that a request to cancel the instance does not reach: no wait in it throws {@link
   * OrchestrationCancelledException}, and no activity is taken back. A request that comes meanwhile
   * is delivered when the code has ended, and thrown at the next wait behind it.
   *
   * <p>Use it for steps that must not be left half done, and for what undoes them; see {@link
   * Saga}.
   *
   * @param <T> the type of its result
   * @param code the code, run at once
   * @return its result
   */
  <T extends @Nullable Object> T shielded(Supplier<T> code);

  /**
   * Asks whether the instance was asked to cancel and its code not told yet, such as between two
   * {@linkplain #shielded shielded} steps.
   *
   * @throws OrchestrationCancelledException when it was; it counts as told then
   */
  void checkCancelled();

  /**
   * Tells which version of a change of the code this execution follows. The first call for a change
   * records the newest version in the history, and every later call and every replay has the same
   * answer; an execution that passed this place before there was the change has 0. So code can
   * change without a version of its own for the whole orchestration:
   *
   * <pre>{@code
   * if (ctx.version("check-stock", 0, 1) == 0) {
   *   ctx.call(RESERVE, order).await();
   * } else {
   *   ctx.call(RESERVE_CHECKED, order).await();
   * }
   * }</pre>
   *
   * <p>When no execution with version 0 is left, raise {@code min} and remove its branch. Keep the
   * call as long as there are executions that have recorded it.
   *
   * @param change the name of the change, 1 to 256 characters
   * @param min the oldest version that this code still has, from 0
   * @param max the newest one, from 1
   * @return the version, from {@code min} to {@code max}; an execution that follows another one
   *     ends this turn with {@link NondeterminismException}, and stays as it is
   * @throws IllegalArgumentException when the name is not well formed, or the range is none
   */
  int version(String change, int min, int max);

  /**
   * Tells whether this execution follows a change of the code: {@link #version} 1 of 0 and 1.
   *
   * @param change the name of the change, 1 to 256 characters
   * @return false for an execution that passed this place before there was the change
   * @throws IllegalArgumentException when the name is not well formed
   */
  default boolean patched(String change) {
    return version(change, 0, 1) == 1;
  }

  /**
   * Ends this execution and begins the next one of the same instance, with a new history. Events
   * that were raised and not yet waited for go along; activities and children that are not done are
   * cancelled.
   *
   * <p>Never returns; write {@code return ctx.continueAsNew(next);}.
   *
   * @param <R> whatever the surrounding code returns
   * @param input the input of the next execution, of the orchestration's input type
   * @return nothing
   * @throws PayloadTooLargeException when the store does not take the input
   */
  // The type exists for "return ctx.continueAsNew(...)" alone: no value of it is ever made.
  @SuppressWarnings("TypeParameterUnusedInFormals")
  <R extends @Nullable Object> R continueAsNew(@Nullable Object input);
}
