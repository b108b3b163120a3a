// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.CustomStatus.Reading;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The value that an instance shows to the outside, and its version. */
@RuleFamily("STATUS")
final class StatusRules {

  private static final int WRITES = 50;
  private static final CustomStatusChange CLEAR = new CustomStatusChange.Clear();

  // ---- words

  private static CustomStatus declared(StoreUnderTest store, Handle handle) {
    if (!store.declares(Feature.CUSTOM_STATUS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.CUSTOM_STATUS.name());
    }
    return handle
        .provider()
        .capability(CustomStatus.class)
        .orElseThrow(() -> Expect.violation("CustomStatus is missing.", "the capability", "none"));
  }

  private static CustomStatusChange set(String text) {
    return new CustomStatusChange.Set(Payload.utf8(text));
  }

  /** A turn of an instance for which nothing is queued, with a change. */
  private static void turn(Handle handle, String instanceId, CustomStatusChange change) {
    handle.poke(instanceId);
    handle.turn(handle.fetchOne(instanceId)).metadata(m -> m.customStatus(change)).apply();
  }

  private static void expect(
      String what, StoreUnderTest store, String instanceId, @Nullable String value, long version) {
    Reading expected = new Reading(value == null ? null : Payload.utf8(value), version);
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(what, Optional.of(expected), declared(store, handle).read(instanceId, 0));
    }
  }

  // ---- rules

  /**
   * The custom status is offered, or refused where it is not declared.
   *
   * <p><b>Shape:</b> declared: the capability is there. Undeclared: it is not; an ack that sets and
   * one that clears are refused, and one that keeps is applied with the same token.
   */
  @Rule("STATUS-01")
  void itIsOfferedOrRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    if (store.declares(Feature.CUSTOM_STATUS)) {
      turn(first, "order", set("shown"));
      expect("A change was not stored.", store, "order", "shown", 1);
      return;
    }
    Expect.equal(
        "A capability is offered that is not declared.",
        Optional.empty(),
        first.provider().capability(CustomStatus.class));
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    for (CustomStatusChange change : List.of(set("shown"), CLEAR)) {
      Expect.rejected(
          "A change that is not declared was not refused.",
          NotSupported.class,
          first.turn(item).event(1).metadata(m -> m.customStatus(change)).ack());
    }
    Expect.none("A refused ack was stored.", first.history("order", 1));
    first.turn(item).metadata(m -> m.customStatus(CustomStatusChange.keep())).apply();
  }

  /**
   * Setting stores the value and raises the version.
   *
   * <p><b>Shape:</b> three acks that set; after each the value and versions 1, 2, 3 on both
   * handles.
   */
  @Rule("STATUS-02")
  void settingRaisesTheVersion(StoreUnderTest store) {
    declared(store, store.first());
    store.first().create("order");
    for (int i = 1; i <= 3; i++) {
      turn(store.first(), "order", set("value " + i));
      expect("Not the last value, or not its version.", store, "order", "value " + i, i);
    }
  }

  /**
   * Clearing removes the value and raises the version.
   *
   * <p><b>Shape:</b> set and clear: no value, version 2; clear where nothing was: version 1.
   */
  @Rule("STATUS-03")
  void clearingRaisesTheVersion(StoreUnderTest store) {
    CustomStatus status = declared(store, store.first());
    store.first().create("order");
    turn(store.first(), "order", set("value"));
    turn(store.first(), "order", CLEAR);
    expect("A cleared value, or its version, is wrong.", store, "order", null, 2);
    Expect.equal(
        "A reader is not told that the value was cleared.",
        Optional.of(new Reading(null, 2)),
        status.read("order", 1));
    store.first().create("other");
    turn(store.first(), "other", CLEAR);
    expect("Clearing nothing was not counted.", store, "other", null, 1);
  }

  /**
   * Keeping changes neither, whatever else the ack does.
   *
   * <p><b>Shape:</b> acks with events, activities, another name and an end.
   */
  @Rule("STATUS-04")
  void keepingChangesNeither(StoreUnderTest store) {
    declared(store, store.first());
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("value"));
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 2).activities(1).name("other").apply();
    expect("An ack that keeps changed the custom status.", store, "order", "value", 1);
    first.poke("order");
    first.turn(first.fetchOne("order")).status(ExecutionStatus.COMPLETED).output("done").apply();
    expect("An end that keeps changed the custom status.", store, "order", "value", 1);
  }

  /**
   * The version counts changes, also to an equal value.
   *
   * <p><b>Shape:</b> the same value twice: version 2.
   */
  @Rule("STATUS-05")
  void theVersionCountsEqualValues(StoreUnderTest store) {
    declared(store, store.first());
    store.first().create("order");
    turn(store.first(), "order", set("same"));
    turn(store.first(), "order", set("same"));
    expect("An equal value was not counted.", store, "order", "same", 2);
  }

  /**
   * A read returns only what is newer than the version it names.
   *
   * <p><b>Shape:</b> versions around the stored one; an instance that never had one; a negative
   * one.
   */
  @Rule("STATUS-06")
  void aReadReturnsWhatIsNewer(StoreUnderTest store) {
    CustomStatus status = declared(store, store.first());
    store.first().create("order");
    turn(store.first(), "order", set("one"));
    turn(store.first(), "order", set("two"));
    Reading two = new Reading(Payload.utf8("two"), 2);
    Expect.equal("What is newer was not returned.", Optional.of(two), status.read("order", 1));
    for (long seen : new long[] {2, 3}) {
      Expect.equal(
          "What was seen was returned again.", Optional.empty(), status.read("order", seen));
    }
    store.first().create("other");
    Expect.equal(
        "An instance has a status that nobody set.", Optional.empty(), status.read("other", 0));
    Expect.invalid("A negative version was taken.", () -> status.read("order", -1));
  }

  /**
   * An unknown instance is no error.
   *
   * <p><b>Shape:</b> an id that was never used, and one of which only a start is queued.
   */
  @Rule("STATUS-07")
  void anUnknownInstanceIsNoError(StoreUnderTest store) {
    CustomStatus status = declared(store, store.first());
    store.first().start("queued");
    for (String id : List.of("never", "queued")) {
      Expect.equal(
          "An instance has a status that nobody set: " + id, Optional.empty(), status.read(id, 0));
    }
  }

  /**
   * It belongs to the instance, and not to an execution.
   *
   * <p><b>Shape:</b> set in execution 1, continue as new, read; set in execution 2 gives 2; set in
   * the ack that completes it gives 3.
   */
  @Rule("STATUS-08")
  void itBelongsToTheInstance(StoreUnderTest store) {
    declared(store, store.first());
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("one"));
    first.poke("order");
    first
        .turn(first.fetchOne("order"))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, Sample.VERSION))
        .apply();
    expect("It did not survive ContinuedAsNew.", store, "order", "one", 1);
    first
        .turn(first.fetchOne("order"))
        .execution(2)
        .metadata(m -> m.customStatus(set("two")))
        .apply();
    expect("Another execution counts anew.", store, "order", "two", 2);
    first.poke("order");
    first
        .turn(first.fetchOne("order"))
        .execution(2)
        .status(ExecutionStatus.COMPLETED)
        .metadata(m -> m.customStatus(set("three")))
        .apply();
    expect("It did not survive the end.", store, "order", "three", 3);
  }

  /**
   * A rejected ack changes nothing and a repeated one counts once.
   *
   * <p><b>Shape:</b> an ack with a change and an event that exists; then a good one, twice.
   */
  @Rule("STATUS-09")
  void rejectedAcksChangeNothing(StoreUnderTest store) {
    declared(store, store.first());
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("one"));
    first.poke("order");
    first.turn(first.fetchOne("order")).event(1).apply();
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    AckResult rejected = first.turn(item).event(1).metadata(m -> m.customStatus(set("no"))).ack();
    Expect.is("An event was stored twice.", AckResult.Rejected.class, rejected);
    expect("A rejected ack changed the custom status.", store, "order", "one", 1);
    OrchestrationAck good =
        first.turn(item).event(2).metadata(m -> m.customStatus(set("two"))).build();
    Expect.applied(first.provider().ackOrchestrationItem(good));
    Expect.alreadyApplied(
        "A repeat was not recognised.", first.provider().ackOrchestrationItem(good));
    expect("A repeated ack was counted.", store, "order", "two", 2);
  }

  /**
   * In a list of acks each changes its own instance.
   *
   * <p><b>Shape:</b> one list: a set, a keep, a clear, and a set that is rejected.
   */
  @Rule("STATUS-09")
  void inAListEachAckChangesItsOwn(StoreUnderTest store) {
    declared(store, store.first());
    Handle first = store.first();
    List<String> ids = List.of("set", "keep", "clear", "wrong");
    ids.forEach(first::create);
    ids.forEach(id -> turn(first, id, set("old")));
    ids.forEach(first::poke);
    List<OrchestrationAck> acks =
        first.fetch(ids.size()).stream()
            .map(item ->
                first
                    .turn(item)
                    .events(
                        item.instanceId().equals("wrong")
                            ? List.of(Sample.event(2), Sample.event(1))
                            : List.of())
                    .metadata(m ->
                        m.customStatus(
                            switch (item.instanceId()) {
                              case "keep" -> CustomStatusChange.keep();
                              case "clear" -> CLEAR;
                              default -> set("new");
                            }))
                    .build())
            .toList();
    first.provider().ackOrchestrationItems(acks);
    expect("A set in a list is wrong.", store, "set", "new", 2);
    expect("A keep in a list is wrong.", store, "keep", "old", 1);
    expect("A clear in a list is wrong.", store, "clear", null, 2);
    expect("A rejected ack of a list changed the custom status.", store, "wrong", "old", 1);
  }

  /**
   * The value is opaque bytes, and an empty one is a value.
   *
   * <p><b>Shape:</b> empty, NUL bytes, invalid UTF-8 and 1 MiB come back identical.
   */
  @Rule("STATUS-10")
  void theValueIsOpaqueBytes(StoreUnderTest store) {
    CustomStatus status = declared(store, store.first());
    store.first().create("order");
    byte[] large =
        new byte[Math.min(1 << 20, store.first().provider().info().limits().maxPayloadBytes())];
    store.random().nextBytes(large);
    List<Payload> values =
        List.of(
            Payload.empty(),
            Payload.of(new byte[] {0, 0, 1}),
            Payload.of(new byte[] {(byte) 0xC3, (byte) 0x28, (byte) 0xFF}),
            Payload.of(large));
    for (int i = 0; i < values.size(); i++) {
      turn(store.first(), "order", new CustomStatusChange.Set(values.get(i)));
      Expect.equal(
          "A value came back changed.",
          Optional.of(new Reading(values.get(i), i + 1)),
          status.read("order", i));
    }
  }

  /**
   * A change without an instance is refused.
   *
   * <p><b>Shape:</b> a first ack without a name sets, and clears: rejected, nothing written; with
   * the name it is applied.
   */
  @Rule("STATUS-11")
  void aChangeWithoutAnInstanceIsRefused(StoreUnderTest store) {
    declared(store, store.first());
    Handle first = store.first();
    first.start("order");
    OrchestrationItem item = first.fetchOne("order");
    for (CustomStatusChange change : List.of(set("early"), CLEAR)) {
      Expect.rejected(
          "A change without an instance was not refused.",
          InvalidRequest.class,
          first.turn(item).event(1).metadata(m -> m.customStatus(change)).ack());
    }
    Expect.none("A refused ack was stored.", first.history("order", 1));
    first.turn(item).name(Sample.NAME).event(1).metadata(m -> m.customStatus(set("shown"))).apply();
    expect("A refused change was counted.", store, "order", "shown", 1);
  }

  /**
   * Readers get value and version of one ack, and versions never go back.
   *
   * <p><b>Shape:</b> a writer stores the version as the value, over many acks, while two readers
   * poll through other handles, until each of them has seen several changes.
   */
  @Rule("STATUS-12")
  void valueAndVersionAreOfOneAck(StoreUnderTest store) {
    declared(store, store.first());
    store.first().create("order");
    List<CustomStatus> readers =
        store.newHandles(2).stream().map(handle -> declared(store, handle)).toList();
    int last =
        Witnesses.watch(
            WRITES,
            i -> turn(store.first(), "order", set(Integer.toString(i))),
            following(readers.get(0)),
            following(readers.get(1)));
    expect("A change was lost.", store, "order", Integer.toString(last), last);
  }

  /** Reads the version, which has its number as the value and never goes back. */
  private static Supplier<Long> following(CustomStatus status) {
    AtomicLong last = new AtomicLong();
    return () -> {
      Optional<Reading> reading = status.read("order", 0);
      if (reading.isPresent()) {
        Payload value = reading.get().value();
        Expect.equal(
            "Value and version are of different acks.",
            Long.toString(reading.get().version()),
            value == null ? null : value.asUtf8());
        Expect.that("A version went back.", reading.get().version() >= last.get());
        last.set(reading.get().version());
      }
      return last.get();
    };
  }

  /**
   * Instances do not share it.
   *
   * <p><b>Shape:</b> two instances, one set twice, one cleared.
   */
  @Rule("STATUS-13")
  void instancesDoNotShareIt(StoreUnderTest store) {
    declared(store, store.first());
    store.first().create("one");
    store.first().create("two");
    turn(store.first(), "one", set("of one"));
    turn(store.first(), "two", set("of two"));
    turn(store.first(), "two", CLEAR);
    expect("An instance shows what belongs to another.", store, "one", "of one", 1);
    expect("An instance shows what belongs to another.", store, "two", null, 2);
  }

  /**
   * Pruning leaves it, deletion removes it.
   *
   * <p><b>Shape:</b> set in two executions, pruned to the last one; deleted and created again,
   * where both are declared.
   */
  @Rule("STATUS-13")
  void itEndsWithItsInstance(StoreUnderTest store) {
    declared(store, store.first());
    Handle first = store.first();
    first.start("one");
    for (long execution = 1; execution <= 2; execution++) {
      first
          .turn(first.fetchOne("one"))
          .execution(execution)
          .name(Sample.NAME)
          .metadata(metadata -> metadata.customStatus(set("of one")))
          .status(ExecutionStatus.CONTINUED_AS_NEW)
          .send(Sample.start("one", Sample.NAME, null))
          .apply();
    }
    first
        .provider()
        .capability(ExecutionPruning.class)
        .ifPresent(pruning -> pruning.prune("one", ExecutionPruning.Options.keepLast(1)));
    expect("Pruning has changed the status.", store, "one", "of one", 2);
    Deletions.of(first).delete(List.of("one"), true);
    first.create("one");
    first.poke("one");
    first
        .turn(first.fetchOne("one"))
        .metadata(metadata -> metadata.customStatus(set("of the new one")))
        .apply();
    expect("A new instance has the status of a deleted one.", store, "one", "of the new one", 1);
  }
}
