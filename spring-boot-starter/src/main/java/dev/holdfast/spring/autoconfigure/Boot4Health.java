// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.autoconfigure;

import dev.holdfast.spring.internal.StoreCheck;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** For Boot 4. Thread-safe. */
final class Boot4Health extends AbstractHealthIndicator {

  private final StoreCheck store;

  Boot4Health(StoreCheck store) {
    super("the store of Holdfast cannot be reached");
    this.store = store;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    store.check(builder::withDetail);
  }
}
