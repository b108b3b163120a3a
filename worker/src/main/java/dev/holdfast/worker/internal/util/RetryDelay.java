// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

import java.time.Duration;

/** How long engines wait before the next attempt. */
public final class RetryDelay {

  private static final double NANOS = 1e9;

  private RetryDelay() {}

  /**
   * Computes the wait after a failed attempt; the same arguments have the same answer for ever,
   * because a replay computes it again.
   *
   * @param first the wait after the first failure
   * @param factor what each wait is multiplied with for the next, 1 or more
   * @param max the longest wait
   * @param attempt the attempt that failed, from 1
   * @return the wait
   */
  public static Duration after(Duration first, double factor, Duration max, int attempt) {
    if (attempt <= 1) {
      return first;
    }
    double nanos = nanos(first) * Math.pow(factor, attempt - 1.0);
    return nanos >= nanos(max)
        ? max
        : Duration.ofSeconds((long) (nanos / NANOS), (long) (nanos % NANOS));
  }

  /**
   * Computes the wait after a failed attempt where each is longer than the one before by the same
   * time; the same arguments have the same answer for ever.
   *
   * @param first the wait after the first failure
   * @param increment by how much each wait is longer than the one before
   * @param max the longest wait
   * @param attempt the attempt that failed, from 1
   * @return the wait
   */
  public static Duration afterLinear(
      Duration first, Duration increment, Duration max, int attempt) {
    if (attempt <= 1) {
      return first;
    }
    double nanos = nanos(first) + nanos(increment) * (attempt - 1.0);
    return nanos >= nanos(max) ? max : first.plus(increment.multipliedBy(attempt - 1L));
  }

  /**
   * Leaves a part of a wait to chance that follows from the arguments; the same ones have the same
   * answer for ever.
   *
   * @param delay the wait
   * @param jitter which part of it is left to chance, from 0 to 1
   * @param key what waits
   * @param attempt the attempt that failed, from 1
   * @return a wait from that part less to all of it
   */
  public static Duration jittered(Duration delay, double jitter, String key, int attempt) {
    if (jitter == 0 || delay.isZero()) {
      return delay;
    }
    double nanos = nanos(delay) * (1 - jitter * chance(key, attempt));
    return Duration.ofSeconds((long) (nanos / NANOS), (long) (nanos % NANOS));
  }

  /** {@return a number from 0 to below 1: FNV-1a over the characters, mixed as SplitMix64 does} */
  private static double chance(String key, int attempt) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    hash += attempt * 0x9e3779b97f4a7c15L;
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return ((hash ^ (hash >>> 31)) >>> 11) * 0x1.0p-53;
  }

  private static double nanos(Duration duration) {
    return duration.getSeconds() * NANOS + duration.getNano();
  }
}
