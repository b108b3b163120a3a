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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
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
   *
   * <p><b>If this fails, check:</b> is everything that the ack wrote before it met the event
   * undone?
   */
  @Rule("ATOM-01")
  void anAckWithAStoredEventWritesNothing(StoreUnderTest s) {
    expectNothingWritten(s, DuplicateEvent.class, turn -> turn.events(4, 5).event(3));
  }

  /**
   * An ack with events out of order writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with good events that do not ascend.
   *
   * <p><b>If this fails, check:</b> is everything that the ack wrote before it met the event
   * undone?
   */
  @Rule("ATOM-01")
  void anAckWithEventsOutOfOrderWritesNothing(StoreUnderTest s) {
    expectNothingWritten(s, InvalidRequest.class, turn -> turn.events(4, 6).event(9).event(8));
  }

  /**
   * An ack with a message id that was used for something else writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with a mismatched message as the last one.
   *
   * <p><b>If this fails, check:</b> is everything that the ack wrote before it met the message
   * undone?
   */
  @Rule("ATOM-01")
  void anAckWithAMismatchedMessageWritesNothing(StoreUnderTest s) {
    s.a().create("other");
    s.a().enqueue(identified("other", "first content"));
    s.a().finish(s.a().fetchOne("other"));
    expectNothingWritten(
        s,
        IdempotencyMismatch.class,
        turn -> turn.events(4, 5).send(identified("other", "other content")));
  }

  /**
   * An ack that schedules an activity which is queued writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with the activity as the last one; the cancellation is undone, too.
   *
   * <p><b>If this fails, check:</b> is everything that the ack wrote before it met the activity
   * undone?
   */
  @Rule("ATOM-01")
  void anAckWithAQueuedActivityWritesNothing(StoreUnderTest s) {
    expectNothingWritten(s, InvalidRequest.class, turn -> turn.events(4, 5).activities(12));
  }

  /**
   * An ack with a payload over the limit writes nothing at all.
   *
   * <p><b>Shape:</b> as before, with the payload in the last message.
   *
   * <p><b>If this fails, check:</b> are sizes checked before the first write, or what was written
   * undone?
   */
  @Rule("ATOM-01")
  void anAckWithAPayloadOverTheLimitWritesNothing(StoreUnderTest s) {
    int tooMany = s.a().provider().info().limits().maxPayloadBytes() + 1;
    Payload payload = Payload.of(new byte[tooMany]);
    expectNothingWritten(
        s,
        InvalidRequest.class,
        turn -> turn.events(4, 5).send(OrchestratorMessage.of("other", "poke", payload)));
  }

  /** One thing wrong with an ack that is otherwise right. */
  @FunctionalInterface
  private interface Flaw {
    void add(Turn turn);
  }

  private static void expectNothingWritten(
      StoreUnderTest s, Class<? extends Permanent> error, Flaw flaw) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    Turn prepared = a.turn(a.fetchOne("order")).events(1, 3).activities(11, 12);
    withFeatures(s, prepared, "before").apply();
    OrchestratorMessage poke = a.poke("order");
    OrchestrationItem held = a.fetchOne("order");
    Snapshot before = s.snapshot("order", "other", "child");

    Turn flawed =
        a.turn(held)
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
    withFeatures(s, flawed, "after");
    flaw.add(flawed);
    flawed.reject("An ack that is wrong was not rejected.", error);

    s.expectUnchanged("A rejected ack wrote something.", before);
    s.b().fetchNone("A rejected ack sent messages, or released the lock.");
    expectActivities(s.b(), 11, 12);
    a.abandon(held);
    OrchestrationItem again = s.b().fetchOne("order");
    Batch.expect("A rejected ack changed the batch.", again, poke);
    Expect.equal("A rejected ack changed the name.", Sample.NAME, again.name());
    Expect.equal("A rejected ack changed the version.", Sample.VERSION, again.version());
    Expect.equal("A rejected ack changed the history.", held.history(), again.history());
    Expect.equal("A rejected ack changed key-values.", held.kvSnapshot(), again.kvSnapshot());
    s.b().fetchNone("A rejected ack sent messages.");
  }

  /** Key-values and custom status, where declared. */
  private static Turn withFeatures(StoreUnderTest s, Turn turn, String value) {
    Payload payload = Payload.utf8(value);
    if (s.declares(Feature.KEY_VALUES)) {
      turn.metadata(m -> m.keyValue(new KeyValueMutation.Set("key", payload)));
    }
    if (s.declares(Feature.CUSTOM_STATUS)) {
      turn.metadata(m -> m.customStatus(new CustomStatusChange.Set(payload)));
    }
    return turn;
  }

  /**
   * After a rejected ack the lock is held until its end, as before.
   *
   * <p><b>Shape:</b> a rejected ack at half of L; B fetches nothing until just before L, and the
   * batch at L, with attempt count 2.
   *
   * <p><b>If this fails, check:</b> does a rejected ack release or prolong the lock?
   */
  @Rule("ATOM-02")
  void aRejectedAckLeavesTheLockEnd(StoreUnderTest s) {
    Handle a = s.a();
    OrchestrationItem held = lockedWithEvents(a);
    s.moveTime(s.lockFor().dividedBy(2));

    a.turn(held).event(3).reject("A stored event was written again.", DuplicateEvent.class);

    s.moveToJustBefore(s.lockFor().dividedBy(2));
    s.b().fetchNone("A rejected ack released the lock before its end.");
    s.moveTime(s.tick());
    OrchestrationItem again = s.b().fetchOne("order");
    Expect.equal("A rejected ack changed the batch.", held.messages(), again.messages());
    Expect.equal("A rejected ack changed the attempt count.", 2, again.attemptCount());
  }

  /**
   * After a rejected ack the corrected one with the same token is applied and removes the batch.
   *
   * <p><b>Shape:</b> a rejected ack; a message; the corrected ack; the next item has that message
   * alone.
   *
   * <p><b>If this fails, check:</b> does a rejected ack spend the token, or change what the batch
   * is?
   */
  @Rule("ATOM-02")
  void theCorrectedAckIsApplied(StoreUnderTest s) {
    Handle a = s.a();
    OrchestrationItem held = lockedWithEvents(a);
    a.turn(held).events(4, 5).event(3).reject("A wrong ack was accepted.", DuplicateEvent.class);
    OrchestratorMessage later = a.poke("order");

    a.turn(held).events(4, 5).apply();

    Expect.equal("The corrected ack is not stored.", Sample.events(1, 5), a.history("order", 1));
    Batch.expect("The corrected ack did not remove its batch.", s.b().fetchOne("order"), later);
  }

  /**
   * An applied ack makes all its parts visible, each once.
   *
   * <p><b>Shape:</b> five events, three activities, two messages and metadata; all are there, none
   * twice.
   *
   * <p><b>If this fails, check:</b> which part is written after the commit, or twice?
   */
  @Rule("ATOM-03")
  void anAppliedAckMakesAllItsPartsVisible(StoreUnderTest s) {
    Handle a = s.a();
    a.create("one");
    a.create("two");
    a.create("order");
    OrchestratorMessage toOne = Sample.message("one", "to one");
    OrchestratorMessage toTwo = Sample.message("two", "to two");
    a.poke("order");

    a.turn(a.fetchOne("order"))
        .name("another")
        .version("2")
        .status(ExecutionStatus.COMPLETED)
        .output("output")
        .events(1, 5)
        .activities(1, 2, 3)
        .send(toOne, toTwo)
        .apply();

    Expect.equal("The events are not there.", Sample.events(1, 5), s.b().history("order", 1));
    expectActivities(s.b(), 1, 2, 3);
    List<OrchestrationItem> items = s.b().fetch(Handle.ALL);
    Expect.equal("Not both messages are there.", 2, items.size());
    for (OrchestrationItem item : items) {
      Batch.expect(
          "A message is not there once.", item, item.instanceId().equals("one") ? toOne : toTwo);
    }
    s.a().poke("order");
    OrchestrationItem next = s.b().fetchOne("order");
    Expect.equal("The name is not there.", "another", next.name());
    Expect.equal("The version is not there.", "2", next.version());
    s.adminIfDeclared()
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
   *
   * <p><b>If this fails, check:</b> is an insert that conflicts ignored, or does it overwrite?
   */
  @Rule("ATOM-05")
  void aStoredEventIsRefused(StoreUnderTest s) {
    Handle a = s.a();
    OrchestrationItem held = lockedWithEvents(a);
    HistoryEvent equal = Sample.event(3);
    HistoryEvent other = new HistoryEvent(3, "other", Payload.utf8("other"), Sample.RECORDED_AT);

    for (HistoryEvent stored : List.of(equal, other)) {
      expectDuplicate(a, held, stored, Sample.event(4), Sample.event(5));
      expectDuplicate(a, held, Sample.event(4), stored, Sample.event(5));
      expectDuplicate(a, held, Sample.event(4), Sample.event(5), stored);
      expectDuplicate(a, held, stored);
    }
    Expect.equal("A refused event changed history.", Sample.events(1, 3), a.history("order", 1));
  }

  /**
   * An event id that stands twice in one delta is refused.
   *
   * <p><b>Shape:</b> deltas with a new id twice, next to each other and apart, with equal and other
   * content; nothing is stored.
   *
   * <p><b>If this fails, check:</b> is the delta compared with what is stored only, and not with
   * itself?
   */
  @Rule("ATOM-05")
  void anEventThatStandsTwiceIsRefused(StoreUnderTest s) {
    Handle a = s.a();
    OrchestrationItem held = lockedWithEvents(a);
    HistoryEvent other = new HistoryEvent(4, "other", Payload.utf8("other"), Sample.RECORDED_AT);

    expectDuplicate(a, held, Sample.event(4), Sample.event(4));
    expectDuplicate(a, held, Sample.event(4), other);
    expectDuplicate(a, held, Sample.event(4), Sample.event(5), Sample.event(4));
    Expect.equal("A refused event changed history.", Sample.events(1, 3), a.history("order", 1));
  }

  private static void expectDuplicate(Handle a, OrchestrationItem held, HistoryEvent... delta) {
    a.turn(held)
        .events(Arrays.asList(delta))
        .reject("An event id was accepted twice.", DuplicateEvent.class);
  }

  /**
   * History only grows at its end, and gaps are stored as given.
   *
   * <p><b>Shape:</b> append 1, 2, 10; then 5 is refused; then 11 is read back after 10.
   *
   * <p><b>If this fails, check:</b> is a delta compared with the last stored id, or only with equal
   * ones? are ids renumbered?
   */
  @Rule("ATOM-06")
  void historyOnlyGrowsAtItsEnd(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 2).event(10).apply();
    a.poke("order");
    OrchestrationItem held = a.fetchOne("order");

    a.turn(held).event(5).reject("An event was put into a gap.", InvalidRequest.class);
    a.turn(held).event(5).event(11).reject("An event was put into a gap.", InvalidRequest.class);
    a.turn(held).event(11).apply();

    Expect.equal(
        "The history is not what was appended.",
        List.of(1L, 2L, 10L, 11L),
        a.history("order", 1).stream().map(HistoryEvent::eventId).toList());
  }

  /**
   * Ids within a delta ascend.
   *
   * <p><b>Shape:</b> a delta of free ids in descending order is refused; another execution begins
   * again at any id.
   *
   * <p><b>If this fails, check:</b> is the delta sorted before it is checked? is the last id looked
   * up by execution?
   */
  @Rule("ATOM-06")
  void idsInADeltaAscend(StoreUnderTest s) {
    Handle a = s.a();
    OrchestrationItem held = lockedWithEvents(a);

    a.turn(held).event(12).event(11).reject("A delta descends.", InvalidRequest.class);
    Expect.equal("A refused delta was stored.", Sample.events(1, 3), a.history("order", 1));
    a.turn(held).execution(2).event(2).apply();

    Expect.equal("An event was renumbered.", Sample.events(2, 2), a.history("order", 2));
  }

  /**
   * An ack with nothing removes the batch and releases the lock.
   *
   * <p><b>Shape:</b> an empty ack of an instance with history and activities; all that is as
   * before, and nothing is deliverable; the next message is, with attempt count 1.
   *
   * <p><b>If this fails, check:</b> is an empty ack taken for nothing to do?
   */
  @Rule("ATOM-07")
  void anEmptyAckRemovesTheBatchAndReleasesTheLock(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 3).apply();
    a.poke("order");

    a.finish(a.fetchOne("order"));

    s.b().fetchNone("An empty ack left its batch.");
    Expect.equal("An empty ack changed history.", Sample.events(1, 3), a.history("order", 1));
    expectActivities(s.b(), 1);
    OrchestratorMessage poke = a.poke("order");
    OrchestrationItem next = s.b().fetchOne("order");
    Batch.expect("The batch after an empty ack is wrong.", next, poke);
    Expect.equal("An empty ack left the attempt count.", 1, next.attemptCount());
    Expect.equal("An empty ack changed the name.", Sample.NAME, next.name());
    s.adminIfDeclared()
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
   *
   * <p><b>If this fails, check:</b> is the execution row written only when there are events?
   */
  @Rule("ATOM-07")
  void statusAndOutputAreStoredWithoutEvents(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    expectStatusStored(s);
  }

  /**
   * Status and output are stored without an instance row.
   *
   * <p><b>Shape:</b> ack a started instance with status Completed and an output, but no name; read
   * both.
   *
   * <p><b>If this fails, check:</b> is the execution row written only when there is an instance
   * row?
   */
  @Rule("ATOM-07")
  void statusAndOutputAreStoredWithoutAnInstanceRow(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    a.finish(a.fetchOne("order"));
    expectStatusStored(s);
    s.expectNoInstanceRow("An ack without a name created an instance row.", "order");
  }

  private static void expectStatusStored(StoreUnderTest s) {
    Handle a = s.a();
    a.poke("order");
    OrchestrationItem held = a.fetchOne("order");
    if (s.adminIfDeclared().isEmpty() && s.whiteBoxIfOffered().isEmpty()) {
      throw new NotMeasured(FixturePart.FEATURE, "INSTANCE_ADMIN, or a white box");
    }
    List<StoredRow> before = executionRows(s);

    a.turn(held).status(ExecutionStatus.COMPLETED).output("output").apply();

    if (s.adminIfDeclared().isPresent()) {
      ExecutionDetails execution = s.admin().execution("order", 1);
      Expect.equal("The status was not stored.", ExecutionStatus.COMPLETED, execution.status());
      Expect.equal("The output was not stored.", Payload.utf8("output"), execution.output());
    }
    if (s.whiteBoxIfOffered().isPresent()) {
      Expect.different("Status and output were not stored.", before, executionRows(s));
    }
    Expect.none("A status stored events.", a.history("order", 1));
  }

  private static List<StoredRow> executionRows(StoreUnderTest s) {
    return s.whiteBoxIfOffered().map(box -> box.rows(RowKind.EXECUTION, "order")).orElse(List.of());
  }

  /**
   * An ack schedules activities of its own instance and execution only.
   *
   * <p><b>Shape:</b> acks with an activity of another instance, of an earlier and of a later
   * execution; nothing has changed.
   *
   * <p><b>If this fails, check:</b> is the identity of each activity compared with the locked
   * instance and the acked execution?
   */
  @Rule("ATOM-17")
  void anAckSchedulesForItsOwnExecutionOnly(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    OrchestrationItem held = lockedWithEvents(a);
    Snapshot before = s.snapshot("order", "other");

    a.turn(held)
        .activities(1)
        .activity(Sample.activity("other", 2))
        .reject("An activity of another instance was scheduled.", InvalidRequest.class);
    a.turn(held)
        .activities(1)
        .activity(Sample.activity("order", 2, 2))
        .reject("An activity of a later execution was scheduled.", InvalidRequest.class);
    a.turn(held)
        .execution(2)
        .activities(1)
        .activity(Sample.activity("order", 1, 2))
        .reject("An activity of an earlier execution was scheduled.", InvalidRequest.class);

    s.expectUnchanged("A rejected ack wrote something.", before);
    s.b().fetchNoActivity("An activity of a rejected ack was delivered.");
    a.turn(held).execution(2).activities(1).apply();
    Expect.equal(
        "The activity is not that of the acked execution.",
        new ActivityIdentity("order", 2, 1),
        s.b().fetchActivity().task().identity());
  }

  /**
   * An ack cancels activities of its own instance only.
   *
   * <p><b>Shape:</b> an ack that cancels an activity of another instance, free and held; nothing
   * has changed, and the holder acks.
   *
   * <p><b>If this fails, check:</b> is the instance of each cancellation compared with the locked
   * one?
   */
  @Rule("ATOM-17")
  void anAckCancelsForItsOwnInstanceOnly(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    a.schedule("other", 1, 2);
    OrchestrationItem held = lockedWithEvents(a);
    ActivityItem activity = s.b().fetchActivity(1);
    Snapshot before = s.snapshot("order", "other");

    for (long foreign : List.of(1L, 2L)) {
      a.turn(held)
          .cancel(Sample.activity("other", foreign).identity())
          .reject("An activity of another instance was cancelled.", InvalidRequest.class);
    }

    s.expectUnchanged("A rejected ack wrote something.", before);
    s.b().complete(activity);
    s.b().fetchActivity(2);
    a.finish(held);
  }

  /** Creates {@code order} with events 1 to 3 and answers it locked, with one message. */
  private static OrchestrationItem lockedWithEvents(Handle a) {
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 3).apply();
    a.poke("order");
    return a.fetchOne("order");
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
