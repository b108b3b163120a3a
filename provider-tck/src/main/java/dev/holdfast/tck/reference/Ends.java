// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.tck.reference.ExecutionState.StoredEvent;
import java.util.Objects;
import java.util.Optional;

/** Reads whether instances have ended. Runs under the store's lock. */
final class Ends {

  private Ends() {}

  static Optional<EndedInstance> of(ReferenceStore store, String instanceId) {
    InstanceState instance = store.instances.get(instanceId);
    if (instance == null || instance.executions.isEmpty()) {
      return Optional.empty();
    }
    long executionId = instance.currentExecution();
    ExecutionState execution = Objects.requireNonNull(instance.executions.get(executionId));
    if (!EndedInstance.isEnd(execution.status())) {
      return Optional.empty();
    }
    StoredEvent last = execution.events.isEmpty() ? null : execution.events.lastEntry().getValue();
    return Optional.of(
        new EndedInstance(
            instanceId,
            executionId,
            execution.status(),
            instance.row == null ? null : instance.row.name(),
            last == null || last.corrupt() ? null : last.event()));
  }
}
