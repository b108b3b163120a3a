// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;

/**
 * What tells one activity from every other: instance, execution and activity id (CANCEL-07). At
 * most one activity of an identity is queued at any time (CANCEL-08).
 *
 * @param instanceId the instance that scheduled it
 * @param executionId the execution that scheduled it, from 1
 * @param activityId the number within the execution, from 1
 */
public record ActivityIdentity(String instanceId, long executionId, long activityId) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when an id is not well formed
   */
  public ActivityIdentity {
    Checks.identifier("ActivityIdentity", "instanceId", instanceId);
    Checks.atLeastOne("ActivityIdentity", "executionId", executionId);
    Checks.atLeastOne("ActivityIdentity", "activityId", activityId);
  }
}
