// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts both queues, one bucket per row (ADMIN-20). Runs under the store's lock. */
final class Depths {

  private enum Bucket {
    DELAYED,
    UNSTARTED,
    LOCKED,
    READY
  }

  private Depths() {}

  static QueueDepths of(ReferenceStore store) {
    Instant now = store.now();
    Map<Bucket, Long> messages = new EnumMap<>(Bucket.class);
    for (InstanceState instance : store.instances.values()) {
      instance
          .messages
          .values()
          .forEach(message -> messages.merge(bucket(instance, message, now), 1L, Long::sum));
    }
    Map<Bucket, Long> activities = new EnumMap<>(Bucket.class);
    Map<String, Map<Bucket, Long>> byTag = new HashMap<>();
    long held = 0;
    for (ActivityState activity : store.activities.values()) {
      Bucket bucket = bucket(activity.lock, now);
      activities.merge(bucket, 1L, Long::sum);
      String tag = activity.task.tag();
      if (tag != null) {
        byTag.computeIfAbsent(tag, key -> new EnumMap<>(Bucket.class)).merge(bucket, 1L, Long::sum);
      }
      if (store.sessions.owner(activity.task.sessionId(), now) != null) {
        held++;
      }
    }
    Map<String, Buckets> tags = new HashMap<>();
    byTag.forEach((tag, counts) -> tags.put(tag, buckets(counts)));
    return new QueueDepths(buckets(messages), buckets(activities), tags, held);
  }

  private static Bucket bucket(InstanceState instance, StoredMessage message, Instant now) {
    if (!message.isVisible(now) || instance.lock.heldUntil(now) != null) {
      return Bucket.DELAYED;
    }
    if (!Facts.isReachable(instance, now)) {
      return Bucket.UNSTARTED;
    }
    return bucket(instance.lock, now);
  }

  private static Bucket bucket(LockState lock, Instant now) {
    if (lock.heldUntil(now) != null) {
      return Bucket.DELAYED;
    }
    return lock.lockedUntil(now) != null ? Bucket.LOCKED : Bucket.READY;
  }

  private static Buckets buckets(Map<Bucket, Long> counts) {
    return new Buckets(
        counts.getOrDefault(Bucket.DELAYED, 0L),
        counts.getOrDefault(Bucket.UNSTARTED, 0L),
        counts.getOrDefault(Bucket.LOCKED, 0L),
        counts.getOrDefault(Bucket.READY, 0L));
  }
}
