// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A handle on the store, until it is closed. Thread-safe. */
final class OpenHandle {

  private final ReferenceStore store;
  private final AtomicBoolean closed = new AtomicBoolean();

  OpenHandle(ReferenceStore store) {
    this.store = store;
  }

  boolean isClosed() {
    return closed.get();
  }

  void requireOpen(String operation) {
    if (closed.get()) {
      throw new InvalidRequest(operation, "the handle is closed; open another one");
    }
  }

  /** Does something as a whole. */
  <T> T whole(String operation, Supplier<T> work) {
    requireOpen(operation);
    return store.atomically(work);
  }

  void close() {
    closed.set(true);
    store.wakeUp();
  }
}
