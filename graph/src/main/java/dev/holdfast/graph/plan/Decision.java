// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.StepDefinition;
import dev.holdfast.provider.state.InboxMessage;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One thing that a run's rows call for. {@link RowChanges} says what it changes in the rows; what
 * else it takes (an activity, a timer, an answer to whoever waits) is the engine's. Immutable.
 */
public sealed interface Decision {

  /** A decision about one step. */
  sealed interface OfStep extends Decision {

    /** {@return the id of the step's row} */
    String stepId();
  }

  /** The run begins, or goes on after a suspension or a recovery: it is running from now on. */
  record BeginRun() implements Decision {}

  /**
   * A step is to be done: its activity is scheduled.
   *
   * @param stepId the id of its row
   * @param step its definition
   * @param attempt the number that this attempt will have
   * @param inputs where its inputs are, by name; absent ones are left out
   * @param endedStreams of the streams that it receives those in which nothing comes any more
   *     beside what waits
   */
  record Schedule(
      String stepId,
      StepDefinition step,
      int attempt,
      Map<String, ValueRef> inputs,
      Set<String> endedStreams)
      implements OfStep {

    /** Copies the inputs. */
    public Schedule {
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
      endedStreams = Set.copyOf(endedStreams);
    }

    /**
     * Creates one for a step that receives no streams.
     *
     * @param stepId the id of its row
     * @param step its definition
     * @param attempt the number that this attempt will have
     * @param inputs where its inputs are, by name
     */
    public Schedule(String stepId, StepDefinition step, int attempt, Map<String, ValueRef> inputs) {
      this(stepId, step, attempt, inputs, Set.of());
    }
  }

  /**
   * A group begins: a sub-graph, one element of a sub-graph, or a step that is done for each.
   *
   * @param stepId the id of its row
   * @param items how many elements it has; absent when it is not done for each
   */
  record Open(String stepId, @Nullable Integer items) implements OfStep {}

  /**
   * An input of a trigger begins: its message is consumed, and a row is made for it that holds it.
   *
   * @param stepId the id of the row
   * @param message the message
   * @param input what is in it
   * @param task the step that is to be done with it; absent when it is a graph, whose steps are
   *     scheduled on their own
   */
  record Receive(String stepId, InboxMessage message, JsonNode input, @Nullable Schedule task)
      implements OfStep {}

  /**
   * A message of a trigger's inbox is consumed without a row of its own.
   *
   * @param message the message
   */
  record Consume(InboxMessage message) implements Decision {}

  /**
   * A trigger is given an input by the clock.
   *
   * @param stepId the id of the trigger's row
   * @param time the time that the input is for
   */
  record Fire(String stepId, Instant time) implements OfStep {}

  /**
   * No input has come for a while: the trigger is suspended.
   *
   * @param stepId the id of the trigger's row
   * @param reason why, for people
   */
  record AwaitInput(String stepId, String reason) implements OfStep {}

  /**
   * An input has come for a suspended trigger: it is open again.
   *
   * @param stepId the id of the trigger's row
   */
  record Reopen(String stepId) implements OfStep {}

  /**
   * A step is not to be done.
   *
   * @param stepId the id of its row
   * @param reason why, for people
   */
  record Skip(String stepId, String reason) implements OfStep {}

  /**
   * All members of a group have ended.
   *
   * @param stepId the id of its row
   */
  record Complete(String stepId) implements OfStep {}

  /**
   * A group has failed, and nothing in it is active any more.
   *
   * @param stepId the id of its row
   * @param reason why, for people
   */
  record Fail(String stepId, String reason) implements OfStep {}

  /**
   * The attempt of a running step has taken too long: it has failed, and may be tried again.
   *
   * @param stepId the id of its row
   * @param reason why, for people
   * @param retryable whether its policy has another attempt
   */
  record TimeOut(String stepId, String reason, boolean retryable) implements OfStep {}

  /**
   * A step is not wanted any more: its activity, if it has one, is cancelled.
   *
   * @param stepId the id of its row
   * @param reason why, for people
   */
  record Cancel(String stepId, String reason) implements OfStep {}

  /**
   * Only suspended steps are left: the run is suspended.
   *
   * @param stepIds the ids of their rows, in the order of the definition
   */
  record SuspendRun(List<String> stepIds) implements Decision {

    /** Copies the ids. */
    public SuspendRun {
      stepIds = List.copyOf(stepIds);
    }
  }

  /**
   * All steps have ended: the run is completed.
   *
   * @param outputs where its outputs are, by name; absent ones are left out
   */
  record CompleteRun(Map<String, ValueRef> outputs) implements Decision {

    /** Copies the outputs. */
    public CompleteRun {
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }
  }

  /**
   * The run has failed, and nothing in it is active any more.
   *
   * @param stepIds the ids of the rows of the steps that failed, in the order of the definition;
   *     none when the run took too long
   * @param reason why, for people
   */
  record FailRun(List<String> stepIds, String reason) implements Decision {

    /** Copies the ids. */
    public FailRun {
      stepIds = List.copyOf(stepIds);
    }
  }
}
