// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.worker.TurnContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An instance under its lock, on the thread that processes it.
 *
 * @param item the instance
 * @param lock its lock
 * @param store makes the calls
 * @param slot frees the slot
 */
record TurnDelivery(OrchestrationItem item, HeldLock lock, RetryingStore store, Runnable slot)
    implements TurnContext {

  @Override
  public String instanceId() {
    return item.instanceId();
  }

  @Override
  public @Nullable String name() {
    return item.name();
  }

  @Override
  public @Nullable String version() {
    return item.version();
  }

  @Override
  public long executionId() {
    return item.executionId();
  }

  @Override
  public History history() {
    return item.history();
  }

  @Override
  public List<OrchestratorMessage> messages() {
    return item.messages();
  }

  @Override
  public Map<String, KeyValue> keyValues() {
    return item.kvSnapshot();
  }

  @Override
  public int deliveries() {
    return item.deliveryCount();
  }

  @Override
  public Instant fetchedAt() {
    return item.fetchedAt();
  }

  @Override
  public boolean isLive() {
    return lock.isLive();
  }

  @Override
  public History readHistory(long after, int limit) {
    return store.readHistory(lock, item, after, limit);
  }

  @Override
  public <T> T read(Supplier<T> read) {
    return store.read(lock, read);
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return store.capability(type);
  }

  @Override
  public List<ChangeResult> apply(List<Change> changes) {
    return store.apply(lock, changes);
  }

  @Override
  public void report(String problem) {
    store.reportLater(lock.token(), problem);
  }

  @Override
  public void fromMemory(boolean was) {
    lock.notes().fromMemory(was);
  }

  @Override
  public void giveUpSlot() {
    slot.run();
  }
}
