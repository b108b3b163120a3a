// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.NondeterminismException;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.event.Carried;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One execution in memory: what it knows, and its code, parked where it waits. Used by one turn at
 * a time.
 */
public final class Execution implements ExecutionScope {

  private final String instanceId;
  private final long executionId;
  private final Orchestration<?, ?> orchestration;
  private final Host host;
  private final CommandLog log;
  private final PendingRequests work;
  private final TurnChanges changes;
  private final StreamAppends appends;
  private final EventInbox inbox;
  private final Cancellation cancellation;
  private final ChangeVersions versions;
  private final Admission admission;
  private final EarlierEvents.Pages earlier;
  private volatile @Nullable Coroutine code;
  private @Nullable DeterministicRandom randomness;
  private @Nullable ParentLink parent;
  private @Nullable String trace;
  private @Nullable Promise<?> awaited;
  private @Nullable RuntimeException stopped;
  private Event.@Nullable Terminal terminal;
  private @Nullable CodeFailure failure;
  private @Nullable Json nextInput;
  private Patience patience = Patience.ENDLESS;
  private Instant startedAt = Instant.EPOCH;
  private HistoryTurns.@Nullable Turn held;
  private boolean begunNow;

  /**
   * Creates an execution of which nothing is known yet.
   *
   * @param keyValues what the executions before it have left
   * @param earlier reads the histories of the executions before it
   */
  public Execution(
      String instanceId,
      long executionId,
      Orchestration<?, ?> orchestration,
      Host host,
      Map<String, KeyValue> keyValues,
      EarlierEvents.Pages earlier) {
    this.earlier = earlier;
    this.instanceId = instanceId;
    this.executionId = executionId;
    this.orchestration = orchestration;
    this.host = host;
    this.log = new CommandLog(instanceId);
    this.work = new PendingRequests(log, instanceId + "/" + executionId);
    this.changes = new TurnChanges(keyValues);
    this.appends = new StreamAppends(this);
    this.inbox = new EventInbox(this, host.values());
    this.cancellation = new Cancellation(instanceId, work::cancelRequested);
    this.versions = new ChangeVersions(this);
    this.admission = new Admission(this, host);
  }

  // ---- the engine's side ---------------------------------------------------------------------

  /**
   * Replays the history, to bring the execution to where it ends.
   *
   * @throws NondeterminismException when the code does not follow the history
   * @throws HeldUpException when its code could not go on here
   */
  public void replay(Iterable<HistoryEntry> history) {
    HistoryTurns turns = new HistoryTurns(history.iterator());
    for (HistoryTurns.Turn turn = turns.next(); turn != null; turn = turns.next()) {
      forgetEarlier(turns);
      log.beginReplay(turn.commands(), turn.idAfter());
      turn.received().forEach(this::apply);
      log.endTurn(this::stack);
    }
    forgetEarlier(turns);
    held = turns.held();
    log.endHistory(turns.lastId() + 1);
    changes.take(); // it was stored with the turns that are replayed
  }

  private void forgetEarlier(HistoryTurns turns) {
    if (turns.isBegunAnew()) {
      changes.forgetEarlier();
    }
  }

  /**
   * As {@link #replay}, if it takes no longer than that.
   *
   * @throws TooLongException when its code has not come back then; the execution cannot be used any
   *     more
   */
  public void replayWithin(Duration atMost, Iterable<HistoryEntry> history) {
    patience = Patience.of(atMost);
    replay(history);
    patience = Patience.ENDLESS;
  }

  /**
   * Runs a new turn.
   *
   * @param now the time of the turn, by the store's clock; where that is earlier than what the
   *     execution has seen, its time stands still
   * @param received what has happened, in order
   * @return what is to be appended to the history: what has happened, then what the code asked for
   * @throws HeldUpException when its code could not go on here
   */
  public List<HistoryEntry> turn(Instant now, List<Event.Received> received) {
    long id = log.nextId();
    List<HistoryEntry> delta = new ArrayList<>();
    Instant at = now.isBefore(log.now()) ? log.now() : now;
    HistoryTurns.Turn kept = held;
    held = null;
    if (kept != null) {
      delta.add(new HistoryEntry(id++, at, new Event.Resumed()));
    }
    for (Event.Received event : received) {
      delta.add(new HistoryEntry(id++, at, event));
    }
    log.beginTurn(id, kept == null ? List.of() : kept.commands());
    begunNow = startedAt.equals(Instant.EPOCH);
    if (kept != null) {
      for (HistoryTurns.Arrival one : kept.received()) {
        apply(one.entry(), one.at() == null ? at : one.at());
      }
    }
    for (HistoryEntry one : List.copyOf(delta)) {
      if (one.event() instanceof Event.Received) {
        apply(one, at);
      }
    }
    log.endTurn(this::stack);
    if (terminal == null && lastEventId() > host.history().most()) {
      ended(new Event.OrchestrationFailed(host.history().failure(lastEventId()), false));
    }
    delta.addAll(log.issued());
    return delta;
  }

  /**
   * {@return whether something is kept from the code until its next turn, which is to run whatever
   * comes with it}
   */
  public boolean isHeld() {
    return held != null;
  }

  /** {@return whether the code has begun with the turn that was run last} */
  public boolean isBegunNow() {
    return begunNow;
  }

  /**
   * As {@link #turn}, if it takes no longer than that.
   *
   * @throws TooLongException when its code has not come back then; the execution cannot be used any
   *     more, and its code leaves its thread when it comes back
   */
  public List<HistoryEntry> turnWithin(
      Duration atMost, Instant now, List<Event.Received> received) {
    patience = Patience.of(atMost);
    List<HistoryEntry> delta = turn(now, received);
    patience = Patience.ENDLESS;
    return delta;
  }

  /** Says what the store has refused of the turn that is run next, which is run again. */
  public void refused(RefusedAppends refused) {
    appends.refused(refused);
  }

  /** {@return what had been refused of the turn that was run last} */
  public RefusedAppends refused() {
    return appends.refused();
  }

  /** Takes the code off its thread; the execution cannot be used any more. */
  public void unwind() {
    if (code != null) {
      code.unwind();
    }
  }

  private List<StackTraceElement> stack() {
    Coroutine mine = code;
    return mine == null ? List.of() : mine.stack();
  }

  /** {@return whether its code has no thread any more; may be asked by any thread} */
  public boolean hasLeft() {
    Coroutine mine = code;
    return mine == null || mine.hasLeft();
  }

  public String instanceId() {
    return instanceId;
  }

  public long executionId() {
    return executionId;
  }

  public Orchestration<?, ?> orchestration() {
    return orchestration;
  }

  /** {@return when it was started, by the store's clock} */
  public Instant startedAt() {
    return startedAt;
  }

  /** {@return the last event it knows} */
  public long lastEventId() {
    return log.nextId() - 1;
  }

  /** {@return when that was recorded, by the store's clock} */
  public Instant lastEventAt() {
    return log.now();
  }

  /** {@return the context of what started it, null where nothing is traced} */
  public @Nullable String trace() {
    Event.OrchestrationStarted first = heldStart();
    return first == null ? trace : first.trace();
  }

  /** {@return the parent that started it, null for a root} */
  public @Nullable ParentLink parent() {
    Event.OrchestrationStarted first = heldStart();
    return first == null ? parent : first.parent();
  }

  /** Its start, as long as that is kept from the code. */
  private Event.@Nullable OrchestrationStarted heldStart() {
    HistoryTurns.Turn kept = held;
    return kept != null
            && !kept.received().isEmpty()
            && kept.received().getFirst().entry().event()
                instanceof Event.OrchestrationStarted first
        ? first
        : null;
  }

  /** {@return what its code has said that is no event, once: for the turn that is stored next} */
  public Said takeSaid() {
    return changes.take();
  }

  /** {@return how it ended, null while it has not} */
  public Event.@Nullable Terminal terminal() {
    return terminal;
  }

  /** Tells what its code has failed with, once the turn is stored in which it did. */
  public void tellFailure() {
    if (failure != null) {
      failure.tell();
    }
  }

  /** {@return whether the event asked for a wait for an event of a stream} */
  public boolean isStreamWait(long eventId) {
    return work.isStreamWait(eventId);
  }

  /** {@return whether the request of the event waits for its result} */
  public boolean isWaitingFor(long eventId) {
    // What is kept from the code may ask for it.
    return held != null || work.isWaitingFor(eventId);
  }

  /**
   * {@return whether an activity with this event id is the only request that others are working on;
   * timers may be open besides}
   */
  public boolean isWaitingForActivityOnly(long eventId) {
    return work.isActivityOnly(eventId);
  }

  /** {@return whether it was not asked to cancel yet} */
  public boolean canBeCancelled() {
    return cancellation.request() == null;
  }

  /**
   * {@return what the worker of an attempt gets to know, by the attempt's event}
   *
   * @param turn the context of the turn that schedules it, null when it is not traced
   */
  public TaskInput taskInput(
      long eventId, Event.ActivityScheduled scheduled, @Nullable String turn) {
    return work.taskInput(eventId, scheduled, turn);
  }

  /** {@return the event ids of activities that are not done} */
  public List<Long> openActivities() {
    return work.activities();
  }

  /** {@return the instance ids of children that are not done and were not asked to cancel} */
  public List<String> openChildren() {
    return work.children();
  }

  /** {@return raised events that the code has not waited for, of earlier executions too} */
  public List<Carried> unconsumedEvents() {
    return inbox.unconsumed(executionId);
  }

  private void apply(HistoryTurns.Arrival arrival) {
    HistoryEntry recorded = arrival.entry();
    apply(recorded, arrival.at() == null ? recorded.at() : arrival.at());
  }

  private void apply(HistoryEntry recorded, Instant at) {
    log.at(recorded, at);
    if (terminal != null && !(recorded.event() instanceof Event.EventRaised)) {
      return; // it came too late; a raised event may still go along to the next execution
    }
    switch (recorded.event()) {
      case Event.OrchestrationStarted started -> begin(started, recorded.at());
      case Event.EventRaised raised -> inbox.on(recorded.id(), raised);
      case Event.CancelRequested request -> cancellation.on(request);
      case Event.ActivityCompleted done -> work.answer(done.scheduledId(), done);
      case Event.ActivityFailed failed -> work.answer(failed.scheduledId(), failed);
      case Event.TimerFired fired -> work.answer(fired.timerId(), fired);
      case Event.ChildCompleted done -> work.answer(done.scheduledId(), done);
      case Event.ChildFailed failed -> work.answer(failed.scheduledId(), failed);
      case Event.Command command ->
          throw new IllegalStateException(command.kind() + " is not something to apply");
      case Event.Control control ->
          throw new IllegalStateException(control.kind() + " is not something to apply");
    }
    run();
  }

  private void begin(Event.OrchestrationStarted started, Instant recordedAt) {
    parent = started.parent();
    trace = started.trace();
    startedAt = recordedAt;
    randomness = new DeterministicRandom(instanceId, executionId, log.now());
    inbox.carry(started.waitingEvents(), earlier, executionId);
    OrchestrationRunner<?, ?> run =
        new OrchestrationRunner<>(orchestration, started.input(), new Context(this), this);
    code = new Coroutine(instanceId, executionId, orchestration.name(), run, host);
    resume(code);
  }

  /** Lets the code go on if it has a reason to. */
  private void run() {
    Promise<?> waiting = awaited;
    if (code != null && waiting != null && (cancellation.wakes() || waiting.isSettled())) {
      awaited = null;
      resume(code);
    }
  }

  private void resume(Coroutine resumed) {
    resumed.resume(patience);
    if (stopped != null) {
      throw stopped;
    }
    if (resumed.isFinished() && terminal == null) {
      if (resumed.isUnwinding()) {
        throw new HeldUpException(instanceId);
      }
      // Code without a thread waits for nothing: what ended the thread has ended the execution.
      Throwable death = resumed.death();
      if (death instanceof OutOfMemoryError) {
        throw new IllegalStateException(death);
      }
      ended(
          new Event.OrchestrationFailed(
              Failure.of(death == null ? new EvictedError() : death), false));
    }
  }

  private void ended(Event.Terminal how) {
    log.issue(how);
    terminal = how;
    inbox.close();
  }

  // ---- the code's side -----------------------------------------------------------------------

  @Override
  public void enter() {
    Coroutine mine = code;
    if (mine == null || !mine.isCurrent()) {
      throw new IllegalStateException(
          "the context of instance \"%s\" was used on thread \"%s\"; it is good on the thread of the"
                  .formatted(instanceId, Thread.currentThread().getName())
              + " orchestration only (put other threads into activities)");
    }
    mine.check();
    if (stopped != null || terminal != null || nextInput != null) {
      throw leave();
    }
  }

  /** Takes the code off its thread; see {@link Coroutine#leave}. */
  private EvictedError leave() {
    Coroutine mine = Objects.requireNonNull(code, "code");
    if (nextInput != null && mine.hasBeenToldToLeave() && !isGone()) {
      // It caught the error that was to end it, but it has continued as new.
      end(new Event.ContinuedAsNew(nextInput));
    }
    return mine.leave();
  }

  /** Takes the code off its thread, without failing it: what has filled the memory is not known. */
  EvictedError memoryIsShort(OutOfMemoryError error) {
    stopped = new IllegalStateException(error);
    return leave();
  }

  /** {@return what the next execution begins with, once the code has asked for one; else null} */
  @Nullable Json nextInput() {
    return nextInput;
  }

  /** Ends the code; the next execution begins with this input. */
  EvictedError continueAsNew(Json input) {
    nextInput = input;
    return leave();
  }

  @Override
  public void park(Promise<?> promise) {
    cancellation.atWait(); // it may have been held back until now
    awaited = promise;
    Objects.requireNonNull(code, "code").park();
    cancellation.atWait();
  }

  void failed(CodeFailure with) {
    failure = with;
  }

  /** Ends the execution; called by the code when it is through. */
  void end(Event.Terminal how) {
    if (terminal == null) {
      guard(() -> ended(how));
    }
  }

  @Override
  public void guard(Runnable commands) {
    guarded(() -> {
      commands.run();
      return true;
    });
  }

  /** Issues commands, and leaves the thread if they do not fit the history. */
  <T> T guarded(Supplier<T> commands) {
    try {
      return commands.get();
    } catch (NondeterminismException e) {
      stopped = e;
      throw leave();
    }
  }

  @Override
  public <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (ProviderError | UnreadableException e) {
      stopped = e;
      throw leave();
    }
  }

  /**
   * {@return whether the code was told to leave its thread, so that what it still does has no
   * effect}
   */
  boolean isGone() {
    return stopped != null || (code != null && code.isUnwinding());
  }

  /** {@return the request to cancel the instance, null when there was none} */
  Event.@Nullable CancelRequested cancelRequest() {
    return cancellation.request();
  }

  /**
   * {@return the id of a child that gets none from the code; differs from execution to execution}
   */
  String nextChildId() {
    String plain = instanceId + "/" + log.peekId();
    return executionId == 1 || log.isChildNext(plain)
        ? plain
        : instanceId + "/" + executionId + "." + log.peekId();
  }

  /** Runs code that a request to cancel does not reach. */
  <T extends @Nullable Object> T shielded(Supplier<T> shieldedCode) {
    cancellation.shield();
    try {
      return shieldedCode.get();
    } finally {
      cancellation.unshield();
      if (cancellation.isReleased() && !isGone() && terminal == null && nextInput == null) {
        guard(cancellation::release);
      }
    }
  }

  /** Tells the code of a request to cancel that it was not told of. */
  void checkCancelled() {
    if (cancellation.isHeld()) {
      guard(cancellation::release);
    }
    cancellation.tell();
  }

  /** Raises an event to an instance with this turn. */
  void raise(String toInstance, String event, Json value) {
    guard(() -> log.issue(new Event.EventSent(toInstance, event, value)));
  }

  /** Starts an instance with this turn that is no child. */
  void start(Orchestration<?, ?> other, String otherId, Json input) {
    String version = other.version().orElse(null);
    guard(() -> log.issue(new Event.InstanceStarted(other.name(), version, otherId, input)));
  }

  ChangeVersions versions() {
    return versions;
  }

  CommandLog log() {
    return log;
  }

  TurnChanges changes() {
    return changes;
  }

  StreamAppends appends() {
    return appends;
  }

  PendingRequests work() {
    return work;
  }

  /** {@return what runs around code} */
  public Interceptors interceptors() {
    return host.interceptors();
  }

  PayloadCodec values() {
    return host.values();
  }

  Admission admission() {
    return admission;
  }

  EventInbox inbox() {
    return inbox;
  }

  DeterministicRandom randomness() {
    return Objects.requireNonNull(randomness, "randomness");
  }
}
