// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A start message in a batch.
 *
 * @param start name, version and parent
 * @param message the rest
 * @param place its index in the batch
 */
public record Begin(ExecutionStart start, Message.Start message, int place) {

  /** {@return the start message for an execution, if the batch has it} */
  public static Optional<Begin> find(List<OrchestratorMessage> batch, long executionId) {
    for (int i = 0; i < batch.size(); i++) {
      OrchestratorMessage stored = batch.get(i);
      ExecutionStart start = stored.start();
      if (start != null
          && Codec.decode(stored).orElse(null) instanceof Message.Start message
          && message.executionId() == executionId) {
        return Optional.of(new Begin(start, message, i));
      }
    }
    return Optional.empty();
  }

  /** {@return the first event of the execution} */
  public Event.OrchestrationStarted event() {
    return new Event.OrchestrationStarted(
        start.name(),
        start.version(),
        message.input(),
        message.parent(),
        message.waiting(),
        message.trace());
  }

  /** {@return the other messages of the batch} */
  public List<OrchestratorMessage> without(List<OrchestratorMessage> batch) {
    List<OrchestratorMessage> rest = new ArrayList<>(batch);
    rest.remove(place);
    return rest;
  }
}
