// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.junit.RunSettings;
import dev.holdfast.tck.mutants.Forwarding;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/** A failure about something that was not delivered says what is owed. */
class LostMessagesTest {

  @Test
  void theMessageThatIsOwedIsNamed() {
    assertThat(failures(LosesPokes.class, "EXPIRY-01"))
        .anySatisfy(text ->
            assertThat(text)
                .containsPattern(
                    "Owed: poke->order<\\d+ bytes [0-9a-f]+>, visible since 2\\S+Z,\\s+enqueued by"
                        + " #\\d+, never delivered\\."));
  }

  @Test
  void theActivityThatIsOwedIsNamed() {
    assertThat(failures(LosesActivities.class, "LOCK-10"))
        .anySatisfy(text ->
            assertThat(text)
                .containsPattern("Owed: order/1/\\d+, scheduled by #\\d+, never delivered"));
  }

  @Test
  void noHandleIsCalledLikeADatabase() {
    assertThat(failures(Mutants.MergesMessages.class, "LOCK-09"))
        .isNotEmpty()
        .allSatisfy(text ->
            assertThat(text).containsPattern("handle\\d\\.fetch").doesNotContainPattern("\\bH\\d"));
  }

  private static List<String> failures(Class<?> fixture, String rules) {
    return KitRun.of(
            KitRun.AllRules.class,
            Map.of(RunSettings.FIXTURE, fixture.getName(), RunSettings.RULES, rules))
        .ended(Status.FAILED)
        .stream()
        .map(one -> one.result().getThrowable().orElseThrow().getMessage())
        .toList();
  }

  /** Forgets messages that start nothing. */
  public static final class LosesPokes extends BrokenFixture {
    /** Created by name. */
    public LosesPokes() {}

    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public EnqueueResult enqueue(OrchestratorMessage message) {
              return message.start() != null ? super.enqueue(message) : EnqueueResult.of(true);
            }
          };
    }
  }

  /** Never has an activity. */
  public static final class LosesActivities extends BrokenFixture {
    /** Created by name. */
    public LosesActivities() {}

    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
              return List.of();
            }
          };
    }
  }
}
