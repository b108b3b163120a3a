// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.store.Store;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.util.Locale;

/** The instance that a command acts on. Stateless. */
final class OneInstance {

  private OneInstance() {}

  /**
   * Looks an orchestration up.
   *
   * @throws Refusal when there is none, or the instance is of another engine, which would not
   *     understand what is asked of it
   */
  static InstanceStatus find(Store store, String instanceId) {
    InstanceStatus status = findAny(store, instanceId);
    requireOrchestration(status);
    return status;
  }

  /**
   * Looks an instance of whichever engine up.
   *
   * @throws Refusal when there is none
   */
  static InstanceStatus findAny(Store store, String instanceId) {
    InstanceStatus status = store.client().status(instanceId);
    if (status.state() == InstanceState.NOT_FOUND) {
      throw Refusal.nothing("no instance \"%s\"; nothing was done".formatted(instanceId));
    }
    return status;
  }

  /**
   * Refuses what only orchestrations understand.
   *
   * @throws Refusal when the instance is of another engine
   */
  static void requireOrchestration(InstanceStatus status) {
    if (status.ofOtherEngine()) {
      throw Refusal.badInput(
          "\"%s\" (%s) is no orchestration but of another engine, such as a run of a graph, and would not understand this; nothing was done"
              .formatted(status.instanceId(), status.name()));
    }
  }

  /**
   * Looks an instance up that has not ended.
   *
   * @throws Refusal when there is none, or it has
   */
  static InstanceStatus findOpen(Store store, String instanceId) {
    return open(find(store, instanceId));
  }

  /**
   * Returns an instance that has not ended.
   *
   * @throws Refusal when it has
   */
  static InstanceStatus open(InstanceStatus status) {
    if (status.state().isEnded()) {
      throw Refusal.nothing(
          "\"%s\" has ended already (%s); nothing was done"
              .formatted(status.instanceId(), state(status)));
    }
    return status;
  }

  /** {@return the state as people read it} */
  static String state(InstanceStatus status) {
    return status.state().name().toLowerCase(Locale.ROOT);
  }
}
