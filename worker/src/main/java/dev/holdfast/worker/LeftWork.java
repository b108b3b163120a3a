// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ActivityIdentity;
import java.util.List;

/**
 * What a closing worker left to other workers: it is given back to the store, uncounted, and
 * delivered again.
 *
 * @param instances ids of instances whose turn was not finished
 * @param activities activities that were not finished
 */
public record LeftWork(List<String> instances, List<ActivityIdentity> activities) {

  /** Copies the lists. */
  public LeftWork {
    instances = List.copyOf(instances);
    activities = List.copyOf(activities);
  }

  /** {@return whether everything was finished, so that nothing was left} */
  public boolean isNothing() {
    return instances.isEmpty() && activities.isEmpty();
  }
}
