// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.StepContext;
import dev.holdfast.graph.StreamBatch;
import dev.holdfast.graph.StreamSender;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.worker.ActivityDelivery;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the code of a step can know of it. */
record OfStep(
    ActivityDelivery delivery,
    String runId,
    String stepId,
    int attempt,
    @Nullable JsonNode suspended,
    StepStreams streams)
    implements StepContext {

  @Override
  public String idempotencyKey() {
    return runId.length() + ":" + runId + "/" + stepId;
  }

  @Override
  public boolean isResumed() {
    return suspended != null;
  }

  @Override
  public JsonNode state() {
    return suspended == null ? JsonNodeFactory.instance.objectNode() : suspended;
  }

  @Override
  public <T> @Nullable T state(Class<T> type) {
    return suspended == null ? null : Jsons.value(suspended, type);
  }

  @Override
  public StreamSender stream(String name) {
    return streams.sender(name);
  }

  @Override
  public <T> StreamBatch<T> receive(String port, Class<T> type) {
    return streams.receive(port, type);
  }

  @Override
  public boolean isCancelled() {
    return delivery.isCancelled();
  }
}
