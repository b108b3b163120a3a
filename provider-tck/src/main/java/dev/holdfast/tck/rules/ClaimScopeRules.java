// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityClaim;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a claim gets, and what it does not get. */
@RuleFamily("CLAIM")
final class ClaimScopeRules {

  private static final int MANY = 10;

  /**
   * An ack claims what it scheduled, less what it cancelled, in its order, and nothing else.
   *
   * <p><b>Shape:</b> an older activity of another instance and one of this instance wait; an ack
   * schedules 13, 11, 14, 12, cancels 14, and where tags are declared schedules a tagged one:
   * claimed are 13, 11 and 12; a fetch gets the others.
   *
   * <p><b>If this fails, check:</b> is the claim a fetch from the whole queue? is it made before
   * the cancellations? is the order that of the ack?
   */
  @Rule("CLAIM-04")
  void anAckClaimsWhatItScheduled(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("foreign");
    a.schedule("foreign", 1);
    a.create("order");
    a.schedule("order", 2);
    a.poke("order");
    s.moveTime(s.tick());
    Turn turn = a.turn(a.fetchOne("order")).activities(13, 11, 14, 12);
    turn.cancel(new ActivityIdentity("order", 1, 14));
    if (s.declares(Feature.TAGS)) {
      turn.activity(tagged());
    }

    List<ActivityItem> claimed = Claims.scheduled(turn.claim(Claims.activities(MANY, s.lockFor())));

    Expect.equal(
        "The ack claimed other activities than it scheduled, or in another order.",
        List.of(13L, 11L, 12L),
        Claims.numbers(claimed));
    List<ActivityItem> others = s.b().fetchActivities(MANY);
    Expect.equal(
        "Other activities were not left as they were.", List.of(1L, 2L), Claims.numbers(others));
    others.forEach(item ->
        Expect.equal("An activity was counted that was not claimed.", 1, item.attemptCount()));
  }

  /**
   * The most that a claim asks for counts what is left, not what the ack cancelled itself.
   *
   * <p><b>Shape:</b> an ack schedules 21 to 25, cancels 21 and 22 and claims two: claimed are 23
   * and 24; a fetch gets 25.
   *
   * <p><b>If this fails, check:</b> is {@code max} applied to the activities of the ack before its
   * cancellations are taken off?
   */
  @Rule("CLAIM-04")
  void theMostIsThatOfWhatIsLeft(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    Turn turn = a.turn(a.fetchOne("order")).activities(21, 22, 23, 24, 25);
    turn.cancel(new ActivityIdentity("order", 1, 21), new ActivityIdentity("order", 1, 22));

    List<ActivityItem> claimed = Claims.scheduled(turn.claim(Claims.activities(2, s.lockFor())));

    Expect.equal(
        "The most that a claim asks for counted what its own ack cancelled.",
        List.of(23L, 24L),
        Claims.numbers(claimed));
    s.b().fetchActivity(25);
    s.b().fetchNoActivity("A claimed or cancelled activity was delivered.");
  }

  private static ActivityTask tagged() {
    return ActivityTask.builder(
            new ActivityIdentity("order", 1, 15), "activity", Payload.empty(), Sample.NAME)
        .tag("gpu")
        .build();
  }

  /**
   * An ack claims at most as many as it asks for; the others wait as always.
   *
   * <p><b>Shape:</b> five activities and a claim of two: the first two are claimed, a fetch gets
   * the other three with attempt count 1.
   *
   * <p><b>If this fails, check:</b> is {@code max} passed on? are activities locked that are not
   * answered?
   */
  @Rule("CLAIM-04")
  void anAckClaimsNoMoreThanItAsksFor(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    Turn turn = a.turn(a.fetchOne("order")).activities(1, 2, 3, 4, 5);

    List<ActivityItem> claimed = Claims.scheduled(turn.claim(Claims.activities(2, s.lockFor())));

    Expect.equal("Not the first two were claimed.", List.of(1L, 2L), Claims.numbers(claimed));
    List<ActivityItem> others = s.b().fetchActivities(MANY);
    Expect.equal("The others do not wait.", List.of(3L, 4L, 5L), Claims.numbers(others));
    others.forEach(item ->
        Expect.equal("An activity was counted that was not claimed.", 1, item.attemptCount()));
  }

  /**
   * A claim with the tag filter {@code none} gets nothing, whatever is declared.
   *
   * <p><b>Shape:</b> an ack schedules two activities and claims with {@code none}: nothing is
   * claimed, a fetch gets both with attempt count 1.
   *
   * <p><b>If this fails, check:</b> is the filter of a claim read at all where tags are not
   * declared?
   */
  @Rule("CLAIM-04")
  void aClaimForNoTagGetsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    Turn turn = a.turn(a.fetchOne("order")).activities(1, 2);
    ActivityClaim nothing = new ActivityClaim(MANY, s.lockFor(), TagFilter.none(), null);

    Expect.none(
        "A claim with the tag filter none got something.", Claims.scheduled(turn.claim(nothing)));
    List<ActivityItem> items = s.b().fetchActivities(MANY);
    Expect.equal("The activities do not wait.", List.of(1L, 2L), Claims.numbers(items));
    items.forEach(
        item -> Expect.equal("A claim that got nothing counted.", 1, item.attemptCount()));
  }

  /**
   * An ack that schedules nothing claims nothing, and no ack claims the instances it sends to.
   *
   * <p><b>Shape:</b> an older activity of the instance waits; an ack with a claim sends messages to
   * itself and to another instance: no activity and no instance is claimed, both instances and the
   * activity are fetched with attempt count 1. Nor does an ack claim that cancels all it schedules.
   *
   * <p><b>If this fails, check:</b> is the claim an ordinary fetch when nothing was scheduled?
   */
  @Rule("CLAIM-04")
  void anAckWithoutActivitiesClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("other");
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    Turn turn = a.turn(a.fetchOne("order"));
    turn.send(Sample.message("order", "self"), Sample.message("other", "hello"));

    Expect.none(
        "An ack claimed an activity that it did not schedule.",
        Claims.scheduled(turn.claim(Claims.activities(MANY, s.lockFor()))));

    List<OrchestrationItem> items = s.b().fetch(MANY);
    Expect.equal("An instance was claimed by a message of an ack.", 2, items.size());
    items.forEach(item -> Expect.equal("An instance was counted.", 1, item.attemptCount()));
    Turn cancelling = s.b().turn(items.get(0)).activities(7);
    cancelling.cancel(new ActivityIdentity(items.get(0).instanceId(), 1, 7));
    Expect.none(
        "An activity was claimed that its own ack cancelled.",
        Claims.scheduled(cancelling.claim(Claims.activities(MANY, s.lockFor()))));
    Expect.equal("An activity was counted.", 1, s.b().fetchActivity(1).attemptCount());
    s.b().fetchNoActivity();
  }

  /**
   * A claimed instance comes with every message that is visible, and with no other.
   *
   * <p><b>Shape:</b> two messages wait and one is due later; the claim delivers the two and its
   * own; at its time the third is delivered.
   *
   * <p><b>If this fails, check:</b> is the batch the message that was just written? are messages
   * bound that are not yet visible?
   */
  @Rule("CLAIM-05")
  void aClaimedInstanceComesWithAllThatIsVisible(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    for (Claimer one : Claimer.both(s)) {
      OrchestratorMessage first = a.poke(one.id());
      OrchestratorMessage later = a.timer(one.id(), s.lockFor().multipliedBy(2));
      OrchestratorMessage second = a.poke(one.id());

      OrchestrationItem item = one.claim();

      Batch.expect("The batch is not what is visible.", item, first, second, one.sent());
      a.finish(item);
      s.moveTime(s.lockFor().multipliedBy(2));
      OrchestrationItem next = s.b().fetchOne(one.id());
      Batch.expect("A later message was not left alone.", next, later);
      s.b().finish(next);
    }
  }

  /**
   * A claim takes the addressed instance, not one that is ready longer.
   *
   * <p><b>Shape:</b> another instance has been ready for long; both calls claim their own; a fetch
   * gets the other with attempt count 1.
   *
   * <p><b>If this fails, check:</b> is the claim a fetch with max 1?
   */
  @Rule("CLAIM-05")
  void aClaimTakesTheAddressedInstance(StoreUnderTest s) {
    Claims.requireDeclared(s);
    List<Claimer> both = Claimer.both(s);
    s.a().start("older");
    s.moveTime(s.tick());
    for (Claimer one : both) {
      Expect.equal("Another instance was claimed.", one.id(), one.claim().instanceId());
    }
    Expect.equal(
        "An instance was counted that was not claimed.", 1, s.b().fetchOne("older").attemptCount());
    s.b().fetchNone();
  }

  /**
   * A new instance is claimed by its start.
   *
   * <p><b>Shape:</b> enqueue a start with a claim: the item has name and version of the start; its
   * ack creates the instance.
   *
   * <p><b>If this fails, check:</b> does the claim need an instance row?
   */
  @Rule("CLAIM-05")
  void aStartClaimsANewInstance(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    OrchestratorMessage start = Sample.start("order", Sample.NAME, Sample.VERSION);

    OrchestrationItem item =
        Claims.claimed(
            "A new instance was not claimed.",
            Optional.ofNullable(
                a.provider().enqueue(start, Claims.instance(s.lockFor())).claimed()));

    Batch.expect("The start is not in the batch.", item, start);
    Expect.equal("The name is not that of the start.", Sample.NAME, item.name());
    Expect.equal("The execution is wrong.", 1L, item.executionId());
    s.b().fetchNone("A claimed instance was delivered to another handle.");
    a.turn(item).name(Sample.NAME).event(1).apply();
    Expect.equal("The turn is not stored.", Sample.events(1, 1), a.history("order", 1));
  }

  /**
   * A locked instance is not claimed, not even by its holder; the message waits.
   *
   * <p><b>Shape:</b> A holds the instance, by fetch or by claim; each call with a claim does its
   * work and claims nothing; the holder acks, and the next fetch delivers both messages with
   * attempt count 1.
   *
   * <p><b>If this fails, check:</b> is the lock end looked at? is the ack refused because of the
   * claim? is the present lock prolonged or counted?
   */
  @Rule("CLAIM-05")
  void aLockedInstanceIsNotClaimed(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    for (Claimer one : Claimer.both(s)) {
      a.poke(one.id());
      OrchestrationItem held = a.fetchOne(one.id());
      Expect.equal("A locked instance was claimed.", List.of(), one.ask().stream().toList());
      OrchestratorMessage first = one.sent();
      a.renew(held, s.lockFor());
      a.finish(held);

      held = one.claim();
      Batch.expect("The message did not wait.", held, first, one.sent());
      Expect.equal("A delivery was counted that was none.", 1, held.attemptCount());
      Expect.equal("A claimed instance was claimed.", List.of(), one.ask().stream().toList());
      OrchestratorMessage second = one.sent();
      a.finish(held);
      OrchestrationItem next = s.b().fetchOne(one.id());
      Batch.expect("The message did not wait.", next, second);
      Expect.equal("A delivery was counted that was none.", 1, next.attemptCount());
      s.b().finish(next);
    }
  }

  /**
   * An instance whose lock has ended without a release is claimed, and its old holder is lost.
   *
   * <p><b>Shape:</b> B holds the instance until L; the call claims it with both messages and
   * attempt count 2; B can do nothing.
   *
   * <p><b>If this fails, check:</b> is the lock's owner looked at instead of its end?
   */
  @Rule("CLAIM-05")
  void anExpiredLockIsNoObstacle(StoreUnderTest s) {
    Claims.requireDeclared(s);
    for (Claimer one : Claimer.both(s)) {
      OrchestratorMessage first = s.a().poke(one.id());
      OrchestrationItem expired = s.b().fetchOne(one.id());
      s.moveTime(s.lockFor());

      OrchestrationItem item = one.claim();

      Batch.expect("The batch is not what is visible.", item, first, one.sent());
      Expect.equal("The delivery was not counted once.", 2, item.attemptCount());
      s.b().turn(expired).reject("A stale holder's ack was accepted.", LockLost.class);
      s.a().finish(item);
    }
  }

  /**
   * An instance that an abandon keeps back is not claimed before its delay ends.
   *
   * <p><b>Shape:</b> abandon with a delay of 2 L; a claim just before its end gets nothing, and one
   * at its end gets everything with attempt count 2.
   *
   * <p><b>If this fails, check:</b> is the delay a part of the conditions? does the message or its
   * claim cut the delay short?
   */
  @Rule("CLAIM-05")
  void aDelayKeepsAnInstanceFromClaims(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    Duration delay = s.lockFor().multipliedBy(2);
    for (Claimer one : Claimer.both(s)) {
      a.poke(one.id());
      a.abandon(a.fetchOne(one.id()), Abandonment.after(delay));
      s.moveToJustBefore(delay);

      Expect.equal(
          "An instance was claimed in spite of its delay.", List.of(), one.ask().stream().toList());

      s.b().fetchNone("A claim cut a delay short.");
      s.moveTime(s.tick());
      OrchestrationItem item = one.claim();
      Expect.equal("The batch is not complete.", 3, item.messages().size());
      Expect.equal("A delivery was counted that was none.", 2, item.attemptCount());
      a.finish(item);
    }
  }

  /**
   * An orphan is not claimed; it waits for a start, or is discarded if it says so.
   *
   * <p><b>Shape:</b> a message to an unknown instance with a claim: nothing; a start due later with
   * a claim: nothing; a start with a claim: the instance with both. A message that says {@code
   * dropIfOrphan} claims nothing and is never delivered.
   *
   * <p><b>If this fails, check:</b> does the claim look for a visible start, like fetch?
   */
  @Rule("CLAIM-05")
  void anOrphanIsNotClaimed(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    OrchestratorMessage orphan = Sample.message("order", "orphan");
    expectNothing(s, "An orphan was claimed.", orphan);
    expectNothing(s, "An instance was claimed by a start that is due later.", laterStart());
    s.b().fetchNone("An orphan was delivered.");
    OrchestratorMessage start = Sample.start("order", Sample.NAME, null);

    OrchestrationItem item =
        Claims.claimed(
            "A start did not claim its instance.",
            Optional.ofNullable(
                a.provider().enqueue(start, Claims.instance(s.lockFor())).claimed()));

    Batch.expect("An orphan did not wait for its start.", item, orphan, start);
    a.turn(item).name(Sample.NAME).apply();

    OrchestratorMessage dropped =
        OrchestratorMessage.builder("unknown", "event", Payload.utf8("dropped"))
            .dropIfOrphan(true)
            .build();
    expectNothing(s, "An orphan was claimed.", dropped);
    s.b().fetchNone("An orphan was delivered.");
    OrchestratorMessage late = Sample.start("unknown", Sample.NAME, null);
    a.enqueue(late);
    Batch.expect("A discarded orphan came back.", s.b().fetchOne("unknown"), late);
  }

  private static OrchestratorMessage laterStart() {
    return OrchestratorMessage.builder("order", "start", Payload.empty())
        .start(ExecutionStart.of(Sample.NAME))
        .due(Due.in(Duration.ofDays(1)))
        .build();
  }

  private static void expectNothing(StoreUnderTest s, String what, OrchestratorMessage message) {
    Expect.equal(
        what,
        List.of(),
        Stream.ofNullable(s.a().provider().enqueue(message, Claims.instance(s.lockFor())).claimed())
            .toList());
  }

  /**
   * A message that is due later claims nothing.
   *
   * <p><b>Shape:</b> enqueue a timer, and ack an activity with a completion that is due later, with
   * claims; both instances are delivered at the due time, with attempt count 1.
   *
   * <p><b>If this fails, check:</b> does the claim look at {@code visibleAt}?
   */
  @Rule("CLAIM-05")
  void aMessageThatIsDueLaterClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    Duration delay = s.lockFor();
    a.create("timed");
    a.create("order");
    a.schedule("order", 1);
    ActivityItem activity = a.fetchActivity(1);
    String what = "A message claimed its instance before it is due.";

    expectNothing(s, what, Sample.timer("timed", "timer", delay));
    Expect.equal(
        what,
        List.of(),
        Claims.completed(
                a.provider()
                    .ackActivityItem(
                        new ActivityAck(
                            activity.lockToken(),
                            Sample.timer("order", "late result", delay),
                            Claims.instance(s.lockFor()))))
            .stream()
            .toList());

    s.b().fetchNone("An instance was delivered before its message is due.");
    s.moveTime(delay);
    List<OrchestrationItem> items = s.b().fetch(MANY);
    Expect.equal("Not every instance was delivered at its time.", 2, items.size());
    items.forEach(
        item -> Expect.equal("A delivery was counted that was none.", 1, item.attemptCount()));
  }

  /**
   * An activity ack without a completion claims nothing.
   *
   * <p><b>Shape:</b> the instance has a message that waits; the ack with a claim and without a
   * completion answers nothing; B fetches the instance with attempt count 1.
   *
   * <p><b>If this fails, check:</b> does the claim ask whether a message was written?
   */
  @Rule("CLAIM-05")
  void anAckWithoutACompletionClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem activity = a.fetchActivity(1);
    a.poke("order");

    Expect.equal(
        "An ack without a completion claimed an instance.",
        List.of(),
        Claims.completed(
                a.provider()
                    .ackActivityItem(
                        new ActivityAck(activity.lockToken(), null, Claims.instance(s.lockFor()))))
            .stream()
            .toList());

    Expect.equal(
        "A delivery was counted that was none.", 1, s.b().fetchOne("order").attemptCount());
  }
}
