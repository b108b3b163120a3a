// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Payload;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the changes of one ack come to, one for each key: what is written is the same as if they had
 * been written in their order (KV-03). Immutable.
 *
 * @param clearsAll whether all keys that the store has are cleared, before the others
 * @param keys the last change of each key; empty for one that is cleared
 */
public record KeyValueChanges(boolean clearsAll, Map<String, Optional<Payload>> keys) {

  /** Copies the map, in its order. */
  public KeyValueChanges {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
  }

  /**
   * Reduces changes.
   *
   * @param mutations the changes, in order
   * @return what they come to
   */
  public static KeyValueChanges of(List<KeyValueMutation> mutations) {
    boolean clearsAll = false;
    Map<String, Optional<Payload>> keys = new LinkedHashMap<>();
    for (KeyValueMutation mutation : mutations) {
      switch (mutation) {
        case KeyValueMutation.Set set -> keys.put(set.key(), Optional.of(set.value()));
        case KeyValueMutation.Clear clear -> {
          keys.remove(clear.key());
          if (!clearsAll) {
            keys.put(clear.key(), Optional.empty());
          }
        }
        case KeyValueMutation.ClearAll all -> {
          clearsAll = true;
          keys.clear();
        }
      }
    }
    return new KeyValueChanges(clearsAll, keys);
  }

  /**
   * Counts what is set.
   *
   * @return how many keys get a value
   */
  public long sets() {
    return keys.values().stream().filter(Optional::isPresent).count();
  }

  /**
   * Tells whether anything is changed.
   *
   * @return true when nothing is
   */
  public boolean isEmpty() {
    return !clearsAll && keys.isEmpty();
  }
}
