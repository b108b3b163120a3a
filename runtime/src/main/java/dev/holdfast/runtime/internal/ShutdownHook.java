// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes something when the JVM begins to shut down, unless it was closed before. Locks that are
 * given back then are free at once, and other workers need not wait until they run out.
 * Thread-safe.
 */
public final class ShutdownHook {

  private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);

  private final Thread thread;

  private ShutdownHook(Runnable close) {
    thread =
        Thread.ofPlatform()
            .name("holdfast-shutdown")
            .inheritInheritableThreadLocals(false)
            .unstarted(() -> run(close));
  }

  /** Installs a hook; does nothing in a JVM that is shutting down already. */
  public static ShutdownHook install(Runnable close) {
    ShutdownHook hook = new ShutdownHook(close);
    try {
      Runtime.getRuntime().addShutdownHook(hook.thread);
    } catch (IllegalStateException e) {
      LOG.debug("the JVM is shutting down; nothing closes by itself any more");
    }
    return hook;
  }

  /** Takes the hook away. Does nothing while the JVM is shutting down. */
  public void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      LOG.trace("the JVM is shutting down, and the hook has begun or will begin");
    }
  }

  private static void run(Runnable close) {
    LOG.info("the JVM is shutting down; closing");
    try {
      close.run();
    } catch (Throwable e) {
      LOG.error("closing failed; locks that are still held run out by themselves", e);
    }
  }
}
