// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import dev.holdfast.provider.admin.LockFacts;
import dev.holdfast.provider.admin.LockFacts.Holder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says why an instance is, or is not, moving. Runs under the store's lock. */
final class Facts {

  private Facts() {}

  /** Whether anything is stored of it. */
  static boolean isHeardOf(ReferenceStore store, InstanceState instance) {
    return instance.isKnown()
        || !instance.messages.isEmpty()
        || !activities(store, instance).isEmpty();
  }

  /** Whether its visible messages are no orphans. */
  static boolean isReachable(InstanceState instance, Instant now) {
    return instance.isKnown() || instance.visible(now).stream().anyMatch(StoredMessage::isStart);
  }

  /** Its queued activities, in insertion order. */
  static List<ActivityState> activities(ReferenceStore store, InstanceState instance) {
    return store.activities.values().stream()
        .filter(activity -> activity.task.instanceId().equals(instance.id))
        .toList();
  }

  static InstanceFacts of(ReferenceStore store, InstanceState instance) {
    Instant now = store.now();
    ExecutionState current = instance.current();
    Instant heldUntil = instance.lock.heldUntil(now);
    List<ActivityState> activities = activities(store, instance);
    return new InstanceFacts(
        current == null ? 0 : instance.currentExecution(),
        current == null ? null : current.status(),
        lock(instance.lock, now),
        heldUntil,
        instance.lock.deliveries(),
        instance.messages.size(),
        heldUntil == null && isReachable(instance, now) ? instance.visible(now).size() : 0,
        next(instance, heldUntil, now),
        current == null ? null : current.pin(),
        !instance.isKnown() && !instance.messages.isEmpty() && !instance.hasQueuedStart(),
        activities.size(),
        activities.isEmpty() ? null : activity(activities.get(0), store.sessions, now),
        Descriptions.problems(store, instance));
  }

  private static @Nullable Instant next(
      InstanceState instance, @Nullable Instant heldUntil, Instant now) {
    Stream<Instant> moments = instance.messages.values().stream().map(StoredMessage::visibleAt);
    Optional<Instant> next =
        heldUntil == null
            ? moments.filter(moment -> moment.isAfter(now)).min(Instant::compareTo)
            : moments
                .min(Instant::compareTo)
                .map(moment -> moment.isAfter(heldUntil) ? moment : heldUntil);
    return next.orElse(null);
  }

  private static ActivityFacts activity(
      ActivityState activity, SessionLeases sessions, Instant now) {
    String session = activity.task.sessionId();
    return new ActivityFacts(
        activity.task.identity(),
        activity.task.name(),
        activity.scheduledAt(),
        activity.lock.deliveries(),
        lock(activity.lock, now),
        activity.lock.heldUntil(now),
        activity.task.tag(),
        session,
        sessions.owner(session, now),
        sessions.until(session, now));
  }

  private static @Nullable LockFacts lock(LockState lock, Instant now) {
    Instant until = lock.lockedUntil(now);
    return until == null ? null : new LockFacts(until, Holder.UNKNOWN);
  }
}
