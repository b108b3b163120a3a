// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import dev.holdfast.runtime.Holdfast;
import org.springframework.context.SmartLifecycle;

/**
 * The application's worker. Begins when all beans are there and before the web server takes
 * requests; ends when the web server has served its last request, and before beans are destroyed.
 * Work that is not done within the grace period then goes back to the store. Thread-safe.
 *
 * <p>Code that starts instances and talks to them needs the bean of type {@link
 * dev.holdfast.runtime.HoldfastClient} alone, which is good before the worker begins as well.
 */
public interface HoldfastWorker {

  /** The phase of its life: below those of Boot's web servers, which begin later and end sooner. */
  int PHASE = SmartLifecycle.DEFAULT_PHASE - 4_096;

  /**
   * Returns the running worker.
   *
   * @return the worker, good until the context stops; each start of the context has another one
   * @throws IllegalStateException when it is not running: the context has not started yet, or has
   *     stopped
   */
  Holdfast holdfast();

  /** {@return whether it is running} */
  boolean isRunning();
}
