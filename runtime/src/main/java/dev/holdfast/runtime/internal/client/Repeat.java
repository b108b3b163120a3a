// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.internal.util.Backoff;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Repeats calls that a disturbance of the store prevented, for some seconds. */
final class Repeat {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Repeat() {}

  /** For calls that have the same effect however often they are made. */
  static void always(Runnable call) {
    repeat(call, call, error -> true);
  }

  /**
   * As above, with another call for repetitions, for a call that says whether it had an effect. An
   * error that left the outcome open may have had it: then a repetition without effect counts.
   */
  static boolean effective(BooleanSupplier first, BooleanSupplier again) {
    AtomicBoolean effect = new AtomicBoolean();
    AtomicBoolean open = new AtomicBoolean();
    repeat(
        () -> effect.set(first.getAsBoolean()),
        () -> effect.set(again.getAsBoolean() || open.get()),
        error -> {
          open.compareAndSet(false, error instanceof ProviderError.OutcomeUnknown);
          return true;
        });
    return effect.get();
  }

  /** For calls that must not be repeated when they may have happened. */
  static void unlessStored(Runnable call) {
    repeat(call, call, error -> !(error instanceof ProviderError.OutcomeUnknown));
  }

  /** Looks until a condition holds, for some seconds at most. */
  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
      try {
        Thread.sleep(pauses.next());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void repeat(
      Runnable first, Runnable again, Predicate<ProviderError.Retryable> repeatable) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    Runnable call = first;
    while (true) {
      try {
        call.run();
        return;
      } catch (ProviderError.Retryable e) {
        if (!repeatable.test(e) || System.nanoTime() - deadline >= 0) {
          throw e;
        }
        try {
          Thread.sleep(pauses.next());
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
        call = again;
      }
    }
  }
}
