// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.support.RequestChecks;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * A reference provider to compare another one with. It goes by the clock of the other store, and
 * where the contract leaves something open it follows the other. Thread-safe.
 */
public final class ReferenceModel {

  private final ReferenceStore store;
  private final Provider provider;
  private final TurnAck turns;

  /**
   * Creates a model of an empty store.
   *
   * @param clock the clock that decides
   */
  public ReferenceModel(InstantSource clock) {
    store = new ReferenceStore(clock);
    ReferenceProvider handle = new ReferenceProvider(store);
    provider = handle;
    turns = new TurnAck(store, new Mailbox(store), new RequestChecks(info(handle)));
  }

  private static ProviderInfo info(Provider handle) {
    return handle.info();
  }

  /**
   * The model as a provider.
   *
   * @return the handle
   */
  public Provider provider() {
    return provider;
  }

  /**
   * Has the next fetches answer in the order of another provider, where the contract allows it.
   *
   * @param order instance ids or activity identities, as the other provider answered them
   * @param always whether to follow it also where the contract does not leave it open
   */
  public void follow(List<?> order, boolean always) {
    store.atomically(() -> {
      store.preference = new Preference(List.copyOf(order), always);
      return true;
    });
  }

  /**
   * Whether an instance has a row, without which a repeated ack has two right answers (ATOM-09).
   *
   * @param instanceId the instance
   * @return true when it was named by an ack
   */
  public boolean hasRow(String instanceId) {
    return store.atomically(() -> {
      InstanceState instance = store.instances.get(instanceId);
      return instance != null && instance.row != null;
    });
  }

  /**
   * Whether there are orphans that a fetch discards if it meets them (QUEUE-13). Whether it does
   * meet them is open when it answers as many items as it may.
   *
   * @return true when there are
   */
  public boolean hasOrphansToDiscard() {
    return store.atomically(() ->
        store.instances.values().stream()
            .anyMatch(
                instance -> !OrchestratorQueue.orphansToDiscard(instance, store.now()).isEmpty()));
  }

  /**
   * All errors with which an ack could be rejected now. Which of several comes first is open.
   *
   * @param ack the ack
   * @return the kinds of errors; none when the ack would be applied
   */
  public Set<Class<? extends ProviderError>> refusals(OrchestrationAck ack) {
    return store.atomically(() -> turns.refusals("ackOrchestrationItem", ack));
  }
}
