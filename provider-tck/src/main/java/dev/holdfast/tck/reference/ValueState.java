// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key-values of one instance: what ended executions have left, and what the running one has
 * changed. Guarded by the store's lock.
 */
final class ValueState {

  private final Map<String, KeyValue> merged = new HashMap<>();

  /** By key; empty where it was cleared. */
  private final Map<String, Optional<KeyValue>> changes = new HashMap<>();

  /** Applies the changes of one ack, in order. */
  void change(List<KeyValueMutation> mutations, Instant at) {
    for (KeyValueMutation mutation : mutations) {
      switch (mutation) {
        case KeyValueMutation.Set set ->
            changes.put(set.key(), Optional.of(new KeyValue(set.value(), at)));
        case KeyValueMutation.Clear clear -> changes.put(clear.key(), Optional.empty());
        case KeyValueMutation.ClearAll all -> {
          changes.clear();
          merged.keySet().forEach(key -> changes.put(key, Optional.empty()));
        }
      }
    }
  }

  /** How many keys clients would see after the changes of an ack. */
  int keysAfter(List<KeyValueMutation> mutations) {
    ValueState copy = new ValueState();
    copy.merged.putAll(merged);
    copy.changes.putAll(changes);
    copy.change(mutations, Instant.EPOCH);
    return copy.seenByClients().size();
  }

  /** Makes what the running execution has changed part of what ended ones have left. */
  void merge() {
    Map<String, KeyValue> now = seenByClients();
    merged.clear();
    merged.putAll(now);
    changes.clear();
  }

  /** What items carry. */
  Map<String, KeyValue> seenByTurns() {
    return Map.copyOf(merged);
  }

  /** What clients read. */
  Map<String, KeyValue> seenByClients() {
    Map<String, KeyValue> seen = new HashMap<>(merged);
    changes.forEach((key, value) -> {
      if (value.isPresent()) {
        seen.put(key, value.get());
      } else {
        seen.remove(key);
      }
    });
    return Map.copyOf(seen);
  }
}
