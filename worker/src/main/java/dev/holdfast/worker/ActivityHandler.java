// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.Set;

/**
 * The part of an engine that does activities. The worker fetches, keeps the lock, counts
 * deliveries, stores results and gives back; the handler decodes, runs and encodes. Thread-safe:
 * called from many virtual threads at once.
 */
public interface ActivityHandler {

  /**
   * Returns the names of the activities that this engine has. Called once, when the worker is
   * built.
   *
   * @return the names, empty for none
   */
  Set<String> names();

  /**
   * Does an activity. Code of users is to run in {@link ActivityDelivery#runInterruptibly}; nothing
   * else is ever interrupted. What user code throws is a result like any other: only what this
   * throws counts as a crash, after which the activity is delivered again.
   *
   * @param delivery the activity
   * @return the result; dropped when the lock was lost meanwhile
   * @throws Exception when the engine crashes
   */
  ActivityResult run(ActivityDelivery delivery) throws Exception;

  /**
   * Says what becomes of a result whose changes have seen rows that others have changed meanwhile.
   * Called after {@link #run}, and again when the next result is outdated as well.
   *
   * @param delivery the activity
   * @param result what was refused
   * @param why what the store said
   * @return the result; unless overridden the activity is given back, counted
   * @throws Exception when the engine crashes
   */
  default ActivityResult outdated(
      ActivityDelivery delivery, ActivityResult.Done result, ProviderError.Permanent why)
      throws Exception {
    return new ActivityResult.Release(
        Duration.ofSeconds(1), true, "the result is outdated: " + why.getMessage());
  }

  /**
   * Says how an activity is ended that cannot be done: it is poison, the store refused its result
   * as too large for instance, or no engine has its code and {@link Unrunnable#FAIL} is set. In the
   * last case the engine that was added first is called.
   *
   * @param delivery the activity
   * @param why why it is ended
   * @return the result
   * @throws Exception when that fails as well; the activity is then delivered again
   */
  ActivityResult fail(ActivityDelivery delivery, WorkFailure why) throws Exception;
}
