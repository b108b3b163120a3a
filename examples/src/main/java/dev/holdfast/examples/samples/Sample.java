// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import java.util.List;

/**
 * A sample: one scenario in one program.
 *
 * @param name its name on the command line
 * @param scenario what it shows, in some words
 * @param code the class that it is
 * @param program runs it
 */
record Sample(String name, String scenario, Class<?> code, Program program) {

  @Override
  public String toString() {
    return name;
  }

  /** What a sample does. */
  @FunctionalInterface
  interface Program {

    /** Runs on the store with this URL, and returns what came of it, in one line. */
    String run(String url) throws Exception;
  }

  /** All samples, in the order in which one might read them. */
  static final List<Sample> ALL =
      List.of(
          new Sample("hello-world", "one activity", HelloWorld.class, HelloWorld::run),
          new Sample("control-flow", "branches on results", ControlFlow.class, ControlFlow::run),
          new Sample("loop", "a loop until there is no more", Loop.class, Loop::run),
          new Sample(
              "fan-out",
              "an activity for each item, and their sum",
              FanOutFanIn.class,
              FanOutFanIn::run),
          new Sample(
              "errors",
              "errors go up and are recovered from",
              ErrorRecovery.class,
              ErrorRecovery::run),
          new Sample("compensation", "steps are undone", Compensation.class, Compensation::run),
          new Sample(
              "timeout",
              "a time-out, and a timer beside an activity",
              TimeoutOrTimer.class,
              TimeoutOrTimer::run),
          new Sample(
              "activity-or-event",
              "an activity against an event",
              ActivityOrEvent.class,
              ActivityOrEvent::run),
          new Sample(
              "clock-and-ids",
              "time, ids and chance that replay",
              ClockAndIds.class,
              ClockAndIds::run),
          new Sample(
              "status", "callers follow the progress", StatusPolling.class, StatusPolling::run),
          new Sample(
              "monitor", "the outside is polled up to a deadline", Monitor.class, Monitor::run),
          new Sample(
              "approval",
              "a person decides, with reminders",
              ApprovalWithReminder.class,
              ApprovalWithReminder::run),
          new Sample("checkout", "an order waits for its payment", Checkout.class, Checkout::run),
          new Sample(
              "newsletter", "many mails, some of which fail", Newsletter.class, Newsletter::run),
          new Sample("child", "a child", ChildOrchestration.class, ChildOrchestration::run),
          new Sample(
              "children", "children side by side", ParallelChildren.class, ParallelChildren::run),
          new Sample("three-levels", "children of children", ThreeLevels.class, ThreeLevels::run),
          new Sample(
              "fire-and-forget",
              "an instance that outlives its starter",
              FireAndForget.class,
              FireAndForget::run),
          new Sample(
              "cancel", "a request to cancel goes down", CancelCascade.class, CancelCascade::run),
          new Sample(
              "continue-as-new",
              "a counter without a long history",
              ContinueAsNew.class,
              ContinueAsNew::run),
          new Sample(
              "self-pruning",
              "an eternal instance stays small",
              SelfPruning.class,
              SelfPruning::run),
          new Sample(
              "configuration",
              "new settings by mailbox",
              ReloadedConfiguration.class,
              ReloadedConfiguration::run),
          new Sample(
              "request-response",
              "questions by message, answers by key-value",
              KeyValueAnswers.class,
              KeyValueAnswers::run),
          new Sample(
              "key-value-counter",
              "read, add and write without a lock",
              KeyValueCounter.class,
              KeyValueCounter::run),
          new Sample(
              "untyped",
              "code with and without types",
              TypedAndUntyped.class,
              TypedAndUntyped::run),
          new Sample(
              "versions",
              "the latest version and an exact one",
              LatestOrExact.class,
              LatestOrExact::run),
          new Sample(
              "upgrade",
              "new code from the next execution on",
              UpgradeAtContinueAsNew.class,
              UpgradeAtContinueAsNew::run),
          new Sample("tags", "two kinds of workers", TaggedWorkers.class, TaggedWorkers::run),
          new Sample(
              "unserved-tag", "a tag that nobody serves, yet", UnservedTag.class, UnservedTag::run),
          new Sample("two-workers", "two workers on one store", TwoWorkers.class, TwoWorkers::run),
          new Sample(
              "rate-limit",
              "calls to an outside API, not too often",
              RateLimit.class,
              RateLimit::run),
          new Sample(
              "secret-values",
              "values are encrypted in the store",
              SecretValues.class,
              SecretValues::run),
          new Sample(
              "urgent-beside-bulk",
              "urgent work beside a mountain of other work",
              UrgentBesideBulk.class,
              UrgentBesideBulk::run),
          new Sample(
              "transaction",
              "a start in the caller's transaction",
              StartInTransaction.class,
              StartInTransaction::run));
}
