// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.streams.internal.Repeating;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Verifies again and again, in a thread of its own, until it is closed (ES-25). What fails is
 * logged, and tried again at the next time. Thread-safe.
 */
public final class VerificationWatch implements AutoCloseable {

  private final Repeating repeating;

  private VerificationWatch(Repeating repeating) {
    this.repeating = repeating;
  }

  static VerificationWatch start(
      String name, Duration every, Supplier<Verification> verify, Consumer<Verification> listener) {
    return new VerificationWatch(
        Repeating.start("projection " + name, every, () -> listener.accept(verify.get())));
  }

  /** Ends it behind the comparison that is under way. */
  @Override
  public void close() {
    repeating.close();
  }
}
