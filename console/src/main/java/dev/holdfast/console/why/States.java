// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.util.List;

/** Reads how an instance stands, whichever engine it belongs to. Stateless and thread-safe. */
public final class States {

  private States() {}

  /**
   * Reads how an instance stands.
   *
   * @param admin the store's answers
   * @param client the runtime's client on the same store
   * @param instanceId the instance
   * @return what the runtime makes of it; of an instance of another engine, whose history the
   *     runtime cannot read, what the store says
   */
  public static InstanceStatus read(InstanceAdmin admin, HoldfastClient client, String instanceId) {
    try {
      return client.status(instanceId);
    } catch (ProviderError e) {
      throw e;
    } catch (RuntimeException e) {
      InstanceSummary row = admin.instance(instanceId).summary();
      return new InstanceStatus(
          instanceId, state(row), row.executionId(), row.name(), null, null, List.of());
    }
  }

  private static InstanceState state(InstanceSummary row) {
    return switch (row.status()) {
      case RUNNING, CONTINUED_AS_NEW -> InstanceState.RUNNING;
      case COMPLETED -> InstanceState.COMPLETED;
      case FAILED -> InstanceState.FAILED;
    };
  }
}
