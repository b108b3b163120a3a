// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.spring.HoldfastWorker;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Whether the store can be reached; the same for each version of Boot. Thread-safe. */
public final class StoreCheck {

  /** No instance needs to have this id: looking for it is the cheapest question there is. */
  private static final String NOBODY = "holdfast-health";

  private final Provider provider;
  private final @Nullable HoldfastWorker worker;

  /**
   * Creates it.
   *
   * @param provider the store
   * @param worker the worker, null when this application has none
   */
  public StoreCheck(Provider provider, @Nullable HoldfastWorker worker) {
    this.provider = provider;
    this.worker = worker;
  }

  /**
   * Asks the store something, which takes as long as the store does.
   *
   * @param details takes what is known
   * @throws dev.holdfast.provider.ProviderError when it does not answer
   */
  public void check(BiConsumer<String, Object> details) {
    ProviderInfo info = provider.info();
    details.accept("store", info.id());
    details.accept("version", info.version());
    details.accept("worker", worker());
    provider.describeInstance(NOBODY);
  }

  private String worker() {
    if (worker == null) {
      return "none";
    }
    return worker.isRunning() ? "running" : "stopped";
  }
}
