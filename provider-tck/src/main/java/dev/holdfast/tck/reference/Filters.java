// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.TimeRange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a list shows. Runs under the store's lock. */
final class Filters {

  private Filters() {}

  static boolean matches(ReferenceStore store, InstanceFilter filter, InstanceState instance) {
    InstanceSummary row = ReferenceAdmin.summary(instance);
    return (filter.name() == null || filter.name().equals(row.name()))
        && (filter.statuses().isEmpty() || filter.statuses().contains(row.status()))
        && has(filter.createdAt(), row.createdAt())
        && has(filter.updatedAt(), row.updatedAt())
        && has(filter.completedAt(), row.completedAt())
        && (filter.parentInstanceId() == null
            || filter.parentInstanceId().equals(row.parentInstanceId()))
        && (!filter.rootsOnly() || isRoot(store, row.parentInstanceId()))
        && (filter.minAttempts() == null || attempts(store, instance) >= filter.minAttempts());
  }

  private static boolean has(TimeRange range, @Nullable Instant moment) {
    if (range.isAll()) {
      return true;
    }
    return moment != null
        && (range.from() == null || !moment.isBefore(range.from()))
        && (range.to() == null || moment.isBefore(range.to()));
  }

  private static boolean isRoot(ReferenceStore store, @Nullable String parentId) {
    if (parentId == null) {
      return true;
    }
    InstanceState parent = store.instances.get(parentId);
    return parent == null || parent.row == null;
  }

  private static int attempts(ReferenceStore store, InstanceState instance) {
    return Math.max(
        instance.lock.deliveries(),
        Facts.activities(store, instance).stream()
            .mapToInt(activity -> activity.lock.deliveries())
            .max()
            .orElse(0));
  }
}
