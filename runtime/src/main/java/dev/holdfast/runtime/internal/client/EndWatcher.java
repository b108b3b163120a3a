// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.internal.util.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches all instances that the callers of one client await, and tells {@link CompletionSignals}
 * of their ends. However many callers wait, few calls of {@link Provider#readEnded} wait for them:
 * one for those that came last, which is made anew when another comes, and one for each ten
 * thousand of the others, which stays. Its threads live as long as anything is watched.
 * Thread-safe.
 */
final class EndWatcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EndWatcher.class);

  /** How long one call waits; it is made anew then. */
  private static final Duration WAIT = Duration.ofMinutes(1);

  /** How many new ones are asked for again and again while others come. */
  private static final int MOST_NEW = 256;

  /** So many come together in one call when they come fast. */
  private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1);

  private final Provider provider;
  private final CompletionSignals signals;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Watched> watched = new HashMap<>();
  private final Group newOnes = new Group();
  private final List<Group> others = new ArrayList<>();
  private boolean closed;

  /** An instance, how many callers await it, and the call that asks for it. */
  static final class Watched {
    private final String instanceId;
    private int callers;
    private Group group;

    private Watched(String instanceId, Group group) {
      this.instanceId = instanceId;
      this.group = group;
    }
  }

  EndWatcher(Provider provider, CompletionSignals signals) {
    this.provider = provider;
    this.signals = signals;
  }

  /** Begins to watch an instance for one more caller, who leaves with what this returns. */
  Watched watch(String instanceId) {
    lock.lock();
    try {
      if (closed) {
        throw closedError();
      }
      Watched one = watched.get(instanceId);
      if (one == null) {
        one = new Watched(instanceId, newOnes);
        watched.put(instanceId, one);
        newOnes.add(instanceId);
        if (newOnes.ids.size() > MOST_NEW) {
          moveNewOnes();
        }
      }
      one.callers++;
      return one;
    } finally {
      lock.unlock();
    }
  }

  /** A caller awaits its instance no more. */
  void leave(Watched one) {
    lock.lock();
    try {
      // What has ended is not watched any more, unless another caller has come since.
      if (--one.callers == 0 && watched.remove(one.instanceId, one)) {
        one.group.remove(one.instanceId);
      }
    } finally {
      lock.unlock();
    }
  }

  private void moveNewOnes() {
    Group last = others.isEmpty() ? null : others.getLast();
    if (last == null || last.ids.size() + newOnes.ids.size() > EndedRead.MAX_INSTANCES) {
      last = new Group();
      others.add(last);
    }
    for (String id : List.copyOf(newOnes.ids)) {
      Objects.requireNonNull(watched.get(id)).group = last;
      newOnes.remove(id);
      last.add(id);
    }
  }

  /** Ends all watching; who still waits is told. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      fail(newOnes, closedError());
      others.forEach(group -> fail(group, closedError()));
    } finally {
      lock.unlock();
    }
  }

  private static IllegalStateException closedError() {
    return new IllegalStateException("this client is closed; open another one");
  }

  /** Under the lock. */
  private void fail(Group group, RuntimeException why) {
    for (String id : List.copyOf(group.ids)) {
      signals.failed(id, why);
      group.remove(id);
      watched.remove(id);
    }
  }

  /** The instances of one call. All but its thread's own work is done under the lock. */
  private final class Group {
    private final Set<String> ids = new HashSet<>();
    private @Nullable Thread thread;

    void add(String id) {
      ids.add(id);
      if (thread == null) {
        thread = Thread.ofVirtual().name("holdfast-await").start(this::run);
      } else {
        thread.interrupt();
      }
    }

    void remove(String id) {
      if (ids.remove(id) && ids.isEmpty() && thread != null) {
        thread.interrupt();
      }
    }

    private void run() {
      Backoff backoff = new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF);
      List<String> asked = next();
      while (!asked.isEmpty()) {
        long begun = System.nanoTime();
        try {
          tell(provider.readEnded(new EndedRead(asked, WAIT)));
          backoff = new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF);
          pauseUntil(begun + PAUSE_NANOS);
        } catch (ProviderError.Retryable e) {
          // The store is away; instances may end all the same.
          LOG.debug("{} awaited instances are asked for again", asked.size(), e);
          pauseUntil(begun + backoff.next().toNanos());
        } catch (RuntimeException | Error e) {
          failAll(e);
        }
        asked = next();
      }
    }

    /** What to ask for; empty when this thread has ended. */
    private List<String> next() {
      lock.lock();
      try {
        // What interrupted is seen here.
        Thread.interrupted();
        if (ids.isEmpty()) {
          thread = null;
          if (this != newOnes) {
            others.remove(this);
          }
        }
        return List.copyOf(ids);
      } finally {
        lock.unlock();
      }
    }

    private void tell(List<EndedInstance> ended) {
      lock.lock();
      try {
        for (EndedInstance one : ended) {
          if (ids.contains(one.instanceId())) {
            remove(one.instanceId());
            watched.remove(one.instanceId());
          }
        }
      } finally {
        lock.unlock();
      }
      for (EndedInstance one : ended) {
        signals.ended(
            one.instanceId(),
            new CompletionSignals.Ended(one.executionId(), one.name(), one.lastEvent()));
      }
    }

    private void failAll(Throwable e) {
      RuntimeException why =
          e instanceof RuntimeException exception ? exception : new IllegalStateException(e);
      lock.lock();
      try {
        fail(this, why);
      } finally {
        lock.unlock();
      }
    }

    private void pauseUntil(long moment) {
      long left = moment - System.nanoTime();
      while (left > 0) {
        Thread.interrupted();
        LockSupport.parkNanos(this, left);
        left = moment - System.nanoTime();
      }
    }
  }
}
