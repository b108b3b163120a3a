// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.model.Crowd;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Overlap;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Turns ahead beside other calls for the same instance. */
@RuleFamily("AHEAD")
final class AheadRaceRules {

  private static final int ROUNDS = 20;
  private static final int FETCHERS = 3;
  private static final int LOCKS = 20;
  private static final int CROWDS = 20;
  private static final int PER_THREAD = 8;

  /**
   * Nobody else is delivered what a turn ahead schedules and claims, nor its instance.
   *
   * <p><b>Shape:</b> together, many rounds: a start and a completion, each with a turn that claims
   * two activities, against fetchers of both queues on other handles: the turns are applied, their
   * activities are claimed, and the fetchers get nothing.
   */
  @Rule("AHEAD-08")
  void nobodyElseIsDeliveredWhatATurnClaims(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    List<Handle> handles = store.newHandles(FETCHERS);
    Duration lockFor = store.lockFor().multipliedBy(LOCKS);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      List<Foreseen> both = Foreseen.both(store, String.valueOf(round));
      Queue<Object> fetched = new ConcurrentLinkedQueue<>();
      AtomicInteger busy = new AtomicInteger(both.size());

      List<List<ActivityItem>> claimed =
          Together.times(
              both.size() + FETCHERS,
              n -> {
                if (n >= both.size()) {
                  fetching(handles.get(n - both.size()), busy, fetched);
                  return List.of();
                }
                try {
                  Foreseen one = both.get(n);
                  return one.call(
                          one.ahead(
                              one.turn().activities(11, 12).eager(Claims.activities(2, lockFor))))
                      .applied();
                } finally {
                  busy.decrementAndGet();
                }
              });

      Expect.none("What a turn ahead claimed was delivered to another handle.", fetched);
      for (int n = 0; n < both.size(); n++) {
        Expect.equal(
            "Not every activity was claimed.", List.of(11L, 12L), Claims.numbers(claimed.get(n)));
        claimed
            .get(n)
            .forEach(item ->
                Expect.applied(
                    store
                        .first()
                        .provider()
                        .ackActivityItem(ActivityAck.of(item.lockToken(), null))));
      }
    }
  }

  /** Fetches from both queues while others call, and once more. */
  private static void fetching(Handle handle, AtomicInteger busy, Queue<Object> fetched) {
    boolean last;
    do {
      last = busy.get() == 0;
      try {
        fetched.addAll(handle.fetch(1));
        fetched.addAll(handle.fetchActivities(1));
      } catch (Retryable contended) {
        // Comes again.
        continue;
      }
    } while (!last);
  }

  /**
   * Calls for one instance that come together are as if they had come one after another.
   *
   * <p><b>Shape:</b> together on handles of their own, until calls overlapped in many rounds: two
   * completions of an instance, each with a turn on its last event, a signal, and a fetch that acks
   * what it gets; at most one turn is applied; each message is consumed by exactly one turn, and
   * the history is that of the turns in their order, without a gap.
   */
  @Rule("AHEAD-11")
  void callsComeOneAfterAnother(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    List<Handle> handles = store.newHandles(FETCHERS + 1);
    Overlap overlap = new Overlap(store.rounds(ROUNDS));
    for (int round = 0; overlap.goesOn(); round++) {
      Foreseen one = Foreseen.completion(store, "order" + round, 2);
      OrchestratorMessage earlier = one.message();
      ActivityAck first = one.ackAhead(telling(one, earlier));
      one.next();
      ActivityAck second = one.ackAhead(telling(one, one.message()));
      OrchestratorMessage signal = Sample.message(one.id(), "signal");
      int shift = round;

      List<List<OrchestrationItem>> held =
          overlap.times(
              FETCHERS + 1,
              n -> {
                Handle handle = handles.get(n);
                return switch ((n + shift) % (FETCHERS + 1)) {
                  case 0 -> claimed(handle, first);
                  case 1 -> claimed(handle, second);
                  case 2 -> {
                    Contention.repeated(() -> handle.enqueue(signal));
                    yield List.of();
                  }
                  default -> Contention.repeated(() -> handle.fetch(1));
                };
              });

      List<OrchestrationItem> items = held.stream().flatMap(List::stream).toList();
      Expect.atMost("An instance has two holders.", 1, items.size());
      items.forEach(item -> finish(store.first(), item));
      store.first().fetch(1).forEach(item -> finish(store.first(), item));
      store.second().fetchNone("An instance was delivered whose messages were consumed.");
      expectConsumedOnce(store, one.id(), List.of(earlier, one.message(), signal));
    }
    overlap.expectSeen();
  }

  /** A turn whose event says which message it consumed. */
  private static TurnAhead telling(Foreseen one, OrchestratorMessage message) {
    return one.ahead(one.bare().events(List.of(consuming(one.last() + 1, message))));
  }

  private static HistoryEvent consuming(long eventId, OrchestratorMessage message) {
    return new HistoryEvent(
        eventId, "consumed", Payload.utf8(message.body().asUtf8()), Sample.RECORDED_AT);
  }

  private static List<OrchestrationItem> claimed(Handle handle, ActivityAck ack) {
    AheadAnswer answer =
        AheadAnswer.of(Contention.repeated(() -> handle.provider().ackActivityItem(ack)));
    return answer.claimed() == null ? List.of() : List.of(answer.claimed());
  }

  private static void finish(Handle handle, OrchestrationItem item) {
    long last = item.history().lastEventId();
    List<HistoryEvent> events = new ArrayList<>();
    for (OrchestratorMessage message : item.messages()) {
      last++;
      events.add(consuming(last, message));
    }
    handle.turn(item).events(events).apply();
  }

  private static void expectConsumedOnce(
      StoreUnderTest store, String id, List<OrchestratorMessage> messages) {
    List<HistoryEvent> events = store.second().history(id, 1);
    for (int i = 0; i < events.size(); i++) {
      Expect.equal("The history has a gap.", i + 1L, events.get(i).eventId());
    }
    Expect.equal(
        "The turns did not consume each message once.",
        messages.stream().map(message -> message.body().asUtf8()).sorted().toList(),
        events.stream()
            .skip(Foreseen.EVENTS)
            .map(event -> event.data().asUtf8())
            .sorted()
            .toList());
  }

  /**
   * A random history of several threads that go ahead has a sequential explanation that the
   * reference model accepts.
   *
   * <p><b>Shape:</b> three threads on handles of their own make random calls on three instances and
   * their activities, many of them with turns ahead; of the record an order is sought in which the
   * model gives the same answers.
   */
  @Rule("AHEAD-11")
  void aRandomHistoryHasAnExplanation(StoreUnderTest store, FixtureUnderTest f) {
    Foreseen.requireDeclared(store);
    Random random = store.random();
    for (int i = 0; i < CROWDS; i++) {
      Crowd.expectExplained(f::freshStore, random.nextLong(), PER_THREAD);
    }
  }
}
