// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loops, latencies and medians. */
class ClosedLoopTest {

  @Test
  void allCallersRunAtTheSameTime() throws InterruptedException {
    CyclicBarrier all = new CyclicBarrier(3);
    boolean[] met = new boolean[3];
    List<Caller> callers = List.of(meets(all, met, 0), meets(all, met, 1), meets(all, met, 2));

    double perSecond =
        ClosedLoop.run(
            callers, ThreadChoice.AUTO, Duration.ZERO, Duration.ofMillis(1), new Latencies());

    assertThat(met).containsOnly(true);
    assertThat(perSecond).isNotNegative();
  }

  private static Caller meets(CyclicBarrier all, boolean[] met, int index) {
    return () -> {
      if (!met[index]) {
        all.await();
        met[index] = true;
      }
      return 1;
    };
  }

  @Test
  void aCallerThatFailsEndsTheRunWithItsReason() {
    Caller failing =
        () -> {
          throw new IllegalArgumentException("broken");
        };

    assertThatThrownBy(() ->
            ClosedLoop.run(
                List.of(failing, () -> 1),
                ThreadChoice.PLATFORM,
                Duration.ZERO,
                Duration.ofDays(1),
                new Latencies()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("broken")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"AUTO, 63, false", "AUTO, 64, true", "PLATFORM, 64, false", "VIRTUAL, 1, true"})
  void manyCallersAreVirtualThreadsUnlessChosenOtherwise(
      ThreadChoice choice, int callers, boolean virtual) {
    assertThat(choice.forCallers(callers).newThread(() -> {}).isVirtual()).isEqualTo(virtual);
  }

  @Test
  void latenciesCountWhileTheyAreOpen() {
    Latencies latencies = new Latencies();
    latencies.record("call", 1_000_000);
    latencies.open();
    latencies.record("call", 2_000_000);
    latencies.close();
    latencies.record("call", 3_000_000);

    Latency call = latencies.summary().get("call");

    assertThat(call.count()).isEqualTo(1);
    // Three digits count.
    assertThat(call.p50Micros()).isBetween(1_998.0, 2_002.0);
  }

  @Test
  void oneDisturbedRoundDoesNotMoveTheMedianFar() {
    assertThat(Stats.median(List.of(3.0, 1.0, 1_000.0))).isEqualTo(3.0);
    assertThat(Stats.median(List.of(4.0, 2.0))).isEqualTo(3.0);
    assertThatThrownBy(() -> Stats.median(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
