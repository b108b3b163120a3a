// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is told of work, when some of it was claimed. */
class UnclaimedTest {

  @Test
  void activitiesThatNobodyHoldsConcernTheOthers() {
    OrchestrationAck three = turn("a", 3);
    assertThat(Unclaimed.by(List.of(turn("a", 0)), List.of(AckResult.applied())).activities())
        .isFalse();
    assertThat(Unclaimed.by(List.of(three), List.of(AckResult.applied())).activities()).isTrue();
    assertThat(Unclaimed.by(List.of(three), List.of(claimed(three, 2))).activities()).isTrue();
    assertThat(Unclaimed.by(List.of(three), List.of(claimed(three, 3))).activities()).isFalse();
    assertThat(
            Unclaimed.by(
                    List.of(three, turn("b", 1)), List.of(claimed(three, 3), AckResult.applied()))
                .activities())
        .isTrue();
  }

  @Test
  void aCancelledActivityConcernsNobody() {
    OrchestrationAck ack = turn("a", 2, new ActivityIdentity("a", 1, 2));
    assertThat(Unclaimed.by(List.of(ack), List.of(claimed(ack, 1))).activities()).isFalse();
  }

  @Test
  void anInstanceIsHeldWhereverInTheListItIsAnswered() {
    List<ActivityAck> acks = List.of(completed("a", 1), completed("b", 1), completed("a", 2));
    assertThat(Unclaimed.byActivities(acks, results(null, null, null)).instances()).isTrue();
    assertThat(Unclaimed.byActivities(acks, results(null, null, "a")).instances()).isTrue();
    assertThat(Unclaimed.byActivities(acks, results(null, "b", "a")).instances()).isFalse();
  }

  @Test
  void anActivityAckWithoutCompletionConcernsNobody() {
    ActivityAck silent = ActivityAck.of(token("a", 1), null);
    assertThat(Unclaimed.byActivities(List.of(silent), results((String) null)).instances())
        .isFalse();
  }

  /** The completion was never a message, and what the turn has made is what counts. */
  @Test
  void aTurnAheadCountsInPlaceOfItsCompletion() {
    ActivityAck ack = completed("a", 1);
    TurnContent two = turn("a", 2).content();
    EagerInstance eager =
        new EagerInstance(Duration.ofMinutes(1), 0, null).withTurnAhead(new TurnAhead(1, 0, two));
    ActivityAck ahead = new ActivityAck(ack.lockToken(), ack.completion(), eager);

    assertThat(Unclaimed.byActivities(List.of(ahead), List.of(AckResult.applied())))
        .isEqualTo(new Unclaimed(true, false));
    assertThat(Unclaimed.byActivities(List.of(ahead), List.of(withTurn(AckResult.applied()))))
        .isEqualTo(new Unclaimed(false, true));
    assertThat(Unclaimed.byActivities(List.of(ahead), List.of(withTurn(claimed(turn("a", 2), 2)))))
        .isEqualTo(new Unclaimed(false, false));
  }

  private static AckResult withTurn(AckResult turn) {
    return new AckResult.Applied(List.of(), null, turn);
  }

  private static OrchestrationAck turn(String id, int activities, ActivityIdentity... cancelled) {
    return OrchestrationAck.builder(new LockToken.OfInstance(id, 1), 1)
        .activities(
            LongStream.rangeClosed(1, activities)
                .mapToObj(number -> Sample.activity(id, number))
                .toList())
        .cancelledActivities(List.of(cancelled))
        .build();
  }

  private static AckResult claimed(OrchestrationAck ack, int first) {
    return new AckResult.Applied(
        IntStream.range(0, first)
            .mapToObj(at -> ack.activities().get(at))
            .map(UnclaimedTest::item)
            .toList(),
        null);
  }

  private static ActivityItem item(ActivityTask task) {
    return new ActivityItem(task, 1, new LockToken.OfActivity(task.identity(), 1));
  }

  private static LockToken.OfActivity token(String id, long activity) {
    return new LockToken.OfActivity(new ActivityIdentity(id, 1, activity), 1);
  }

  private static ActivityAck completed(String id, long activity) {
    OrchestratorMessage completion = Sample.message(id, "done");
    return ActivityAck.of(token(id, activity), completion);
  }

  private static List<AckResult> results(@Nullable String... claimed) {
    return Arrays.stream(claimed).map(UnclaimedTest::result).toList();
  }

  private static AckResult result(@Nullable String claimed) {
    return claimed == null
        ? AckResult.applied()
        : new AckResult.Applied(
            List.of(),
            new OrchestrationItem(
                claimed,
                null,
                null,
                1,
                new History(0, List.of(), true),
                List.of(Sample.message(claimed, "done")),
                Map.of(),
                1,
                new LockToken.OfInstance(claimed, 1),
                Instant.EPOCH));
  }
}
