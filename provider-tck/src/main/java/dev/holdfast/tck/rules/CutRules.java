// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.harness.Attempt;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.List;
import java.util.function.Function;

/** Connections that are cut at a certain statement or commit. */
@RuleFamily("CRASH")
final class CutRules {

  private static final int MOST = 500;

  /**
   * A connection that is cut before a statement leaves nothing half done, and the handle heals
   * itself.
   *
   * <p><b>Shape:</b> every call, each time on new work and cut one statement further on; it fails
   * with a retryable error or repeats itself; after an error of a single form nothing has changed;
   * the same call again on the same handle succeeds, and another handle finds its effects once.
   */
  @Rule("CRASH-05")
  void aCutBeforeAStatementLeavesNothingHalfDone(StoreUnderTest store) {
    cutAtEveryStatement(store, Moment.BEFORE);
  }

  /**
   * The same when the store has carried out the statement and only its answer is lost.
   *
   * <p><b>Shape:</b> as before, cut after each statement.
   */
  @Rule("CRASH-05")
  void aCutAfterAStatementLeavesNothingHalfDone(StoreUnderTest store) {
    cutAtEveryStatement(store, Moment.AFTER);
  }

  private static void cutAtEveryStatement(StoreUnderTest store, Moment moment) {
    for (Function<StoreUnderTest, DisturbedCall> calls : DisturbedCalls.all()) {
      DisturbedCall.everywhere(
          store,
          calls,
          number -> Fault.atStatement(number, moment, Kind.CONNECTION_LOST),
          CutRules::expectRetryable);
    }
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(
        "A cut during " + call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  /**
   * A cut before the commit of an ack is an unknown outcome, and the same ack again is applied.
   *
   * <p><b>Shape:</b> acks of both queues, single and as lists, cut before each commit; the error is
   * OutcomeUnknown; the same acks again are applied or recognised; each effect is there once.
   */
  @Rule("CRASH-06")
  void aCutBeforeTheCommitIsAnUnknownOutcome(StoreUnderTest store) {
    cutAtEveryCommit(store, Moment.BEFORE);
  }

  /**
   * A cut after the commit of an ack is an unknown outcome, and the same ack again is recognised.
   *
   * <p><b>Shape:</b> as before, cut after each commit.
   */
  @Rule("CRASH-06")
  void aCutAfterTheCommitIsAnUnknownOutcome(StoreUnderTest store) {
    cutAtEveryCommit(store, Moment.AFTER);
  }

  private static void cutAtEveryCommit(StoreUnderTest store, Moment moment) {
    for (Function<StoreUnderTest, DisturbedCall> acks : DisturbedCalls.acks()) {
      DisturbedCall.everywhere(
          store,
          acks,
          number -> Fault.atCommit(number, moment, Kind.CONNECTION_LOST),
          (call, fault, error) ->
              Expect.is(
                  "A cut at the commit of " + call + " is not OutcomeUnknown, with " + fault + ".",
                  OutcomeUnknown.class,
                  error));
    }
  }

  /**
   * The answer to a repeated ack tells on which side of the commit the cut was.
   *
   * <p><b>Shape:</b> cut before and after each commit of an ack; look at the history; the same ack
   * again is applied when the events are not there, and recognised when they are.
   */
  @Rule("CRASH-06")
  void theAnswerToARepeatedAckIsTrue(StoreUnderTest store) {
    for (Moment moment : Moment.values()) {
      Handle first = store.first();
      String id = DisturbedCalls.newInstance(store);
      first.poke(id);
      OrchestrationItem item = first.fetchOne(id);
      store
          .faults()
          .during(
              Fault.atCommit(1, moment, Kind.CONNECTION_LOST),
              () -> first.turn(item).event(1).ack());
      boolean applied = !store.second().history(id, 1).isEmpty();

      Expect.equal(
          "The answer to a repeated ack is not true.",
          applied ? AckAnswers.ALREADY_APPLIED : AckAnswers.APPLIED,
          AckAnswers.of(first.turn(item).event(1).ack()));
      Expect.equal(
          "The event is not there once.", Sample.events(1, 1), store.second().history(id, 1));
      store.second().fetchNone();
    }
  }

  /**
   * After a cut at its commit, an enqueue with a message id is safe to repeat; one without is
   * delivered twice at most.
   *
   * <p><b>Shape:</b> enqueue, single and as a list, cut before and after each commit: with message
   * ids the repeat leaves each message once; without, once or twice.
   */
  @Rule("CRASH-07")
  void anEnqueueIsRepeatedAfterACutAtItsCommit(StoreUnderTest store) {
    for (Moment moment : Moment.values()) {
      for (Function<StoreUnderTest, DisturbedCall> enqueue :
          List.<Function<StoreUnderTest, DisturbedCall>>of(
              DisturbedCalls::enqueue, DisturbedCalls::enqueueAll)) {
        DisturbedCall.everywhere(
            store,
            enqueue,
            number -> Fault.atCommit(number, moment, Kind.CONNECTION_LOST),
            CutRules::expectRetryable);
      }
      withoutId(store, moment);
    }
  }

  private static void withoutId(StoreUnderTest store, Moment moment) {
    Handle first = store.first();
    String id = DisturbedCalls.newInstance(store);
    OrchestratorMessage message = Sample.message(id, "no id");
    Attempt<OrchestratorMessage> earlier =
        store
            .faults()
            .during(Fault.atCommit(1, moment, Kind.CONNECTION_LOST), () -> first.enqueue(message));
    if (earlier.failure() != null) {
      first.enqueue(message);
    }
    OrchestrationItem item = first.fetchOne(id);
    Expect.atMost("A message without an id is there too often.", 2, item.messages().size());
    first.finish(item);
  }

  /**
   * A cut at a commit of a fetch loses nothing: at worst the lock runs out by itself.
   *
   * <p><b>Shape:</b> fetches of both queues, cut before and after each commit; after L the instance
   * is delivered with its message, and the activity.
   */
  @Rule("CRASH-08")
  void aCutDuringAFetchLosesNothing(StoreUnderTest store) {
    for (Moment moment : Moment.values()) {
      int number = 1;
      while (fetchSurvives(store, Fault.atCommit(number, moment, Kind.CONNECTION_LOST))) {
        number++;
        Expect.atMost("A fetch has too many commits to disturb them all.", MOST, number);
      }
      number = 1;
      while (activityFetchSurvives(store, Fault.atCommit(number, moment, Kind.CONNECTION_LOST))) {
        number++;
        Expect.atMost("A fetch has too many commits to disturb them all.", MOST, number);
      }
    }
  }

  private static boolean fetchSurvives(StoreUnderTest store, Fault fault) {
    String id = DisturbedCalls.newInstance(store);
    OrchestratorMessage poke = store.first().poke(id);
    Attempt<List<OrchestrationItem>> cut =
        store.faults().during(fault, () -> store.first().fetch(1));
    if (cut.failure() != null) {
      expectRetryable(cut.failure());
    }
    store.moveTime(store.lockFor());
    OrchestrationItem item = store.first().fetchOne(id);
    Batch.expect("A cut during a fetch lost a message.", item, poke);
    store.first().finish(item);
    return cut.struck();
  }

  private static boolean activityFetchSurvives(StoreUnderTest store, Fault fault) {
    String id = DisturbedCalls.newInstance(store);
    store.first().schedule(id, 1);
    Attempt<List<ActivityItem>> cut =
        store.faults().during(fault, () -> store.first().fetchActivities(1));
    if (cut.failure() != null) {
      expectRetryable(cut.failure());
    }
    store.moveTime(store.lockFor());
    store.first().complete(store.first().fetchActivity(1));
    store.first().finish(store.first().fetchOne(id));
    return cut.struck();
  }

  private static void expectRetryable(ProviderError error) {
    Expect.is("A cut during a fetch is not retryable.", Retryable.class, error);
  }

  /**
   * A full store is a typed error, and work goes on when there is room again.
   *
   * <p><b>Shape:</b> the store answers that it is full at each statement and each commit of every
   * call that writes: StoreUnavailable; then the same calls succeed, and each effect is there once.
   */
  @Rule("CRASH-11")
  void workGoesOnWhenThereIsRoomAgain(StoreUnderTest store) {
    for (Function<StoreUnderTest, DisturbedCall> calls : DisturbedCalls.writes()) {
      for (Fault.Place place : Fault.Place.values()) {
        DisturbedCall.everywhere(
            store,
            calls,
            number -> new Fault(place, number, Moment.BEFORE, Kind.STORE_FULL),
            (call, fault, error) ->
                Expect.is(
                    "A full store is not StoreUnavailable during %s, with %s."
                        .formatted(call, fault),
                    StoreUnavailable.class,
                    error));
      }
    }
  }
}
