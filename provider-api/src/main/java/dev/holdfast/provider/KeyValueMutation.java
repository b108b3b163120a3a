// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.Objects;

/**
 * A change to an instance's key-values, applied in the order of the list in {@link
 * ExecutionMetadata} (KV-03). Needs {@link Feature#KEY_VALUES}.
 */
public sealed interface KeyValueMutation {

  /**
   * Stores a value under a key.
   *
   * @param key the key, an identifier (KV-16)
   * @param value the value
   */
  record Set(String key, Payload value) implements KeyValueMutation {
    /**
     * Checks the parts.
     *
     * @throws ProviderError.InvalidRequest when the key is not well formed (KV-17)
     */
    public Set {
      Checks.identifier("KeyValueMutation.Set", "key", key);
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * Removes one key; removing what is not there is accepted (KV-04).
   *
   * @param key the key, an identifier
   */
  record Clear(String key) implements KeyValueMutation {
    /**
     * Checks the key.
     *
     * @throws ProviderError.InvalidRequest when the key is not well formed (KV-17)
     */
    public Clear {
      Checks.identifier("KeyValueMutation.Clear", "key", key);
    }
  }

  /** Removes every key of the instance (KV-04). */
  record ClearAll() implements KeyValueMutation {}
}
