// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> is it stored in the store? is it removed in the ack's own
   * transaction, and only there?
   */
  @Rule("DESCRIBE-05")
  void aProblemStaysUntilTheNextAppliedAck(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    OrchestrationItem item = a.fetchOne("order");
    a.provider().reportProblem(item.lockToken(), "first");
    Instant first = only(s, "first").reportedAt();
    Expect.notBefore(
        "A problem was reported before its item was fetched.", item.fetchedAt(), first);
    s.moveTime(s.lockFor().dividedBy(2));
    s.b().provider().reportProblem(item.lockToken(), "second");
    Expect.notBefore(
        "A problem was not reported at the store's now.",
        first.plus(s.lockFor().dividedBy(2)),
        only(s, "second").reportedAt());

    a.turn(item).event(1).event(1).reject("An event was stored twice.", DuplicateEvent.class);
    only(s, "second");
    a.abandon(item);
    only(s, "second");
    OrchestrationItem again = s.b().fetchOne("order");
    only(s, "second");
    s.moveTime(s.lockFor());
    a.poke("order");
    only(s, "second");
    s.reopen();
    only(s, "second");
    Handle reopened = s.a();
    OrchestrationItem last = reopened.fetchOne("order");
    Expect.equal("A delivery was not counted.", again.attemptCount() + 1, last.attemptCount());
    reopened.turn(last).name(Sample.NAME).apply();
    expectNone(s);

    reopened.poke("order");
    OrchestrationItem later = reopened.fetchOne("order");
    reopened.provider().reportProblem(later.lockToken(), "later");
    Expect.alreadyApplied("A repeat was not recognised.", reopened.turn(last).ack());
    only(s, "later");
    reopened.finish(later);
    expectNone(s);
  }

  /**
   * A problem of an activity stays as long as the activity is queued, whatever becomes of its
   * instance.
   *
   * <p><b>Shape:</b> report under the lock of an activity; it is told with id and name, over an
   * abandon, a lock end, reopening and turns of the instance; it is replaced by the next report; an
   * ack removes that of one activity, a cancellation that of another.
   *
   * <p><b>If this fails, check:</b> does the ack of an instance remove the problems of its
   * activities? is a problem kept apart from the activity's row, and left behind?
   */
  @Rule("DESCRIBE-06")
  void aProblemOfAnActivityGoesWithTheActivity(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    ActivityItem one = a.fetchActivity(1);
    ActivityItem two = a.fetchActivity(2);
    a.provider().reportProblem(one.lockToken(), "nobody knows it");
    s.moveTime(s.tick());
    a.provider().reportProblem(two.lockToken(), "it is new");
    expect(s, "1 activity: nobody knows it", "2 activity: it is new");
    a.poke("order");
    a.turn(a.fetchOne("order")).event(1).apply();
    expect(s, "1 activity: nobody knows it", "2 activity: it is new");
    a.abandon(one, Abandonment.after(s.lockFor()));
    s.moveTime(s.lockFor());
    expect(s, "1 activity: nobody knows it", "2 activity: it is new");
    s.reopen();
    expect(s, "1 activity: nobody knows it", "2 activity: it is new");

    Handle reopened = s.a();
    List<ActivityItem> items = reopened.fetchActivities(Handle.ALL);
    Expect.equal("The activities are not delivered again.", 2, items.size());
    for (ActivityItem item : items) {
      if (item.task().activityId() == 1) {
        reopened.provider().reportProblem(item.lockToken(), "still unknown");
        expect(s, "2 activity: it is new", "1 activity: still unknown");
        reopened.complete(item);
      }
    }
    expect(s, "2 activity: it is new");
    reopened.turn(reopened.fetchOne("order")).cancel(two.task().identity()).apply();
    expect(s);
  }

  /**
   * The instance's own problem comes first, then those of activities of every execution in the
   * order in which they were reported, ten in all.
   *
   * <p><b>Shape:</b> activities of executions 1 and 2 are reported in mixed order, then the
   * instance; one is reported again and goes to the end; with more than ten the first ten are told.
   *
   * <p><b>If this fails, check:</b> is the order that of the ids, or of scheduling? are activities
   * of the current execution told only?
   */
  @Rule("DESCRIBE-06")
  void problemsAreToldInTheirOrder(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2, 3);
    a.poke("order");
    a.turn(a.fetchOne("order"))
        .execution(2)
        .event(1)
        .activities(11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
        .apply();
    List<ActivityItem> items = a.fetchActivities(Handle.ALL);
    List<String> expected = new ArrayList<>();
    for (int n : new int[] {5, 1, 3}) {
      report(s, items.get(n), expected);
    }
    expect(s, expected.toArray(String[]::new));
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    a.provider().reportProblem(turn.lockToken(), "its own");
    expected.add(0, "its own");
    expect(s, expected.toArray(String[]::new));
    expected.remove(1);
    report(s, items.get(5), expected);
    expect(s, expected.toArray(String[]::new));
    for (int n : new int[] {12, 0, 7, 8, 9, 10, 11, 2}) {
      report(s, items.get(n), expected);
    }
    expect(s, expected.subList(0, MOST).toArray(String[]::new));
    Expect.equal(
        "Another instance has problems.", Optional.empty(), a.provider().describeInstance("other"));
  }

  private static void report(StoreUnderTest s, ActivityItem item, List<String> expected) {
    s.moveTime(s.tick());
    String text = "problem of " + item.task().activityId();
    s.a().provider().reportProblem(item.lockToken(), text);
    expected.add(item.task().activityId() + " activity: " + text);
  }

  /**
   * Reporting needs a live lock, and changes nothing else.
   *
   * <p><b>Shape:</b> tokens of another lock, of an ended, an abandoned, an acked and a taken-over
   * one, on both queues: LockLost, and what was reported before stays; a report under a live lock
   * leaves everything else as it is: the lock ends when it did, the batch, the count and the place
   * in the line are as before.
   *
   * <p><b>If this fails, check:</b> are epoch and lock end compared in the statement that writes?
   * does the update touch the ready time?
   */
  @Rule("DESCRIBE-07")
  void reportingNeedsALiveLockAndChangesNothingElse(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    a.provider().reportProblem(item.lockToken(), "right");
    a.provider().reportProblem(activity.lockToken(), "right too");
    long epoch = item.lockToken().epoch();
    expectLost(s, new LockToken.OfInstance("order", epoch + 1));
    expectLost(s, new LockToken.OfInstance("order", activity.lockToken().epoch()));
    expectLost(s, new LockToken.OfInstance("other", epoch));
    expectLost(s, new LockToken.OfActivity(activity.task().identity(), epoch));
    expectLost(
        s,
        new LockToken.OfActivity(
            Sample.activity("order", 77).identity(), activity.lockToken().epoch()));
    Snapshot before = s.snapshot("order");
    expectLost(s, new LockToken.OfInstance("order", epoch + 1));
    s.expectUnchanged("A report that was refused changed something.", before);
    OrchestratorMessage late = a.poke("order");
    s.moveToJustBefore(s.lockFor());
    s.b().fetchNone("A report released a lock, or its end is too early.");
    s.b().fetchNoActivity("A report released the lock of an activity.");
    s.moveTime(s.tick());
    expectLost(s, item.lockToken());
    expectLost(s, activity.lockToken());

    OrchestrationItem next = s.b().fetchOne("order");
    ActivityItem nextActivity = s.b().fetchActivity(1);
    Expect.equal("A report changed the attempt count.", 2, next.attemptCount());
    Expect.equal("A report changed the attempt count.", 2, nextActivity.attemptCount());
    Expect.equal("A report changed the batch.", 2, next.messages().size());
    Expect.equal("A report lost a message.", late.body(), next.messages().get(1).body());
    expectLost(s, item.lockToken());
    expectLost(s, activity.lockToken());
    s.b().abandon(next);
    expectLost(s, next.lockToken());
    s.b().abandon(nextActivity);
    expectLost(s, nextActivity.lockToken());
    OrchestrationItem last = a.fetchOne("order");
    a.finish(last);
    Expect.lockLost(
        "A problem was reported with a token that was acked.",
        () -> a.provider().reportProblem(last.lockToken(), "stale"));
    expect(s, "1 activity: right too");
  }

  private static void expectLost(StoreUnderTest s, LockToken token) {
    for (Handle handle : List.of(s.a(), s.b())) {
      Expect.lockLost(
          "A problem was reported without a live lock: " + token + ".",
          () -> handle.provider().reportProblem(token, "stale"));
    }
    expect(s, "right", "1 activity: right too");
  }

  /**
   * The place in the line is that of before.
   *
   * <p><b>Shape:</b> two instances and two activities become ready one after the other; the first
   * of each is fetched, reported and given back uncounted at one moment with the second of each;
   * order and counts are as without the report.
   *
   * <p><b>If this fails, check:</b> does the report draw a number, or write the ready time?
   */
  @Rule("DESCRIBE-07")
  void aReportMovesNobodyInTheLine(StoreUnderTest s) {
    List<String> without = orderAfter(s, "without", false);
    List<String> with = orderAfter(s, "with", true);
    Expect.equal(
        "A report moved somebody in the line.",
        without,
        with.stream().map(id -> id.replace("with-", "without-")).toList());
  }

  private static List<String> orderAfter(StoreUnderTest s, String prefix, boolean report) {
    Handle a = s.a();
    for (int n = 1; n <= 3; n++) {
      a.start(prefix + "-" + n);
      s.moveTime(s.tick());
    }
    OrchestrationItem first = a.fetchOne(prefix + "-1");
    OrchestrationItem second = a.fetchOne(prefix + "-2");
    if (report) {
      a.provider().reportProblem(first.lockToken(), "of the first");
    }
    a.abandon(first, Abandonment.now().uncounted());
    s.moveTime(s.tick());
    if (report) {
      a.provider().reportProblem(second.lockToken(), "of the second");
    }
    a.abandon(second, Abandonment.now().uncounted());
    List<String> order = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      OrchestrationItem item = a.fetchOne();
      order.add(item.instanceId() + " attempt " + item.attemptCount());
      a.finish(item);
    }
    return order;
  }

  /**
   * A text of 1 to 2,000 units is taken as it is, and any other refused.
   *
   * <p><b>Shape:</b> the longest text, of letters and of characters of two units, and every kind of
   * character: returned exactly; an empty one and one unit more: refused, and what was reported
   * before stays.
   *
   * <p><b>If this fails, check:</b> is the column measured in bytes or code points? is a text cut
   * instead of refused?
   */
  @Rule("DESCRIBE-07")
  void aTextIsTakenAsItIs(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    LockToken token = a.fetchOne("order").lockToken();
    for (String text :
        List.of(
            "x",
            "x".repeat(LONGEST),
            "\ud83d\ude80".repeat(LONGEST / 2),
            "\u20ac".repeat(LONGEST),
            " '; DROP TABLE problem; -- \"\\\n\r\t")) {
      a.provider().reportProblem(token, text);
      only(s, text);
    }
    a.provider().reportProblem(token, "the one before");
    for (String text : List.of("", "x".repeat(LONGEST + 1))) {
      Expect.invalid(
          "A problem of %d characters was accepted.".formatted(text.length()),
          () -> a.provider().reportProblem(token, text));
      only(s, "the one before");
    }
  }

  private static Problem only(StoreUnderTest s, String text) {
    expect(s, text);
    return problems(s.a()).get(0);
  }

  private static void expectNone(StoreUnderTest s) {
    expect(s);
  }

  private static void expect(StoreUnderTest s, String... expected) {
    for (Handle handle : List.of(s.a(), s.b())) {
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
