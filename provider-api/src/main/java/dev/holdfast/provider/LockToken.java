// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.Objects;

/**
 * Proof of one lock acquisition, and a <em>fence</em>: the epoch grows with every acquisition in
 * the store, also across delete and re-create of an instance, so that a stale holder can always be
 * told from the current one (LOCK-03).
 *
 * <p>For the runtime a token is opaque: it hands back what it was given. For a provider it says
 * where to look (the instance or activity) and what to compare (the epoch), with no index on
 * tokens.
 */
public sealed interface LockToken extends Fence {

  /** {@return the id of the instance that is locked, or whose activity is locked} */
  String instanceId();

  /**
   * {@return the number of this acquisition, from 1; greater than that of every earlier one in the
   * store}
   */
  @Override
  long epoch();

  /**
   * A token for an instance.
   *
   * @param instanceId the locked instance
   * @param epoch the number of this acquisition, from 1
   */
  record OfInstance(String instanceId, long epoch) implements LockToken {
    /**
     * Checks the parts.
     *
     * @throws ProviderError.InvalidRequest when an id is not well formed
     */
    public OfInstance {
      Checks.identifier("LockToken", "instanceId", instanceId);
      Checks.atLeastOne("LockToken", "epoch", epoch);
    }

    /** {@return the readable form, such as {@code order-17#42}} */
    @Override
    public String toString() {
      return instanceId + "#" + epoch;
    }
  }

  /**
   * A token for an activity.
   *
   * @param activity the locked activity
   * @param epoch the number of this acquisition, from 1
   */
  record OfActivity(ActivityIdentity activity, long epoch) implements LockToken {
    /**
     * Checks the parts.
     *
     * @throws ProviderError.InvalidRequest when the epoch is below 1
     */
    public OfActivity {
      Objects.requireNonNull(activity, "activity");
      Checks.atLeastOne("LockToken", "epoch", epoch);
    }

    @Override
    public String instanceId() {
      return activity.instanceId();
    }

    /**
     * {@return the readable form, such as {@code order-17/1/3#43}: instance, execution, activity,
     * epoch}
     */
    @Override
    public String toString() {
      return activity.instanceId()
          + "/"
          + activity.executionId()
          + "/"
          + activity.activityId()
          + "#"
          + epoch;
    }
  }
}
