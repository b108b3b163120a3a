// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import dev.holdfast.provider.admin.LockFacts;
import dev.holdfast.provider.admin.LockFacts.Holder;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.NondeterminismException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sentences for what is hard to bring about in a store on purpose. */
class ExplainerTest {

  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final Instant LATER = Instant.parse("2026-05-01T12:05:00Z");

  @ParameterizedTest
  @EnumSource
  void aLockIsToldWithItsHolder(Holder holder) {
    String text = text(facts(new LockFacts(LATER, holder), null, 1, null, List.of()));

    assertThat(text)
        .contains("2026-05-01 12:05:00")
        .contains(
            switch (holder) {
              case LIVING -> "that is alive";
              case GONE -> "has died or was closed";
              case UNKNOWN -> "does not tell whether it is alive";
            });
  }

  @Test
  void manyDeliveriesAndProblemsAreTold() {
    Problem problem = new Problem(null, null, "the code does not follow its history", NOW);

    assertThat(text(facts(null, LATER, 7, null, List.of(problem))))
        .contains(
            "gave it back",
            "delivered again at 2026-05-01 12:05:00",
            "delivered 7 times without a result",
            "reported at 2026-05-01 12:00:00: the code does not follow its history");
  }

  @Test
  void anActivityIsToldWithItsTagAndItsSession() {
    ActivityFacts activity =
        new ActivityFacts(
            new ActivityIdentity("i", 1, 4),
            "charge",
            NOW.minusSeconds(600),
            0,
            null,
            null,
            "gpu",
            "cart-1",
            "worker-7",
            LATER);

    assertThat(text(facts(null, null, 0, activity, List.of())))
        .contains(
            "the activity \"charge\" (number 4), scheduled 10 minutes ago",
            "serves the tag \"gpu\"",
            "the session \"cart-1\", which the worker \"worker-7\" holds until 2026-05-01"
                + " 12:05:00");
  }

  @Test
  void poisonIsToldWithWhatToDo() {
    InstanceStatus status =
        new InstanceStatus(
            "i",
            InstanceState.FAILED,
            1,
            "flow",
            null,
            new Failure(Failure.POISON, "10 deliveries"),
            List.of());

    Explanation why =
        explain(facts(null, null, 0, null, List.of(), ExecutionStatus.FAILED), status);

    assertThat(why.standing()).isEqualTo("failed");
    assertThat(why.sentences().getFirst()).contains("It is poison", "10 deliveries");
    assertThat(why.advice()).isNotEmpty();
  }

  @Test
  void codeThatDoesNotFollowItsHistoryIsNotHelpedByOneMoreWorker() {
    List<Problem> problems = List.of(new Problem(null, null, mismatch() + " (process 17)", NOW));

    for (InstanceFacts facts :
        List.of(
            facts(null, LATER, 0, null, problems),
            facts(new LockFacts(LATER, Holder.LIVING), null, 0, null, problems))) {
      assertThat(text(facts))
          .contains(
              "does not follow its history from event 7 on",
              "reported at 2026-05-01 12:00:00: " + mismatch() + " (process 17)",
              "holdfast history i shows what its history has there",
              "Deploy the code that wrote this history, or register the changed code under a new",
              "holdfast terminate i, then holdfast restart i")
          .doesNotContain("no running worker serves", "Nothing, for now", "See what workers");
    }
  }

  @Test
  void codeThatDidNotFollowItsHistoryAndWasGivenUpIsToldWithWhatToDo() {
    Explanation why = ended(Failure.of(otherHistory()));

    assertThat(why.sentences().getFirst()).contains("does not follow its history from event 7 on");
    assertThat(String.join("\n", why.advice()))
        .contains("Deploy the code that wrote this history", "restart i --from-last-good");
  }

  @Test
  void whatWorkersReportIsAdvisedAbout() {
    for (var one :
        List.of(
            List.of(
                "holdfast.unreadable: event 3 of kind \"X\"", "Deploy the version that wrote it"),
            List.of("there was no memory for its turn: Java heap space", "more memory"),
            List.of("its code has been running for PT9S without", "belongs into an activity"),
            List.of(
                "no orchestration \"flow\" is registered here", "no running worker serves flow"))) {
      List<Problem> problems = List.of(new Problem(null, null, one.getFirst(), NOW));

      assertThat(text(facts(null, LATER, 0, null, problems)))
          .contains(one)
          .doesNotContain("See what workers");
    }
  }

  @Test
  void aReportAboutAnActivityIsNoneAboutTheInstance() {
    List<Problem> problems = List.of(new Problem(4L, "charge", mismatch(), NOW));

    assertThat(text(facts(null, LATER, 0, null, problems))).contains("See what workers");
  }

  @Test
  void aSuspendedInstanceIsToldWithWhatWorkersHaveReported() {
    Problem reported = new Problem(null, null, "its code has been running for PT9S", NOW);
    InstanceStatus status =
        new InstanceStatus(
            "i",
            InstanceState.SUSPENDED,
            1,
            "flow",
            null,
            null,
            List.of(
                new InstanceStatus.Problem(null, "it is suspended: audit", NOW),
                new InstanceStatus.Problem(null, reported.text(), NOW)));

    Explanation why = explain(facts(null, LATER, 0, null, List.of(reported)), status);

    assertThat(why.sentences())
        .containsExactly(
            "At 2026-05-01 12:00:00 a request came: it is suspended: audit.",
            "A worker reported at 2026-05-01 12:00:00: its code has been running for PT9S");
    assertThat(why.advice()).containsExactly("holdfast resume i lets it go on.");
  }

  @Test
  void aHistoryThatIsTooLongIsToldWithWhatToDo() {
    Explanation why = ended(new Failure(Failure.HISTORY_TOO_LONG, "the history has 51000 events"));

    assertThat(why.sentences().getFirst())
        .contains("too much in one execution: the history has 51000 events");
    assertThat(String.join("\n", why.advice())).contains("continue as new", "holdfast restart i");
  }

  private static NondeterminismException otherHistory() {
    return new NondeterminismException("i", 7, "TimerCreated", "ActivityScheduled \"double\"");
  }

  private static String mismatch() {
    return Failure.of(otherHistory()).toString();
  }

  private static Explanation ended(Failure failure) {
    return explain(
        facts(null, null, 0, null, List.of(), ExecutionStatus.FAILED),
        new InstanceStatus("i", InstanceState.FAILED, 1, "flow", null, failure, List.of()));
  }

  private static InstanceFacts facts(
      LockFacts lock,
      Instant heldUntil,
      int deliveries,
      ActivityFacts activity,
      List<Problem> problems) {
    return facts(lock, heldUntil, deliveries, activity, problems, ExecutionStatus.RUNNING);
  }

  private static InstanceFacts facts(
      LockFacts lock,
      Instant heldUntil,
      int deliveries,
      ActivityFacts activity,
      List<Problem> problems,
      ExecutionStatus status) {
    return new InstanceFacts(
        1,
        status,
        lock,
        heldUntil,
        deliveries,
        heldUntil == null ? 0 : 1,
        0,
        null,
        null,
        false,
        activity == null ? 0 : 1,
        activity,
        problems);
  }

  private static String text(InstanceFacts facts) {
    InstanceStatus status =
        new InstanceStatus("i", InstanceState.RUNNING, 1, "flow", null, null, List.of());
    Explanation why = explain(facts, status);
    return String.join("\n", why.sentences()) + "\n" + String.join("\n", why.advice());
  }

  private static Explanation explain(InstanceFacts facts, InstanceStatus status) {
    return new Explainer(new Times(ZoneOffset.UTC))
        .explain(new Situation("i", facts, status, "flow", List.of(), NOW));
  }
}
