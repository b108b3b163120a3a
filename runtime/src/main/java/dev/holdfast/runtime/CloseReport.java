// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.worker.LeftWork;
import java.util.List;

/**
 * What a closing {@link Holdfast} left to other workers. Nothing of it is lost: it was given back
 * to the store, uncounted, and is delivered again.
 *
 * @param leftInstances ids of instances whose turn was not finished
 * @param leftActivities idempotency keys of activities that were not finished, such as {@code
 *     order-1/1/2}
 */
public record CloseReport(List<String> leftInstances, List<String> leftActivities) {

  /** Copies the lists. */
  public CloseReport {
    leftInstances = List.copyOf(leftInstances);
    leftActivities = List.copyOf(leftActivities);
  }

  static CloseReport of(LeftWork left) {
    return new CloseReport(
        left.instances(), left.activities().stream().map(CloseReport::keyOf).toList());
  }

  private static String keyOf(ActivityIdentity activity) {
    return activity.instanceId() + "/" + activity.executionId() + "/" + activity.activityId();
  }

  /** {@return whether everything was finished, so that nothing was left} */
  public boolean isClean() {
    return leftInstances.isEmpty() && leftActivities.isEmpty();
  }
}
