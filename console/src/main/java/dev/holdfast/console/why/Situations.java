// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.Standing;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads what is known of an instance. Stateless and thread-safe. */
public final class Situations {

  private static final int CHILDREN_LOOKED_AT = 50;
  private static final int CHILDREN_NAMED = 3;

  private Situations() {}

  /**
   * Reads what is known of an instance.
   *
   * @param admin the store's answers
   * @param client the runtime's client on the same store
   * @param instanceId the instance
   * @return what is known
   * @throws ProviderError.NotFound when the store has never heard of it
   */
  public static Situation read(InstanceAdmin admin, HoldfastClient client, String instanceId) {
    InstanceFacts facts = admin.facts(instanceId);
    InstanceStatus status = client.status(instanceId);
    return new Situation(
        instanceId,
        facts,
        status,
        code(admin, instanceId, status),
        facts.standing() == Standing.WAITING_FOR_EVENT ? running(admin, instanceId) : List.of(),
        Instant.now());
  }

  private static String code(InstanceAdmin admin, String instanceId, InstanceStatus status) {
    try {
      InstanceSummary row = admin.instance(instanceId).summary();
      return row.version() == null ? row.name() : row.name() + "@" + row.version();
    } catch (ProviderError.NotFound e) {
      return status.name() == null ? "(no orchestration)" : status.name();
    }
  }

  private static List<String> running(InstanceAdmin admin, String instanceId) {
    List<String> running = new ArrayList<>();
    for (String child : admin.children(instanceId).stream().limit(CHILDREN_LOOKED_AT).toList()) {
      try {
        if (running.size() < CHILDREN_NAMED
            && !admin.instance(child).summary().status().isEnded()) {
          running.add(child);
        }
      } catch (ProviderError.NotFound e) {
        continue; // deleted meanwhile
      }
    }
    return running;
  }
}
