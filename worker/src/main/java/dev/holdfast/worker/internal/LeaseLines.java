// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * So many leases, of which any free one will do. Where nobody gives them back before they end, it
 * remembers until when each is held, and does not ask for it again before. Thread-safe.
 */
final class LeaseLines {

  private final Leases leases;
  private final String holder;
  private final String prefix;
  private final int count;
  private final Duration leaseFor;
  private final boolean givenBack;
  private final LongSupplier nanoTime;
  private final ReentrantLock guard = new ReentrantLock();
  private final Map<Integer, Instant> heldUntil = new HashMap<>();
  private @Nullable Instant storeTime; // as of the nanos beside it
  private long storeTimeAt;

  /**
   * Creates them; nothing is asked for.
   *
   * @param holder in whose name they are acquired
   * @param prefix what their names begin with
   * @param leaseFor for how long each is acquired
   * @param givenBack whether holders release them before their end
   */
  LeaseLines(
      Leases leases,
      String holder,
      String prefix,
      int count,
      Duration leaseFor,
      boolean givenBack,
      LongSupplier nanoTime) {
    this.leases = leases;
    this.holder = holder;
    this.prefix = prefix;
    this.count = count;
    this.leaseFor = leaseFor;
    this.givenBack = givenBack;
    this.nanoTime = nanoTime;
  }

  /** Takes one if one is free; throws what the store throws. */
  @Nullable LeaseToken tryTake() {
    int first = ThreadLocalRandom.current().nextInt(count);
    for (int i = 0; i < count; i++) {
      int line = (first + i) % count;
      if (isKnownAsHeld(line)) {
        continue;
      }
      LeaseAnswer answer = leases.acquire(prefix + line, holder, leaseFor);
      noted(line, answer);
      if (answer instanceof LeaseAnswer.Acquired(LeaseToken token, LeaseInfo lease)) {
        return token;
      }
    }
    return null;
  }

  /** {@return how long none can be free, as far as is known; zero when it is not} */
  Duration noneFor() {
    guard.lock();
    try {
      Instant now = now();
      if (givenBack || now == null || heldUntil.size() < count) {
        return Duration.ZERO;
      }
      Instant earliest = heldUntil.values().stream().min(Instant::compareTo).orElse(now);
      Duration left = Duration.between(now, earliest);
      return left.isNegative() ? Duration.ZERO : left;
    } finally {
      guard.unlock();
    }
  }

  private boolean isKnownAsHeld(int line) {
    guard.lock();
    try {
      Instant until = heldUntil.get(line);
      Instant now = now();
      return !givenBack && until != null && now != null && now.isBefore(until);
    } finally {
      guard.unlock();
    }
  }

  private void noted(int line, LeaseAnswer answer) {
    guard.lock();
    try {
      heldUntil.put(line, answer.lease().until());
      if (answer instanceof LeaseAnswer.Acquired) {
        storeTime = answer.lease().acquiredAt();
        storeTimeAt = nanoTime.getAsLong();
      }
    } finally {
      guard.unlock();
    }
  }

  /** The store's time, about; null while it is not known. */
  private @Nullable Instant now() {
    Instant known = storeTime;
    return known == null ? null : known.plusNanos(nanoTime.getAsLong() - storeTimeAt);
  }
}
