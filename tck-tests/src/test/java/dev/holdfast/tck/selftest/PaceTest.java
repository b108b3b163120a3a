// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.mutants.Forwarding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Rules give the same verdict on a clock that stands, on one that runs, and in real time. */
class PaceTest {

  @Test
  void rulesWorkInRealTimeAndTellWhatTheyCouldNotMeasure() {
    KitRun run = run(SmallestFixture.class, "LOCK-01,LOCK-05,LOCK-08,LOCK-10,CREATE,TXENQ-02");

    assertFalse(run.ended(Status.SUCCESSFUL).isEmpty());
    assertEquals(List.of(), run.ended(Status.FAILED));
    List<KitRun.Ended> aborted = run.ended(Status.ABORTED);
    assertEquals(List.of("TXENQ-02"), aborted.stream().map(KitRun.Ended::ruleId).toList());
    NotMeasured reason = (NotMeasured) aborted.get(0).result().getThrowable().orElseThrow();
    assertEquals(FixturePart.FEATURE, reason.part());
  }

  @Test
  void rulesWorkOnARunningClock() {
    KitRun run = run(RunningClockFixture.class, "LOCK,CREATE");

    assertFalse(run.ended(Status.SUCCESSFUL).isEmpty());
    assertEquals(List.of(), run.ended(Status.FAILED));
  }

  @Test
  void aTestThatFailedBecauseCallsWereSlowRunsAgainWithLongerLocks() {
    SlowAtFirst.fetches.set(0);
    KitRun run = run(SlowAtFirst.class, "LOCK-01");

    assertEquals(1, run.ended(Status.SUCCESSFUL).size(), () -> run.ended().toString());
    assertTrue(SlowAtFirst.fetches.get() > SlowAtFirst.SLOW_FETCH + 1, "it did not run again");
  }

  private static KitRun run(Class<?> fixture, String rules) {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class, Map.of("tck.fixture", fixture.getName(), "tck.rules", rules));
    assertEquals(List.of(), run.otherFailures());
    return run;
  }

  /** In real time, with one fetch of the first test that takes longer than its lock. */
  public static final class SlowAtFirst implements TckFixture {

    /** The 20 fetches that measure the round trip, the holder's own, and one more. */
    static final int SLOW_FETCH = 22;

    static final AtomicInteger fetches = new AtomicInteger();

    private final SmallestFixture right = new SmallestFixture();

    /** Created by name. */
    public SlowAtFirst() {}

    @Override
    public ProviderIdentity provider() {
      return right.provider();
    }

    @Override
    public TestStore freshStore(String purpose) {
      TestStore store = right.freshStore(purpose);
      return new TestStore() {
        @Override
        public Provider open() {
          return new Forwarding(store.open()) {
            @Override
            public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
              if (fetches.incrementAndGet() == SLOW_FETCH) {
                Waiting.realTime(request.lockFor().plus(Duration.ofMillis(1)));
              }
              return super.fetchOrchestrationItems(request);
            }
          };
        }

        @Override
        public void close() {
          store.close();
        }
      };
    }
  }
}
