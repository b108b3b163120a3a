// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** Changes of several callers at the same time. */
@RuleFamily("CHANGE")
final class ChangeRaceRules {

  private static final int CALLERS = 16;
  private static final int HANDLES = 8;
  private static final int EACH = 6;
  private static final int ROUNDS = 12;
  private static final int LISTS = 12;
  private static final int RECEIVERS = 3;

  /**
   * A call's changes become visible together, when it returns.
   *
   * <p><b>Shape:</b> A applies lists of two messages in a loop, alone and in acks, while B counts:
   * an even number each time, where the store can count; behind each call B finds both.
   */
  @Rule("CHANGE-15")
  void changesBecomeVisibleTogether(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    List<ChangeWay> ways = List.of(ChangeWay.APPLY, ChangeWay.TURN);
    for (ChangeWay way : ways) {
      List<ChangeCarrier> carriers = new ArrayList<>();
      carriers.add(ChangeCarrier.on(store, way));
      store.first().create("one " + way);
      store.first().create("two " + way);
      AtomicBoolean over = new AtomicBoolean();
      int rounds = way.isAck() ? 1 : store.rounds(ROUNDS);
      Together.all(
          () -> {
            try {
              for (int n = 0; n < rounds; n++) {
                carriers
                    .get(0)
                    .carry(
                        List.of(
                            MessageChanges.send("one " + way, "n" + n),
                            MessageChanges.send("two " + way, "n" + n)))
                    .applied("A list was refused.");
              }
            } finally {
              over.set(true);
            }
          },
          () -> {
            while (!over.get()) {
              expectPairs(store);
            }
          });
      List<String> one = texts(MessageChanges.taken(store.second(), "one " + way));
      List<String> two = texts(MessageChanges.taken(store.second(), "two " + way));
      Expect.equal("Behind the call not every message is there.", rounds, one.size());
      Expect.equal("Behind the call one half is there.", one, two);
    }
  }

  private static void expectPairs(StoreUnderTest store) {
    store
        .adminIfDeclared()
        .ifPresent(admin -> {
          long ready = admin.queueDepths().messages().ready();
          Expect.that("A reader saw one half of a list.", "an even number", ready, ready % 2 == 0);
        });
  }

  private static List<String> texts(List<OrchestratorMessage> messages) {
    return messages.stream().map(MessageChanges::text).toList();
  }

  /**
   * Crossing lists do not surface as failure.
   *
   * <p><b>Shape:</b> sixteen callers on eight handles, together: lists to K and L, and to L and K,
   * known and new ones, alone and with acks of activities of K and L: every message is there once.
   */
  @Rule("CHANGE-16")
  void crossingListsDoNotFail(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    List<Handle> handles = store.newHandles(HANDLES);
    List<String> receivers = List.of("K", "L");
    receivers.forEach(store.first()::create);
    Map<Integer, ActivityItem> activities = activities(store, receivers);
    List<Callable<Boolean>> callers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int number = caller;
      Handle handle = handles.get(caller % HANDLES);
      ActivityItem activity = activities.get(caller);
      callers.add(() -> {
        for (int n = 0; n < EACH; n++) {
          List<Change> list = crossed(number, n);
          if (n == 0 && activity != null) {
            ActivityAck ack = ActivityAck.of(activity.lockToken(), null).withChanges(list);
            AckResult result = Contention.repeated(() -> handle.provider().ackActivityItem(ack));
            Expect.that(
                "A crossing ack failed.",
                "applied",
                result,
                !(result instanceof AckResult.Rejected));
          } else {
            Contention.repeated(() -> ChangeCarrier.calls(handle).apply(list));
          }
        }
        return true;
      });
    }
    Together.run(callers);
    for (String receiver : receivers) {
      List<String> came = texts(MessageChanges.taken(store.second(), receiver));
      Expect.equal(
          "Not every message of crossing lists came once.",
          expected(),
          came.stream().sorted().toList());
    }
  }

  private static Map<Integer, ActivityItem> activities(
      StoreUnderTest store, List<String> receivers) {
    Map<Integer, ActivityItem> activities = new HashMap<>();
    for (String receiver : receivers) {
      store.first().schedule(receiver, 1, 2);
    }
    for (ActivityItem item : store.first().fetchActivities(Handle.ALL)) {
      activities.put(activities.size() * 3, item);
    }
    return activities;
  }

  private static List<Change> crossed(int caller, int n) {
    String body = text(caller, n);
    Change toK = new SendMessage(MessageChanges.identified("K", body, body));
    Change toL = new SendMessage(MessageChanges.identified("L", body, body));
    Change fresh = new SendMessage(MessageChanges.identified("new " + n, body, body));
    return caller % 2 == 0 ? List.of(toK, fresh, toL) : List.of(toL, fresh, toK);
  }

  private static String text(int caller, int n) {
    return "%02d sends %d".formatted(caller, n);
  }

  private static List<String> expected() {
    List<String> all = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      for (int n = 0; n < EACH; n++) {
        all.add(text(caller, n));
      }
    }
    return all;
  }

  /** What one list was told. */
  private record Told(int caller, List<OrchestratorMessage> messages, List<ChangeResult> results) {}

  /**
   * The answers have a sequential explanation.
   *
   * <p><b>Shape:</b> eight callers on four handles send random lists to few receivers, with few
   * message ids and contents; of each id one content is there, and one answer says that it was
   * stored; what was refused left nothing, and each caller's messages are in its order.
   */
  @Rule("CHANGE-24")
  void theAnswersHaveASequentialExplanation(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    List<Handle> handles = store.newHandles(HANDLES / 2);
    for (int n = 0; n < RECEIVERS; n++) {
      store.first().create("receiver " + n);
    }
    long seed = store.random().nextLong();
    List<List<Told>> told =
        Together.times(HANDLES, caller -> work(handles.get(caller % handles.size()), caller, seed));
    for (int n = 0; n < RECEIVERS; n++) {
      String id = "receiver " + n;
      List<OrchestratorMessage> there = MessageChanges.taken(store.second(), id);
      told.forEach(ofCaller -> expectInOrder(id, ofCaller, there));
      expectOfEachIdOne(id, told, there);
    }
  }

  private static List<Told> work(Handle handle, int caller, long seed) {
    Random random = new Random(seed + caller);
    List<Told> told = new ArrayList<>();
    for (int n = 0; n < LISTS; n++) {
      List<OrchestratorMessage> messages = new ArrayList<>();
      int length = 1 + random.nextInt(3);
      for (int i = 0; i < length; i++) {
        String to = "receiver " + random.nextInt(RECEIVERS);
        messages.add(
            random.nextInt(3) == 0
                ? MessageChanges.identified(
                    to, "id " + random.nextInt(4), "content " + random.nextInt(2))
                : MessageChanges.send(to, caller + "/" + n + "/" + i).message());
      }
      List<Change> list = messages.stream().<Change>map(SendMessage::new).toList();
      try {
        told.add(new Told(caller, messages, ChangeCarrier.calls(handle).apply(list)));
      } catch (IdempotencyMismatch refused) {
        told.add(new Told(caller, messages, List.of()));
      }
    }
    return told;
  }

  private static void expectInOrder(
      String id, List<Told> ofCaller, List<OrchestratorMessage> there) {
    List<String> expected = new ArrayList<>();
    for (Told list : ofCaller) {
      if (!list.results().isEmpty()) {
        for (OrchestratorMessage message : list.messages()) {
          if (message.instanceId().equals(id) && message.messageId() == null) {
            expected.add(MessageChanges.text(message));
          }
        }
      }
    }
    String own = ofCaller.get(0).caller() + "/";
    List<String> found =
        there.stream()
            .filter(message -> message.messageId() == null)
            .map(MessageChanges::text)
            .filter(text -> text.startsWith(own))
            .toList();
    Expect.equal("A caller's messages are not those that it was told of.", expected, found);
  }

  private static void expectOfEachIdOne(
      String id, List<List<Told>> told, List<OrchestratorMessage> there) {
    Map<String, Integer> stored = new HashMap<>();
    Map<String, String> contents = new HashMap<>();
    for (OrchestratorMessage message : there) {
      if (message.messageId() != null) {
        Expect.equal(
            "A message id came twice.",
            null,
            contents.put(message.messageId(), MessageChanges.text(message)));
      }
    }
    for (List<Told> ofCaller : told) {
      for (Told list : ofCaller) {
        for (int i = 0; i < list.results().size(); i++) {
          OrchestratorMessage message = list.messages().get(i);
          if (message.instanceId().equals(id) && message.messageId() != null) {
            Expect.equal(
                "A message was taken whose id has another content.",
                contents.get(message.messageId()),
                MessageChanges.text(message));
            stored.merge(
                message.messageId(),
                list.results().get(i).equals(new MessageSent(true)) ? 1 : 0,
                Integer::sum);
          }
        }
      }
    }
    stored.forEach((messageId, times) ->
        Expect.equal("Of one message id not one answer says stored.", 1, times));
    Expect.equal("A message came that nobody was told of.", stored.keySet(), contents.keySet());
  }
}
