// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.ChildOptions;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.InstanceValues;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.Settled;
import dev.holdfast.runtime.TypeRef;
import dev.holdfast.runtime.internal.Identifiers;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.StreamWait;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The context of one execution. */
final class Context implements OrchestrationContext {

  private final Execution execution;
  private final InstanceValues values;
  private @Nullable Logger logger;

  Context(Execution execution) {
    this.execution = execution;
    this.values = new ContextValues(execution);
  }

  @Override
  public String instanceId() {
    enter();
    return execution.instanceId();
  }

  @Override
  public long executionId() {
    enter();
    return execution.executionId();
  }

  @Override
  public Instant now() {
    enter();
    return execution.log().now();
  }

  @Override
  public long historyLength() {
    enter();
    return execution.log().appliedId();
  }

  @Override
  public UUID uuid() {
    enter();
    return execution.randomness().uuid();
  }

  @Override
  public RandomGenerator random() {
    enter();
    return execution.randomness().random();
  }

  @Override
  public boolean isReplaying() {
    enter();
    return execution.log().isReplaying();
  }

  @Override
  public Logger logger() {
    enter();
    Logger known = logger;
    if (known == null) {
      known =
          ReplayLogger.of(execution.orchestration().name(), () -> execution.log().isReplaying());
      logger = known;
    }
    return known;
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> call(
      Activity<I, O> activity, I input) {
    return call(activity, input, ActivityOptions.defaults());
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> call(
      Activity<I, O> activity, I input, RetryPolicy retry) {
    return call(activity, input, ActivityOptions.defaults().withRetry(retry));
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> call(
      Activity<I, O> activity, I input, ActivityOptions options) {
    enter();
    require(Feature.TAGS, activity, "tag", options.tag());
    require(Feature.SESSIONS, activity, "session", options.session());
    Json encoded = admitted("the input of activity \"" + activity.name() + "\"", input);
    ActivityCall<O> call =
        new ActivityCall<>(
            execution, execution.work(), execution.values(), activity, encoded, options);
    return issuing(call::schedule);
  }

  private void require(
      Feature feature, Activity<?, ?> activity, String option, @Nullable String value) {
    if (value != null) {
      execution
          .admission()
          .require(
              feature, "activity \"%s\" with %s \"%s\"".formatted(activity.name(), option, value));
    }
  }

  @Override
  public DurableFuture<@Nullable Void> timer(Duration delay) {
    enter();
    return timerAt(Moments.after(execution.log().now(), delay), "of " + delay);
  }

  @Override
  public DurableFuture<@Nullable Void> timer(Instant moment) {
    enter();
    Instant now = execution.log().now();
    return timerAt(moment.isBefore(now) ? now : moment, "at " + moment);
  }

  private DurableFuture<@Nullable Void> timerAt(Instant moment, String asked) {
    if (!moment.isBefore(Moments.LATEST)) {
      throw new IllegalArgumentException("a timer " + asked + " reaches beyond the year 9999");
    }
    TimerWait timer = new TimerWait(execution, execution.work());
    return issuing(() -> timer.set(moment));
  }

  @Override
  public <T extends @Nullable Object> DurableFuture<T> event(String name, Class<T> type) {
    return waitForEvent(name, type);
  }

  @Override
  public <T extends @Nullable Object> DurableFuture<T> event(String name, TypeRef<T> type) {
    return waitForEvent(name, type.type());
  }

  @Override
  public <T extends @Nullable Object> DurableFuture<T> event(Event<T> event) {
    return waitForEvent(event.name(), event.type());
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value) {
    enter();
    Identifiers.checked("instance id", instanceId);
    if (event.isEmpty()) {
      throw new IllegalArgumentException("the event name is empty");
    }
    Json encoded = admitted("event \"%s\" to \"%s\"".formatted(event, instanceId), value);
    execution.raise(instanceId, event, encoded);
  }

  @Override
  public <I extends @Nullable Object> void start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    enter();
    Identifiers.checked("instance id", instanceId);
    if (instanceId.equals(execution.instanceId())) {
      throw new IllegalArgumentException(
          "\"%s\" is this instance's own id; give the other one another id".formatted(instanceId));
    }
    Json encoded = admitted("the input of instance \"" + instanceId + "\"", input);
    execution.start(orchestration, instanceId, encoded);
  }

  private <T extends @Nullable Object> DurableFuture<T> waitForEvent(String name, Type type) {
    enter();
    return execution.inbox().await(Objects.requireNonNull(name, "name"), type);
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<I, O> orchestration, I input) {
    return child(orchestration, input, ChildOptions.defaults());
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<I, O> orchestration, I input, ChildOptions options) {
    enter();
    String given = options.instanceId();
    return child(orchestration, given == null ? ownChildId() : given, input, options.outlives());
  }

  private String ownChildId() {
    String id = execution.nextChildId();
    if (id.length() > Identifiers.MAX_LENGTH) {
      throw new IllegalArgumentException(
          ("the child's id \"%s\" would have %d characters, more than the %d allowed; give the"
                  + " child an id of its own")
              .formatted(id, id.length(), Identifiers.MAX_LENGTH));
    }
    return id;
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<I, O> orchestration, String instanceId, I input) {
    enter();
    return child(orchestration, instanceId, input, false);
  }

  private <I extends @Nullable Object, O extends @Nullable Object> DurableFuture<O> child(
      Orchestration<I, O> orchestration, String instanceId, I input, boolean outlives) {
    Identifiers.checked("child's id", instanceId);
    if (instanceId.equals(execution.instanceId())) {
      throw new IllegalArgumentException(
          "\"%s\" is this instance's own id; give the child another one".formatted(instanceId));
    }
    Json encoded = admitted("the input of child \"" + instanceId + "\"", input);
    ChildCall<O> call =
        new ChildCall<>(
            execution, execution.work(), execution.values(), orchestration, instanceId, outlives);
    return issuing(() -> call.start(encoded));
  }

  @Override
  public void append(AppendEvents append) {
    enter();
    execution.appends().append(append);
  }

  @Override
  public DurableFuture<StreamEvent> streamEvent(
      StreamId stream, long afterVersion, String... types) {
    enter();
    if (afterVersion < 0) {
      throw new IllegalArgumentException(
          "afterVersion is " + afterVersion + "; it starts at 0, for any event of the stream");
    }
    execution
        .admission()
        .require(Feature.EVENT_STREAMS, "a wait for stream \"%s\"".formatted(stream));
    StreamWait wait = new StreamWait(stream.category(), stream.id(), afterVersion, List.of(types));
    ActivityCall<StreamEvent> call =
        new ActivityCall<>(
            execution,
            execution.work(),
            StreamEventCall.VALUES,
            StreamEventCall.ACTIVITY,
            StreamEventCall.input(wait),
            ActivityOptions.defaults());
    return issuing(call::schedule);
  }

  @Override
  public void customStatus(@Nullable Object value) {
    changesStatus();
    Json encoded =
        execution.admission().admittedBeside("the custom status", execution.values().encode(value));
    execution.changes().status(new CustomStatusChange.Set(TurnChanges.payload(encoded)));
  }

  @Override
  public void clearCustomStatus() {
    changesStatus();
    execution.changes().status(new CustomStatusChange.Clear());
  }

  private void changesStatus() {
    enter();
    execution.admission().require(Feature.CUSTOM_STATUS, "a custom status");
  }

  @Override
  public InstanceValues keyValues() {
    enter();
    return values;
  }

  @Override
  public <T extends @Nullable Object> DurableFuture<List<T>> allOf(
      List<? extends DurableFuture<? extends T>> futures) {
    enter();
    return FutureCombinators.allOf(execution, futures);
  }

  @Override
  public DurableFuture<Integer> anyIndexOf(List<? extends DurableFuture<?>> futures) {
    enter();
    return FutureCombinators.anyIndexOf(execution, futures);
  }

  @Override
  public <F extends DurableFuture<?>> DurableFuture<F> anyOf(List<? extends F> futures) {
    enter();
    return FutureCombinators.anyOf(execution, futures);
  }

  @Override
  public <T extends @Nullable Object, R extends @Nullable Object> List<R> fanOut(
      Collection<? extends T> items,
      int limit,
      Function<? super T, ? extends DurableFuture<? extends R>> start) {
    enter();
    return new FanOut<T, R>(execution, items, limit, start, true).values();
  }

  @Override
  public <T extends @Nullable Object, R extends @Nullable Object> List<Settled<R>> fanOutSettled(
      Collection<? extends T> items,
      int limit,
      Function<? super T, ? extends DurableFuture<? extends R>> start) {
    enter();
    return new FanOut<T, R>(execution, items, limit, start, false).settled();
  }

  @Override
  public <T extends @Nullable Object> T shielded(Supplier<T> code) {
    enter();
    return execution.shielded(Objects.requireNonNull(code, "code"));
  }

  @Override
  public void checkCancelled() {
    enter();
    execution.checkCancelled();
  }

  @Override
  public int version(String change, int min, int max) {
    enter();
    Identifiers.checked("name of a change", change);
    if (min < 0 || max < min || max < 1) {
      throw new IllegalArgumentException(
          ("change \"%s\" has versions %d to %d; versions start at 1, 0 is the code from before"
                  + " the change")
              .formatted(change, min, max));
    }
    return execution.versions().version(change, min, max);
  }

  @Override
  public int select(List<? extends DurableFuture<?>> futures) {
    List<? extends DurableFuture<?>> parts = List.copyOf(futures);
    int first = anyIndexOf(parts).await();
    FutureCombinators.cancel(parts);
    return first;
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // see the interface
  public <R extends @Nullable Object> R continueAsNew(@Nullable Object input) {
    checkCancelled(); // a request that was held back must not end with this execution
    throw execution.continueAsNew(admitted("the input of the next execution", input));
  }

  private Json admitted(String what, @Nullable Object input) {
    return execution.admission().admitted(what, execution.values().encode(input));
  }

  private void enter() {
    execution.enter();
  }

  private <T extends @Nullable Object> DurableFuture<T> issuing(
      Supplier<DurableFuture<T>> commands) {
    return execution.guarded(commands);
  }
}
