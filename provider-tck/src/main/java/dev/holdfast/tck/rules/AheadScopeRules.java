// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What keeps a turn ahead from being used, and what does not. */
@RuleFamily("AHEAD")
final class AheadScopeRules {

  private static final long SCHEDULED = 9;

  // ---- a call whose turn is not used

  /** A turn of which nothing must be left. */
  private static TurnAhead turn(Foreseen one, long onExecutionId, long onLastEventId) {
    return Foreseen.ahead(
        onExecutionId,
        onLastEventId,
        one.turn()
            .activities(SCHEDULED)
            .send(Sample.message("sink", "must not be sent"))
            .status(ExecutionStatus.COMPLETED)
            .output("must not be told")
            .eager(Claims.activities(1, Duration.ofSeconds(1))));
  }

  private static TurnAhead turn(Foreseen one) {
    return turn(one, 1, one.last());
  }

  /** Makes the call, of whose turn nothing must be left, and answers what it claimed. */
  private static Optional<OrchestrationItem> unused(
      StoreUnderTest store, Foreseen one, EagerInstance eager, String why) {
    List<List<HistoryEvent>> before = histories(store, one.id());
    Optional<OrchestrationItem> claimed =
        one.call(store.first(), eager).unused("A turn ahead was used although " + why + ".");
    Expect.equal(
        "A turn ahead that was not used left events, although " + why + ".",
        before,
        histories(store, one.id()));
    store
        .second()
        .fetchNoActivity("A turn ahead that was not used left an activity, although " + why + ".");
    return claimed;
  }

  private static List<List<HistoryEvent>> histories(StoreUnderTest store, String id) {
    List<List<HistoryEvent>> histories = new ArrayList<>();
    long latest = store.first().provider().latestExecutionId(id).orElse(0);
    for (long execution = 1; execution <= latest + 1; execution++) {
      histories.add(store.first().history(id, execution));
    }
    return histories;
  }

  private static void expectClaimed(
      StoreUnderTest store,
      Foreseen one,
      TurnAhead turn,
      String why,
      OrchestratorMessage... batch) {
    expectItem(
        store,
        Claims.claimed(
            "A turn ahead that was not used took its claim along, although " + why + ".",
            unused(store, one, one.claim(turn), why)),
        why,
        batch);
  }

  private static void expectNothing(
      StoreUnderTest store, Foreseen one, EagerInstance eager, String why) {
    Expect.equal(
        "An instance was claimed although " + why + ".",
        Optional.empty(),
        unused(store, one, eager, why));
  }

  private static void expectFetched(
      StoreUnderTest store, Foreseen one, String why, OrchestratorMessage... batch) {
    expectItem(store, store.second().fetchOne(one.id()), why, batch);
  }

  /** Expects an item with what was sent, and nothing besides. */
  private static void expectItem(
      StoreUnderTest store, OrchestrationItem item, String why, OrchestratorMessage... batch) {
    Batch.expect("The message did not wait, although " + why + ".", item, batch);
    store.second().turn(item).name(Sample.NAME).apply();
    store
        .second()
        .fetchNone("A turn ahead that was not used left a message, although " + why + ".");
  }

  /**
   * A turn ahead is not used where the last event was recorded at another moment.
   *
   * <p><b>Shape:</b> the moment before and behind, and one microsecond beside; the call is applied,
   * and its claim honoured. With the right moment the turn is applied.
   */
  @Rule("AHEAD-03")
  void aLastEventOfAnotherMomentIsAnotherOne(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("sink");
    for (Duration off : List.of(Duration.ofHours(-1), Duration.ofNanos(1_000), Duration.ZERO)) {
      Foreseen one = Foreseen.completion(store, "order" + off);
      TurnAhead turn = turn(one);
      TurnAhead then = new TurnAhead(1, one.last(), Sample.RECORDED_AT.plus(off), turn.content());
      if (off.isZero()) {
        one.call(then).applied();
      } else {
        expectClaimed(store, one, then, "the last event is of another moment", one.message());
      }
    }
  }

  /**
   * A turn ahead is not used while the instance is locked, not even by the caller.
   *
   * <p><b>Shape:</b> A holds the instance and makes the call: nothing is claimed; A acks, and the
   * message comes next.
   */
  @Rule("AHEAD-03")
  void aLockedInstanceDoesNotGoAhead(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("sink");
    String why = "the instance is locked";
    Foreseen one = Foreseen.completion(store, "order");
    store.first().poke("order");
    OrchestrationItem held = store.first().fetchOne("order");
    expectNothing(store, one, one.claim(turn(one)), why);
    store.first().finish(held);
    expectFetched(store, one, why, one.message());

    Foreseen start = Foreseen.start(store, "started");
    store.first().start("started");
    held = store.first().fetchOne("started");
    expectNothing(store, start, start.claim(turn(start)), why);
    store.first().turn(held).name(Sample.NAME).apply();
    expectFetched(store, start, why, start.message());
  }

  /**
   * A turn ahead is not used while the delay of an abandon keeps the instance back.
   *
   * <p><b>Shape:</b> the instance is given back with a delay of 2 L; just before its end the call
   * claims nothing; at its end both messages come.
   */
  @Rule("AHEAD-03")
  void anInstanceThatIsKeptBackDoesNotGoAhead(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("sink");
    String why = "an abandon keeps the instance back";
    Duration delay = store.lockFor().multipliedBy(2);
    Foreseen one = Foreseen.completion(store, "order");
    OrchestratorMessage poke = store.first().poke("order");
    store.first().abandon(store.first().fetchOne("order"), AbandonOptions.after(delay));
    store.moveToJustBefore(delay);
    expectNothing(store, one, one.claim(turn(one)), why);
    store.second().fetchNone("A turn ahead cut a delay short.");
    store.moveTime(store.tick());
    expectFetched(store, one, why, poke, one.message());
  }

  /**
   * A turn ahead is not used where the version filter of its claim leaves the instance out.
   *
   * <p><b>Shape:</b> where filters are declared: the instance is pinned to 1.0.0 and the claim is
   * for 2.0.0 to 3.0.0; nothing is claimed, and the message comes with the next fetch.
   */
  @Rule("AHEAD-03")
  void aPinnedInstanceDoesNotGoAhead(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    if (!store.declares(Feature.VERSION_FILTER)) {
      return;
    }
    store.first().create("sink");
    Foreseen one = Foreseen.completion(store, "order");
    store.first().poke("order");
    store
        .first()
        .turn(store.first().fetchOne("order"))
        .metadata(m -> m.runtimeVersion(new RuntimeVersion(1, 0, 0)))
        .apply();
    VersionFilter filter =
        new VersionFilter(
            List.of(new VersionRange(new RuntimeVersion(2, 0, 0), new RuntimeVersion(3, 0, 0))));
    EagerInstance eager = new EagerInstance(store.lockFor(), 1, filter).withTurnAhead(turn(one));
    expectNothing(store, one, eager, "the instance is pinned to another version");
    expectFetched(store, one, "the instance is pinned to another version", one.message());
  }

  /**
   * A turn ahead is not used while another message is visible.
   *
   * <p><b>Shape:</b> a message waits, or a timer has come due: the claim gets both messages; for a
   * new instance an orphan waits, or another start.
   */
  @Rule("AHEAD-03")
  void anotherMessageStandsInTheWay(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Handle first = store.first();
    first.create("sink");
    String why = "another message is visible";

    Foreseen one = Foreseen.completion(store, "poked");
    expectClaimed(store, one, turn(one), why, first.poke("poked"), one.message());

    one = Foreseen.completion(store, "timed");
    OrchestratorMessage timer = first.timer("timed", store.lockFor());
    store.moveTime(store.lockFor());
    expectClaimed(store, one, turn(one), why, timer, one.message());

    one = Foreseen.start(store, "orphaned");
    OrchestratorMessage orphan = first.poke("orphaned");
    expectClaimed(store, one, turn(one), why, orphan, one.message());

    one = Foreseen.start(store, "started");
    OrchestratorMessage start = first.start("started");
    expectClaimed(store, one, turn(one), why, start, one.message());
  }

  /**
   * A turn ahead is not used where the history ends elsewhere.
   *
   * <p><b>Shape:</b> a turn that was computed on an event less, and one on an event more; on no
   * event and on the events of another execution; for a start, on an event of an instance that is
   * not known, and on nothing where the instance has a history.
   */
  @Rule("AHEAD-03")
  void anotherHistoryStandsInTheWay(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("sink");
    String why = "the history ends elsewhere";
    long last = Foreseen.EVENTS;
    int number = 0;
    for (long[] on : new long[][] {{1, last - 1}, {1, last + 1}, {1, 0}, {2, last}, {2, 0}}) {
      number++;
      Foreseen one = Foreseen.completion(store, "order" + number);
      expectClaimed(store, one, turn(one, on[0], on[1]), why, one.message());
    }
    for (long[] on : new long[][] {{1, 1}, {2, 0}}) {
      number++;
      Foreseen one = Foreseen.start(store, "order" + number);
      expectClaimed(store, one, turn(one, on[0], on[1]), why, one.message());
    }
    Foreseen known = Foreseen.completion(store, "known");
    Foreseen again = Foreseen.start(store, known.id());
    expectClaimed(store, again, turn(again, 1, 0), why, again.message());
  }

  /**
   * A turn ahead is not used where another turn came before it.
   *
   * <p><b>Shape:</b> while the activity runs a turn appends an event, ends the instance, or begins
   * another execution that has as many events: the turn was computed on what was before.
   */
  @Rule("AHEAD-03")
  void anotherTurnStandsInTheWay(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Handle first = store.first();
    first.create("sink");
    long last = Foreseen.EVENTS;

    Foreseen one = Foreseen.completion(store, "going-on");
    first.poke(one.id());
    first.turn(first.fetchOne(one.id())).event(last + 1).apply();
    expectClaimed(store, one, turn(one), "another turn came before", one.message());

    one = Foreseen.completion(store, "ended");
    first.poke(one.id());
    first
        .turn(first.fetchOne(one.id()))
        .event(last + 1)
        .status(ExecutionStatus.COMPLETED)
        .output("the true end")
        .apply();
    expectClaimed(store, one, turn(one), "the instance has ended", one.message());

    one = Foreseen.completion(store, "continued");
    first.poke(one.id());
    first.turn(first.fetchOne(one.id())).execution(2).events(1, last).apply();
    expectClaimed(store, one, turn(one), "the instance has continued as new", one.message());
  }

  /**
   * A turn ahead is not used for a message that is due later, nor for one that adds nothing.
   *
   * <p><b>Shape:</b> a completion and a start that are due in L: nothing happens before; a
   * completion that is due later while another message is visible: the claim gets that one alone; a
   * completion whose message id is that of a queued message.
   */
  @Rule("AHEAD-03")
  void aMessageThatCannotComeDoesNotGoAhead(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Handle first = store.first();
    first.create("sink");
    String why = "its message is due later";
    Duration delay = store.lockFor();
    for (Foreseen one : Foreseen.both(store)) {
      one.saying(later(one.message(), delay));
      expectNothing(store, one, one.claim(turn(one)), why);
      store.second().fetchNone("A message came before it is due.");
      store.moveTime(delay);
      expectFetched(store, one, why, one.message());
    }
    Foreseen one = Foreseen.completion(store, "poked");
    OrchestratorMessage poke = first.poke("poked");
    one.saying(later(one.message(), delay));
    expectClaimed(store, one, turn(one), why, poke);
    store.moveTime(delay);
    expectFetched(store, one, why, one.message());

    one = Foreseen.completion(store, "repeated");
    one.saying(
        OrchestratorMessage.builder("repeated", "completed", Payload.utf8("once"))
            .messageId("once")
            .build());
    first.enqueue(one.message());
    Optional<OrchestrationItem> claimed =
        unused(store, one, one.claim(turn(one)), "its message adds nothing");
    OrchestratorMessage queued = one.message();
    expectItem(
        store,
        claimed.orElseGet(() -> store.second().fetchOne("repeated")),
        "its message adds nothing",
        queued);
  }

  private static OrchestratorMessage later(OrchestratorMessage message, Duration delay) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .start(message.start())
        .messageId(message.messageId())
        .due(Due.in(delay))
        .build();
  }

  /**
   * Messages that are not visible yet do not stand in the way, and stay.
   *
   * <p><b>Shape:</b> a timer waits while an activity is completed, and one while an instance is
   * started: the turn is applied; at its time the timer alone is delivered, with delivery count 1.
   */
  @Rule("AHEAD-04")
  void aTimerDoesNotStandInTheWay(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Duration delay = store.lockFor().multipliedBy(2);
    for (Foreseen one : Foreseen.both(store)) {
      OrchestratorMessage timer = store.first().timer(one.id(), delay);
      OrchestratorMessage own = Sample.timer(one.id(), "its own", delay);

      one.call(one.ahead(one.turn().send(own)))
          .applied("A message that is not visible yet kept a turn ahead from being applied.");

      store.moveToJustBefore(delay);
      store.second().fetchNone("A message came before it is due.");
      store.moveTime(store.tick());
      OrchestrationItem item = store.second().fetchOne(one.id());
      Batch.expect("A turn ahead did not leave a timer as it was.", item, timer, own);
      Expect.equal("A turn ahead counted a delivery.", 1, item.deliveryCount());
      store.second().finish(item);
    }
  }
}
