// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.AwaitTimeoutException;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Callers that start an instance each, wait for its end, and do it again, until they are told to
 * stop. What fails because the store is away they try again, as any caller would.
 */
final class Callers {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
  private static final Duration BREATHER = Duration.ofMillis(100);

  private final HoldfastClient client;
  private final Queue<Started> started = new ConcurrentLinkedQueue<>();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger triedAgain = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile boolean givenUp;

  Callers(HoldfastClient client) {
    this.client = client;
  }

  void start(int count) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().name("caller-" + i).start(this::callAgainAndAgain));
    }
  }

  /** Starts no more instances. */
  void stop() {
    stopping = true;
  }

  /** Waits no longer for those that are open. */
  void giveUp() throws InterruptedException {
    givenUp = true;
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
  }

  int ended() {
    return ended.get();
  }

  int triedAgain() {
    return triedAgain.get();
  }

  boolean areDone() {
    return stopping && threads.stream().noneMatch(Thread::isAlive);
  }

  List<Started> started() {
    return List.copyOf(started);
  }

  private void callAgainAndAgain() {
    try {
      while (!stopping) {
        long number = numbers.incrementAndGet();
        Kind kind = Kind.values()[(int) (number % Kind.values().length)];
        Started one = new Started(kind, "soak-" + number, number);
        started.add(one);
        tryUntilItWorks(() -> client.start(kind.orchestration(), one.id(), one.input()));
        if (kind == Kind.PATIENCE && number % 2 == 0) {
          tryUntilItWorks(() -> client.raise(one.id(), Kind.GO, number));
        }
        awaitEnd(one);
        ended.incrementAndGet();
      }
    } catch (InterruptedException e) {
      if (!givenUp) {
        throw new IllegalStateException("nobody interrupts callers", e);
      }
    }
  }

  private void tryUntilItWorks(Runnable call) throws InterruptedException {
    while (true) {
      try {
        call.run();
        return;
      } catch (HoldfastException | ProviderError e) {
        triedAgain.incrementAndGet();
        Thread.sleep(BREATHER);
      }
    }
  }

  private void awaitEnd(Started one) throws InterruptedException {
    while (true) {
      try {
        client.awaitStatus(one.id(), LOOK_AGAIN);
        return;
      } catch (AwaitTimeoutException e) {
        // It may take that long after a kill.
        continue;
      } catch (HoldfastException | ProviderError e) {
        triedAgain.incrementAndGet();
        Thread.sleep(BREATHER);
      }
    }
  }
}
