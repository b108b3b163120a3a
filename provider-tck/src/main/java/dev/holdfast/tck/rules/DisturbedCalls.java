// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Queued;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.rules.DisturbedCall.Form;
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
        DisturbedCalls::abandonOrchestrationItem,
        DisturbedCalls::abandonActivityItem,
        DisturbedCalls::renewOrchestrationItem,
        DisturbedCalls::renewOrchestrationItems,
        DisturbedCalls::renewActivityItem,
        DisturbedCalls::renewActivityItems);
  }

  /** One call of each kind, for what depends on the kind only. */
  static List<Function<StoreUnderTest, DisturbedCall>> some() {
    return List.of(
        DisturbedCalls::enqueue,
        DisturbedCalls::fetchOrchestrationItems,
        DisturbedCalls::ackActivityItem,
        DisturbedCalls::renewActivityItem,
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
  static String newInstance(StoreUnderTest s) {
    return newInstances(s, 1).get(0);
  }

  /** Several such instances, made with few calls. Nothing else may be deliverable. */
  static List<String> newInstances(StoreUnderTest s, int n) {
    Handle a = s.a();
    List<String> ids = IntStream.range(0, n).mapToObj(i -> "order" + s.nextNumber()).toList();
    a.provider()
        .enqueueAll(ids.stream().map(id -> Sample.start(id, Sample.NAME, Sample.VERSION)).toList());
    a.provider()
        .ackOrchestrationItems(
            fetchAll(s, n).stream()
                .map(item -> a.turn(item).name(Sample.NAME).version(Sample.VERSION).build())
                .toList())
        .forEach(Expect::applied);
    return ids;
  }

  /** Pokes instances and locks them. Nothing else may be deliverable. */
  static List<OrchestrationItem> pokedAndLocked(StoreUnderTest s, List<String> ids) {
    s.a().provider().enqueueAll(ids.stream().map(id -> Sample.message(id, "poke")).toList());
    return fetchAll(s, ids.size());
  }

  private static List<OrchestrationItem> fetchAll(StoreUnderTest s, int n) {
    List<OrchestrationItem> items = s.a().fetch(n);
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

  static DisturbedCall enqueue(StoreUnderTest s) {
    String id = newInstance(s);
    OrchestratorMessage message = identified(id, 1);
    return new DisturbedCall(
        "enqueue",
        Form.SINGLE,
        List.of(id),
        () -> s.a().enqueue(message),
        answer -> expectBatch(s, id, List.of(message)));
  }

  static DisturbedCall enqueueAll(StoreUnderTest s) {
    String id = newInstance(s);
    List<OrchestratorMessage> messages =
        List.of(identified(id, 1), identified(id, 2), identified(id, 3));
    return new DisturbedCall(
        "enqueueAll",
        Form.LIST,
        List.of(id),
        () -> {
          s.a().provider().enqueueAll(messages);
          return DONE;
        },
        answer -> expectBatch(s, id, messages));
  }

  private static void expectBatch(StoreUnderTest s, String id, List<OrchestratorMessage> sent) {
    OrchestrationItem item = s.b().fetchOne(id);
    Batch.expect("The messages are not there once and in order.", item, sent);
    s.b().finish(item);
    s.b().fetchNone();
  }

  // ---- fetches

  static DisturbedCall fetchOrchestrationItems(StoreUnderTest s) {
    String id = newInstance(s);
    OrchestratorMessage poke = s.a().poke(id);
    return new DisturbedCall(
        "fetchOrchestrationItems",
        Form.SINGLE,
        List.of(id),
        () -> s.a().fetch(1),
        answer -> {
          OrchestrationItem item = one(answer, OrchestrationItem.class);
          Batch.expect("The batch is not the one that was sent.", item, poke);
          Expect.equal("A failed fetch was counted.", 1, item.attemptCount());
          s.b().finish(item);
          s.b().fetchNone();
        });
  }

  static DisturbedCall fetchActivityItems(StoreUnderTest s) {
    String id = newInstance(s);
    s.a().schedule(id, 1);
    return new DisturbedCall(
        "fetchActivityItems",
        Form.SINGLE,
        List.of(id),
        () -> s.a().fetchActivities(1),
        answer -> {
          ActivityItem item = one(answer, ActivityItem.class);
          Expect.equal("A failed fetch was counted.", 1, item.attemptCount());
          completeAndFinish(s, id, item);
        });
  }

  private static <T> T one(Object answer, Class<T> type) {
    if (answer instanceof List<?> items && items.size() == 1) {
      return type.cast(items.get(0));
    }
    throw Expect.violation("A disturbed fetch keeps its work back.", "1 item", answer);
  }

  private static void completeAndFinish(StoreUnderTest s, String id, ActivityItem item) {
    expectBatch(s, id, List.of(s.b().complete(item)));
    s.b().fetchNoActivity();
  }

  // ---- acks

  static DisturbedCall ackOrchestrationItem(StoreUnderTest s) {
    Handle a = s.a();
    List<String> ids = newInstances(s, 2);
    String id = ids.get(0);
    String sink = ids.get(1);
    a.poke(id);
    OrchestratorMessage message = Sample.message(sink, "from " + id);
    OrchestrationAck ack =
        a.turn(a.fetchOne(id)).events(1, 3).activities(1, 2).send(message).build();
    return new DisturbedCall(
        "ackOrchestrationItem",
        Form.SINGLE,
        List.of(id, sink),
        () -> a.provider().ackOrchestrationItem(ack),
        answer -> {
          expectApplied(answer);
          Expect.equal("The events are not there once.", Sample.events(1, 3), a.history(id, 1));
          expectBatch(s, sink, List.of(message));
          List<ActivityItem> items = s.b().fetchActivities(Handle.ALL);
          Expect.equal("The activities are not there once.", 2, items.size());
          expectBatch(s, id, items.stream().map(s.b()::complete).toList());
        });
  }

  static DisturbedCall ackOrchestrationItems(StoreUnderTest s) {
    Handle a = s.a();
    List<String> ids = newInstances(s, LENGTH + 1);
    String sink = ids.get(LENGTH);
    List<OrchestrationAck> acks = new ArrayList<>();
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (OrchestrationItem item : pokedAndLocked(s, ids.subList(0, LENGTH))) {
      OrchestratorMessage message = Sample.message(sink, "from " + item.instanceId());
      sent.add(message);
      acks.add(a.turn(item).event(1).activities(1).send(message).build());
    }
    return new DisturbedCall(
        "ackOrchestrationItems",
        Form.LIST,
        ids,
        () -> a.provider().ackOrchestrationItems(acks),
        answer -> {
          expectApplied(answer);
          OrchestrationItem item = s.b().fetchOne(sink);
          Expect.equal("The messages are not there once.", bodies(sent), bodies(item.messages()));
          s.b().finish(item);
          List<ActivityItem> items = s.b().fetchActivities(Handle.ALL);
          Expect.equal("The activities are not there once.", LENGTH, items.size());
          finishAll(s.b(), items);
          for (OrchestrationAck ack : acks) {
            Expect.equal(
                "An event is not there once.",
                Sample.events(1, 1),
                a.history(ack.lockToken().instanceId(), 1));
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

  static DisturbedCall ackActivityItem(StoreUnderTest s) {
    String id = newInstance(s);
    s.a().schedule(id, 1);
    ActivityItem item = s.a().fetchActivity(1);
    return new DisturbedCall(
        "ackActivityItem",
        Form.SINGLE,
        List.of(id),
        () -> s.a().ack(item),
        answer -> expectCompleted(s, id, answer, List.of(item)));
  }

  static DisturbedCall ackActivityItems(StoreUnderTest s) {
    String id = newInstance(s);
    s.a().schedule(id, 1, 2, 3);
    List<ActivityItem> items = s.a().fetchActivities(LENGTH);
    List<ActivityAck> acks =
        items.stream()
            .map(item -> ActivityAck.of(item.lockToken(), Sample.completion(item)))
            .toList();
    return new DisturbedCall(
        "ackActivityItems",
        Form.LIST,
        List.of(id),
        () -> s.a().provider().ackActivityItems(acks),
        answer -> expectCompleted(s, id, answer, items));
  }

  private static void expectCompleted(
      StoreUnderTest s, String id, Object answer, List<ActivityItem> acked) {
    expectApplied(answer);
    Queued.expectActivities("An acked activity is still there.", s, 0);
    OrchestrationItem item = s.b().fetchOne(id);
    Expect.equal(
        "The completions are not there once.",
        bodies(acked.stream().map(Sample::completion).toList()),
        bodies(item.messages()));
    s.b().finish(item);
    s.b().fetchNone();
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

  static DisturbedCall abandonOrchestrationItem(StoreUnderTest s) {
    return onInstance(
        s,
        "abandonOrchestrationItem",
        Form.SINGLE,
        item -> s.a().provider().abandonOrchestrationItem(item.lockToken(), Abandonment.now()),
        item -> {
          OrchestrationItem again = s.b().fetchOne(item.instanceId());
          Batch.expect("Another batch came.", again, item.messages());
          Expect.equal("The deliveries are counted wrongly.", 2, again.attemptCount());
          s.b().finish(again);
        });
  }

  static DisturbedCall renewOrchestrationItem(StoreUnderTest s) {
    return onInstance(
        s,
        "renewOrchestrationItem",
        Form.SINGLE,
        item -> s.a().renew(item, s.lockFor().multipliedBy(2)),
        s.b()::finish);
  }

  static DisturbedCall renewOrchestrationItems(StoreUnderTest s) {
    return onInstance(
        s,
        "renewOrchestrationItems",
        Form.LIST,
        item -> {
          List<LockToken> tokens = List.of(item.lockToken());
          Expect.equal(
              "A live lock was not renewed.",
              Set.copyOf(tokens),
              s.a().provider().renewOrchestrationItems(tokens, s.lockFor().multipliedBy(2)));
        },
        s.b()::finish);
  }

  private static DisturbedCall onInstance(
      StoreUnderTest s,
      String operation,
      Form form,
      Consumer<OrchestrationItem> call,
      Consumer<OrchestrationItem> audit) {
    String id = newInstance(s);
    s.a().poke(id);
    OrchestrationItem item = s.a().fetchOne(id);
    return new DisturbedCall(
        operation,
        form,
        List.of(id),
        () -> {
          call.accept(item);
          return DONE;
        },
        answer -> {
          audit.accept(item);
          s.b().fetchNone();
        });
  }

  static DisturbedCall abandonActivityItem(StoreUnderTest s) {
    return onActivity(
        s,
        "abandonActivityItem",
        Form.SINGLE,
        item -> s.a().abandon(item),
        item -> {
          ActivityItem again = s.b().fetchActivity(1);
          Expect.equal("The deliveries are counted wrongly.", 2, again.attemptCount());
          completeAndFinish(s, item.task().instanceId(), again);
        });
  }

  static DisturbedCall renewActivityItem(StoreUnderTest s) {
    return onActivity(
        s,
        "renewActivityItem",
        Form.SINGLE,
        item -> s.a().renew(item, s.lockFor().multipliedBy(2)),
        item -> completeAndFinish(s, item.task().instanceId(), item));
  }

  static DisturbedCall renewActivityItems(StoreUnderTest s) {
    return onActivity(
        s,
        "renewActivityItems",
        Form.LIST,
        item -> {
          List<LockToken> tokens = List.of(item.lockToken());
          Expect.equal(
              "A live lock was not renewed.",
              Set.copyOf(tokens),
              s.a().provider().renewActivityItems(tokens, s.lockFor().multipliedBy(2)));
        },
        item -> completeAndFinish(s, item.task().instanceId(), item));
  }

  private static DisturbedCall onActivity(
      StoreUnderTest s,
      String operation,
      Form form,
      Consumer<ActivityItem> call,
      Consumer<ActivityItem> audit) {
    String id = newInstance(s);
    s.a().schedule(id, 1);
    ActivityItem item = s.a().fetchActivity(1);
    return new DisturbedCall(
        operation,
        form,
        List.of(id),
        () -> {
          call.accept(item);
          return DONE;
        },
        answer -> audit.accept(item));
  }

  // ---- reads

  static DisturbedCall readHistory(StoreUnderTest s) {
    String id = newInstance(s);
    s.a().poke(id);
    s.a().turn(s.a().fetchOne(id)).events(1, 3).apply();
    return new DisturbedCall(
        "readHistory",
        Form.SINGLE,
        List.of(id),
        () -> s.a().history(id, 1),
        answer -> Expect.equal("The history is wrong.", Sample.events(1, 3), answer));
  }

  static DisturbedCall latestExecutionId(StoreUnderTest s) {
    String id = newInstance(s);
    return new DisturbedCall(
        "latestExecutionId",
        Form.SINGLE,
        List.of(id),
        () -> s.a().provider().latestExecutionId(id),
        answer -> Expect.equal("The execution is wrong.", OptionalLong.of(1), answer));
  }
}
