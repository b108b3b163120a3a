// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.ProviderError;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once when the store cannot work, and once when it can again, however many calls notice. */
final class StoreHealth {

  private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);

  private final AtomicBoolean down = new AtomicBoolean();

  void works() {
    if (down.get() && down.compareAndSet(true, false)) {
      LOG.info("the store works again");
    }
  }

  void failed(ProviderError error) {
    if (error instanceof ProviderError.StoreContention) {
      LOG.debug("the store is busy, the call is repeated", error);
    } else if (down.compareAndSet(false, true)) {
      LOG.warn("the store cannot work; calls are repeated until it can: {}", error.getMessage());
      LOG.debug("the store's error", error);
    }
  }
}
