// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.control.Begin;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.TooLongException;
import dev.holdfast.worker.AheadTurn;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Computes turns ahead of their messages: the first one of a new instance, and those of parked
 * executions that wait for one thing only. Replays nothing for that. Where something else is likely
 * to have happened it leaves the execution parked for the turn that will be delivered; a turn that
 * is not used costs a replay. Thread-safe.
 */
final class AheadTurns {

  /** Once and again a busy machine is to blame, which gives code no processor in time. */
  private static final int EXCUSED = 2;

  /**
   * For so long code is not run ahead that took too long time after time, and twice as long each
   * time that follows: what is lost with code that always takes long comes to nothing.
   */
  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int MOST_DOUBLINGS = 10;

  private final TurnExecutor executor;
  private final ExecutionCache cache;
  private final Duration atMost;
  private final Map<Orchestration<?, ?>, Overrun> overruns = new ConcurrentHashMap<>();

  /**
   * Creates them for one worker.
   *
   * @param atMost for how long code may run ahead; zero for not at all
   */
  AheadTurns(TurnExecutor executor, ExecutionCache cache, Duration atMost) {
    this.executor = executor;
    this.cache = cache;
    this.atMost = atMost;
  }

  /**
   * Code that took too long.
   *
   * @param at when that was
   * @param times how often in a row
   */
  private record Overrun(Execution execution, long at, int times) {
    boolean isOver() {
      return execution.hasLeft() && (times <= EXCUSED || System.nanoTime() - at >= pause());
    }

    private long pause() {
      return FIRST_PAUSE_NANOS << Math.min(times - EXCUSED - 1, MOST_DOUBLINGS);
    }

    /** The next one; those that ran at the same time count as one. */
    static Overrun after(@Nullable Overrun last, Execution execution, long begun) {
      int before = last == null ? 0 : last.times - (begun - last.at < 0 ? 1 : 0);
      return new Overrun(execution, System.nanoTime(), before + 1);
    }
  }

  /**
   * A turn, and the state that it was computed on.
   *
   * @param onExecutionId the execution before the turn
   * @param onLastEventId its last event before the turn
   * @param onLastEventAt when that was recorded, null for none
   */
  private record Ahead(
      long onExecutionId, long onLastEventId, @Nullable Instant onLastEventAt, ExecutedTurn turn)
      implements AheadTurn {

    @Override
    public TurnResult result() {
      return turn.result();
    }

    @Override
    public void applied(TurnOutput stored) {
      turn.applied(stored);
    }

    @Override
    public void close() {
      turn.close();
    }
  }

  /** Computes the turn that a message causes; null when it is not likely to be used. */
  @Nullable AheadTurn compute(OrchestratorMessage message, Instant now) {
    if (atMost.isZero()) {
      return null;
    }
    return message.start() != null ? first(message, now) : next(message, now);
  }

  private @Nullable AheadTurn first(OrchestratorMessage message, Instant now) {
    Optional<Begin> begin = Begin.find(List.of(message), 1);
    if (begin.isEmpty() || cache.knows(message.instanceId())) {
      return null;
    }
    Execution execution =
        executor.create(
            message.instanceId(),
            1,
            begin.get().start().name(),
            begin.get().start().version(),
            Map.of());
    return mayRun(execution)
        ? run(
            execution,
            MessageReceiver.beginning(begin.get(), execution, List.of(message)),
            1,
            0,
            null,
            now)
        : null;
  }

  private @Nullable AheadTurn next(OrchestratorMessage message, Instant now) {
    Optional<Message> received = Codec.decode(message);
    return switch (received.orElse(null)) {
      case Message.ActivityCompleted done ->
          next(message.instanceId(), done.executionId(), done.scheduledId(), done, now);
      case Message.ActivityFailed failed ->
          next(message.instanceId(), failed.executionId(), failed.scheduledId(), failed, now);
      case null, default -> null;
    };
  }

  private @Nullable AheadTurn next(
      String instanceId, long executionId, long eventId, Message message, Instant now) {
    Execution execution =
        cache.takeParked(
            instanceId,
            parked ->
                parked.executionId() == executionId
                    && parked.isWaitingForActivityOnly(eventId)
                    && mayRun(parked));
    return execution == null
        ? null
        : run(
            execution,
            MessageReceiver.going(execution, message),
            executionId,
            execution.lastEventId(),
            execution.lastEventAt(),
            now);
  }

  private AheadTurn run(
      Execution execution,
      MessageReceiver received,
      long onExecutionId,
      long onLastEventId,
      @Nullable Instant onLastEventAt,
      Instant now) {
    long begun = System.nanoTime();
    try {
      ExecutedTurn turn =
          executor.run(execution, received, events -> execution.turnWithin(atMost, now, events));
      if (!overruns.isEmpty()) {
        overruns.remove(execution.orchestration());
      }
      return new Ahead(onExecutionId, onLastEventId, onLastEventAt, turn);
    } catch (TooLongException e) {
      overruns.compute(
          execution.orchestration(), (code, last) -> Overrun.after(last, execution, begun));
      throw e;
    }
  }

  /**
   * Code that blocked or computed for long will do so again: the call that waits for it must not
   * pay for that each time, nor may each call leave a thread behind that is blocked.
   */
  private boolean mayRun(Execution execution) {
    Overrun last = overruns.get(execution.orchestration());
    return last == null || last.isOver();
  }
}
