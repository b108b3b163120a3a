// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.RunExistsException;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.Run;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Starts runs, each id once. Thread-safe. */
final class RunStarts {

  private final StoreCalls store;
  private final @Nullable Tracing tracing;

  /**
   * Creates it for one client.
   *
   * @param tracing what traces; null for nothing
   */
  RunStarts(StoreCalls store, @Nullable Tracing tracing) {
    this.store = store;
    this.tracing = tracing;
  }

  /** Starts a run with inputs that fit; returns whether it is new. */
  boolean start(GraphDefinition definition, String runId, JsonNode inputs) {
    if (tracing == null) {
      return started(definition, runId, inputs, null);
    }
    Tracing.Span span = tracing.begin(new Traced.Start(definition.name(), runId), null);
    String error = "it was not started";
    Tracing.Scope scope = span.enter();
    try {
      boolean isNew = started(definition, runId, inputs, span.context());
      error = null;
      return isNew;
    } finally {
      scope.close();
      span.end(error);
    }
  }

  private boolean started(
      GraphDefinition definition, String runId, JsonNode inputs, @Nullable String trace) {
    OrchestratorMessage message =
        RunMessage.start(runId, definition.name(), definition.version(), inputs, trace);
    try {
      return store.start(message);
    } catch (ProviderError.IdempotencyMismatch e) {
      if (isRepeated(definition, runId, inputs, trace)) {
        return false;
      }
      throw new RunExistsException(runId, e);
    }
  }

  /**
   * Whether an earlier start differs from this one by its trace alone, which is another each time.
   * What it was started with cannot be read before the run has begun: then whatever else might
   * differ is taken for the trace, if this start has one.
   */
  private boolean isRepeated(
      GraphDefinition definition, String runId, JsonNode inputs, @Nullable String trace) {
    Run run = store.read(() -> store.tables.run(runId)).orElse(null);
    if (run == null) {
      return trace != null
          && store
              .read(() -> store.provider.describeInstance(runId))
              .map(before -> isOf(definition, before))
              .orElse(false);
    }
    try {
      RunData before = RunData.of(run);
      return before.graph().equals(definition.name())
          && before.version().equals(definition.version())
          && Jsons.write(before.inputs()).equals(Jsons.canonical(Jsons.write(inputs)));
    } catch (UnreadableRowException e) {
      return false; // the row of another engine
    }
  }

  private static boolean isOf(GraphDefinition definition, InstanceDescription before) {
    return definition.name().equals(before.name()) && definition.version().equals(before.version());
  }
}
