// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.TestStore;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Rules can be repeated to hunt what happens once in a while. */
class RepeatTest {

  private static final AtomicInteger ROUNDS = new AtomicInteger();

  @BeforeEach
  void beginAnew() {
    ROUNDS.set(0);
  }

  @Test
  void eachRoundHasAStoreOfItsOwn() {
    KitRun run = run(Counts.class, "3");

    assertEquals(3, ROUNDS.get());
    assertEquals(1, run.ended(Status.SUCCESSFUL).size());
  }

  @Test
  void theFirstFailureEndsItAndPrintsTheSeedOfItsRound() {
    KitRun run = run(BreaksInTheSecondRound.class, "5");

    assertEquals(2, ROUNDS.get());
    String text =
        String.valueOf(
            run.ended(Status.FAILED).get(0).result().getThrowable().orElseThrow().getMessage());
    assertTrue(text.contains("-Dtck.rules=LOCK-05 -Dtck.seed=18"), text);
  }

  @Test
  void anotherNumberOfTimesIsRefused() {
    for (String wrong : new String[] {"0", "often"}) {
      KitRun run = run(Counts.class, wrong);

      assertEquals(0, run.ended().size());
      assertTrue(
          run.otherFailures().toString().contains("tck.repeat is " + wrong),
          () -> run.otherFailures().toString());
    }
  }

  private static KitRun run(Class<?> fixture, String repeat) {
    return KitRun.of(
        KitRun.AllRules.class,
        Map.of(
            "tck.fixture",
            fixture.getName(),
            "tck.rules",
            "LOCK-05",
            "tck.seed",
            "17",
            "tck.repeat",
            repeat));
  }

  /** Counts the stores that rules are given. */
  public static class Counts extends BrokenFixture {
    @Override
    public TestStore freshStore(String purpose) {
      if (purpose.equals("LOCK-05")) {
        ROUNDS.incrementAndGet();
      }
      return super.freshStore(purpose);
    }

    @Override
    UnaryOperator<Provider> breaker() {
      return right -> right;
    }
  }

  /** Is right in the first round. */
  public static final class BreaksInTheSecondRound extends Counts {
    @Override
    UnaryOperator<Provider> breaker() {
      return ROUNDS.get() < 2 ? super.breaker() : new Mutants.MergesMessages().breaker();
    }
  }
}
