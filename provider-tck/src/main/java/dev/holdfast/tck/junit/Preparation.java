// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * The kit of a run, or why there is none. The first rule class tells why; the others would only
 * repeat it. Thread-safe.
 */
final class Preparation implements AutoCloseable {
  /** What the other rule classes say. */
  static final String TOLD = "the run could not begin, as another rule class says";

  private final @Nullable Kit kit;
  private final @Nullable Throwable failure;
  private final AtomicBoolean told = new AtomicBoolean();

  private Preparation(@Nullable Kit kit, @Nullable Throwable failure) {
    this.kit = kit;
    this.failure = failure;
  }

  static Preparation of(Supplier<Kit> prepare) {
    try {
      return new Preparation(prepare.get(), null);
    } catch (RuntimeException | Error e) {
      return new Preparation(null, e);
    }
  }

  /** Whether it failed and somebody has said so. */
  boolean wasTold() {
    return told.get();
  }

  /** Whether there is no kit. */
  boolean hasFailed() {
    return kit == null;
  }

  /** The kit; throws the failure the first time, and ends what asks for it later. */
  Kit kit() {
    if (kit != null) {
      return kit;
    }
    if (!told.compareAndSet(false, true)) {
      throw new TestAbortedException(TOLD);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw failure instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(failure);
  }

  @Override
  public void close() {
    if (kit != null) {
      kit.close();
    }
  }
}
