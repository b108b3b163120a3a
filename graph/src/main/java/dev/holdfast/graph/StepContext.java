// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the code of a step can know of it. Thread-safe. */
public interface StepContext {

  /** {@return the id of the run} */
  String runId();

  /** {@return the id of the step's row, such as {@code parts[2]/classify}} */
  String stepId();

  /**
   * {@return the number of this attempt, from 1. An attempt that ended with its worker counts as
   * well; coming back from a suspension does not}
   */
  int attempt();

  /**
   * {@return a key that is the same in every attempt of this step of this run, and in no other: for
   * whatever outside recognises repeats}
   */
  String idempotencyKey();

  /** {@return whether the step was suspended before, in this attempt or an earlier one} */
  boolean isResumed();

  /**
   * {@return the state of the last suspension, with what was merged into it since: a JSON object,
   * empty when the step was never suspended}
   */
  JsonNode state();

  /**
   * Returns the state of the last suspension as a value.
   *
   * @param <T> the type of the value
   * @param type its class
   * @return the value; null when the step was never suspended
   * @throws IllegalArgumentException when the state does not fit the class
   */
  <T> @Nullable T state(Class<T> type);

  /**
   * {@return whether the result is not wanted any more: the run was cancelled, the attempt took too
   * long, or the worker closes; true from then on}
   */
  boolean isCancelled();

  /**
   * Begins a suspension, to be thrown.
   *
   * @param reason what the step waits for, for people
   * @return the suspension
   */
  default StepSuspension suspend(String reason) {
    return new StepSuspension(reason);
  }

  /**
   * Returns what sends messages of a stream of this step.
   *
   * @param name the name of the stream
   * @return the sender, always the same
   * @throws IllegalArgumentException when no step receives a stream of this name
   */
  StreamSender stream(String name);

  /**
   * Reads the next messages of a stream that this step receives. They are consumed when the code
   * throws {@link #next} or returns, in one commit with the state or outputs that it leaves; when
   * it fails they come again.
   *
   * @param <T> what the messages are read as
   * @param port the name of the stream here
   * @param type the class of a message
   * @return what waits; the same whenever it is called in one delivery of the step
   * @throws IllegalArgumentException when the step receives no such stream, or a message does not
   *     fit the class
   */
  <T> StreamBatch<T> receive(String port, Class<T> type);

  /**
   * Has what was received consumed and the step come back for what comes next, to be thrown. Not at
   * the end of all its streams: there the step returns its outputs.
   *
   * @param state what the step wants to know when it comes back: a record, a map; see {@link
   *     #state()}
   * @return what is to be thrown
   * @throws IllegalArgumentException when the state cannot be written as a JSON object
   */
  default StepSuspension next(Object state) {
    return StepSuspension.forNextMessages(state);
  }
}
