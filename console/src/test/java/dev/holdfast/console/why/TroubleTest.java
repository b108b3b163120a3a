// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.console.why.Trouble.Kind;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import dev.holdfast.provider.admin.LockFacts;
import dev.holdfast.provider.admin.LockFacts.Holder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as trouble, at the edges. */
class TroubleTest {

  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final LockFacts LOCK = new LockFacts(NOW.plusSeconds(30), Holder.LIVING);

  @Test
  void workThatIsDueCountsWhenItHasLainForSoLong() {
    InstanceFacts due = facts(0, 1, null, List.of());

    assertThat(kind(due, NOW.minusSeconds(60))).contains(Kind.NOT_TAKEN);
    assertThat(kind(due, NOW.minusSeconds(59))).isEmpty();
  }

  @Test
  void manyDeliveriesCount() {
    assertThat(kind(facts(3, 0, null, List.of()), NOW)).contains(Kind.DELIVERIES);
    assertThat(kind(facts(2, 0, null, List.of()), NOW)).isEmpty();
    assertThat(kind(facts(0, 0, activity(3, LOCK, NOW), List.of()), NOW)).contains(Kind.DELIVERIES);
  }

  @Test
  void anActivityCountsWhenNobodyTakesIt() {
    Instant longAgo = NOW.minusSeconds(600);

    assertThat(kind(facts(0, 0, activity(0, null, longAgo), List.of()), NOW))
        .contains(Kind.ACTIVITY_NOT_TAKEN);
    assertThat(kind(facts(0, 0, activity(0, LOCK, longAgo), List.of()), NOW)).isEmpty();
    assertThat(kind(facts(0, 0, activity(0, null, NOW), List.of()), NOW)).isEmpty();
  }

  @Test
  void aReportCountsUntilAnotherWorkerHasTakenTheActivity() {
    List<Problem> reported = List.of(new Problem(4L, "charge", "not registered here", NOW));

    assertThat(kind(facts(0, 0, activity(1, null, NOW), reported), NOW)).contains(Kind.PROBLEM);
    assertThat(kind(facts(0, 0, activity(1, LOCK, NOW), reported), NOW)).isEmpty();
    assertThat(kind(facts(0, 0, null, List.of(new Problem(null, null, "blocks", NOW))), NOW))
        .contains(Kind.PROBLEM);
  }

  private static Optional<Kind> kind(InstanceFacts facts, Instant since) {
    return Trouble.of(facts, 3, PATIENCE, since, NOW).map(Trouble::kind);
  }

  private static ActivityFacts activity(int deliveries, LockFacts lock, Instant since) {
    return new ActivityFacts(
        new ActivityIdentity("i", 1, 4),
        "charge",
        since,
        deliveries,
        lock,
        null,
        null,
        null,
        null,
        null);
  }

  private static InstanceFacts facts(
      int deliveries, long deliverable, ActivityFacts activity, List<Problem> problems) {
    return new InstanceFacts(
        1,
        ExecutionStatus.RUNNING,
        null,
        null,
        deliveries,
        deliverable,
        deliverable,
        null,
        null,
        false,
        activity == null ? 0 : 1,
        activity,
        problems);
  }
}
