// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Values.set;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Map;

/** A writer that keeps two keys equal, and readers that look at both. Stateless. */
final class KvReaders {

  private static final int WRITES = 60;

  /** Every so many turns end an execution. */
  private static final int TURNS = 3;

  private KvReaders() {}

  static void run(StoreUnderTest store) {
    Handle writer = store.first();
    writer.create("order");
    Values.turn(writer, "order", both(0));
    List<KeyValues> readers = store.newHandles(2).stream().map(Values::of).toList();
    int last =
        Witnesses.watch(
            WRITES, i -> write(writer, i), () -> read(readers.get(0)), () -> read(readers.get(1)));
    String value = Integer.toString(last);
    Values.expectSeen("The last values are wrong.", store, "order", "a", value, "b", value);
  }

  private static void write(Handle writer, int i) {
    long execution = 1L + (i - 1) / TURNS;
    if (i % TURNS == 0) {
      Values.end(writer, "order", execution, ExecutionStatus.CONTINUED_AS_NEW, both(i));
    } else {
      Values.next(writer, "order", execution, both(i)).apply();
    }
  }

  private static KeyValueMutation[] both(int value) {
    KeyValueMutation a = set("a", Integer.toString(value));
    KeyValueMutation b = set("b", Integer.toString(value));
    return value % 2 == 0
        ? new KeyValueMutation[] {a, b}
        : new KeyValueMutation[] {Values.CLEAR_ALL, b, a};
  }

  private static Map<String, String> read(KeyValues values) {
    Map<String, KeyValue> all = values.readAll("order");
    Expect.equal("A read shows part of an ack.", 2, all.size());
    Expect.equal(
        "A read shows values of two acks.",
        1L,
        all.values().stream().map(KeyValue::value).distinct().count());
    return Values.texts(all);
  }
}
