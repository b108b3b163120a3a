// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ActivityTask;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One delivery of an activity, without its lock token. Thread-safe. */
public interface ActivityDelivery extends StoreAccess {

  /** {@return what to do, as it was scheduled} */
  ActivityTask task();

  /** {@return the number of this delivery, from 1} */
  int deliveries();

  /**
   * {@return whether the result is not wanted any more: the activity was cancelled or taken over,
   * or the worker was closed; true from then on}
   */
  boolean isCancelled();

  /**
   * Runs code of users, which is interrupted when the result is not wanted any more. The interrupt
   * never reaches what comes after this call: the result still has to be stored undisturbed. Call
   * it only on the thread that called the handler.
   *
   * @param <T> what it returns
   * @param code the code
   * @return what it returned
   * @throws Exception what it threw
   */
  <T extends @Nullable Object> T runInterruptibly(Callable<T> code) throws Exception;
}
