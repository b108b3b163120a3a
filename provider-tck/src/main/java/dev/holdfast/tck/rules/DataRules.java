// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Payloads;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Payloads: bytes return exactly as given, or are refused before anything is written. */
@RuleFamily("DATA")
final class DataRules {

  private static final int MANY = 1_000;
  private static final int HISTORY = 20_000;
  private static final int PAGE = 777;

  /**
   * Bodies of messages are opaque bytes and return exactly, whatever path they took.
   *
   * <p><b>Shape:</b> every byte value, NUL, invalid UTF-8, broken JSON, SQL and escapes of stores,
   * through enqueue, list enqueue, an ack and completions; compare the batch.
   */
  @Rule("DATA-01")
  void bodiesOfMessagesReturnExactly(StoreUnderTest store) {
    Handle first = store.first();
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (Payload payload : Payloads.hostile()) {
      sent.add(OrchestratorMessage.of("order", "poke", payload));
    }
    List<OrchestratorMessage> expected = sendOnEveryPath(first, sent);

    Batch.expect("A body did not return exactly.", store.second().fetchOne("order"), expected);
  }

  /** Sends messages to an instance "order" through enqueue, list enqueue, ack and completions. */
  private static List<OrchestratorMessage> sendOnEveryPath(
      Handle first, List<OrchestratorMessage> messages) {
    first.create("order");
    first.poke("order");
    Turn scheduling = first.turn(first.fetchOne("order"));
    for (int i = 1; i <= messages.size(); i++) {
      scheduling.activities(i);
    }
    scheduling.apply();
    first.start("sender");
    messages.forEach(first::enqueue);
    first.provider().enqueueAll(messages);
    OrchestrationItem order = null;
    for (OrchestrationItem item : first.fetch(2)) {
      if (item.instanceId().equals("order")) {
        order = item;
      } else {
        first.turn(item).send(messages.toArray(OrchestratorMessage[]::new)).apply();
      }
    }
    List<ActivityItem> activities = first.fetchActivities(Handle.ALL);
    List<ActivityAck> completions = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      completions.add(ActivityAck.of(activities.get(i).lockToken(), messages.get(i)));
    }
    first.provider().ackActivityItems(completions).forEach(Expect::applied);
    if (order == null) {
      throw Expect.violation("An instance that is ready was not delivered.", "order", order);
    }
    first.abandon(order);
    List<OrchestratorMessage> expected = new ArrayList<>();
    for (int path = 0; path < 4; path++) {
      expected.addAll(messages);
    }
    return expected;
  }

  /**
   * Data of events and inputs of activities are opaque bytes and return exactly.
   *
   * <p><b>Shape:</b> the same payloads in the events and activities of one ack; read inline, with
   * readHistory and from the worker queue.
   */
  @Rule("DATA-01")
  void dataOfEventsAndInputsReturnExactly(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    Turn turn = first.turn(first.fetchOne("order")).name(Sample.NAME);
    List<HistoryEvent> events = new ArrayList<>();
    List<ActivityTask> tasks = new ArrayList<>();
    for (Payload payload : Payloads.hostile()) {
      long id = events.size() + 1L;
      events.add(new HistoryEvent(id, "happened", payload, Sample.RECORDED_AT));
      tasks.add(task("order", id, payload));
      turn.activity(tasks.get(tasks.size() - 1));
    }
    turn.events(events).apply();
    first.poke("order");

    Expect.equal(
        "Data of an event did not return exactly.",
        events,
        store.second().fetchOne("order").history().events());
    Expect.equal(
        "Data of an event cannot be read exactly.", events, store.second().history("order", 1));
    Expect.equal(
        "An input did not return exactly.",
        tasks,
        store.second().fetchActivities(Handle.ALL).stream().map(ActivityItem::task).toList());
  }

  /**
   * Outputs are opaque bytes and can be read exactly.
   *
   * <p><b>Shape:</b> one instance per payload ends with it as output; read through InstanceAdmin.
   */
  @Rule("DATA-01")
  void outputsReturnExactly(StoreUnderTest store) {
    var admin = store.admin();
    Handle first = store.first();
    for (Payload payload : Payloads.hostile()) {
      String instance = "order-" + store.nextNumber();
      first.start(instance);
      first
          .turn(first.fetchOne(instance))
          .name(Sample.NAME)
          .status(ExecutionStatus.COMPLETED)
          .metadata(with -> with.output(payload))
          .apply();
      Expect.equal("An output did not return exactly.", payload, admin.instance(instance).output());
    }
  }

  /**
   * Custom status and key-values, where declared, are opaque bytes and return exactly.
   *
   * <p><b>Shape:</b> each payload as custom status and as a value; read through the features.
   */
  @Rule("DATA-01")
  void statusAndValuesReturnExactly(StoreUnderTest store) {
    if (!store.declares(Feature.CUSTOM_STATUS) && !store.declares(Feature.KEY_VALUES)) {
      throw new NotMeasured(FixturePart.FEATURE, "CUSTOM_STATUS or KEY_VALUES");
    }
    Handle first = store.first();
    first.create("order");
    for (Payload payload : Payloads.hostile()) {
      first.poke("order");
      Turn turn = first.turn(first.fetchOne("order"));
      if (store.declares(Feature.CUSTOM_STATUS)) {
        turn.metadata(with -> with.customStatus(new CustomStatusChange.Set(payload)));
      }
      if (store.declares(Feature.KEY_VALUES)) {
        turn.metadata(with -> with.keyValue(new KeyValueMutation.Set("key", payload)));
      }
      turn.apply();
      first
          .provider()
          .capability(CustomStatus.class)
          .flatMap(status -> status.read("order", 0))
          .ifPresent(read ->
              Expect.equal("A custom status did not return exactly.", payload, read.value()));
      first
          .provider()
          .capability(KeyValues.class)
          .flatMap(values -> values.read("order", "key"))
          .ifPresent(
              read -> Expect.equal("A value did not return exactly.", payload, read.value()));
    }
  }

  /**
   * A payload as large as the limit works in every field.
   *
   * <p><b>Shape:</b> one such payload in a message, an event, an input, a completion and an output;
   * each returns exactly.
   */
  @Rule("DATA-02")
  void aPayloadAsLargeAsTheLimitWorks(StoreUnderTest store) {
    Payload largest = Payloads.largest(store);
    Handle first = store.first();
    OrchestratorMessage message = OrchestratorMessage.of("order", "poke", largest);
    first.create("order");
    first.enqueue(message);
    OrchestrationItem item = first.fetchOne("order");
    Batch.expect("The largest body did not return exactly.", item, message);

    HistoryEvent event = new HistoryEvent(1, "happened", largest, Sample.RECORDED_AT);
    first
        .turn(item)
        .events(List.of(event))
        .activity(task("order", 1, largest))
        .metadata(with -> with.output(largest))
        .apply();
    Expect.equal(
        "The largest event did not return exactly.", List.of(event), first.history("order", 1));
    store
        .adminIfDeclared()
        .ifPresent(admin ->
            Expect.equal(
                "The largest output did not return exactly.",
                largest,
                admin.instance("order").output()));
    ActivityItem activity = first.fetchActivity(1);
    Expect.equal("The largest input did not return exactly.", largest, activity.task().input());
    Expect.applied(first.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), message)));
    Batch.expect(
        "The largest completion did not return exactly.", first.fetchOne("order"), message);
  }

  /**
   * A payload as large as the limit works whatever its bytes are, also where something on the way
   * writes one byte as two.
   *
   * <p><b>Shape:</b> payloads of the full size of nothing but zeros, nothing but quotes and nothing
   * but backslashes, in a message, in a list, in an event with an input, and in a completion; each
   * returns exactly.
   */
  @Rule("DATA-02")
  void aPayloadAsLargeAsTheLimitWorksWhateverItsBytes(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    long next = 1;
    for (byte content : new byte[] {0, '\'', '\\'}) {
      String what = "A payload of the largest size and of bytes %d only ".formatted(content);
      Payload uniform = Payloads.largestOf(store, content);
      OrchestratorMessage message = OrchestratorMessage.of("order", "poke", uniform);
      first.enqueue(message);
      first.provider().enqueueAll(List.of(message));
      OrchestrationItem item = first.fetchOne("order");
      Batch.expect(what + "did not return exactly.", item, message, message);

      HistoryEvent event = new HistoryEvent(next, "happened", uniform, Sample.RECORDED_AT);
      first
          .turn(item)
          .events(List.of(event))
          .activity(task("order", next, uniform))
          .metadata(with -> with.output(uniform))
          .apply();
      Expect.equal(
          what + "did not return in the history.",
          List.of(event),
          first.provider().readHistory("order", 1, next - 1, 1).events());
      ActivityItem activity = first.fetchActivity(next);
      Expect.equal(what + "did not return as an input.", uniform, activity.task().input());
      Expect.applied(
          first.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), message)));
      OrchestrationItem completed = first.fetchOne("order");
      Batch.expect(what + "did not return as a completion.", completed, message);
      first.finish(completed);
      next++;
    }
  }

  /**
   * One byte more than the limit is refused in every field, and nothing is written.
   *
   * <p><b>Shape:</b> enqueue, list enqueue, completion, and acks in which the last message, event,
   * activity, the output, custom status or a value is too large while all else is good.
   */
  @Rule("DATA-02")
  void oneByteMoreIsRefused(StoreUnderTest store) {
    Payload tooLarge =
        Payloads.overTheLimit(store).orElseThrow(() -> new NotMeasured(FixturePart.MEMORY));
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem activity = first.fetchActivity(1);
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    OrchestratorMessage message = OrchestratorMessage.of("order", "poke", tooLarge);
    OrchestratorMessage good = Sample.message("order", "good");
    Snapshot before = store.snapshot("order");

    String what = "A payload over the limit was accepted";
    Expect.thrown(what + ".", InvalidRequest.class, () -> first.enqueue(message));
    Expect.thrown(
        what + " in a list.",
        InvalidRequest.class,
        () -> first.provider().enqueueAll(List.of(good, message)));
    Expect.rejected(
        what + " as a completion.",
        InvalidRequest.class,
        first.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), message)));
    tooLargeInAnAck(store, message)
        .forEach((field, change) ->
            change
                .apply(first.turn(turn).event(1).activities(2).send(good).name("another"))
                .reject(what + " as " + field + ".", InvalidRequest.class));

    store.expectUnchanged("A refused payload changed the store.", before);
    first.finish(turn);
    first.fetchNone("A message of a refused call was stored.");
    first.complete(activity);
  }

  private static Map<String, UnaryOperator<Turn>> tooLargeInAnAck(
      StoreUnderTest store, OrchestratorMessage message) {
    Payload tooLarge = message.body();
    HistoryEvent event = new HistoryEvent(2, "happened", tooLarge, Sample.RECORDED_AT);
    Map<String, UnaryOperator<Turn>> changes = new LinkedHashMap<>();
    changes.put("a message of an ack", turn -> turn.send(message));
    changes.put("an event", turn -> turn.events(List.of(event)));
    changes.put("an input", turn -> turn.activity(task("order", 3, tooLarge)));
    changes.put("an output", turn -> turn.metadata(with -> with.output(tooLarge)));
    if (store.declares(Feature.CUSTOM_STATUS)) {
      changes.put(
          "a custom status",
          turn -> turn.metadata(with -> with.customStatus(new CustomStatusChange.Set(tooLarge))));
    }
    if (store.declares(Feature.KEY_VALUES)) {
      changes.put(
          "a value",
          turn -> turn.metadata(with -> with.keyValue(new KeyValueMutation.Set("k", tooLarge))));
    }
    return changes;
  }

  /**
   * A thousand messages are one whole batch.
   *
   * <p><b>Shape:</b> a list of a thousand; one item has them all in order, and its ack removes them
   * all.
   */
  @Rule("DATA-09")
  void aThousandMessagesAreOneBatch(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      messages.add(Sample.message("order", "message " + i));
    }
    first.provider().enqueueAll(messages);

    OrchestrationItem item = first.fetchOne("order");

    Batch.expect("A large batch is not whole.", item, messages);
    first.finish(item);
    first.fetchNone("An ack did not remove a large batch.");
  }

  /**
   * A thousand events, activities and messages fit into one ack.
   *
   * <p><b>Shape:</b> one ack with all of them; each is compared; a second ack cancels all
   * activities.
   */
  @Rule("DATA-09")
  void anAckCarriesAThousandOfEach(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    List<OrchestratorMessage> messages = new ArrayList<>();
    List<ActivityTask> tasks = new ArrayList<>();
    Turn turn = first.turn(first.fetchOne("order")).events(1, MANY);
    for (int i = 1; i <= MANY; i++) {
      messages.add(Sample.message("order", "message " + i));
      tasks.add(Sample.activity("order", i));
      turn.activities(i);
    }
    turn.send(messages.toArray(OrchestratorMessage[]::new)).apply();

    OrchestrationItem item = first.fetchOne("order");
    Batch.expect("The messages of a large ack are not whole.", item, messages);
    Expect.equal(
        "The events of a large ack are not whole.",
        Sample.events(1, MANY),
        first.history("order", 1));
    List<ActivityItem> activities = first.fetchActivities(Handle.ALL);
    Expect.equal(
        "The activities of a large ack are not whole.",
        tasks,
        activities.stream().map(ActivityItem::task).toList());
    first
        .turn(item)
        .cancel(tasks.stream().map(ActivityTask::identity).toArray(ActivityIdentity[]::new))
        .apply();
    store.moveTime(store.lockFor());
    first.fetchNoActivity("A large ack did not cancel everything.");
  }

  /**
   * Histories of tens of thousands of events are whole.
   *
   * <p><b>Shape:</b> twenty turns of a thousand events; pages of an odd size, joined, equal the
   * whole; the inline part is the beginning.
   */
  @Rule("DATA-09")
  void longHistoriesAreWhole(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    for (int last = MANY; last <= HISTORY; last += MANY) {
      first.turn(first.fetchOne("order")).name(Sample.NAME).events(last - MANY + 1L, last).apply();
      first.poke("order");
    }

    List<HistoryEvent> expected = Sample.events(1, HISTORY);
    OrchestrationItem item = first.fetchOne("order");
    Expect.equal("The last event id is wrong.", (long) HISTORY, item.history().lastEventId());
    Expect.that(
        "A part of a history says it is complete.",
        "complete=false",
        item.history(),
        !item.history().complete());
    Expect.equal(
        "The inline part is not the beginning.",
        expected.subList(0, item.history().events().size()),
        item.history().events());
    Expect.equal("A long history is not whole.", expected, first.history("order", 1));
    List<HistoryEvent> joined = new ArrayList<>();
    for (long after = 0; after < HISTORY; after = joined.get(joined.size() - 1).eventId()) {
      List<HistoryEvent> page = first.provider().readHistory("order", 1, after, PAGE).events();
      if (page.isEmpty()) {
        throw Expect.violation("A page of a history is missing.", "events after " + after, page);
      }
      joined.addAll(page);
    }
    Expect.equal("Pages joined are not the whole history.", expected, joined);
  }

  /**
   * Values are detached from the caller's: arrays and lists changed after the call change nothing.
   *
   * <p><b>Shape:</b> a payload's array and the lists of enqueueAll and of an ack are overwritten
   * and cleared after the call; the store has what was given.
   */
  @Rule("DATA-10")
  void theCallersArraysAndListsAreDetached(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    byte[] bytes = {1, 2, 3};
    OrchestratorMessage given = OrchestratorMessage.of("order", "poke", Payload.of(bytes));
    OrchestratorMessage expected =
        OrchestratorMessage.of("order", "poke", Payload.of(new byte[] {1, 2, 3}));
    List<OrchestratorMessage> list = new ArrayList<>(List.of(given, given));
    first.provider().enqueueAll(list);
    list.clear();
    bytes[0] = 9;

    OrchestrationItem item = first.fetchOne("order");

    Batch.expect("The caller changed what is stored.", item, expected, expected);
    List<OrchestratorMessage> sent = new ArrayList<>(List.of(given));
    List<HistoryEvent> events = new ArrayList<>(Sample.events(1, 2));
    var ack = first.turn(item).events(events).send(sent.get(0)).build();
    Expect.applied(first.provider().ackOrchestrationItem(ack));
    sent.clear();
    events.clear();
    bytes[1] = 9;
    OrchestrationItem next = first.fetchOne("order");
    Batch.expect("The caller changed what is stored.", next, expected);
    Expect.equal(
        "The caller changed what is stored.", Sample.events(1, 2), next.history().events());
  }

  /**
   * Values are detached from the store's: what is obtained from an answer and changed changes no
   * later answer.
   *
   * <p><b>Shape:</b> arrays of payloads are overwritten and lists cleared where that is possible;
   * after an abandon everything comes again as it was.
   */
  @Rule("DATA-10")
  void answersAreDetached(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    first.turn(first.fetchOne("order")).name(Sample.NAME).events(1, 2).activities(1).apply();
    OrchestratorMessage poke = first.poke("order");
    List<OrchestrationItem> items = first.fetch(1);
    OrchestrationItem earlier = items.get(0);
    List<ActivityItem> activities = first.fetchActivities(1);
    ActivityItem activity = activities.get(0);
    spoil(earlier.messages().get(0).body());
    spoil(earlier.history().events().get(0).data());
    spoil(activity.task().input());
    clear(earlier.messages());
    clear(earlier.history().events());
    clear(first.history("order", 1));
    clear(items);
    clear(activities);
    first.abandon(earlier);
    first.abandon(activity);

    OrchestrationItem again = first.fetchOne("order");

    Batch.expect("A change to an answer changed a later one.", again, poke);
    Expect.equal(
        "A change to an answer changed a later one.",
        Sample.events(1, 2),
        again.history().events());
    Expect.equal(
        "A change to an answer changed a later one.",
        Sample.events(1, 2),
        first.history("order", 1));
    Expect.equal(
        "A change to an answer changed a later one.",
        Sample.activity("order", 1),
        first.fetchActivity(1).task());
  }

  /**
   * What was answered stays as it was.
   *
   * <p><b>Shape:</b> keep the lists of two fetches and read them again after later ones.
   */
  @Rule("DATA-10")
  void laterAnswersLeaveEarlierOnesAlone(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    List<OrchestrationItem> items = first.fetch(1);
    List<ActivityItem> activities = first.fetchActivities(1);
    List<OrchestrationItem> itemsThen = List.copyOf(items);
    List<ActivityItem> activitiesThen = List.copyOf(activities);

    first.fetchNone("A locked instance was delivered.");
    first.fetchNoActivity("A locked activity was delivered.");
    first.finish(itemsThen.get(0));

    Expect.equal("A later call changed an earlier answer.", itemsThen, List.copyOf(items));
    Expect.equal(
        "A later call changed an earlier answer.", activitiesThen, List.copyOf(activities));
  }

  private static void spoil(Payload payload) {
    Arrays.fill(payload.toByteArray(), (byte) 9);
    if (payload.asByteBuffer().hasArray()) {
      Arrays.fill(payload.asByteBuffer().array(), (byte) 9);
    }
  }

  private static void clear(List<?> list) {
    try {
      list.clear();
    } catch (UnsupportedOperationException unchangeable) {
      // Which is the best answer.
    }
  }

  private static ActivityTask task(String instanceId, long activityId, Payload input) {
    return ActivityTask.builder(
            new ActivityIdentity(instanceId, 1, activityId), "activity", input, Sample.NAME)
        .build();
  }
}
