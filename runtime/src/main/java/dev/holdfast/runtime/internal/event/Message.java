// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import dev.holdfast.runtime.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime sends to instances. Component names and kinds are part of the stored form: add,
 * never rename.
 */
public sealed interface Message {

  /** {@return the message kind under which it is stored} */
  String kind();

  /**
   * Begins an execution: the first one, a child's, or the next one. {@code waiting} is absent where
   * no raised events wait for it, and {@code trace} where nothing is traced.
   */
  record Start(
      long executionId,
      Json input,
      @Nullable ParentLink parent,
      @Nullable List<Carried> waiting,
      @Nullable String trace)
      implements Message {

    /** One that is not traced. */
    public Start(
        long executionId,
        Json input,
        @Nullable ParentLink parent,
        @Nullable List<Carried> waiting) {
      this(executionId, input, parent, waiting, null);
    }

    @Override
    public String kind() {
      return "start";
    }
  }

  /** An activity's result. */
  record ActivityCompleted(long executionId, long scheduledId, Json result) implements Message {
    @Override
    public String kind() {
      return "activity-completed";
    }
  }

  /** An activity's failure. */
  record ActivityFailed(long executionId, long scheduledId, Failure failure, boolean retryable)
      implements Message {
    @Override
    public String kind() {
      return "activity-failed";
    }
  }

  /** A timer's time has come. */
  record TimerFired(long executionId, long timerId) implements Message {
    @Override
    public String kind() {
      return "timer-fired";
    }
  }

  /** A raised event. */
  record Raised(String name, Json value) implements Message {
    @Override
    public String kind() {
      return "event";
    }
  }

  /** A request to cancel. */
  record Cancel(@Nullable String reason) implements Message {
    @Override
    public String kind() {
      return "cancel";
    }
  }

  /** No code is to run until a {@link Resume}. */
  record Suspend(@Nullable String reason) implements Message {
    @Override
    public String kind() {
      return "suspend";
    }
  }

  /** Ends a suspension. */
  record Resume() implements Message {
    @Override
    public String kind() {
      return "resume";
    }
  }

  /** The instance and its children are to end without their code. */
  record Terminate(@Nullable String reason) implements Message {
    @Override
    public String kind() {
      return "terminate";
    }
  }

  /**
   * An instance that has ended is to begin anew.
   *
   * @param executionId the ended execution
   * @param with what is to run; absent for the same once more
   */
  record Restart(long executionId, @Nullable Work with) implements Message {
    @Override
    public String kind() {
      return "restart";
    }
  }

  /** An orchestration and its input. {@code trace} is absent where nothing is traced. */
  record Work(String name, @Nullable String version, Json input, @Nullable String trace) {}

  /**
   * An instance that has failed is to go on where it failed.
   *
   * @param executionId the failed execution, 0 for whichever it is
   * @param parent the parent that waits for it anew; absent when a client asks
   */
  record Retry(long executionId, @Nullable ParentLink parent) implements Message {
    @Override
    public String kind() {
      return "retry";
    }
  }

  /** Has an instance delivered whose code is to go on; says nothing else. */
  record WakeUp() implements Message {
    @Override
    public String kind() {
      return "wake-up";
    }
  }

  /** A child's output; the ids are the parent's. */
  record ChildCompleted(long executionId, long scheduledId, Json output) implements Message {
    @Override
    public String kind() {
      return "child-completed";
    }
  }

  /** A child's failure; the ids are the parent's. */
  record ChildFailed(long executionId, long scheduledId, Failure failure, boolean cancelled)
      implements Message {
    @Override
    public String kind() {
      return "child-failed";
    }
  }
}
