// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are stored alone, without an ack. Those that belong to the end of a turn or of an
 * activity travel in its ack instead ({@link OrchestrationAck#changes()}, {@link
 * ActivityAck#changes()}) and mean the same there. Comes with {@link Feature#CHANGES}; what the
 * single kinds do needs their own features (CHANGE-01). Thread-safe; fails like {@link Provider}.
 */
public interface Changes extends Capability {

  /**
   * {@return the most changes in one call, and in one ack; constant, at least 1,000 (CHANGE-20)}
   */
  int maxChanges();

  /**
   * Applies changes in list order, all of them or none, in one transaction (CHANGE-04, CHANGE-06).
   * They are visible to every handle when it returns, and all at once (CHANGE-15).
   *
   * <p>A fence makes the call good only for its holder: it is checked, and held, in the same
   * transaction, so that a former holder writes nothing behind anything that the next one wrote
   * (CHANGE-11). Showing it moves nothing of the lock: not its end, its batch or the delivery count
   * (CHANGE-10). Without a fence nothing is looked at but the changes themselves: a lock guards
   * turns, not rows, and the call does not wait for its end (CHANGE-12).
   *
   * <p>There is no key for repeats. After {@link ProviderError.OutcomeUnknown} the same call is
   * safe to repeat where its changes have ids, which are recognised, or versions, which conflict
   * (CHANGE-18). Changes never join a JDBC transaction of the caller.
   *
   * @param changes what to store; may be empty, and then only the fence is checked
   * @param fence the token of a live instance lock, activity lock, lock of an inbox message, or
   *     lease; null for none
   * @return one result per change, in order (CHANGE-07)
   * @throws ProviderError.LockLost when the fence is not live, whatever the changes would find
   *     (CHANGE-09)
   * @throws ProviderError.NotSupported when a kind of change, or the kind of fence, belongs to a
   *     feature that is not declared (CHANGE-01)
   * @throws ProviderError.InvalidRequest when there are more than {@link #maxChanges()}
   *     (CHANGE-20), or a change is wrong in itself, such as a payload over the limit
   * @throws ProviderError.IdempotencyMismatch when an id was used before with other content
   * @throws ProviderError.VersionConflict when a row has another version than the change has seen
   * @throws ProviderError.IllegalTransition when a status may not follow the present one
   * @throws ProviderError.NotFound when a change names what is not there
   * @throws ProviderError.InstanceBusy when what is to be removed has not ended
   */
  List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence);

  /**
   * Applies changes without a fence.
   *
   * @param changes what to store; may be empty
   * @return one result per change, in order
   * @throws ProviderError as {@link #apply(List, Fence)}
   */
  default List<ChangeResult> apply(List<Change> changes) {
    return apply(changes, null);
  }
}
