// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why an instance does not move, as workers report it. */
@RuleFamily("DESCRIBE")
final class DescribeProblemRules {

  private static final int LONGEST = InstanceDescription.MAX_PROBLEM_LENGTH;
  private static final int MOST = InstanceDescription.MAX_PROBLEMS;

  /**
   * A problem of an instance stays until its next applied ack.
   *
   * <p><b>Shape:</b> report under the lock, and again with another text, which replaces it, with
   * the store's now; it stays over a rejected ack, an abandon, a delivery, a lock end, a message
   * and reopening, seen through both handles; the next applied ack removes it, and a repeated one
   * does not remove what was reported since.
   */
  @Rule("DESCRIBE-05")
  void aProblemStaysUntilTheNextAppliedAck(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    OrchestrationItem item = first.fetchOne("order");
    first.provider().reportProblem(item.lockToken(), "first");
    Instant earlier = only(store, "first").reportedAt();
    Expect.notBefore(
        "A problem was reported before its item was fetched.", item.fetchedAt(), earlier);
    store.moveTime(store.lockFor().dividedBy(2));
    store.second().provider().reportProblem(item.lockToken(), "second");
    Expect.notBefore(
        "A problem was not reported at the store's now.",
        earlier.plus(store.lockFor().dividedBy(2)),
        only(store, "second").reportedAt());

    first.turn(item).event(1).event(1).reject("An event was stored twice.", DuplicateEvent.class);
    only(store, "second");
    first.abandon(item);
    only(store, "second");
    OrchestrationItem again = store.second().fetchOne("order");
    only(store, "second");
    store.moveTime(store.lockFor());
    first.poke("order");
    only(store, "second");
    store.reopen();
    only(store, "second");
    Handle reopened = store.first();
    OrchestrationItem last = reopened.fetchOne("order");
    Expect.equal("A delivery was not counted.", again.deliveryCount() + 1, last.deliveryCount());
    reopened.turn(last).name(Sample.NAME).apply();
    expectNone(store);

    reopened.poke("order");
    OrchestrationItem later = reopened.fetchOne("order");
    reopened.provider().reportProblem(later.lockToken(), "later");
    Expect.alreadyApplied("A repeat was not recognised.", reopened.turn(last).ack());
    only(store, "later");
    reopened.finish(later);
    expectNone(store);
  }

  /**
   * A problem of an activity stays as long as the activity is queued, whatever becomes of its
   * instance.
   *
   * <p><b>Shape:</b> report under the lock of an activity; it is told with id and name, over an
   * abandon, a lock end, reopening and turns of the instance; it is replaced by the next report; an
   * ack removes that of one activity, a cancellation that of another.
   */
  @Rule("DESCRIBE-06")
  void aProblemOfAnActivityGoesWithTheActivity(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    ActivityItem one = first.fetchActivity(1);
    ActivityItem two = first.fetchActivity(2);
    first.provider().reportProblem(one.lockToken(), "nobody knows it");
    store.moveTime(store.tick());
    first.provider().reportProblem(two.lockToken(), "it is new");
    expect(store, "1 activity: nobody knows it", "2 activity: it is new");
    first.poke("order");
    first.turn(first.fetchOne("order")).event(1).apply();
    expect(store, "1 activity: nobody knows it", "2 activity: it is new");
    first.abandon(one, AbandonOptions.after(store.lockFor()));
    store.moveTime(store.lockFor());
    expect(store, "1 activity: nobody knows it", "2 activity: it is new");
    store.reopen();
    expect(store, "1 activity: nobody knows it", "2 activity: it is new");

    Handle reopened = store.first();
    List<ActivityItem> items = reopened.fetchActivities(Handle.ALL);
    Expect.equal("The activities are not delivered again.", 2, items.size());
    for (ActivityItem item : items) {
      if (item.task().activityId() == 1) {
        reopened.provider().reportProblem(item.lockToken(), "still unknown");
        expect(store, "2 activity: it is new", "1 activity: still unknown");
        reopened.complete(item);
      }
    }
    expect(store, "2 activity: it is new");
    reopened.turn(reopened.fetchOne("order")).cancel(two.task().identity()).apply();
    expect(store);
  }

  /**
   * The instance's own problem comes first, then those of activities of every execution in the
   * order in which they were reported, ten in all.
   *
   * <p><b>Shape:</b> activities of executions 1 and 2 are reported in mixed order, then the
   * instance; one is reported again and goes to the end; with more than ten the first ten are told.
   */
  @Rule("DESCRIBE-06")
  void problemsAreToldInTheirOrder(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2, 3);
    first.poke("order");
    first
        .turn(first.fetchOne("order"))
        .execution(2)
        .event(1)
        .activities(11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
        .apply();
    List<ActivityItem> items = first.fetchActivities(Handle.ALL);
    List<String> expected = new ArrayList<>();
    for (int n : new int[] {5, 1, 3}) {
      report(store, items.get(n), expected);
    }
    expect(store, expected.toArray(String[]::new));
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    first.provider().reportProblem(turn.lockToken(), "its own");
    expected.add(0, "its own");
    expect(store, expected.toArray(String[]::new));
    expected.remove(1);
    report(store, items.get(5), expected);
    expect(store, expected.toArray(String[]::new));
    for (int n : new int[] {12, 0, 7, 8, 9, 10, 11, 2}) {
      report(store, items.get(n), expected);
    }
    expect(store, expected.subList(0, MOST).toArray(String[]::new));
    Expect.equal(
        "Another instance has problems.",
        Optional.empty(),
        first.provider().describeInstance("other"));
  }

  private static void report(StoreUnderTest store, ActivityItem item, List<String> expected) {
    store.moveTime(store.tick());
    String text = "problem of " + item.task().activityId();
    store.first().provider().reportProblem(item.lockToken(), text);
    expected.add(item.task().activityId() + " activity: " + text);
  }

  /**
   * Reporting needs a live lock, and changes nothing else.
   *
   * <p><b>Shape:</b> tokens of another lock, of an ended, an abandoned, an acked and a taken-over
   * one, on both queues: LockLost, and what was reported before stays; a report under a live lock
   * leaves everything else as it is: the lock ends when it did, the batch, the count and the place
   * in the line are as before.
   */
  @Rule("DESCRIBE-07")
  void reportingNeedsALiveLockAndChangesNothingElse(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    first.provider().reportProblem(item.lockToken(), "right");
    first.provider().reportProblem(activity.lockToken(), "right too");
    long epoch = item.lockToken().epoch();
    expectLost(store, new LockToken.OfInstance("order", epoch + 1));
    expectLost(store, new LockToken.OfInstance("order", activity.lockToken().epoch()));
    expectLost(store, new LockToken.OfInstance("other", epoch));
    expectLost(store, new LockToken.OfActivity(activity.task().identity(), epoch));
    expectLost(
        store,
        new LockToken.OfActivity(
            Sample.activity("order", 77).identity(), activity.lockToken().epoch()));
    Snapshot before = store.snapshot("order");
    expectLost(store, new LockToken.OfInstance("order", epoch + 1));
    store.expectUnchanged("A report that was refused changed something.", before);
    OrchestratorMessage late = first.poke("order");
    store.moveToJustBefore(store.lockFor());
    store.second().fetchNone("A report released a lock, or its end is too early.");
    store.second().fetchNoActivity("A report released the lock of an activity.");
    store.moveTime(store.tick());
    expectLost(store, item.lockToken());
    expectLost(store, activity.lockToken());

    OrchestrationItem next = store.second().fetchOne("order");
    ActivityItem nextActivity = store.second().fetchActivity(1);
    Expect.equal("A report changed the delivery count.", 2, next.deliveryCount());
    Expect.equal("A report changed the delivery count.", 2, nextActivity.deliveryCount());
    Expect.equal("A report changed the batch.", 2, next.messages().size());
    Expect.equal("A report lost a message.", late.body(), next.messages().get(1).body());
    expectLost(store, item.lockToken());
    expectLost(store, activity.lockToken());
    store.second().abandon(next);
    expectLost(store, next.lockToken());
    store.second().abandon(nextActivity);
    expectLost(store, nextActivity.lockToken());
    OrchestrationItem last = first.fetchOne("order");
    first.finish(last);
    Expect.lockLost(
        "A problem was reported with a token that was acked.",
        () -> first.provider().reportProblem(last.lockToken(), "stale"));
    expect(store, "1 activity: right too");
  }

  private static void expectLost(StoreUnderTest store, LockToken token) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.lockLost(
          "A problem was reported without a live lock: " + token + ".",
          () -> handle.provider().reportProblem(token, "stale"));
    }
    expect(store, "right", "1 activity: right too");
  }

  /**
   * The place in the line is that of before.
   *
   * <p><b>Shape:</b> two instances and two activities become ready one after the other; the first
   * of each is fetched, reported and given back uncounted at one moment with the second of each;
   * order and counts are as without the report.
   */
  @Rule("DESCRIBE-07")
  void aReportMovesNobodyInTheLine(StoreUnderTest store) {
    List<String> without = orderAfter(store, "without", false);
    List<String> with = orderAfter(store, "with", true);
    Expect.equal(
        "A report moved somebody in the line.",
        without,
        with.stream().map(id -> id.replace("with-", "without-")).toList());
  }

  private static List<String> orderAfter(StoreUnderTest store, String prefix, boolean report) {
    Handle first = store.first();
    for (int n = 1; n <= 3; n++) {
      first.start(prefix + "-" + n);
      store.moveTime(store.tick());
    }
    OrchestrationItem earlier = first.fetchOne(prefix + "-1");
    OrchestrationItem theSecond = first.fetchOne(prefix + "-2");
    if (report) {
      first.provider().reportProblem(earlier.lockToken(), "of the first");
    }
    first.abandon(earlier, AbandonOptions.now().uncounted());
    store.moveTime(store.tick());
    if (report) {
      first.provider().reportProblem(theSecond.lockToken(), "of the second");
    }
    first.abandon(theSecond, AbandonOptions.now().uncounted());
    List<String> order = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      OrchestrationItem item = first.fetchOne();
      order.add(item.instanceId() + " delivery " + item.deliveryCount());
      first.finish(item);
    }
    return order;
  }

  /**
   * A text of 1 to 2,000 units is taken as it is, and any other refused.
   *
   * <p><b>Shape:</b> the longest text, of letters and of characters of two units, and every kind of
   * character: returned exactly; an empty one and one unit more: refused, and what was reported
   * before stays.
   */
  @Rule("DESCRIBE-07")
  void aTextIsTakenAsItIs(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    LockToken token = first.fetchOne("order").lockToken();
    for (String text :
        List.of(
            "x",
            "x".repeat(LONGEST),
            "\ud83d\ude80".repeat(LONGEST / 2),
            "\u20ac".repeat(LONGEST),
            " '; DROP TABLE problem; -- \"\\\n\r\t")) {
      first.provider().reportProblem(token, text);
      only(store, text);
    }
    first.provider().reportProblem(token, "the one before");
    for (String text : List.of("", "x".repeat(LONGEST + 1))) {
      Expect.invalid(
          "A problem of %d characters was accepted.".formatted(text.length()),
          () -> first.provider().reportProblem(token, text));
      only(store, "the one before");
    }
  }

  private static Problem only(StoreUnderTest store, String text) {
    expect(store, text);
    return problems(store.first()).get(0);
  }

  private static void expectNone(StoreUnderTest store) {
    expect(store);
  }

  private static void expect(StoreUnderTest store, String... expected) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "The problems of an instance are not those that were reported.",
          List.of(expected),
          problems(handle).stream().map(DescribeProblemRules::words).toList());
    }
  }

  private static List<Problem> problems(Handle handle) {
    return handle
        .provider()
        .describeInstance("order")
        .orElseThrow(
            () -> Expect.violation("An instance has no description.", "a description", "none"))
        .problems();
  }

  private static String words(Problem problem) {
    return problem.activityId() == null && problem.activityName() == null
        ? problem.text()
        : "%s %s: %s".formatted(problem.activityId(), problem.activityName(), problem.text());
  }
}
