// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.fixture.WhiteBox.StoredRow;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.Arrays;
import java.util.List;

/** One ack is one transaction: all or nothing. */
@RuleFamily("ATOM")
final class AtomRules {

  /**
   * An ack that repeats an event writes nothing at all.
   *
   * <p><b>Shape:</b> an ack with good events before an existing one, activities, messages, a
   * cancellation and metadata; nothing has changed, nothing is delivered.
   */
  @Rule("ATOM-01")
  void anAckWithAStoredEventWritesNothing(StoreUnderTest store) {
    expectNothingWritten(store, DuplicateEvent.class, turn -> turn.events(4, 5).event(3));
  }

  /**
   * An ack with events out of order writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with good events that do not ascend.
   */
  @Rule("ATOM-01")
  void anAckWithEventsOutOfOrderWritesNothing(StoreUnderTest store) {
    expectNothingWritten(store, InvalidRequest.class, turn -> turn.events(4, 6).event(9).event(8));
  }

  /**
   * An ack with a message id that was used for something else writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with a mismatched message as the last one.
   */
  @Rule("ATOM-01")
  void anAckWithAMismatchedMessageWritesNothing(StoreUnderTest store) {
    store.first().create("other");
    store.first().enqueue(identified("other", "first content"));
    store.first().finish(store.first().fetchOne("other"));
    expectNothingWritten(
        store,
        IdempotencyMismatch.class,
        turn -> turn.events(4, 5).send(identified("other", "other content")));
  }

  /**
   * An ack that schedules an activity which is queued writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with the activity as the last one; the cancellation is undone, too.
   */
  @Rule("ATOM-01")
  void anAckWithAQueuedActivityWritesNothing(StoreUnderTest store) {
    expectNothingWritten(store, InvalidRequest.class, turn -> turn.events(4, 5).activities(12));
  }

  /**
   * An ack with a payload over the limit writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with the payload in the last message.
   */
  @Rule("ATOM-01")
  void anAckWithAPayloadOverTheLimitWritesNothing(StoreUnderTest store) {
    int tooMany = store.first().provider().info().limits().maxPayloadBytes() + 1;
    Payload payload = Payload.of(new byte[tooMany]);
    expectNothingWritten(
        store,
        InvalidRequest.class,
        turn -> turn.events(4, 5).send(OrchestratorMessage.of("other", "poke", payload)));
  }

  /** One thing wrong with an ack that is otherwise right. */
  @FunctionalInterface
  private interface Flaw {
    void add(Turn turn);
  }

  private static void expectNothingWritten(
      StoreUnderTest store, Class<? extends Permanent> error, Flaw flaw) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    Turn prepared = first.turn(first.fetchOne("order")).events(1, 3).activities(11, 12);
    withFeatures(store, prepared, "before").apply();
    OrchestratorMessage poke = first.poke("order");
    OrchestrationItem held = first.fetchOne("order");
    Snapshot before = store.snapshot("order", "other", "child");

    Turn flawed =
        first
            .turn(held)
            .name("another")
            .version("2")
            .parent("stranger")
            .status(ExecutionStatus.COMPLETED)
            .output("output")
            .activities(21, 22)
            .cancel(Sample.activity("order", 11).identity())
            .send(
                Sample.message("order", "to itself"),
                Sample.message("other", "to another"),
                Sample.start("child", "child", null));
    withFeatures(store, flawed, "after");
    flaw.add(flawed);
    flawed.reject("An ack that is wrong was not rejected.", error);

    store.expectUnchanged("A rejected ack wrote something.", before);
    store.second().fetchNone("A rejected ack sent messages, or released the lock.");
    expectActivities(store.second(), 11, 12);
    first.abandon(held);
    OrchestrationItem again = store.second().fetchOne("order");
    Batch.expect("A rejected ack changed the batch.", again, poke);
    Expect.equal("A rejected ack changed the name.", Sample.NAME, again.name());
    Expect.equal("A rejected ack changed the version.", Sample.VERSION, again.version());
    Expect.equal("A rejected ack changed the history.", held.history(), again.history());
    Expect.equal("A rejected ack changed key-values.", held.kvSnapshot(), again.kvSnapshot());
    store.second().fetchNone("A rejected ack sent messages.");
  }

  /** Key-values and custom status, where declared. */
  private static Turn withFeatures(StoreUnderTest store, Turn turn, String value) {
    Payload payload = Payload.utf8(value);
    if (store.declares(Feature.KEY_VALUES)) {
      turn.metadata(m -> m.keyValue(new KeyValueMutation.Set("key", payload)));
    }
    if (store.declares(Feature.CUSTOM_STATUS)) {
      turn.metadata(m -> m.customStatus(new CustomStatusChange.Set(payload)));
    }
    return turn;
  }

  /**
   * After a rejected ack the lock is held until its end, as before.
   *
   * <p><b>Shape:</b> a rejected ack at half of L; B fetches nothing until just before L, and the
   * batch at L, with delivery count 2.
   */
  @Rule("ATOM-02")
  void aRejectedAckLeavesTheLockEnd(StoreUnderTest store) {
    Handle first = store.first();
    OrchestrationItem held = lockedWithEvents(first);
    store.moveTime(store.lockFor().dividedBy(2));

    first.turn(held).event(3).reject("A stored event was written again.", DuplicateEvent.class);

    store.moveToJustBefore(store.lockFor().dividedBy(2));
    store.second().fetchNone("A rejected ack released the lock before its end.");
    store.moveTime(store.tick());
    OrchestrationItem again = store.second().fetchOne("order");
    Expect.equal("A rejected ack changed the batch.", held.messages(), again.messages());
    Expect.equal("A rejected ack changed the delivery count.", 2, again.deliveryCount());
  }

  /**
   * After a rejected ack the corrected one with the same token is applied and removes the batch.
   *
   * <p><b>Shape:</b> a rejected ack; a message; the corrected ack; the next item has that message
   * alone.
   */
  @Rule("ATOM-02")
  void theCorrectedAckIsApplied(StoreUnderTest store) {
    Handle first = store.first();
    OrchestrationItem held = lockedWithEvents(first);
    first
        .turn(held)
        .events(4, 5)
        .event(3)
        .reject("A wrong ack was accepted.", DuplicateEvent.class);
    OrchestratorMessage later = first.poke("order");

    first.turn(held).events(4, 5).apply();

    Expect.equal(
        "The corrected ack is not stored.", Sample.events(1, 5), first.history("order", 1));
    Batch.expect(
        "The corrected ack did not remove its batch.", store.second().fetchOne("order"), later);
  }

  /**
   * An applied ack makes all its parts visible, each once.
   *
   * <p><b>Shape:</b> five events, three activities, two messages and metadata; all are there, none
   * twice.
   */
  @Rule("ATOM-03")
  void anAppliedAckMakesAllItsPartsVisible(StoreUnderTest store) {
    Handle first = store.first();
    first.create("one");
    first.create("two");
    first.create("order");
    OrchestratorMessage toOne = Sample.message("one", "to one");
    OrchestratorMessage toTwo = Sample.message("two", "to two");
    first.poke("order");

    first
        .turn(first.fetchOne("order"))
        .name("another")
        .version("2")
        .status(ExecutionStatus.COMPLETED)
        .output("output")
        .events(1, 5)
        .activities(1, 2, 3)
        .send(toOne, toTwo)
        .apply();

    Expect.equal(
        "The events are not there.", Sample.events(1, 5), store.second().history("order", 1));
    expectActivities(store.second(), 1, 2, 3);
    List<OrchestrationItem> items = store.second().fetch(Handle.ALL);
    Expect.equal("Not both messages are there.", 2, items.size());
    for (OrchestrationItem item : items) {
      Batch.expect(
          "A message is not there once.", item, item.instanceId().equals("one") ? toOne : toTwo);
    }
    store.first().poke("order");
    OrchestrationItem next = store.second().fetchOne("order");
    Expect.equal("The name is not there.", "another", next.name());
    Expect.equal("The version is not there.", "2", next.version());
    store
        .adminIfDeclared()
        .ifPresent(admin -> {
          ExecutionDetails execution = admin.execution("order", 1);
          Expect.equal("The status is not there.", ExecutionStatus.COMPLETED, execution.status());
          Expect.equal("The output is not there.", Payload.utf8("output"), execution.output());
        });
  }

  /**
   * An event id that exists is refused, wherever it stands in the delta and whatever its content.
   *
   * <p><b>Shape:</b> a stored event as first, middle and last of a delta, with equal and with other
   * content; the stored one stays.
   */
  @Rule("ATOM-05")
  void aStoredEventIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    OrchestrationItem held = lockedWithEvents(first);
    HistoryEvent equal = Sample.event(3);
    HistoryEvent other = new HistoryEvent(3, "other", Payload.utf8("other"), Sample.RECORDED_AT);

    for (HistoryEvent stored : List.of(equal, other)) {
      expectDuplicate(first, held, stored, Sample.event(4), Sample.event(5));
      expectDuplicate(first, held, Sample.event(4), stored, Sample.event(5));
      expectDuplicate(first, held, Sample.event(4), Sample.event(5), stored);
      expectDuplicate(first, held, stored);
    }
    Expect.equal(
        "A refused event changed history.", Sample.events(1, 3), first.history("order", 1));
  }

  /**
   * An event id that stands twice in one delta is refused.
   *
   * <p><b>Shape:</b> deltas with a new id twice, next to each other and apart, with equal and other
   * content; nothing is stored.
   */
  @Rule("ATOM-05")
  void anEventThatStandsTwiceIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    OrchestrationItem held = lockedWithEvents(first);
    HistoryEvent other = new HistoryEvent(4, "other", Payload.utf8("other"), Sample.RECORDED_AT);

    expectDuplicate(first, held, Sample.event(4), Sample.event(4));
    expectDuplicate(first, held, Sample.event(4), other);
    expectDuplicate(first, held, Sample.event(4), Sample.event(5), Sample.event(4));
    Expect.equal(
        "A refused event changed history.", Sample.events(1, 3), first.history("order", 1));
  }

  private static void expectDuplicate(Handle first, OrchestrationItem held, HistoryEvent... delta) {
    first
        .turn(held)
        .events(Arrays.asList(delta))
        .reject("An event id was accepted twice.", DuplicateEvent.class);
  }

  /**
   * History only grows at its end, and gaps are stored as given.
   *
   * <p><b>Shape:</b> append 1, 2, 10; then 5 is refused; then 11 is read back after 10.
   */
  @Rule("ATOM-06")
  void historyOnlyGrowsAtItsEnd(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 2).event(10).apply();
    first.poke("order");
    OrchestrationItem held = first.fetchOne("order");

    first.turn(held).event(5).reject("An event was put into a gap.", InvalidRequest.class);
    first
        .turn(held)
        .event(5)
        .event(11)
        .reject("An event was put into a gap.", InvalidRequest.class);
    first.turn(held).event(11).apply();

    Expect.equal(
        "The history is not what was appended.",
        List.of(1L, 2L, 10L, 11L),
        first.history("order", 1).stream().map(HistoryEvent::eventId).toList());
  }

  /**
   * Ids within a delta ascend.
   *
   * <p><b>Shape:</b> a delta of free ids in descending order is refused; another execution begins
   * again at any id.
   */
  @Rule("ATOM-06")
  void idsInADeltaAscend(StoreUnderTest store) {
    Handle first = store.first();
    OrchestrationItem held = lockedWithEvents(first);

    first.turn(held).event(12).event(11).reject("A delta descends.", InvalidRequest.class);
    Expect.equal("A refused delta was stored.", Sample.events(1, 3), first.history("order", 1));
    first.turn(held).execution(2).event(2).apply();

    Expect.equal("An event was renumbered.", Sample.events(2, 2), first.history("order", 2));
  }

  /**
   * An ack with nothing removes the batch and releases the lock.
   *
   * <p><b>Shape:</b> an empty ack of an instance with history and activities; all that is as
   * before, and nothing is deliverable; the next message is, with delivery count 1.
   */
  @Rule("ATOM-07")
  void anEmptyAckRemovesTheBatchAndReleasesTheLock(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 3).apply();
    first.poke("order");

    first.finish(first.fetchOne("order"));

    store.second().fetchNone("An empty ack left its batch.");
    Expect.equal("An empty ack changed history.", Sample.events(1, 3), first.history("order", 1));
    expectActivities(store.second(), 1);
    OrchestratorMessage poke = first.poke("order");
    OrchestrationItem next = store.second().fetchOne("order");
    Batch.expect("The batch after an empty ack is wrong.", next, poke);
    Expect.equal("An empty ack left the delivery count.", 1, next.deliveryCount());
    Expect.equal("An empty ack changed the name.", Sample.NAME, next.name());
    store
        .adminIfDeclared()
        .ifPresent(admin ->
            Expect.equal(
                "An empty ack changed the status.",
                ExecutionStatus.RUNNING,
                admin.instance("order").summary().status()));
  }

  /**
   * Status and output are stored with an empty delta.
   *
   * <p><b>Shape:</b> ack an existing instance with status Completed and an output only; read both.
   */
  @Rule("ATOM-07")
  void statusAndOutputAreStoredWithoutEvents(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    expectStatusStored(store);
  }

  /**
   * Status and output are stored without an instance row.
   *
   * <p><b>Shape:</b> ack a started instance with status Completed and an output, but no name; read
   * both.
   */
  @Rule("ATOM-07")
  void statusAndOutputAreStoredWithoutAnInstanceRow(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    first.finish(first.fetchOne("order"));
    expectStatusStored(store);
    store.expectNoInstanceRow("An ack without a name created an instance row.", "order");
  }

  private static void expectStatusStored(StoreUnderTest store) {
    Handle first = store.first();
    first.poke("order");
    OrchestrationItem held = first.fetchOne("order");
    if (store.adminIfDeclared().isEmpty() && store.whiteBoxIfOffered().isEmpty()) {
      throw new NotMeasured(FixturePart.FEATURE, "INSTANCE_ADMIN, or a white box");
    }
    List<StoredRow> before = executionRows(store);

    first.turn(held).status(ExecutionStatus.COMPLETED).output("output").apply();

    if (store.adminIfDeclared().isPresent()) {
      ExecutionDetails execution = store.admin().execution("order", 1);
      Expect.equal("The status was not stored.", ExecutionStatus.COMPLETED, execution.status());
      Expect.equal("The output was not stored.", Payload.utf8("output"), execution.output());
    }
    if (store.whiteBoxIfOffered().isPresent()) {
      Expect.different("Status and output were not stored.", before, executionRows(store));
    }
    Expect.none("A status stored events.", first.history("order", 1));
  }

  private static List<StoredRow> executionRows(StoreUnderTest store) {
    return store
        .whiteBoxIfOffered()
        .map(box -> box.rows(RowKind.EXECUTION, "order"))
        .orElse(List.of());
  }

  /**
   * An ack schedules activities of its own instance and execution only.
   *
   * <p><b>Shape:</b> acks with an activity of another instance, of an earlier and of a later
   * execution; nothing has changed.
   */
  @Rule("ATOM-17")
  void anAckSchedulesForItsOwnExecutionOnly(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    OrchestrationItem held = lockedWithEvents(first);
    Snapshot before = store.snapshot("order", "other");

    first
        .turn(held)
        .activities(1)
        .activity(Sample.activity("other", 2))
        .reject("An activity of another instance was scheduled.", InvalidRequest.class);
    first
        .turn(held)
        .activities(1)
        .activity(Sample.activity("order", 2, 2))
        .reject("An activity of a later execution was scheduled.", InvalidRequest.class);
    first
        .turn(held)
        .execution(2)
        .activities(1)
        .activity(Sample.activity("order", 1, 2))
        .reject("An activity of an earlier execution was scheduled.", InvalidRequest.class);

    store.expectUnchanged("A rejected ack wrote something.", before);
    store.second().fetchNoActivity("An activity of a rejected ack was delivered.");
    first.turn(held).execution(2).activities(1).apply();
    Expect.equal(
        "The activity is not that of the acked execution.",
        new ActivityIdentity("order", 2, 1),
        store.second().fetchActivity().task().identity());
  }

  /**
   * An ack cancels activities of its own instance only.
   *
   * <p><b>Shape:</b> an ack that cancels an activity of another instance, free and held; nothing
   * has changed, and the holder acks.
   */
  @Rule("ATOM-17")
  void anAckCancelsForItsOwnInstanceOnly(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    first.schedule("other", 1, 2);
    OrchestrationItem held = lockedWithEvents(first);
    ActivityItem activity = store.second().fetchActivity(1);
    Snapshot before = store.snapshot("order", "other");

    for (long foreign : List.of(1L, 2L)) {
      first
          .turn(held)
          .cancel(Sample.activity("other", foreign).identity())
          .reject("An activity of another instance was cancelled.", InvalidRequest.class);
    }

    store.expectUnchanged("A rejected ack wrote something.", before);
    store.second().complete(activity);
    store.second().fetchActivity(2);
    first.finish(held);
  }

  /** Creates {@code order} with events 1 to 3 and answers it locked, with one message. */
  private static OrchestrationItem lockedWithEvents(Handle first) {
    first.create("order");
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 3).apply();
    first.poke("order");
    return first.fetchOne("order");
  }

  private static void expectActivities(Handle handle, long... expected) {
    Expect.equal(
        "The activities are not the expected ones, each once.",
        Arrays.stream(expected).boxed().toList(),
        handle.fetchActivities(Handle.ALL).stream()
            .map(item -> item.task().activityId())
            .sorted()
            .toList());
  }

  private static OrchestratorMessage identified(String instanceId, String body) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body))
        .messageId("m-1")
        .build();
  }
}
