// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.internal.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A locked instance with its messages.
 *
 * @param instanceId the instance
 * @param executionId its current execution
 * @param name the name of its code, absent when that is not known
 * @param version the version of its code, absent for none
 * @param history the history of the execution
 * @param messages the batch, in the order in which it was stored
 * @param at the store's time
 * @param features what the store can do
 */
public record Delivered(
    String instanceId,
    long executionId,
    @Nullable String name,
    @Nullable String version,
    StoredHistory history,
    List<OrchestratorMessage> messages,
    Instant at,
    Set<Feature> features) {

  /** Copies the collections. */
  public Delivered {
    messages = List.copyOf(messages);
    features = Set.copyOf(features);
  }

  /** {@return whether the execution is over or not there, so that the next one is to begin} */
  boolean isToBegin(@Nullable Event last) {
    return last == null || last instanceof Event.ContinuedAsNew;
  }

  /** {@return the execution that a turn belongs to, after this last event} */
  long executionAfter(@Nullable Event last) {
    return last instanceof Event.ContinuedAsNew ? executionId + 1 : executionId;
  }
}
