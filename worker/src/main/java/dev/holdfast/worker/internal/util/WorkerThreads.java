// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

import org.jspecify.annotations.Nullable;

/**
 * Makes every thread of a worker. None of them inherits anything from the thread that happens to
 * cause it: no inheritable thread locals, and the context class loader is always that of the thread
 * which built this. Thread-safe.
 */
public final class WorkerThreads {

  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  /** Creates a virtual thread, not started. */
  public Thread virtual(String name, Runnable task) {
    return prepared(
        Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).unstarted(task));
  }

  /** Creates a platform thread, not started, that does not keep the JVM alive. */
  public Thread daemon(String name, Runnable task) {
    return prepared(
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .inheritInheritableThreadLocals(false)
            .unstarted(task));
  }

  private Thread prepared(Thread thread) {
    thread.setContextClassLoader(loader);
    return thread;
  }
}
