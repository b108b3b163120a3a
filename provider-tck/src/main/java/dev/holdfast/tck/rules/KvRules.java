// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Values.CLEAR_ALL;
import static dev.holdfast.tck.rules.Values.changes;
import static dev.holdfast.tck.rules.Values.clear;
import static dev.holdfast.tck.rules.Values.expectSeen;
import static dev.holdfast.tck.rules.Values.expectSnapshot;
import static dev.holdfast.tck.rules.Values.expectUnseen;
import static dev.holdfast.tck.rules.Values.requireDeclared;
import static dev.holdfast.tck.rules.Values.set;
import static dev.holdfast.tck.rules.Values.turn;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What acks change of key-values, and what may be in them. */
@RuleFamily("KV")
final class KvRules {

  private static final int MANY = 1_000;

  /** The greatest limit that is filled. */
  private static final int MOST_TRIED = 20_000;

  /**
   * Key-values are offered, or refused where they are not declared.
   *
   * <p><b>Shape:</b> declared: the capability is there and a value is stored. Undeclared: it is
   * not; each kind of change is refused and the snapshot is empty; without changes the same turn is
   * applied with the same token.
   */
  @Rule("KV-01")
  void theyAreOfferedOrRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    if (store.declares(Feature.KEY_VALUES)) {
      turn(first, "order", set("key", "value"));
      expectSeen("A change was not stored.", store, "order", "key", "value");
      return;
    }
    Expect.equal(
        "A capability is offered that is not declared.",
        Optional.empty(),
        first.provider().capability(KeyValues.class));
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    for (KeyValueMutation change : List.of(set("key", "value"), clear("key"), CLEAR_ALL)) {
      Expect.rejected(
          "A change that is not declared was not refused.",
          NotSupported.class,
          first.turn(item).event(1).metadata(changes(change)).ack());
    }
    Expect.none("A refused ack was stored.", first.history("order", 1));
    first.turn(item).event(1).apply();
    expectSnapshot("A snapshot has values that nobody could set.", store, "order");
  }

  /**
   * What was set can be read.
   *
   * <p><b>Shape:</b> two keys in one ack; one and all, on both handles.
   */
  @Rule("KV-02")
  void whatWasSetCanBeRead(StoreUnderTest store) {
    requireDeclared(store);
    store.first().create("order");
    turn(store.first(), "order", set("one", "1"), set("two", "2"));
    expectSeen("Not what was set.", store, "order", "one", "1", "two", "2");
  }

  /**
   * The last change of a key wins.
   *
   * <p><b>Shape:</b> set and set, set and clear, clear and set, all cleared and set, set and all
   * cleared: each in one ack, and each spread over two.
   */
  @Rule("KV-03")
  void theLastChangeWins(StoreUnderTest store) {
    requireDeclared(store);
    Map<List<KeyValueMutation>, String[]> cases =
        Map.of(
            List.of(set("k", "1"), set("k", "2")), new String[] {"k", "2", "other", "o"},
            List.of(set("k", "1"), clear("k")), new String[] {"other", "o"},
            List.of(clear("k"), set("k", "2")), new String[] {"k", "2", "other", "o"},
            List.of(CLEAR_ALL, set("k", "2")), new String[] {"k", "2"},
            List.of(set("k", "1"), CLEAR_ALL), new String[] {});
    int number = 0;
    for (var one : cases.entrySet()) {
      KeyValueMutation before = one.getKey().get(0);
      KeyValueMutation after = one.getKey().get(1);
      String what = "The last change did not win: " + before + ", " + after + ".";
      number++;
      String inOne = "in one " + number;
      store.first().create(inOne);
      turn(store.first(), inOne, set("k", "0"), set("other", "o"));
      turn(store.first(), inOne, before, after);
      expectSeen(what, store, inOne, one.getValue());
      String spread = "spread " + number;
      store.first().create(spread);
      turn(store.first(), spread, set("k", "0"), set("other", "o"));
      turn(store.first(), spread, before);
      turn(store.first(), spread, after);
      expectSeen(what + " In two acks.", store, spread, one.getValue());
    }
  }

  /**
   * Clearing concerns one instance, and what is missing is accepted.
   *
   * <p><b>Shape:</b> two instances with equal keys; in one of them one key, an unknown key and all
   * keys are cleared, and all once more.
   */
  @Rule("KV-04")
  void clearingConcernsOneInstance(StoreUnderTest store) {
    requireDeclared(store);
    for (String id : List.of("order", "other")) {
      store.first().create(id);
      turn(store.first(), id, set("a", "of " + id), set("b", "b"));
    }
    turn(store.first(), "order", clear("a"));
    expectSeen("A clear took the wrong keys.", store, "order", "b", "b");
    turn(store.first(), "order", clear("unknown"));
    expectSeen("Clearing an unknown key changed others.", store, "order", "b", "b");
    turn(store.first(), "order", CLEAR_ALL);
    turn(store.first(), "order", CLEAR_ALL);
    expectSeen("Keys were left when all were cleared.", store, "order");
    expectSeen("Another instance was changed.", store, "other", "a", "of other", "b", "b");
    expectSnapshot("A snapshot has what was set and cleared.", store, "order");
  }

  /**
   * What is unknown is no error.
   *
   * <p><b>Shape:</b> an unknown key; an id that was never used, and one of which only a start is
   * queued; the snapshot of a fresh instance.
   */
  @Rule("KV-05")
  void whatIsUnknownIsNoError(StoreUnderTest store) {
    requireDeclared(store);
    store.first().create("order");
    expectSnapshot("A fresh instance has a snapshot.", store, "order");
    store.first().start("queued");
    for (String id : List.of("order", "never", "queued")) {
      expectUnseen("A key is there that nobody set.", store, id, "key");
      expectSeen("Keys are there that nobody set.", store, id);
    }
  }

  /**
   * Clients see the changes of the running execution over the earlier values.
   *
   * <p><b>Shape:</b> keys of an ended execution that stay, are overwritten and are cleared, and a
   * new one.
   */
  @Rule("KV-09")
  void clientsSeeChangesOverEarlierValues(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("old", "1"), set("changed", "1"), set("cleared", "1"));
    Values.end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    Values.next(first, "order", 2, set("changed", "2"), clear("cleared"), set("new", "2")).apply();
    expectSeen(
        "Clients see something else.", store, "order", "old", "1", "changed", "2", "new", "2");
    expectUnseen("A cleared key is seen.", store, "order", "cleared");
    Values.next(first, "order", 2, CLEAR_ALL, set("last", "2")).apply();
    expectSeen("Clients see what was cleared.", store, "order", "last", "2");
    expectUnseen("A cleared key is seen.", store, "order", "old");
  }

  /**
   * A read of all values shows the state between two acks.
   *
   * <p><b>Shape:</b> a writer keeps two keys equal in every ack and continues as new often, while
   * readers on other handles read all, until each of them has seen several changes: always both,
   * always equal.
   */
  @Rule("KV-15")
  void aReadOfAllShowsOneState(StoreUnderTest store) {
    requireDeclared(store);
    KvReaders.run(store);
  }

  /**
   * Keys compare exactly.
   *
   * <p><b>Shape:</b> keys that differ in blanks, case, composition or kind of letters, and long
   * ones: all distinct, and found singly, in all and in the snapshot.
   */
  @Rule("KV-16")
  void keysCompareExactly(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    List<String> keys =
        List.of(
            "a",
            "A",
            "a ",
            " a",
            " ",
            "  ",
            "a/b",
            "a\\b",
            "'",
            "\"",
            "%",
            "_",
            "*",
            "\u00e4",
            "a\u0308",
            "\u00c4",
            "\u00df",
            "ss",
            "\u0131",
            "i",
            "\ud83d\ude80",
            "\ud83d\udc69\u200d\ud83d\ude80",
            "\uffee",
            "null",
            "0",
            "00",
            "k".repeat(256),
            "k".repeat(255) + " ",
            "\u00e4".repeat(256));
    Map<String, String> expected = new TreeMap<>();
    first.create("order");
    KeyValueMutation[] sets =
        IntStream.range(0, keys.size())
            .mapToObj(i -> set(keys.get(i), "value " + i))
            .toArray(KeyValueMutation[]::new);
    IntStream.range(0, keys.size()).forEach(i -> expected.put(keys.get(i), "value " + i));
    turn(first, "order", sets);
    Expect.equal("Keys were mixed up.", expected, Values.texts(Values.of(first).readAll("order")));
    expected.forEach((key, value) ->
        Expect.equal(
            "A single key was mixed up: " + key,
            Optional.of(value),
            Values.of(first).read("order", key).map(one -> one.value().asUtf8())));
    Values.end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW, clear("A"));
    expected.remove("A");
    first.poke("order");
    Expect.equal(
        "Keys of a snapshot were mixed up.",
        expected,
        Values.texts(first.fetchOne("order").kvSnapshot()));
  }

  /**
   * A wrong key rejects the whole ack.
   *
   * <p><b>Shape:</b> empty, too long, a control character and half a surrogate pair, set and
   * cleared, each with an event; what refuses itself when it is built needs no ack.
   */
  @Rule("KV-17")
  void aWrongKeyRejectsTheAck(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    for (String key : List.of("", "k".repeat(257), "a\u0000b", "a\ud83d", "\ude80")) {
      for (Supplier<KeyValueMutation> change :
          List.<Supplier<KeyValueMutation>>of(() -> set(key, "value"), () -> clear(key))) {
        Expect.invalidAck(
            "A key that is none was taken.",
            () -> first.turn(item).event(1).metadata(changes(change.get())).ack());
      }
      Expect.invalid("A key that is none was read.", () -> Values.of(first).read("order", key));
    }
    Expect.none("A refused ack was stored.", first.history("order", 1));
    first.turn(item).event(1).metadata(changes(set("key", "value"))).apply();
    expectSeen("A refused change was stored.", store, "order", "key", "value");
  }

  /**
   * Values are opaque bytes, and an empty one is a value.
   *
   * <p><b>Shape:</b> hostile payloads, an empty one and 1 MiB, in client reads and in the snapshot;
   * one byte more than the limit is refused.
   */
  @Rule("KV-18")
  void valuesAreOpaqueBytes(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    Map<String, Payload> expected = new TreeMap<>();
    List<Payload> hostile = Payloads.hostile();
    IntStream.range(0, hostile.size()).forEach(i -> expected.put("key " + i, hostile.get(i)));
    int limit = first.provider().info().limits().maxPayloadBytes();
    expected.put("large", Payloads.ofSize(Math.min(1 << 20, limit)));
    turn(
        first,
        "order",
        expected.entrySet().stream()
            .map(one -> set(one.getKey(), one.getValue()))
            .toArray(KeyValueMutation[]::new));
    Expect.equal(
        "A value came back changed.", expected, payloads(Values.of(first).readAll("order")));
    Values.end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    Expect.equal("A value of the snapshot is changed.", expected, payloads(item.kvSnapshot()));
    Payloads.overTheLimit(store)
        .ifPresent(tooLarge ->
            Expect.rejected(
                "A value over the limit was taken.",
                InvalidRequest.class,
                first.turn(item).event(1).metadata(changes(set("large", tooLarge))).ack()));
    Expect.equal(
        "A refused value was stored.", expected, payloads(Values.of(first).readAll("order")));
  }

  private static Map<String, Payload> payloads(Map<String, KeyValue> values) {
    Map<String, Payload> payloads = new TreeMap<>();
    values.forEach((key, value) -> payloads.put(key, value.value()));
    return payloads;
  }

  /**
   * An instance may have a thousand keys.
   *
   * <p><b>Shape:</b> a thousand in one ack, read, merged, and in the snapshot.
   */
  @Rule("KV-19")
  void aThousandKeysAreTaken(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < MANY; i++) {
      expected.put("key " + i, "value " + i);
    }
    turn(first, "order", keys(MANY));
    Expect.equal(
        "A thousand keys are not read.",
        expected,
        Values.texts(Values.of(store.second()).readAll("order")));
    Values.end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    first.poke("order");
    Expect.equal(
        "A thousand keys are not in the snapshot.",
        expected,
        Values.texts(first.fetchOne("order").kvSnapshot()));
  }

  /**
   * More keys than the limit are refused.
   *
   * <p><b>Shape:</b> as many as the limit in one ack; then one more, beside an event, singly and in
   * a list with another instance: refused with both numbers, nothing written, the other one
   * applied. Setting a key again, one in the place of another, and one behind a clear of all are
   * applied; one more is refused in the next execution too, where all are merged. A limit of more
   * than twenty thousand is not tried.
   */
  @Rule("KV-24")
  void moreKeysThanTheLimitAreRefused(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    int most = first.provider().info().limits().maxKeysPerInstance();
    if (most > MOST_TRIED) {
      return;
    }
    first.create("full");
    first.create("other");
    turn(first, "full", keys(most));
    first.poke("full");
    OrchestrationItem full = first.fetchOne("full");
    Turn tooMuch = first.turn(full).event(1).metadata(changes(set("more", "1")));
    expectRefused(tooMuch.ack(), most);
    first.poke("other");
    OrchestrationItem other = first.fetchOne("other");
    List<AckResult> results =
        first
            .provider()
            .ackOrchestrationItems(
                List.of(
                    tooMuch.build(),
                    first.turn(other).metadata(changes(set("more", "1"))).build()));
    expectRefused(results.get(0), most);
    Expect.applied(results.get(1));
    expectUnseen("A refused change was stored.", store, "full", "more");
    Expect.none("A refused ack was stored.", first.history("full", 1));
    first
        .turn(full)
        .metadata(changes(set("key 0", "again"), clear("key 1"), set("more", "1")))
        .apply();
    Values.end(first, "full", 1, ExecutionStatus.CONTINUED_AS_NEW);
    first.poke("full");
    OrchestrationItem next = first.fetchOne("full");
    Expect.equal("Keys are missing in the snapshot.", most, next.kvSnapshot().size());
    expectRefused(first.turn(next).execution(2).metadata(changes(set("key 1", "1"))).ack(), most);
    first.turn(next).execution(2).metadata(changes(CLEAR_ALL, set("key 1", "1"))).apply();
    expectSeen("Not what was set behind a clear of all.", store, "full", "key 1", "1");
  }

  private static KeyValueMutation[] keys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> set("key " + i, "value " + i))
        .toArray(KeyValueMutation[]::new);
  }

  private static void expectRefused(AckResult result, int most) {
    InvalidRequest refusal =
        Expect.rejected("More keys than the limit were taken.", InvalidRequest.class, result);
    String message = String.valueOf(refusal.getMessage());
    for (String part : List.of("full", Integer.toString(most + 1), Integer.toString(most))) {
      Expect.that(
          "The refusal does not say which instance, how many keys and which limit.",
          part,
          message,
          message.contains(part));
    }
  }

  /**
   * A change without an instance is refused.
   *
   * <p><b>Shape:</b> first acks without a name set, clear, and clear all: rejected, nothing
   * written; with the name it is applied, and nothing is there that was refused.
   */
  @Rule("KV-23")
  void aChangeWithoutAnInstanceIsRefused(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.start("order");
    OrchestrationItem item = first.fetchOne("order");
    for (KeyValueMutation change : List.of(set("early", "1"), clear("early"), CLEAR_ALL)) {
      Expect.rejected(
          "A change without an instance was not refused.",
          InvalidRequest.class,
          first.turn(item).event(1).metadata(changes(change)).ack());
    }
    Expect.none("A refused ack was stored.", first.history("order", 1));
    expectSeen("A refused change was stored.", store, "order");
    first.turn(item).name(Sample.NAME).event(1).metadata(changes(set("key", "1"))).apply();
    expectSeen("A refused change was left behind.", store, "order", "key", "1");
    Values.end(first, "order", 1, ExecutionStatus.COMPLETED);
    expectSnapshot("A refused change was merged.", store, "order", "key", "1");
  }
}
