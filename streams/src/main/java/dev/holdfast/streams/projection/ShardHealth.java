// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import org.jspecify.annotations.Nullable;

/**
 * How a runner is with one shard.
 *
 * @param shard the shard, from 0
 * @param state what it does
 * @param error what went wrong last, absent for nothing
 */
public record ShardHealth(int shard, State state, @Nullable String error) {

  /** What a runner does with a shard. */
  public enum State {
    /** It has not begun. */
    STARTING,
    /** It folds events, or waits for some. */
    RUNNING,
    /** Another runner has the shard. */
    STANDBY,
    /** The live rows are of another build; a rebuild makes those of this one. */
    OTHER_BUILD,
    /** An event failed, and is tried again. */
    RETRYING,
    /** The store failed, and is tried again. */
    TROUBLED,
    /** An event failed for good; nothing goes on until a runner is started again. */
    STOPPED
  }

  /** {@return whether the shard goes on, here or elsewhere} */
  public boolean isWell() {
    return state != State.STOPPED && state != State.TROUBLED;
  }
}
