// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Facts that are none. */
final class AdminFactsMutants {

  private AdminFactsMutants() {}

  static List<Mutant> all() {
    Family family = new Family("ADMIN");
    told(
        family,
        "deliveries-are-not-told",
        "The facts say that nothing was ever delivered.",
        "ADMIN-24: the count of another table",
        facts -> with(facts, 0, facts.deliverableMessages(), facts.missingStart()));
    told(
        family,
        "everything-is-deliverable",
        "Every message that waits is told as deliverable.",
        "ADMIN-25: due times and delays are not looked at",
        facts -> with(facts, facts.deliveryCount(), facts.waitingMessages(), facts.missingStart()));
    told(
        family,
        "no-start-is-ever-missing",
        "Orphans look like any other message.",
        "ADMIN-27: starts are not looked for",
        facts -> with(facts, facts.deliveryCount(), facts.deliverableMessages(), false));
    told(
        family,
        "activities-are-never-locked",
        "The lock of the oldest activity is not told.",
        "ADMIN-26: the lock end is taken for a delay",
        facts -> with(facts, unlocked(facts.oldestActivity())));
    return family.mutants();
  }

  private static void told(
      Family family, String name, String what, String origin, UnaryOperator<InstanceFacts> broken) {
    AdminMutants.asked(family, name, what, origin, admin -> new Told(admin, broken));
  }

  private static final class Told extends Asked {
    private final UnaryOperator<InstanceFacts> broken;

    Told(InstanceAdmin inner, UnaryOperator<InstanceFacts> broken) {
      super(inner);
      this.broken = broken;
    }

    @Override
    public InstanceFacts facts(String instanceId) {
      return broken.apply(inner.facts(instanceId));
    }
  }

  private static InstanceFacts with(
      InstanceFacts facts, int deliveryCount, long deliverable, boolean missingStart) {
    return new InstanceFacts(
        facts.executionId(),
        facts.status(),
        facts.lock(),
        facts.heldUntil(),
        deliveryCount,
        facts.waitingMessages(),
        deliverable,
        facts.nextVisibleAt(),
        facts.pinnedVersion(),
        missingStart,
        facts.pendingActivities(),
        facts.oldestActivity(),
        facts.problems());
  }

  private static InstanceFacts with(InstanceFacts facts, @Nullable ActivityFacts oldest) {
    return new InstanceFacts(
        facts.executionId(),
        facts.status(),
        facts.lock(),
        facts.heldUntil(),
        facts.deliveryCount(),
        facts.waitingMessages(),
        facts.deliverableMessages(),
        facts.nextVisibleAt(),
        facts.pinnedVersion(),
        facts.missingStart(),
        facts.pendingActivities(),
        oldest,
        facts.problems());
  }

  private static @Nullable ActivityFacts unlocked(@Nullable ActivityFacts activity) {
    return activity == null
        ? null
        : new ActivityFacts(
            activity.identity(),
            activity.name(),
            activity.since(),
            activity.deliveryCount(),
            null,
            activity.heldUntil(),
            activity.tag(),
            activity.sessionId(),
            activity.sessionOwner(),
            activity.sessionLeaseUntil());
  }
}
