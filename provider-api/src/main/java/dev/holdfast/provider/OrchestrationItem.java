// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An instance and everything it has to process, under its lock.
 *
 * @param instanceId the instance
 * @param name the orchestration's name: that of the instance row, else of the first start in the
 *     batch; absent only when there is neither
 * @param version the orchestration's version, from the same source; absent when not versioned
 * @param executionId the current execution: 1 before the first ack, afterwards the greatest one
 *     acked (MULTI-04)
 * @param history the history of that execution, as far as it was asked for (FETCH-10)
 * @param messages the batch, in insertion order; fixed at the fetch, at least one (FETCH-04,
 *     FETCH-05)
 * @param kvSnapshot the key-values of all ended executions, empty without {@link
 *     Feature#KEY_VALUES} (KV-06)
 * @param deliveryCount deliveries of the instance since its last applied ack, this one included
 *     (POISON-02)
 * @param lockToken proof of the lock
 * @param fetchedAt the store's now of the fetch; the runtime computes due times from it (CLOCK-03)
 */
public record OrchestrationItem(
    String instanceId,
    @Nullable String name,
    @Nullable String version,
    long executionId,
    History history,
    List<OrchestratorMessage> messages,
    Map<String, KeyValue> kvSnapshot,
    int deliveryCount,
    LockToken lockToken,
    Instant fetchedAt) {

  /**
   * Checks and copies the parts.
   *
   * @throws ProviderError.InvalidRequest when an id or number is out of range
   */
  public OrchestrationItem {
    Checks.identifier("OrchestrationItem", "instanceId", instanceId);
    Checks.optionalIdentifier("OrchestrationItem", "name", name);
    Checks.optionalVersion("OrchestrationItem", version);
    Checks.atLeastOne("OrchestrationItem", "executionId", executionId);
    Objects.requireNonNull(history, "history");
    messages = List.copyOf(messages);
    kvSnapshot = Map.copyOf(kvSnapshot);
    Checks.atLeastOne("OrchestrationItem", "deliveryCount", deliveryCount);
    Objects.requireNonNull(lockToken, "lockToken");
    fetchedAt = Checks.instant("OrchestrationItem", "fetchedAt", fetchedAt);
  }

  /**
   * {@return the version for people: the word "unknown" where there is none, which is never stored
   * (CREATE-04)}
   */
  public String versionOrUnknown() {
    return version == null ? "unknown" : version;
  }
}
