// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.schedule;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.ChildFailedException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.PayloadTooLargeException;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.runtime.internal.schedule.ScheduleState.Target;
import dev.holdfast.runtime.schedule.ScheduleRun.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two orchestrations of schedules. What they store is JSON of the runtime's own, whatever
 * encodes the values of users.
 *
 * <p>The code must follow the histories of schedules that other versions of the runtime have begun:
 * an execution waits for one thing, and each one begins with all that is to be known.
 */
public final class ScheduleCode {

  /** The name of the orchestration that schedules are. */
  public static final String SCHEDULE_NAME = "holdfast.schedule";

  private static final String RUN_NAME = "holdfast.schedule-run";
  private static final String VERSION = "1";
  private static final String SCHEDULE_PREFIX = "holdfast.schedule:";
  private static final String RUN_PREFIX = "holdfast.schedule-run:";
  private static final String COMMAND = "command";
  private static final int LONGEST_FAILURE = 500;

  /** An execution has few; more commands than that only make what is read a little older. */
  private static final int MOST_EVENTS = 500;

  /** A schedule: an execution for each thing that happens to it. */
  public static final Orchestration<EncodedValue, EncodedValue> SCHEDULE =
      Orchestration.named(
              SCHEDULE_NAME, EncodedValue.class, EncodedValue.class, ScheduleCode::schedule)
          .version(VERSION);

  /** Has a run as its child, and tells the schedule how it ends. */
  public static final Orchestration<EncodedValue, EncodedValue> RUN =
      Orchestration.named(RUN_NAME, EncodedValue.class, EncodedValue.class, ScheduleCode::run)
          .version(VERSION);

  private ScheduleCode() {}

  /** The input of {@link #RUN}. Component names are part of the stored form. */
  record RunInput(String schedule, String run, Target target) {}

  /** {@return whether only the runtime itself starts instances with such an id} */
  public static boolean isReserved(String instanceId) {
    return instanceId.startsWith(SCHEDULE_PREFIX) || instanceId.startsWith(RUN_PREFIX);
  }

  static String instanceId(String id) {
    return SCHEDULE_PREFIX + id;
  }

  static String id(String instanceId) {
    return instanceId.substring(SCHEDULE_PREFIX.length());
  }

  static EncodedValue encoded(Object value) {
    return new EncodedValue(Codec.encode(value).asUtf8(), DataConverter.jackson());
  }

  static ScheduleState state(String json) {
    return Codec.decode("the state of a schedule", Payload.utf8(json), ScheduleState.class);
  }

  /**
   * Reads the state of a schedule: what its current execution has begun with, or has left. Null
   * before the first turn.
   */
  static @Nullable ScheduleState read(Provider provider, String instanceId, long executionId) {
    for (long of = executionId; of > 0 && of >= executionId - 1; of--) {
      List<HistoryEvent> events = provider.readHistory(instanceId, of, 0, MOST_EVENTS).events();
      ScheduleState state = null;
      for (HistoryEvent stored : events) {
        HistoryEntry entry = Codec.decode(stored);
        switch (entry.event()) {
          case Event.OrchestrationStarted started ->
              state = state(started.input().text()).begunAt(entry.at());
          case Event.ContinuedAsNew continued -> state = state(continued.input().text());
          default -> {}
        }
      }
      if (state != null) {
        return state;
      }
    }
    return null;
  }

  static EventToSchedule event(ScheduleCommand command) {
    return new EventToSchedule(COMMAND, encoded(command));
  }

  /** An event for a schedule. */
  record EventToSchedule(String name, EncodedValue value) {}

  private static EncodedValue schedule(OrchestrationContext context, EncodedValue input) {
    String id = id(context.instanceId());
    ScheduleState state = state(input.json()).begunAt(context.now());
    Instant wake = state.nextStart(id);
    DurableFuture<EncodedValue> command = context.event(COMMAND, EncodedValue.class);
    int first =
        wake == null
            ? context.anyIndexOf(List.of(command)).await()
            : context.anyIndexOf(List.of(command, context.timer(wake))).await();
    ScheduleTurn turn = new ScheduleTurn(id, state, context.now());
    if (first != 0) {
      turn.dues();
    }
    for (ScheduleCommand one : drain(context, command)) {
      turn.take(one);
    }
    if (first == 0) {
      turn.dues();
    }
    ScheduleState next = turn.state();
    for (String run : turn.started()) {
      RunInput of = new RunInput(context.instanceId(), run, next.target());
      context.start(RUN, RUN_PREFIX + run, encoded(of));
    }
    return context.continueAsNew(encoded(next));
  }

  /** All commands that are there: each costs an execution otherwise. */
  private static List<ScheduleCommand> drain(
      OrchestrationContext context, DurableFuture<EncodedValue> first) {
    List<ScheduleCommand> commands = new ArrayList<>();
    DurableFuture<EncodedValue> command = first;
    while (command.isDone()) {
      String json = command.await().json();
      try {
        commands.add(Codec.decode("a command", Payload.utf8(json), ScheduleCommand.class));
      } catch (UnreadableException e) {
        context.logger().warn("{} is ignored: {}", context.instanceId(), e.getMessage());
      }
      command = context.event(COMMAND, EncodedValue.class);
    }
    command.cancel();
    return commands;
  }

  private static EncodedValue run(OrchestrationContext context, EncodedValue input) {
    RunInput run = Codec.decode("the input of a run", Payload.utf8(input.json()), RunInput.class);
    ScheduleCommand.Ended ended;
    try {
      await(start(context, run));
      ended = new ScheduleCommand.Ended(run.run(), State.COMPLETED, null);
    } catch (ChildFailedException e) {
      State state = e.isCancelled() ? State.CANCELLED : State.FAILED;
      ended = new ScheduleCommand.Ended(run.run(), state, shortened(e.failure().toString()));
    } catch (PayloadTooLargeException e) {
      ended = new ScheduleCommand.Ended(run.run(), State.FAILED, shortened(e.getMessage()));
    }
    EventToSchedule event = event(ScheduleCommand.of(ended));
    context.raise(run.schedule(), event.name(), event.value());
    return encoded(ended);
  }

  private static DurableFuture<EncodedValue> start(OrchestrationContext context, RunInput run) {
    Target target = run.target();
    Orchestration<EncodedValue, EncodedValue> orchestration =
        Orchestration.reference(target.name(), EncodedValue.class, EncodedValue.class);
    String version = target.version();
    return context.child(
        version == null ? orchestration : orchestration.version(version),
        run.run(),
        new EncodedValue(target.input().text(), DataConverter.jackson()));
  }

  /** A request to cancel reaches the run as well, and its end is to be told. */
  private static void await(DurableFuture<?> run) {
    try {
      run.await();
    } catch (OrchestrationCancelledException e) {
      run.await();
    }
  }

  private static @Nullable String shortened(@Nullable String text) {
    return text == null || text.length() <= LONGEST_FAILURE
        ? text
        : text.substring(0, LONGEST_FAILURE) + "…";
  }

  /** {@return what a run is, with its input encoded by the converter of the client} */
  static Target target(Orchestration<?, ?> orchestration, Json input) {
    return new Target(orchestration.name(), orchestration.version().orElse(null), input);
  }
}
