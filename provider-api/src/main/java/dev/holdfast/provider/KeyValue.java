// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import java.util.Objects;

/**
 * A named value of an instance, as read back. Keys are in the map around it.
 *
 * @param value the value; an empty one is a value (KV-18)
 * @param lastUpdatedAt the store's time of the ack that set it (KV-20)
 */
public record KeyValue(Payload value, Instant lastUpdatedAt) {
  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the instant is out of range
   */
  public KeyValue {
    Objects.requireNonNull(value, "value");
    lastUpdatedAt = Checks.instant("KeyValue", "lastUpdatedAt", lastUpdatedAt);
  }
}
