// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.autoconfigure;

import dev.holdfast.spring.internal.StoreCheck;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** For Boot 3.5. Thread-safe. */
final class Boot3Health extends AbstractHealthIndicator {

  private final StoreCheck store;

  Boot3Health(StoreCheck store) {
    super("the store of Holdfast cannot be reached");
    this.store = store;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    store.check(builder::withDetail);
  }
}
