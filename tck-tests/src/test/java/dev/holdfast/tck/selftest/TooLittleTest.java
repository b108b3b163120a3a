// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.tck.Inconclusive;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.mutants.Forwarding;
import dev.holdfast.tck.words.Expect;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Too little to judge is neither a pass nor a violation, unless failed calls are to blame. */
class TooLittleTest {

  private static final String TEST = "CONC-02 lock intervals of activities never overlap";

  @Test
  void enoughIsEnough() {
    Expect.enough("acks", 10, 10, 1_000);
  }

  @Test
  void tooLittleIsInconclusive() {
    Inconclusive end = assertThrows(Inconclusive.class, () -> Expect.enough("acks", 10, 9, 9));

    assertTrue(end.reason().contains("9 acks, and 10 are needed"), end.reason());
  }

  @Test
  void aProviderThatMostlyFailsIsNotInconclusive() {
    assertThrows(RuleViolation.class, () -> Expect.enough("acks", 10, 9, 10));
    assertThrows(RuleViolation.class, () -> Expect.enough("acks", 10, 0, 1));
  }

  @Test
  void aRuleThatSawTooLittleIsNotMeasured() {
    KitRun.Ended test = run(DeliversNothing.class);

    assertEquals(Status.ABORTED, test.result().getStatus());
    assertInstanceOf(Inconclusive.class, test.result().getThrowable().orElseThrow());
  }

  @Test
  void aRuleWhoseCallsFailIsViolated() {
    KitRun.Ended test = run(IsAlwaysBusy.class);

    assertEquals(Status.FAILED, test.result().getStatus());
    assertTrue(
        String.valueOf(test.result().getThrowable().orElseThrow().getMessage())
            .contains("More calls failed"));
  }

  private static KitRun.Ended run(Class<?> fixture) {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class,
            Map.of("tck.fixture", fixture.getName(), "tck.rules", "CONC-02"));
    return run.ended().stream()
        .filter(one -> one.displayName().equals(TEST))
        .findFirst()
        .orElseThrow();
  }

  /** Never has an activity. */
  public static final class DeliversNothing extends BrokenFixture {
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

  /** Lets nobody fetch an activity. */
  public static final class IsAlwaysBusy extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
              throw new StoreContention("fetchActivityItems", "others are in the way", null);
            }
          };
    }
  }
}
