// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the code says beside its commands: custom status, key-values, and the events that it appends
 * to streams. None of it is in the history. What was said in a turn is taken once, for the ack of
 * that turn; so what a replay says is taken by nobody and dropped. The values that code reads are
 * those that the execution began with, changed by the code itself.
 */
final class TurnChanges {

  private Map<String, KeyValue> snapshot;
  private @Nullable Map<String, Json> values;
  private CustomStatusChange status = CustomStatusChange.keep();
  private boolean allCleared;
  private final Map<String, KeyValueMutation> changed = new LinkedHashMap<>();
  private final List<Said.Append> appends = new ArrayList<>();

  /**
   * Creates them for one execution.
   *
   * @param snapshot the key-values that the executions before it have left
   */
  TurnChanges(Map<String, KeyValue> snapshot) {
    this.snapshot = snapshot;
  }

  /** Forgets what earlier executions have left: this one was begun anew, and has none of it. */
  void forgetEarlier() {
    snapshot = Map.of();
  }

  /** {@return what was said since this was last called; of each thing only the last} */
  Said take() {
    List<KeyValueMutation> mutations = new ArrayList<>();
    if (allCleared) {
      mutations.add(new KeyValueMutation.ClearAll());
    }
    mutations.addAll(changed.values());
    Said said = new Said(status, mutations, appends);
    status = CustomStatusChange.keep();
    allCleared = false;
    changed.clear();
    appends.clear();
    return said;
  }

  void append(Said.Append append) {
    appends.add(append);
  }

  void status(CustomStatusChange change) {
    status = change;
  }

  /**
   * {@return this, with the key-values read}
   *
   * @throws UnreadableException when one cannot be read
   */
  TurnChanges withValues() {
    values();
    return this;
  }

  @Nullable Json value(String key) {
    return values().get(key);
  }

  Set<String> keys() {
    return new TreeSet<>(values().keySet());
  }

  void set(String key, Json value) {
    values().put(key, value);
    changed.put(key, new KeyValueMutation.Set(key, payload(value)));
  }

  void clear(String key) {
    values().remove(key);
    changed.put(key, new KeyValueMutation.Clear(key));
  }

  void clearAll() {
    values().clear();
    allCleared = true;
    changed.clear();
  }

  private Map<String, Json> values() {
    Map<String, Json> known = values;
    if (known == null) {
      known = new TreeMap<>();
      for (Map.Entry<String, KeyValue> entry : snapshot.entrySet()) {
        known.put(entry.getKey(), json(entry.getKey(), entry.getValue().value()));
      }
      values = known;
    }
    return known;
  }

  private static Json json(String key, Payload value) {
    try {
      return new Json(value.asUtf8());
    } catch (ProviderError.InvalidRequest e) {
      throw new UnreadableException("the value of key \"" + key + "\" is no text", e);
    }
  }

  /** {@return the stored form of a value} */
  static Payload payload(Json value) {
    return Payload.of(value.text().getBytes(StandardCharsets.UTF_8));
  }
}
