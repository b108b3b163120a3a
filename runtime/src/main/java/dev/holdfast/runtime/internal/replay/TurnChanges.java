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
 * What the code says beside its commands: custom status and key-values. None of it is in the
 * history. What was said in a turn was stored with that turn, so that a replay has nothing to store
 * again; and the values that code reads are those that the execution began with, changed by the
 * code itself.
 */
final class TurnChanges {

  private final CommandLog log;
  private final Map<String, KeyValue> snapshot;
  private @Nullable Map<String, Json> values;
  private CustomStatusChange status = CustomStatusChange.keep();
  private boolean allCleared;
  private final Map<String, KeyValueMutation> changed = new LinkedHashMap<>();

  /**
   * Creates them for one execution.
   *
   * @param log tells a replay from a new turn
   * @param snapshot the key-values that the executions before it have left
   */
  TurnChanges(CommandLog log, Map<String, KeyValue> snapshot) {
    this.log = log;
    this.snapshot = snapshot;
  }

  /** Begins a new turn: what was said before is stored. */
  void beginTurn() {
    status = CustomStatusChange.keep();
    allCleared = false;
    changed.clear();
  }

  /** {@return what becomes of the custom status with the turn} */
  CustomStatusChange status() {
    return status;
  }

  /** {@return the changes of key-values of the turn, one for each key} */
  List<KeyValueMutation> mutations() {
    List<KeyValueMutation> all = new ArrayList<>();
    if (allCleared) {
      all.add(new KeyValueMutation.ClearAll());
    }
    all.addAll(changed.values());
    return all;
  }

  void status(CustomStatusChange change) {
    if (!log.isReplaying()) {
      status = change;
    }
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
    changed(key, new KeyValueMutation.Set(key, payload(value)));
  }

  void clear(String key) {
    values().remove(key);
    changed(key, new KeyValueMutation.Clear(key));
  }

  void clearAll() {
    values().clear();
    if (!log.isReplaying()) {
      allCleared = true;
      changed.clear();
    }
  }

  private void changed(String key, KeyValueMutation mutation) {
    if (!log.isReplaying()) {
      changed.put(key, mutation);
    }
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
