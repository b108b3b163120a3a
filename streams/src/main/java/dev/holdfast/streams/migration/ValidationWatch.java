// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.streams.internal.Repeating;

/** Validates again and again, in a thread of its own, until it is closed. Thread-safe. */
public final class ValidationWatch implements AutoCloseable {

  private final Repeating repeating;

  ValidationWatch(Repeating repeating) {
    this.repeating = repeating;
  }

  /** Ends it behind the comparison that is under way. */
  @Override
  public void close() {
    repeating.close();
  }
}
