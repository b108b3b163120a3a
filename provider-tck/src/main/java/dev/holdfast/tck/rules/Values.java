// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Key-values as tests change and read them. Stateless. */
final class Values {

  static final KeyValueMutation CLEAR_ALL = new KeyValueMutation.ClearAll();

  private Values() {}

  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.KEY_VALUES)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.KEY_VALUES.name());
    }
  }

  /** What clients read through a handle. */
  static KeyValues of(Handle handle) {
    return handle
        .provider()
        .capability(KeyValues.class)
        .orElseThrow(() -> Expect.violation("KeyValues is missing.", "the capability", "none"));
  }

  static KeyValueMutation set(String key, String value) {
    return set(key, Payload.utf8(value));
  }

  static KeyValueMutation set(String key, Payload value) {
    return new KeyValueMutation.Set(key, value);
  }

  static KeyValueMutation clear(String key) {
    return new KeyValueMutation.Clear(key);
  }

  static Consumer<ExecutionMetadata.Builder> changes(KeyValueMutation... mutations) {
    return metadata -> List.of(mutations).forEach(metadata::keyValue);
  }

  /** A turn to be of an instance for which nothing else is queued. */
  static Turn next(Handle handle, String id, long execution, KeyValueMutation... mutations) {
    handle.poke(id);
    return handle.turn(handle.fetchOne(id)).execution(execution).metadata(changes(mutations));
  }

  /** A turn of the first execution. */
  static void turn(Handle handle, String id, KeyValueMutation... mutations) {
    next(handle, id, 1, mutations).apply();
  }

  /** The turn that ends an execution. */
  static void end(
      Handle handle,
      String id,
      long execution,
      ExecutionStatus status,
      KeyValueMutation... mutations) {
    next(handle, id, execution, mutations).status(status).apply();
  }

  /** Expects what clients see: key, value, key, value; by every way of reading. */
  static void expectSeen(String what, StoreUnderTest store, String id, String... entries) {
    Map<String, String> expected = map(entries);
    for (Handle handle : List.of(store.first(), store.second())) {
      KeyValues values = of(handle);
      Map<String, KeyValue> all = values.readAll(id);
      Expect.equal(what, expected, texts(all));
      all.forEach((key, value) ->
          Expect.equal(what + " A single read differs.", Optional.of(value), values.read(id, key)));
    }
  }

  /** Expects that clients do not see a key. */
  static void expectUnseen(String what, StoreUnderTest store, String id, String key) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(what, Optional.empty(), of(handle).read(id, key));
    }
  }

  /** Expects what the next item carries: key, value, key, value. The item is given back. */
  static void expectSnapshot(String what, StoreUnderTest store, String id, String... entries) {
    Handle handle = store.first();
    handle.poke(id);
    OrchestrationItem item = handle.fetchOne(id);
    expectSnapshot(what, item, entries);
    handle.finish(item);
  }

  /** Expects what an item carries. */
  static void expectSnapshot(String what, OrchestrationItem item, String... entries) {
    Expect.equal(what, map(entries), texts(item.kvSnapshot()));
  }

  static Map<String, String> texts(Map<String, KeyValue> values) {
    Map<String, String> texts = new TreeMap<>();
    values.forEach((key, value) -> texts.put(key, value.value().asUtf8()));
    return texts;
  }

  private static Map<String, String> map(String... entries) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put(entries[i], entries[i + 1]);
    }
    return map;
  }
}
