// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Values.CLEAR_ALL;
import static dev.holdfast.tck.rules.Values.changes;
import static dev.holdfast.tck.rules.Values.clear;
import static dev.holdfast.tck.rules.Values.end;
import static dev.holdfast.tck.rules.Values.expectSeen;
import static dev.holdfast.tck.rules.Values.expectSnapshot;
import static dev.holdfast.tck.rules.Values.next;
import static dev.holdfast.tck.rules.Values.requireDeclared;
import static dev.holdfast.tck.rules.Values.set;
import static dev.holdfast.tck.rules.Values.turn;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What turns see of key-values, and when they see it. */
@RuleFamily("KV")
final class KvSnapshotRules {

  private static final List<ExecutionStatus> ENDS =
      List.of(ExecutionStatus.CONTINUED_AS_NEW, ExecutionStatus.COMPLETED, ExecutionStatus.FAILED);

  /**
   * The snapshot leaves out what the running execution has set.
   *
   * <p><b>Shape:</b> set in the ack that creates the instance and in another turn; clients see the
   * keys, the items do not.
   */
  @Rule("KV-06")
  void theSnapshotLeavesOutWhatWasSet(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.start("order");
    first.turn(first.fetchOne("order")).name(Sample.NAME).metadata(changes(set("a", "1"))).apply();
    expectSnapshot("A snapshot has what the execution has set.", store, "order");
    turn(first, "order", set("b", "1"));
    expectSeen("Clients do not see what was set.", store, "order", "a", "1", "b", "1");
    expectSnapshot("A snapshot has what the execution has set.", store, "order");
    end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    next(first, "order", 2, set("a", "2")).apply();
    expectSnapshot(
        "A snapshot has what the second execution has set.", store, "order", "a", "1", "b", "1");
  }

  /**
   * The snapshot still has what the running execution has cleared.
   *
   * <p><b>Shape:</b> keys of the first execution; the second clears one, and in another instance
   * all.
   */
  @Rule("KV-07")
  void theSnapshotStillHasWhatWasCleared(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    for (KeyValueMutation change : List.of(clear("a"), CLEAR_ALL)) {
      String id = "order " + change;
      first.create(id);
      turn(first, id, set("a", "1"));
      end(first, id, 1, ExecutionStatus.CONTINUED_AS_NEW);
      next(first, id, 2, change).apply();
      expectSeen("Clients see what was cleared.", store, id);
      expectSnapshot("A snapshot lacks what the execution has cleared.", store, id, "a", "1");
      expectSnapshot("A snapshot lacks what the execution has cleared.", store, id, "a", "1");
    }
  }

  /**
   * Every turn and every delivery of an execution has the same snapshot.
   *
   * <p><b>Shape:</b> the second execution sets, clears and clears all, turn by turn, with an
   * abandon, an expired lock, a fetch in a list and, where declared, a claim in between.
   */
  @Rule("KV-08")
  void everyDeliveryHasTheSameSnapshot(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("a", "1"), set("b", "1"), set("c", "1"));
    end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    Map<String, KeyValue> snapshot = item.kvSnapshot();
    Expect.equal("The snapshot has other keys.", 3, snapshot.size());
    List<KeyValueMutation> all =
        List.of(set("a", "2"), clear("b"), set("new", "2"), CLEAR_ALL, set("b", "2"));
    for (KeyValueMutation change : all) {
      first.turn(item).execution(2).metadata(changes(change)).apply();
      first.poke("order");
      expectSame(snapshot, item = first.fetchOne("order"));
      first.abandon(item);
      expectSame(snapshot, item = first.fetchOne("order"));
      store.moveTime(store.lockFor());
      List<OrchestrationItem> items = store.second().fetch(Handle.ALL);
      Expect.equal("The instance was not delivered again.", 1, items.size());
      expectSame(snapshot, item = items.get(0));
    }
    if (store.declares(Feature.EAGER_DISPATCH)) {
      first.finish(item);
      OrchestrationItem claimed =
          first
              .provider()
              .enqueue(
                  Sample.message("order", "claimed"), new EagerInstance(store.lockFor(), 0, null))
              .eagerInstance();
      if (claimed != null) {
        expectSame(snapshot, claimed);
      }
    }
  }

  private static void expectSame(Map<String, KeyValue> snapshot, OrchestrationItem item) {
    Expect.equal("The snapshot changed while the execution ran.", snapshot, item.kvSnapshot());
  }

  /**
   * Each item of a list carries the snapshot of its own instance.
   *
   * <p><b>Shape:</b> one fetch of instances with other keys, without any, and with merged ones; one
   * with a bound of its size.
   */
  @Rule("KV-08")
  void eachItemOfAListHasItsOwnSnapshot(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    List<String> ids = List.of("one", "none", "two", "unmerged");
    for (String id : ids) {
      first.create(id);
      if (!id.equals("none")) {
        turn(first, id, set("key", "of " + id));
      }
      if (!id.equals("unmerged")) {
        end(first, id, 1, ExecutionStatus.CONTINUED_AS_NEW);
      }
    }
    for (OrchestrationFetch request :
        List.of(
            OrchestrationFetch.of(Handle.ALL, store.lockFor()),
            OrchestrationFetch.of(Handle.ALL, store.lockFor()).withMaxBytes(1 << 20))) {
      ids.forEach(first::poke);
      List<OrchestrationItem> items = first.fetch(request);
      Expect.equal("Not all instances were delivered.", ids.size(), items.size());
      for (OrchestrationItem item : items) {
        String id = item.instanceId();
        expectSnapshot(
            "An item has another snapshot: " + id,
            item,
            id.equals("none") || id.equals("unmerged")
                ? new String[] {}
                : new String[] {"key", "of " + id});
        first.finish(item);
      }
    }
  }

  /**
   * ContinuedAsNew merges.
   *
   * <p><b>Shape:</b> set, cleared and set again over three executions; the snapshot of each.
   */
  @Rule("KV-10")
  void continuingAsNewMerges(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("a", "0"), set("b", "1"), set("c", "1"));
    turn(first, "order", set("a", "1"), clear("b"));
    end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    first.poke("order");
    OrchestrationItem second = first.fetchOne("order");
    expectSnapshot("The second execution sees something else.", second, "a", "1", "c", "1");
    first.turn(second).execution(2).metadata(changes(clear("a"), set("d", "2"))).apply();
    end(first, "order", 2, ExecutionStatus.CONTINUED_AS_NEW);
    first.poke("order");
    OrchestrationItem third = first.fetchOne("order");
    expectSnapshot("The third execution sees something else.", third, "c", "1", "d", "2");
    first
        .turn(third)
        .execution(3)
        .metadata(changes(set("a", "3"), CLEAR_ALL, set("b", "3")))
        .apply();
    end(first, "order", 3, ExecutionStatus.CONTINUED_AS_NEW);
    expectSnapshot("The fourth execution sees something else.", store, "order", "b", "3");
    expectSeen("Merging changed what clients see.", store, "order", "b", "3");
  }

  /**
   * Completed merges.
   *
   * <p><b>Shape:</b> an execution that sets and clears completes; the item after it.
   */
  @Rule("KV-11")
  void completingMerges(StoreUnderTest store) {
    expectMerged(store, ExecutionStatus.COMPLETED);
  }

  /**
   * Failed merges.
   *
   * <p><b>Shape:</b> the same with a failure.
   */
  @Rule("KV-12")
  void failingMerges(StoreUnderTest store) {
    expectMerged(store, ExecutionStatus.FAILED);
  }

  private static void expectMerged(StoreUnderTest store, ExecutionStatus status) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("a", "1"), set("b", "1"));
    end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    next(first, "order", 2, set("a", "2"), clear("b"), set("c", "2")).apply();
    end(first, "order", 2, status);
    expectSnapshot("The end did not merge.", store, "order", "a", "2", "c", "2");
    expectSeen("Merging changed what clients see.", store, "order", "a", "2", "c", "2");
  }

  /**
   * The changes of the ack that ends the execution are merged too.
   *
   * <p><b>Shape:</b> set, clear and clear all in the ack that ends it, for each kind of end; and
   * set in the ack that creates and ends an instance.
   */
  @Rule("KV-13")
  void theChangesOfTheLastAckAreMerged(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    for (ExecutionStatus status : ENDS) {
      ending(store, "set " + status, status, set("new", "2"));
      expectSnapshot(
          "A set of the last ack is missing.",
          store,
          "set " + status,
          "old",
          "1",
          "both",
          "1",
          "new",
          "2");
      ending(store, "clear " + status, status, clear("old"));
      expectSnapshot("A clear of the last ack is missing.", store, "clear " + status, "both", "1");
      ending(store, "all " + status, status, CLEAR_ALL, set("new", "2"));
      expectSnapshot(
          "A clear of all of the last ack is missing.", store, "all " + status, "new", "2");
      String id = "only " + status;
      first.start(id);
      first
          .turn(first.fetchOne(id))
          .name(Sample.NAME)
          .status(status)
          .metadata(changes(set("a", "1")))
          .apply();
      expectSnapshot("A set of the only ack is missing.", store, id, "a", "1");
    }
  }

  /** Ends an execution that has a merged and an unmerged key. */
  private static void ending(
      StoreUnderTest store, String id, ExecutionStatus status, KeyValueMutation... mutations) {
    Handle first = store.first();
    first.create(id);
    turn(first, id, set("old", "1"));
    end(first, id, 1, ExecutionStatus.CONTINUED_AS_NEW);
    next(first, id, 2, set("both", "1")).apply();
    end(first, id, 2, status, mutations);
  }

  /**
   * A turn ahead changes and merges like any other.
   *
   * <p><b>Shape:</b> where turns ahead are declared: a start with a turn that sets, one with a turn
   * that sets and ends; a completion with a turn that clears, and one with a turn that only ends.
   */
  @Rule("KV-13")
  void turnsAheadChangeAndMerge(StoreUnderTest store) {
    requireDeclared(store);
    if (!store.declares(Feature.TURNS_AHEAD)) {
      return; // a turn ahead is not applied; AHEAD-01 says so
    }
    for (ExecutionStatus status : ENDS) {
      Foreseen begins = Foreseen.start(store, "set " + status);
      begins.call(begins.ahead(begins.turn().metadata(changes(set("a", "1"))))).applied();
      expectSeen("A turn ahead did not set.", store, "set " + status, "a", "1");
      expectSnapshot("A turn ahead was merged too early.", store, "set " + status);

      Foreseen ends = Foreseen.start(store, "end " + status);
      ends.call(ends.ahead(ends.turn().status(status).metadata(changes(set("a", "1"))))).applied();
      expectSnapshot("A turn ahead was not merged.", store, "end " + status, "a", "1");

      String id = "later " + status;
      completed(store, id, turn -> turn.metadata(changes(clear("a"), set("b", "2"))));
      expectSeen("A turn ahead did not change.", store, id, "b", "2", "u", "2");
      expectSnapshot("A turn ahead was merged too early.", store, id, "a", "1");

      id = "last " + status;
      completed(store, id, turn -> turn.status(status));
      expectSnapshot("The end of a turn ahead did not merge.", store, id, "a", "1", "u", "2");
    }
  }

  /**
   * Completes an activity of an instance that has a merged and an unmerged key, with a turn ahead.
   */
  private static void completed(StoreUnderTest store, String id, UnaryOperator<Turn> change) {
    Handle first = store.first();
    first.create(id);
    turn(first, id, set("a", "1"));
    end(first, id, 1, ExecutionStatus.CONTINUED_AS_NEW);
    next(first, id, 2, set("u", "2")).activities(1).apply();
    ActivityItem activity = first.fetchActivity(1);
    Turn turn = change.apply(first.turn(new LockToken.OfInstance(id, 1), 2));
    EagerInstance claim =
        Claims.instance(store.lockFor()).withTurnAhead(Foreseen.ahead(2, 0, turn));
    ActivityAck ack = new ActivityAck(activity.lockToken(), Sample.completion(activity), claim);
    AheadAnswer.of(Contention.repeated(() -> first.provider().ackActivityItem(ack))).applied();
  }

  /**
   * A rejected ack changes and merges nothing, and a repeated one is applied once.
   *
   * <p><b>Shape:</b> an ack that ends, with changes and an event that exists; then a good one,
   * twice.
   */
  @Rule("KV-14")
  void rejectedAcksChangeNothing(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    turn(first, "order", set("a", "1"));
    next(first, "order", 1).event(1).apply();
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    AckResult rejected =
        first
            .turn(item)
            .event(1)
            .status(ExecutionStatus.COMPLETED)
            .metadata(changes(set("a", "2"), set("b", "2")))
            .ack();
    Expect.is("An event was stored twice.", AckResult.Rejected.class, rejected);
    expectSeen("A rejected ack changed values.", store, "order", "a", "1");
    first.abandon(item);
    item = first.fetchOne("order");
    expectSnapshot("A rejected ack merged values.", item);
    OrchestrationAck good =
        first
            .turn(item)
            .event(2)
            .status(ExecutionStatus.COMPLETED)
            .metadata(changes(set("a", "3")))
            .build();
    Expect.applied(first.provider().ackOrchestrationItem(good));
    Map<String, KeyValue> seen = Values.of(first).readAll("order");
    store.moveTime(store.tick().multipliedBy(2));
    Expect.alreadyApplied(
        "A repeat was not recognised.", first.provider().ackOrchestrationItem(good));
    Expect.equal(
        "A repeated ack changed values.", seen, Values.of(store.second()).readAll("order"));
    expectSnapshot("The good ack did not merge.", store, "order", "a", "3");
  }

  /**
   * In a list of acks each changes and merges its own instance.
   *
   * <p><b>Shape:</b> one list: an end with changes, an end without, a set, nothing, and an end that
   * is rejected.
   */
  @Rule("KV-14")
  void inAListEachAckChangesItsOwn(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    List<String> ids = List.of("ends", "ends plainly", "sets", "keeps", "wrong");
    ids.forEach(first::create);
    ids.forEach(id -> turn(first, id, set("a", "1"), set("b", "1")));
    ids.forEach(first::poke);
    List<OrchestrationAck> acks = new ArrayList<>();
    for (OrchestrationItem item : first.fetch(ids.size())) {
      var turn = first.turn(item);
      switch (item.instanceId()) {
        case "ends" ->
            turn.status(ExecutionStatus.FAILED).metadata(changes(clear("b"), set("c", "2")));
        case "ends plainly" -> turn.status(ExecutionStatus.COMPLETED);
        case "sets" -> turn.metadata(changes(CLEAR_ALL, set("b", "2")));
        case "wrong" ->
            turn.status(ExecutionStatus.COMPLETED)
                .event(2)
                .event(1)
                .metadata(changes(set("a", "2")));
        default -> turn.event(1);
      }
      acks.add(turn.build());
    }
    first.provider().ackOrchestrationItems(acks);
    store.moveTime(store.lockFor());
    expectSeen("A list changed the wrong values.", store, "ends", "a", "1", "c", "2");
    expectSeen("A list changed the wrong values.", store, "ends plainly", "a", "1", "b", "1");
    expectSeen("A list changed the wrong values.", store, "sets", "b", "2");
    expectSeen("A list changed the wrong values.", store, "keeps", "a", "1", "b", "1");
    expectSeen("A rejected ack of a list changed values.", store, "wrong", "a", "1", "b", "1");
    OrchestrationItem wrong = first.fetchOne("wrong");
    expectSnapshot("A rejected ack of a list merged values.", wrong);
    first.finish(wrong);
    expectSnapshot("A list did not merge.", store, "ends", "a", "1", "c", "2");
    expectSnapshot("A list did not merge.", store, "ends plainly", "a", "1", "b", "1");
    expectSnapshot("A list merged a running execution.", store, "sets");
    expectSnapshot("A list merged a running execution.", store, "keeps");
  }

  /**
   * Each entry tells when it was set last.
   *
   * <p><b>Shape:</b> keys set at two moments, one of them again to an equal value, merged at a
   * third: moments of the acks, the same in reads and snapshots, before the merge and after it.
   */
  @Rule("KV-20")
  void eachEntryTellsWhenItWasSet(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    setAt(store, set("old", "1"), set("again", "1"), set("cleared", "1"));
    setAt(store, set("again", "1"), clear("cleared"));
    setAt(store, set("cleared", "1"));
    Map<String, KeyValue> seen = Values.of(first).readAll("order");
    Instant old = at(seen, "old");
    Expect.that("A set to an equal value was not noted.", old.isBefore(at(seen, "again")));
    Expect.that(
        "A set after a clear has an older moment.",
        at(seen, "again").isBefore(at(seen, "cleared")));
    store.moveTime(store.tick().multipliedBy(2));
    end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW);
    Expect.equal("Merging changed a moment.", seen, Values.of(store.second()).readAll("order"));
    first.poke("order");
    Expect.equal("A snapshot tells other moments.", seen, first.fetchOne("order").kvSnapshot());
  }

  private static void setAt(StoreUnderTest store, KeyValueMutation... mutations) {
    Handle first = store.first();
    store.moveTime(store.tick().multipliedBy(2));
    first.poke("order");
    OrchestrationItem before = first.fetchOne("order");
    first.turn(before).metadata(changes(mutations)).apply();
    first.poke("order");
    OrchestrationItem after = first.fetchOne("order");
    first.finish(after);
    for (KeyValueMutation mutation : mutations) {
      if (mutation instanceof KeyValueMutation.Set one) {
        Instant at = at(Values.of(first).readAll("order"), one.key());
        Expect.notBefore("A value was set before its ack.", before.fetchedAt(), at);
        Expect.notAfter("A value was set after its ack.", after.fetchedAt(), at);
      }
    }
  }

  private static Instant at(Map<String, KeyValue> values, String key) {
    return Objects.requireNonNull(values.get(key), key).lastUpdatedAt();
  }

  /**
   * Pruning changes no value.
   *
   * <p><b>Shape:</b> keys of executions 1, 2 and 3 of four, some overwritten, some cleared; all but
   * the current one are pruned.
   */
  @Rule("KV-21")
  void pruningChangesNoValue(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    ExecutionPruning pruning =
        first
            .provider()
            .capability(ExecutionPruning.class)
            .orElseThrow(
                () -> new NotMeasured(FixturePart.FEATURE, Feature.EXECUTION_PRUNING.name()));
    first.create("order");
    end(first, "order", 1, ExecutionStatus.CONTINUED_AS_NEW, set("one", "1"), set("gone", "1"));
    end(first, "order", 2, ExecutionStatus.CONTINUED_AS_NEW, set("two", "2"), set("both", "2"));
    end(first, "order", 3, ExecutionStatus.CONTINUED_AS_NEW, set("both", "3"), clear("gone"));
    next(first, "order", 4, set("four", "4"), clear("one")).apply();
    Map<String, KeyValue> seen = Values.of(first).readAll("order");
    Expect.equal(
        "The executions were not removed.",
        3L,
        pruning.prune("order", ExecutionPruning.Options.keepLast(1)).executions());
    Expect.equal("Pruning changed values.", seen, Values.of(store.second()).readAll("order"));
    expectSeen("The values are wrong.", store, "order", "two", "2", "both", "3", "four", "4");
    expectSnapshot(
        "Pruning changed the snapshot.", store, "order", "one", "1", "two", "2", "both", "3");
  }

  /**
   * Deleting removes values of the whole tree, merged or not.
   *
   * <p><b>Shape:</b> a parent with a child, each with merged and unmerged keys, is deleted; both
   * ids are created again: nothing is read and the snapshots are empty.
   */
  @Rule("KV-22")
  void deletingRemovesTheValuesOfTheTree(StoreUnderTest store) {
    requireDeclared(store);
    Handle first = store.first();
    InstanceDeletion deletion =
        first
            .provider()
            .capability(InstanceDeletion.class)
            .orElseThrow(
                () -> new NotMeasured(FixturePart.FEATURE, Feature.INSTANCE_DELETION.name()));
    for (String id : List.of("parent", "child")) {
      first.start(id);
      var turn = first.turn(first.fetchOne(id)).name(Sample.NAME);
      if (id.equals("child")) {
        turn.parent("parent");
      }
      turn.apply();
      end(first, id, 1, ExecutionStatus.CONTINUED_AS_NEW, set("merged", "1"), set("both", "1"));
      next(first, id, 2, set("unmerged", "2"), set("both", "2")).apply();
    }
    first.create("other");
    turn(first, "other", set("merged", "of another"));
    deletion.delete(List.of("parent"), true);
    for (String id : List.of("parent", "child")) {
      expectSeen("Values of a deleted instance are read.", store, id);
      Expect.equal(
          "A value of a deleted instance is read.",
          Optional.empty(),
          Values.of(store.second()).read(id, "merged"));
      first.create(id);
      expectSeen("A new instance has values of a deleted one.", store, id);
      expectSnapshot("A new instance has a snapshot of a deleted one.", store, id);
      end(first, id, 1, ExecutionStatus.CONTINUED_AS_NEW);
      expectSnapshot("Values of a deleted instance were merged.", store, id);
    }
    expectSeen("Deleting took values of another.", store, "other", "merged", "of another");
  }
}
