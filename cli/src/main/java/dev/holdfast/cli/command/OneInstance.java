// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.util.Locale;

/** The instance that a command acts on. Stateless. */
final class OneInstance {

  private OneInstance() {}

  /**
   * Asks the runtime how an instance stands.
   *
   * @throws Refusal when it is one of another engine, such as a run of a graph or a queue
   */
  static InstanceStatus status(Store store, String instanceId) {
    try {
      return store.client().status(instanceId);
    } catch (ProviderError e) {
      throw e;
    } catch (RuntimeException e) {
      throw Refusal.badInput(
          "\"%s\" (%s) has no history of an orchestration that is known here, and this is for orchestrations; nothing was done. why %s says how it stands, run %s shows the steps of a graph"
              .formatted(
                  instanceId,
                  store.admin().instance(instanceId).summary().name(),
                  instanceId,
                  instanceId));
    }
  }

  /**
   * Looks an instance up.
   *
   * @throws Refusal when there is none, or it is one of another engine
   */
  static InstanceStatus find(Store store, String instanceId) {
    InstanceStatus status = status(store, instanceId);
    if (status.state() == InstanceState.NOT_FOUND) {
      throw Refusal.nothing("no instance \"%s\"; nothing was done".formatted(instanceId));
    }
    return status;
  }

  /**
   * Looks an instance up that has not ended.
   *
   * @throws Refusal when there is none, or it has
   */
  static InstanceStatus findOpen(Store store, String instanceId) {
    InstanceStatus status = find(store, instanceId);
    if (status.state().isEnded()) {
      throw Refusal.nothing(
          "\"%s\" has ended already (%s); nothing was done".formatted(instanceId, state(status)));
    }
    return status;
  }

  /** {@return the state as people read it} */
  static String state(InstanceStatus status) {
    return status.state().name().toLowerCase(Locale.ROOT);
  }
}
