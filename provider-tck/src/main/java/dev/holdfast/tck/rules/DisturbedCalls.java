// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Queued;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Every call of the SPI, each time on new work of its own. Made through A, audited by B. */
final class DisturbedCalls {

  private static final String DONE = "done";
  private static final int LENGTH = 3;

  private DisturbedCalls() {}

  /** Calls that change what is stored. */
  static List<Function<StoreUnderTest, DisturbedCall>> writes() {
    return List.of(
        DisturbedCalls::enqueue,
        DisturbedCalls::enqueueAll,
        DisturbedCalls::fetchOrchestrationItems,
        DisturbedCalls::fetchActivityItems,
        DisturbedCalls::ackOrchestrationItem,
        DisturbedCalls::ackOrchestrationItems,
        DisturbedCalls::ackActivityItem,
        DisturbedCalls::ackActivityItems,
        DisturbedCalls::abandonInstance,
        DisturbedCalls::abandonActivity,
        DisturbedCalls::renewInstance,
        DisturbedCalls::renewActivity,
        DisturbedCalls::renewBoth);
  }

  /** One call of each kind, for what depends on the kind only. */
  static List<Function<StoreUnderTest, DisturbedCall>> some() {
    return List.of(
        DisturbedCalls::enqueue,
        DisturbedCalls::fetchOrchestrationItems,
        DisturbedCalls::ackActivityItem,
        DisturbedCalls::renewActivity,
        DisturbedCalls::readHistory);
  }

  /** All calls. */
  static List<Function<StoreUnderTest, DisturbedCall>> all() {
    List<Function<StoreUnderTest, DisturbedCall>> all = new ArrayList<>(writes());
    all.add(DisturbedCalls::readHistory);
    all.add(DisturbedCalls::latestExecutionId);
    return all;
  }

  /** Acks of both queues, single and as lists. */
  static List<Function<StoreUnderTest, DisturbedCall>> acks() {
    return List.of(
        DisturbedCalls::ackOrchestrationItem,
        DisturbedCalls::ackOrchestrationItems,
        DisturbedCalls::ackActivityItem,
        DisturbedCalls::ackActivityItems);
  }

  /** An instance that nobody has used yet. */
  static String newInstance(StoreUnderTest store) {
    return newInstances(store, 1).get(0);
  }

  /** Several such instances, made with few calls. Nothing else may be deliverable. */
  static List<String> newInstances(StoreUnderTest store, int n) {
    Handle first = store.first();
    List<String> ids = IntStream.range(0, n).mapToObj(i -> "order" + store.nextNumber()).toList();
    first
        .provider()
        .enqueueAll(ids.stream().map(id -> Sample.start(id, Sample.NAME, Sample.VERSION)).toList());
    first
        .provider()
        .ackOrchestrationItems(
            fetchAll(store, n).stream()
                .map(item -> first.turn(item).name(Sample.NAME).version(Sample.VERSION).build())
                .toList())
        .forEach(Expect::applied);
    return ids;
  }

  /** Pokes instances and locks them. Nothing else may be deliverable. */
  static List<OrchestrationItem> pokedAndLocked(StoreUnderTest store, List<String> ids) {
    store
        .first()
        .provider()
        .enqueueAll(ids.stream().map(id -> Sample.message(id, "poke")).toList());
    return fetchAll(store, ids.size());
  }

  private static List<OrchestrationItem> fetchAll(StoreUnderTest store, int n) {
    List<OrchestrationItem> items = store.first().fetch(n);
    Expect.equal("Not every instance was delivered.", n, items.size());
    return items;
  }

  /** A message with an id of its own. */
  static OrchestratorMessage identified(String instanceId, int number) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8("message " + number))
        .messageId(instanceId + "-" + number)
        .build();
  }

  // ---- messages

  static DisturbedCall enqueue(StoreUnderTest store) {
    String id = newInstance(store);
    OrchestratorMessage message = identified(id, 1);
    return new DisturbedCall(
        "enqueue",
        Form.SINGLE,
        List.of(id),
        () -> store.first().enqueue(message),
        answer -> expectBatch(store, id, List.of(message)));
  }

  static DisturbedCall enqueueAll(StoreUnderTest store) {
    String id = newInstance(store);
    List<OrchestratorMessage> messages =
        List.of(identified(id, 1), identified(id, 2), identified(id, 3));
    return new DisturbedCall(
        "enqueueAll",
        Form.LIST,
        List.of(id),
        () -> {
          store.first().provider().enqueueAll(messages);
          return DONE;
        },
        answer -> expectBatch(store, id, messages));
  }

  private static void expectBatch(StoreUnderTest store, String id, List<OrchestratorMessage> sent) {
    OrchestrationItem item = store.second().fetchOne(id);
    Batch.expect("The messages are not there once and in order.", item, sent);
    store.second().finish(item);
    store.second().fetchNone();
  }

  // ---- fetches

  static DisturbedCall fetchOrchestrationItems(StoreUnderTest store) {
    String id = newInstance(store);
    OrchestratorMessage poke = store.first().poke(id);
    return new DisturbedCall(
        "fetchOrchestrationItems",
        Form.SINGLE,
        List.of(id),
        () -> store.first().fetch(1),
        answer -> {
          OrchestrationItem item = one(answer, OrchestrationItem.class);
          Batch.expect("The batch is not the one that was sent.", item, poke);
          Expect.equal("A failed fetch was counted.", 1, item.deliveryCount());
          store.second().finish(item);
          store.second().fetchNone();
        });
  }

  static DisturbedCall fetchActivityItems(StoreUnderTest store) {
    String id = newInstance(store);
    store.first().schedule(id, 1);
    return new DisturbedCall(
        "fetchActivityItems",
        Form.SINGLE,
        List.of(id),
        () -> store.first().fetchActivities(1),
        answer -> {
          ActivityItem item = one(answer, ActivityItem.class);
          Expect.equal("A failed fetch was counted.", 1, item.deliveryCount());
          completeAndFinish(store, id, item);
        });
  }

  private static <T> T one(Object answer, Class<T> type) {
    if (answer instanceof List<?> items && items.size() == 1) {
      return type.cast(items.get(0));
    }
    throw Expect.violation("A disturbed fetch keeps its work back.", "1 item", answer);
  }

  private static void completeAndFinish(StoreUnderTest store, String id, ActivityItem item) {
    expectBatch(store, id, List.of(store.second().complete(item)));
    store.second().fetchNoActivity();
  }

  // ---- acks

  static DisturbedCall ackOrchestrationItem(StoreUnderTest store) {
    Handle first = store.first();
    List<String> ids = newInstances(store, 2);
    String id = ids.get(0);
    String sink = ids.get(1);
    first.poke(id);
    OrchestratorMessage message = Sample.message(sink, "from " + id);
    OrchestrationAck ack =
        first.turn(first.fetchOne(id)).events(1, 3).activities(1, 2).send(message).build();
    return new DisturbedCall(
        "ackOrchestrationItem",
        Form.SINGLE,
        List.of(id, sink),
        () -> first.provider().ackOrchestrationItem(ack),
        answer -> {
          expectApplied(answer);
          Expect.equal("The events are not there once.", Sample.events(1, 3), first.history(id, 1));
          expectBatch(store, sink, List.of(message));
          List<ActivityItem> items = store.second().fetchActivities(Handle.ALL);
          Expect.equal("The activities are not there once.", 2, items.size());
          expectBatch(store, id, items.stream().map(store.second()::complete).toList());
        });
  }

  static DisturbedCall ackOrchestrationItems(StoreUnderTest store) {
    Handle first = store.first();
    List<String> ids = newInstances(store, LENGTH + 1);
    String sink = ids.get(LENGTH);
    List<OrchestrationAck> acks = new ArrayList<>();
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (OrchestrationItem item : pokedAndLocked(store, ids.subList(0, LENGTH))) {
      OrchestratorMessage message = Sample.message(sink, "from " + item.instanceId());
      sent.add(message);
      acks.add(first.turn(item).event(1).activities(1).send(message).build());
    }
    return new DisturbedCall(
        "ackOrchestrationItems",
        Form.LIST,
        ids,
        () -> first.provider().ackOrchestrationItems(acks),
        answer -> {
          expectApplied(answer);
          OrchestrationItem item = store.second().fetchOne(sink);
          Expect.equal("The messages are not there once.", bodies(sent), bodies(item.messages()));
          store.second().finish(item);
          List<ActivityItem> items = store.second().fetchActivities(Handle.ALL);
          Expect.equal("The activities are not there once.", LENGTH, items.size());
          finishAll(store.second(), items);
          for (OrchestrationAck ack : acks) {
            Expect.equal(
                "An event is not there once.",
                Sample.events(1, 1),
                first.history(ack.lockToken().instanceId(), 1));
          }
        });
  }

  /** Completes activities and finishes whatever is deliverable then, with few calls. */
  static void finishAll(Handle handle, List<ActivityItem> activities) {
    handle
        .provider()
        .ackActivityItems(
            activities.stream()
                .map(item -> ActivityAck.of(item.lockToken(), Sample.completion(item)))
                .toList())
        .forEach(Expect::applied);
    handle
        .provider()
        .ackOrchestrationItems(
            handle.fetch(Handle.ALL).stream().map(item -> handle.turn(item).build()).toList())
        .forEach(Expect::applied);
  }

  private static List<String> bodies(List<OrchestratorMessage> messages) {
    return messages.stream().map(message -> message.body().asUtf8()).sorted().toList();
  }

  static DisturbedCall ackActivityItem(StoreUnderTest store) {
    String id = newInstance(store);
    store.first().schedule(id, 1);
    ActivityItem item = store.first().fetchActivity(1);
    return new DisturbedCall(
        "ackActivityItem",
        Form.SINGLE,
        List.of(id),
        () -> store.first().ack(item),
        answer -> expectCompleted(store, id, answer, List.of(item)));
  }

  static DisturbedCall ackActivityItems(StoreUnderTest store) {
    String id = newInstance(store);
    store.first().schedule(id, 1, 2, 3);
    List<ActivityItem> items = store.first().fetchActivities(LENGTH);
    List<ActivityAck> acks =
        items.stream()
            .map(item -> ActivityAck.of(item.lockToken(), Sample.completion(item)))
            .toList();
    return new DisturbedCall(
        "ackActivityItems",
        Form.LIST,
        List.of(id),
        () -> store.first().provider().ackActivityItems(acks),
        answer -> expectCompleted(store, id, answer, items));
  }

  private static void expectCompleted(
      StoreUnderTest store, String id, Object answer, List<ActivityItem> acked) {
    expectApplied(answer);
    Queued.expectActivities("An acked activity is still there.", store, 0);
    OrchestrationItem item = store.second().fetchOne(id);
    Expect.equal(
        "The completions are not there once.",
        bodies(acked.stream().map(Sample::completion).toList()),
        bodies(item.messages()));
    store.second().finish(item);
    store.second().fetchNone();
  }

  /** Applied now or before, and nothing else. */
  static void expectApplied(Object answer) {
    List<?> answers = answer instanceof List<?> list ? list : List.of(answer);
    for (Object each : answers) {
      Expect.that(
          "A repeated ack is neither applied nor recognised.",
          "Applied or AlreadyApplied",
          each,
          each instanceof AckResult.Applied || each instanceof AckResult.AlreadyApplied);
    }
  }

  // ---- abandoning and renewing

  static DisturbedCall abandonInstance(StoreUnderTest store) {
    return onInstance(
        store,
        "abandon",
        item -> store.first().provider().abandon(item.lockToken(), AbandonOptions.now()),
        item -> {
          OrchestrationItem again = store.second().fetchOne(item.instanceId());
          Batch.expect("Another batch came.", again, item.messages());
          Expect.equal("The deliveries are counted wrongly.", 2, again.deliveryCount());
          store.second().finish(again);
        });
  }

  static DisturbedCall renewInstance(StoreUnderTest store) {
    return onInstance(
        store,
        "renew",
        item -> store.first().renew(item, store.lockFor().multipliedBy(2)),
        store.second()::finish);
  }

  static DisturbedCall renewBoth(StoreUnderTest store) {
    String id = newInstance(store);
    store.first().schedule(id, 1);
    ActivityItem activity = store.first().fetchActivity(1);
    store.first().poke(id);
    OrchestrationItem instance = store.first().fetchOne(id);
    Set<LockToken> tokens = Set.of(instance.lockToken(), activity.lockToken());
    return new DisturbedCall(
        "renew",
        Form.LIST,
        List.of(id),
        () -> {
          Expect.equal(
              "A live lock was not renewed.",
              tokens,
              store.first().provider().renew(tokens, store.lockFor().multipliedBy(2)));
          return DONE;
        },
        answer -> {
          store.second().finish(instance);
          completeAndFinish(store, id, activity);
        });
  }

  private static DisturbedCall onInstance(
      StoreUnderTest store,
      String operation,
      Consumer<OrchestrationItem> call,
      Consumer<OrchestrationItem> audit) {
    String id = newInstance(store);
    store.first().poke(id);
    OrchestrationItem item = store.first().fetchOne(id);
    return new DisturbedCall(
        operation,
        Form.SINGLE,
        List.of(id),
        () -> {
          call.accept(item);
          return DONE;
        },
        answer -> {
          audit.accept(item);
          store.second().fetchNone();
        });
  }

  static DisturbedCall abandonActivity(StoreUnderTest store) {
    return onActivity(
        store,
        "abandon",
        item -> store.first().abandon(item),
        item -> {
          ActivityItem again = store.second().fetchActivity(1);
          Expect.equal("The deliveries are counted wrongly.", 2, again.deliveryCount());
          completeAndFinish(store, item.task().instanceId(), again);
        });
  }

  static DisturbedCall renewActivity(StoreUnderTest store) {
    return onActivity(
        store,
        "renew",
        item -> store.first().renew(item, store.lockFor().multipliedBy(2)),
        item -> completeAndFinish(store, item.task().instanceId(), item));
  }

  private static DisturbedCall onActivity(
      StoreUnderTest store,
      String operation,
      Consumer<ActivityItem> call,
      Consumer<ActivityItem> audit) {
    String id = newInstance(store);
    store.first().schedule(id, 1);
    ActivityItem item = store.first().fetchActivity(1);
    return new DisturbedCall(
        operation,
        Form.SINGLE,
        List.of(id),
        () -> {
          call.accept(item);
          return DONE;
        },
        answer -> audit.accept(item));
  }

  // ---- reads

  static DisturbedCall readHistory(StoreUnderTest store) {
    String id = newInstance(store);
    store.first().poke(id);
    store.first().turn(store.first().fetchOne(id)).events(1, 3).apply();
    return new DisturbedCall(
        "readHistory",
        Form.SINGLE,
        List.of(id),
        () -> store.first().history(id, 1),
        answer -> Expect.equal("The history is wrong.", Sample.events(1, 3), answer));
  }

  static DisturbedCall latestExecutionId(StoreUnderTest store) {
    String id = newInstance(store);
    return new DisturbedCall(
        "latestExecutionId",
        Form.SINGLE,
        List.of(id),
        () -> store.first().provider().latestExecutionId(id),
        answer -> Expect.equal("The execution is wrong.", OptionalLong.of(1), answer));
  }
}
