// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ActivityTask;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One delivery of an activity, without its lock token. Thread-safe. */
public interface ActivityDelivery {

  /**
   * What to do, as it was scheduled.
   *
   * @return the task
   */
  ActivityTask task();

  /**
   * Which delivery this is.
   *
   * @return the number, from 1
   */
  int deliveries();

  /**
   * Whether the result is not wanted any more: the activity was cancelled or taken over, or the
   * worker was closed.
   *
   * @return true from then on
   */
  boolean isCancelled();

  /**
   * Runs code of users, which is interrupted when the result is not wanted any more. The interrupt
   * never reaches what comes after it: the result still has to be stored undisturbed. For the
   * thread that the handler was called on.
   *
   * @param <T> what it returns
   * @param code the code
   * @return what it returned
   * @throws Exception what it threw
   */
  <T extends @Nullable Object> T runInterruptibly(Callable<T> code) throws Exception;
}
