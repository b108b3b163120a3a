// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.spring.HoldfastEngine;
import dev.holdfast.spring.HoldfastWorker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts and closes the worker and what else works with the context. Thread-safe. */
public final class WorkerLifecycle implements HoldfastWorker, SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerLifecycle.class);

  private final Supplier<Holdfast.Builder> worker;
  private final Supplier<List<HoldfastEngine>> engines;
  private final Provider provider;
  private final SwitchingClient client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<AutoCloseable> runningEngines = new ArrayDeque<>();
  private volatile @Nullable Holdfast running;

  /**
   * Creates it.
   *
   * @param worker prepares a worker, each time a new one
   * @param engines what else works
   * @param provider the store
   * @param client goes by the worker while that runs
   */
  public WorkerLifecycle(
      Supplier<Holdfast.Builder> worker,
      Supplier<List<HoldfastEngine>> engines,
      Provider provider,
      SwitchingClient client) {
    this.worker = worker;
    this.engines = engines;
    this.provider = provider;
    this.client = client;
  }

  @Override
  public Holdfast holdfast() {
    Holdfast now = running;
    if (now == null) {
      throw new IllegalStateException(
          "the worker is not running: the application has not started yet, or has stopped");
    }
    return now;
  }

  @Override
  public void start() {
    lock.lock();
    try {
      if (running != null) {
        return;
      }
      Holdfast begun = worker.get().start();
      running = begun;
      client.switchTo(begun.client());
      for (HoldfastEngine engine : engines.get()) {
        runningEngines.push(engine.start(provider));
      }
    } catch (RuntimeException | Error e) {
      stop(); // the context does not stop what has not started
      throw e;
    } catch (Exception e) {
      stop();
      throw new IllegalStateException("an engine could not start", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void stop() {
    lock.lock();
    try {
      while (!runningEngines.isEmpty()) {
        close(runningEngines.pop());
      }
      Holdfast ending = running;
      if (ending != null) {
        running = null;
        client.switchBack();
        ending.close();
      }
    } finally {
      lock.unlock();
    }
  }

  private static void close(AutoCloseable engine) {
    try {
      engine.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("an engine could not be closed", e); // the others and the worker still can
    }
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
