// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import dev.holdfast.runtime.Failure;
import dev.holdfast.worker.internal.util.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One fact of an execution's history. The names of the records and of their components are the
 * stored form: add, never rename.
 */
public sealed interface Event {

  /** {@return the stored name of the kind} */
  default String kind() {
    return getClass().getSimpleName();
  }

  // ---- what happened to the execution --------------------------------------------------------

  /** Something that reached the execution from outside. */
  sealed interface Received extends Event {}

  /**
   * The first event of every execution. {@code waiting} is absent where nothing waits, {@code
   * trace} where nothing is traced.
   */
  record OrchestrationStarted(
      String name,
      @Nullable String version,
      Json input,
      @Nullable ParentLink parent,
      @Nullable List<Carried> waiting,
      @Nullable String trace)
      implements Received {

    /** One that is not traced. */
    public OrchestrationStarted(
        String name,
        @Nullable String version,
        Json input,
        @Nullable ParentLink parent,
        @Nullable List<Carried> waiting) {
      this(name, version, input, parent, waiting, null);
    }

    /** {@return raised events that the executions before this one have left} */
    public List<Carried> waitingEvents() {
      return waiting == null ? List.of() : waiting;
    }
  }

  /** An attempt of an activity succeeded. */
  record ActivityCompleted(long scheduledId, Json result) implements Received {}

  /** An attempt of an activity failed. */
  record ActivityFailed(long scheduledId, Failure failure, boolean retryable) implements Received {}

  /** A timer's time has come, or the deadline of an attempt of an activity. */
  record TimerFired(long timerId) implements Received {}

  /** An event was raised. */
  record EventRaised(String name, Json value) implements Received {}

  /** A child ended with an output. */
  record ChildCompleted(long scheduledId, Json output) implements Received {}

  /** A child ended without an output, or could not start. */
  record ChildFailed(long scheduledId, Failure failure, boolean cancelled) implements Received {}

  /** The instance was asked to cancel. */
  record CancelRequested(@Nullable String reason) implements Received {}

  // ---- what the execution asked for ----------------------------------------------------------

  /** A decision of the code, or of the engine on its behalf. Replay must decide the same. */
  sealed interface Command extends Event {

    /**
     * Returns what must be equal in replay, in words. Inputs are left out, so that types can grow.
     */
    String describe();

    /** {@return the same for people, with what they look for first} */
    default String tell() {
      return describe();
    }
  }

  /**
   * An attempt of an activity; {@code firstId} names the first one, absent there. Tag and session
   * are absent where it has none, and so is the moment at which the attempt is over, which comes as
   * the firing of a timer with this event's id, and how long its code may be silent; they are no
   * part of what must be equal.
   */
  record ActivityScheduled(
      String name,
      Json input,
      int attempt,
      @Nullable Long firstId,
      @Nullable String tag,
      @Nullable String session,
      @Nullable Instant deadline,
      @Nullable Duration heartbeatTimeout)
      implements Command {
    @Override
    public String describe() {
      return "%s \"%s\"%s".formatted(kind(), name, attempt > 1 ? " attempt " + attempt : "");
    }
  }

  /** A timer. */
  record TimerCreated(Instant fireAt) implements Command {
    @Override
    public String describe() {
      return kind();
    }
  }

  /**
   * A child. {@code outlives} is present where it goes on when this execution ends or is asked to
   * cancel; it is no part of what must be equal.
   */
  record ChildScheduled(
      String name,
      @Nullable String version,
      String instanceId,
      Json input,
      @Nullable Boolean outlives)
      implements Command {
    /** {@return whether the child goes on without its parent} */
    public boolean goesOnAlone() {
      return Boolean.TRUE.equals(outlives);
    }

    @Override
    public String describe() {
      return "%s \"%s\" as \"%s\"".formatted(kind(), name, instanceId);
    }
  }

  /** An activity is no longer wanted. */
  record ActivityCancelled(long scheduledId) implements Command {
    @Override
    public String describe() {
      return "%s of event %d".formatted(kind(), scheduledId);
    }
  }

  /** A timer is no longer wanted. */
  record TimerCancelled(long timerId) implements Command {
    @Override
    public String describe() {
      return "%s of event %d".formatted(kind(), timerId);
    }
  }

  /** A child was asked to cancel. */
  record ChildCancelled(long scheduledId, String instanceId) implements Command {
    @Override
    public String describe() {
      return "%s of event %d".formatted(kind(), scheduledId);
    }
  }

  /**
   * A call of the code was refused; the code may have caught that. Recorded, because a store with
   * another limit would decide otherwise in replay.
   */
  record CallRefused(String what, long size, long limit) implements Command {
    @Override
    public String describe() {
      return "%s of %s".formatted(kind(), what);
    }
  }

  /**
   * A call of the code needs a feature that the store did not have; the code may have caught that.
   * Recorded, because the store may have it in replay.
   */
  record FeatureRefused(String what, String feature, String provider) implements Command {
    @Override
    public String describe() {
      return "%s of %s".formatted(kind(), what);
    }
  }

  /**
   * Events were appended to a stream with this turn. They are in the stream and not here; their
   * number is no part of what must be equal.
   */
  record EventsAppended(String category, String stream, int events) implements Command {
    @Override
    public String describe() {
      return "%s to \"%s/%s\"".formatted(kind(), category, stream);
    }
  }

  /**
   * An append did not fit its stream; the code may have caught that. Recorded, because the stream
   * has gone on in replay.
   */
  record AppendRefused(
      String category, String stream, long expectedVersion, String expected, long found)
      implements Command {
    @Override
    public String describe() {
      return "%s to \"%s/%s\"".formatted(kind(), category, stream);
    }
  }

  /**
   * Which version of a change of the code the execution follows from here on. The version is no
   * part of what must be equal: the recorded one counts.
   */
  record VersionChosen(String change, int version) implements Command {
    @Override
    public String describe() {
      return "%s of \"%s\"".formatted(kind(), change);
    }
  }

  /** An event was raised to another instance with this turn. */
  record EventSent(String instanceId, String name, Json value) implements Command {
    @Override
    public String describe() {
      return "%s \"%s\" to \"%s\"".formatted(kind(), name, instanceId);
    }
  }

  /** An instance was started with this turn that is no child. */
  record InstanceStarted(String name, @Nullable String version, String instanceId, Json input)
      implements Command {
    @Override
    public String describe() {
      return "%s \"%s\" as \"%s\"".formatted(kind(), name, instanceId);
    }
  }

  // ---- what operators and the engine did to it ------------------------------------------------

  /** Something that was done to the execution without its code. Replay passes it to no code. */
  sealed interface Control extends Event {}

  /**
   * No code runs until a {@link Resumed}. What was received from an event on is kept until then.
   */
  sealed interface Held extends Control {
    /** {@return the first event that is kept} */
    long heldFrom();
  }

  /**
   * The last event of each turn of a suspended execution.
   *
   * @param reason why, for people
   * @param since when it was suspended
   */
  record Suspended(@Nullable String reason, Instant since, long heldFrom) implements Held {}

  /** The code is to begin with the next turn; this one was stored without it. */
  record Prepared(long heldFrom) implements Held {}

  /**
   * A failed execution goes on with the next turn. The code has never seen what came after an event
   * and is a command, or is named here.
   *
   * @param lastGood the last command that counts, 0 for none
   * @param forgotten the received events that do not count
   */
  record Retried(long lastGood, List<Long> forgotten) implements Control {
    /** Copies the list. */
    public Retried {
      forgotten = List.copyOf(forgotten);
    }

    /** {@return whether an event that came before this one does not count} */
    public boolean undoes(HistoryEntry before) {
      return before.id() > lastGood
          && (before.event() instanceof Command || forgotten.contains(before.id()));
    }
  }

  /** The code has seen what was kept, at this moment. */
  record Resumed() implements Control {}

  // ---- how it ended --------------------------------------------------------------------------

  /** The last event of an execution that has ended. */
  sealed interface Terminal extends Command {
    @Override
    default String describe() {
      return kind();
    }
  }

  /** The code returned. */
  record OrchestrationCompleted(Json output) implements Terminal {}

  /** The code threw, or the engine gave up. */
  record OrchestrationFailed(Failure failure, boolean cancelled) implements Terminal {
    private static final int MOST_TOLD = 400;

    @Override
    public String tell() {
      Failure cause = failure.cause();
      String why = cause == null ? failure.toString() : failure + ", caused by " + cause;
      return "%s (%s)".formatted(kind(), Texts.cut(why, MOST_TOLD));
    }
  }

  /** The code went on as the next execution. */
  record ContinuedAsNew(Json input) implements Terminal {}
}
