// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.TriggerDelivered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Starts runs, looks at them, and tells them what to do. Works without a worker beside it; what it
 * asks for is done by whichever worker has the definition. Thread-safe.
 *
 * <p>All calls throw {@link dev.holdfast.provider.ProviderError} when the store cannot be used;
 * short disturbances are ridden out for some seconds.
 */
public interface GraphClient {

  /**
   * Starts a run. Idempotent by its id: the same start again changes nothing. As long as the run
   * has not begun, what it was started with can only be compared between clients that do not trace:
   * one that traces takes a start with other inputs for the same, and one that does not is refused
   * when the first start was traced.
   *
   * @param definition the graph
   * @param runId the id of the run
   * @param inputs its inputs: a map from names to values, or a record; values are kept as JSON
   * @return whether it is new; false when it was started before
   * @throws RunExistsException when it was started before with something else
   * @throws IllegalArgumentException when an input is missing or unknown or does not fit its type
   */
  boolean start(GraphDefinition definition, String runId, Object inputs);

  /**
   * Reads a run.
   *
   * @param runId the id
   * @return the run; empty when it was never started
   */
  Optional<RunView> run(String runId);

  /**
   * Reads the steps of a run that have a row.
   *
   * @param runId the id of the run
   * @return their rows without outputs, in the order of their ids
   */
  List<StepSummary> steps(String runId);

  /**
   * Reads a step with its outputs and its state.
   *
   * @param runId the id of the run
   * @param stepId the id of the step's row
   * @return the step; empty when it has no row
   */
  Optional<StepView> step(String runId, String stepId);

  /**
   * Reads the definition that a run is done by, as the store keeps it with the run: for pictures,
   * and for people who have not the code.
   *
   * @param runId the id of the run
   * @return the definition; empty when no worker has begun the run yet, when it was never started
   *     or is none of a graph, and when a definition was too large for the store
   * @throws InvalidGraphException when another version has written it in a form that is unknown
   *     here
   */
  Optional<GraphDefinition> definition(String runId);

  /**
   * Waits until a run has ended.
   *
   * @param runId the id of the run
   * @param timeout how long to wait
   * @return the outputs of the completed run, a JSON object
   * @throws RunFailedException when it failed
   * @throws RunCancelledException when it was cancelled
   * @throws AwaitRunTimeoutException when it has not ended in time
   * @throws RunNotFoundException when it was never started
   * @throws InterruptedException when the thread is interrupted
   */
  JsonNode await(String runId, Duration timeout) throws InterruptedException;

  /**
   * Cancels a run for good. Steps that are being done are told, and interrupted where they can be;
   * what they do still is not stored. Cancelling a cancelled run changes nothing.
   *
   * @param runId the id of the run
   * @param reason why, for people
   * @throws RunStatusException when it is completed
   * @throws RunNotFoundException when it was never started
   */
  void cancel(String runId, String reason);

  /**
   * Pauses a run: steps that are under way finish, and none begins. Pausing a paused run changes
   * nothing.
   *
   * @param runId the id of the run
   * @throws RunStatusException when it is not running
   * @throws RunNotFoundException when it was never started
   */
  void pause(String runId);

  /**
   * Lets a paused run go on. On a running one it changes nothing.
   *
   * @param runId the id of the run
   * @throws RunStatusException when it is neither paused nor running
   * @throws RunNotFoundException when it was never started
   */
  void resume(String runId);

  /**
   * Restarts a failed run from its failed steps, whatever they failed with. What is completed is
   * kept, and not done again.
   *
   * @param runId the id of the run
   * @throws RunStatusException when it has not failed
   * @throws RunNotFoundException when it was never started
   */
  void restart(String runId);

  /**
   * Merges into the state of a suspended step, and leaves it suspended. Merges of several callers
   * are all in it.
   *
   * @param runId the id of the run
   * @param stepId the id of the step's row
   * @param fields the fields that are set; null removes one
   * @return the state as it is then
   * @throws StepNotSuspendedException when the step is not suspended, or not any more
   * @throws RunNotFoundException when the run was never started
   */
  JsonNode mergeState(String runId, String stepId, Map<String, ? extends @Nullable Object> fields);

  /**
   * Merges into the state of a suspended step and lets it come back, both or neither. What others
   * merge until it does is in its state as well. In a paused run it comes back when the run goes
   * on.
   *
   * @param runId the id of the run
   * @param stepId the id of the step's row
   * @param fields the fields that are set; null removes one
   * @throws StepNotSuspendedException when the step is not suspended, or not any more
   * @throws RunStatusException when the run has ended; a failed one is restarted first
   * @throws RunNotFoundException when the run was never started
   */
  void resumeStep(String runId, String stepId, Map<String, ? extends @Nullable Object> fields);

  /**
   * Delivers an input to a trigger of a run; see {@link TriggerWakeUpService#deliver}.
   *
   * @param runId the id of the run
   * @param stepId the id of the trigger's row
   * @param inputId the id of the input, by which a second delivery is recognised
   * @param value the input, which is kept as JSON
   * @return {@code NEW} when it is stored, {@code DUPLICATE} when it was delivered before, {@code
   *     ENDED} when the run, or the trigger, takes nothing any more
   * @throws IllegalArgumentException when the id is reserved, the value cannot be written as JSON,
   *     or the step is known to be no trigger
   */
  default TriggerDelivered.Outcome deliverTriggerInput(
      String runId, String stepId, String inputId, @Nullable Object value) {
    return triggers().deliver(runId, stepId, NewTriggerInput.of(inputId, value));
  }

  /**
   * Returns what delivers inputs and wakes runs up.
   *
   * @return the service
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store has no {@link
   *     dev.holdfast.provider.Feature#TRIGGERS}
   */
  TriggerWakeUpService triggers();

  /** {@return what finds and resumes runs that nobody works on} */
  RecoveryService recovery();
}
