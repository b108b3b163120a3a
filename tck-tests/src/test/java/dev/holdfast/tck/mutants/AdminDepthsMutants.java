// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Depths of the worker queue that are split wrongly. */
final class AdminDepthsMutants {

  private AdminDepthsMutants() {}

  static List<Mutant> all() {
    Family family = new Family("ADMIN");
    AdminMutants.asked(
        family,
        "tags-are-not-counted",
        "No depths are told per tag.",
        "ADMIN-22: the whole is counted only",
        admin ->
            new Asked(admin) {
              @Override
              public QueueDepths queueDepths() {
                QueueDepths depths = inner.queueDepths();
                return with(depths, Map.of(), depths.activitiesInForeignSessions());
              }
            });
    AdminMutants.asked(
        family,
        "locked-activities-lose-their-tag",
        "The depths of a tag are those of what is ready.",
        "ADMIN-22: counted by the query of a fetch",
        admin ->
            new Asked(admin) {
              @Override
              public QueueDepths queueDepths() {
                QueueDepths depths = inner.queueDepths();
                Map<String, Buckets> ready = new HashMap<>(depths.activitiesByTag());
                ready.replaceAll((tag, right) -> new Buckets(0, 0, 0, right.ready()));
                return with(depths, ready, depths.activitiesInForeignSessions());
              }
            });
    AdminMutants.asked(
        family,
        "sessions-are-held-by-nobody",
        "Activities of sessions that are held are not told.",
        "ADMIN-22: the session is looked for in the row of the activity",
        admin ->
            new Asked(admin) {
              @Override
              public QueueDepths queueDepths() {
                QueueDepths depths = inner.queueDepths();
                return with(depths, depths.activitiesByTag(), 0);
              }
            });
    AdminMutants.asked(
        family,
        "a-session-is-held-for-ever",
        "Activities count as held when their session has no owner any more.",
        "ADMIN-22: the end of the lease is not looked at",
        StillHeld::new);
    return family.mutants();
  }

  private static final class StillHeld extends Asked {
    private long most;

    StillHeld(InstanceAdmin inner) {
      super(inner);
    }

    @Override
    public synchronized QueueDepths queueDepths() {
      QueueDepths depths = inner.queueDepths();
      most = Math.max(most, depths.activitiesInForeignSessions());
      return with(depths, depths.activitiesByTag(), most);
    }
  }

  private static QueueDepths with(QueueDepths depths, Map<String, Buckets> byTag, long held) {
    return new QueueDepths(depths.messages(), depths.activities(), byTag, held);
  }
}
