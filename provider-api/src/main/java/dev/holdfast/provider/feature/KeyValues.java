// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.feature;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.ProviderError;
import java.util.Map;
import java.util.Optional;

/**
 * Reading the small named values of an instance as they are now: the running execution's changes
 * laid over the earlier values (KV-09). They are changed by acks (see {@link
 * dev.holdfast.provider.KeyValueMutation}). Thread-safe; fails like {@link
 * dev.holdfast.provider.Provider}.
 */
public interface KeyValues extends Capability {

  /**
   * Reads one value.
   *
   * @param instanceId the instance
   * @param key the key
   * @return the value, empty when key or instance are unknown (KV-05)
   * @throws ProviderError.InvalidRequest when an identifier is not well formed
   */
  Optional<KeyValue> read(String instanceId, String key);

  /**
   * Reads all values, as they were between two acks (KV-15).
   *
   * @param instanceId the instance
   * @return the values by key, unmodifiable; no entries when the instance is unknown
   * @throws ProviderError.InvalidRequest when the id is not well formed
   */
  Map<String, KeyValue> readAll(String instanceId);
}
