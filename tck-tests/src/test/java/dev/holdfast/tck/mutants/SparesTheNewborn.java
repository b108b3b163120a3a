// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import java.time.Duration;
import java.util.List;

/** A tree is read long before it is deleted, and what was born since comes back. */
final class SparesTheNewborn implements InstanceDeletion {

  /** For how many looks it waits for a birth. */
  private static final int PATIENCE = 20_000;

  /** How many looks more it takes, so that others see what was born. */
  private static final int WITNESSED = 10_000;

  /** Only what takes long to be deleted is read long before. */
  private static final int MANY_EVENTS = 20;

  private final InstanceDeletion inner;
  private final Provider provider;

  SparesTheNewborn(InstanceDeletion inner, Provider provider) {
    this.inner = inner;
    this.provider = provider;
  }

  @Override
  public Counts delete(List<String> ids, boolean force) {
    boolean waits = force && ids.stream().anyMatch(this::isLarge);
    List<String> before = below(ids);
    List<String> after = before;
    for (int i = 0; i < PATIENCE && waits && after.equals(before); i++) {
      after = below(ids);
      Thread.yield();
    }
    for (int i = 0; i < WITNESSED && !after.equals(before); i++) {
      below(ids);
      Thread.yield();
    }
    Counts counts = inner.delete(ids, force);
    after.stream().filter(id -> !before.contains(id)).forEach(this::bringBack);
    return counts;
  }

  @Override
  public Counts deleteBulk(BulkFilter filter) {
    return inner.deleteBulk(filter);
  }

  private boolean isLarge(String id) {
    return provider.readHistory(id, 1, 0, 1).lastEventId() >= MANY_EVENTS;
  }

  private List<String> below(List<String> ids) {
    InstanceAdmin admin = provider.capability(InstanceAdmin.class).orElseThrow();
    try {
      return ids.stream().flatMap(id -> admin.children(id).stream()).toList();
    } catch (NotFound gone) {
      return List.of();
    }
  }

  private void bringBack(String id) {
    provider.enqueue(
        OrchestratorMessage.builder(id, "start", Payload.empty())
            .start(new ExecutionStart("flow", null, null))
            .build());
    provider.fetchOrchestrationItems(OrchestrationFetch.of(100, Duration.ofSeconds(1))).stream()
        .filter(item -> item.instanceId().equals(id))
        .forEach(item ->
            provider.ackOrchestrationItem(
                OrchestrationAck.builder(item.lockToken(), 1)
                    .metadata(ExecutionMetadata.builder().name("flow").build())
                    .build()));
  }
}
