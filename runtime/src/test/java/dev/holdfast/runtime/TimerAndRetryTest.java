// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimerAndRetryTest extends OnSqlite {

  static final Activity<String, String> FLAKY = Activity.named("flaky", String.class, String.class);

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aTimerFiresWhenTheStoresClockSaysSo(int cacheSize) throws Exception {
    Orchestration<String, Duration> naps =
        Orchestration.named(
            "naps",
            String.class,
            Duration.class,
            (ctx, in) -> {
              Instant before = ctx.now();
              ctx.timer(Duration.ofDays(30)).await();
              return Duration.between(before, ctx.now());
            });
    HoldfastClient client = work(b -> b.orchestration(naps).cacheSize(cacheSize)).client();
    client.start(naps, "x", "");
    awaitEvents("x", "TimerCreated", 1);
    clock.advance(Duration.ofDays(29));
    assertThat(client.status("x").state()).isEqualTo(InstanceState.RUNNING);
    clock.advance(Duration.ofDays(1));
    assertThat(client.await(naps, "x", LONG)).isBetween(Duration.ofDays(30), Duration.ofDays(31));
  }

  @Test
  void aTimerOfZeroFiresAndOneBeyondTimeIsRefused() throws Exception {
    Orchestration<String, String> odd =
        Orchestration.named(
            "odd",
            String.class,
            String.class,
            (ctx, in) -> {
              ctx.timer(Duration.ZERO).await();
              try {
                ctx.timer(Duration.ofDays(4_000_000));
                return "accepted";
              } catch (IllegalArgumentException e) {
                return e.getMessage();
              }
            });
    HoldfastClient client = work(b -> b.orchestration(odd)).client();
    client.start(odd, "x", "");
    assertThat(client.await(odd, "x", LONG)).contains("beyond the year 9999");
  }

  @Test
  void aTimerToAMomentThatHasPassedFiresAtOnce() throws Exception {
    Orchestration<Instant, List<Duration>> late =
        Orchestration.named(
            "late",
            new TypeRef<Instant>() {},
            new TypeRef<List<Duration>>() {},
            (ctx, deadline) -> {
              Instant before = ctx.now();
              ctx.timer(deadline).await();
              ctx.timer(Instant.MIN).await();
              ctx.timer(Duration.between(ctx.now(), deadline)).await();
              ctx.timer(Duration.ofSeconds(Long.MIN_VALUE)).await();
              Duration passed = Duration.between(before, ctx.now());
              ctx.timer(before.plus(Duration.ofDays(2))).await();
              return List.of(passed, Duration.between(before, ctx.now()));
            });
    clock.freeze();
    HoldfastClient client = work(b -> b.orchestration(late).cacheSize(0)).client();
    client.start(late, "x", clock.instant().minus(Duration.ofDays(3)));
    awaitEvents("x", "TimerCreated", 5);
    clock.advance(Duration.ofDays(2));
    assertThat(client.await(late, "x", LONG)).containsExactly(Duration.ZERO, Duration.ofDays(2));
  }

  @Test
  void aMomentBeyondTimeIsRefused() throws Exception {
    Orchestration<String, String> far =
        Orchestration.named(
            "far",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                ctx.timer(Instant.MAX);
                return "accepted";
              } catch (IllegalArgumentException e) {
                return e.getMessage();
              }
            });
    HoldfastClient client = work(b -> b.orchestration(far)).client();
    client.start(far, "x", "");
    assertThat(client.await(far, "x", LONG)).contains("beyond the year 9999");
  }

  @Test
  void waitsOfAnyLengthArePossible() {
    RetryPolicy endless =
        RetryPolicy.attempts(5)
            .withFirstDelay(Duration.ofMillis(100))
            .withMaxDelay(ChronoUnit.FOREVER.getDuration());
    assertThat(endless.delayAfter(2)).isEqualTo(Duration.ofMillis(200));
    assertThat(endless.delayAfter(Integer.MAX_VALUE)).isEqualTo(endless.maxDelay());
    RetryPolicy tiny =
        RetryPolicy.attempts(4)
            .withFirstDelay(Duration.ofNanos(900_000))
            .withBackoffFactor(1000)
            .withMaxDelay(Duration.ofMinutes(1));
    assertThat(List.of(1, 2, 3).stream().map(tiny::delayAfter))
        .containsExactly(Duration.ofNanos(900_000), Duration.ofMillis(900), Duration.ofMinutes(1));
    RetryPolicy none = RetryPolicy.attempts(4).withFirstDelay(Duration.ZERO);
    assertThat(none.delayAfter(Integer.MAX_VALUE)).isZero();
    RetryPolicy forever =
        new RetryPolicy(
            2,
            ChronoUnit.FOREVER.getDuration(),
            Double.MAX_VALUE,
            ChronoUnit.FOREVER.getDuration(),
            Set.of());
    assertThat(forever.delayAfter(2)).isEqualTo(forever.delayAfter(1)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"P3650000000D, 1", "PT0.0000001S, 1"})
  void theTimerOfARetryIsNeitherBeyondTimeNorNone(Duration delay, int timers) {
    clock.freeze();
    HoldfastClient client =
        retrying(RetryPolicy.attempts(2).withFirstDelay(delay), 1, new IllegalStateException("no"));
    client.start(CALLS, "x", "ok");
    awaitEvents("x", "TimerCreated", timers);
    assertThat(client.status("x").state()).isEqualTo(InstanceState.RUNNING);
    clock.advance(Duration.ofNanos(1000));
    if (delay.toDays() == 0) {
      awaitEvents("x", "ActivityCompleted", 1);
    } else {
      client.cancel("x", "enough");
      await(() -> client.status("x").state() == InstanceState.CANCELLED);
    }
  }

  private final Queue<String> attempts = new ConcurrentLinkedQueue<>();

  private HoldfastClient retrying(RetryPolicy policy, int failures, RuntimeException error) {
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls", String.class, String.class, (ctx, in) -> ctx.call(FLAKY, in, policy).await());
    return work(b ->
            b.orchestration(calls)
                .cacheSize(0)
                .lockFor(Duration.ofDays(1)) // the clock is moved while activities run
                .activity(
                    FLAKY,
                    (actx, in) -> {
                      attempts.add(actx.attempt() + " " + actx.idempotencyKey());
                      if (actx.attempt() <= failures) {
                        throw error;
                      }
                      return in + actx.attempt();
                    }))
        .client();
  }

  private InstanceStatus awaitWithTimers(HoldfastClient client) {
    await(() -> {
      clock.advance(Duration.ofMinutes(1));
      return client.status("x").state().isEnded();
    });
    return client.status("x");
  }

  private static final Orchestration<String, String> CALLS =
      Orchestration.reference("calls", String.class, String.class);

  @Test
  void anActivityIsTriedAgainAfterDurableTimers() {
    HoldfastClient client =
        retrying(RetryPolicy.attempts(5), 2, new IllegalStateException("not yet"));
    client.start(CALLS, "x", "ok");
    InstanceStatus status = awaitWithTimers(client);
    assertThat(status.output(String.class)).isEqualTo("ok3");
    // The key is the same for all attempts: that of the first.
    assertThat(attempts).containsExactly("1 x/1/2", "2 x/1/2", "3 x/1/2");
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted",
            "ActivityScheduled",
            "ActivityFailed",
            "TimerCreated",
            "TimerFired",
            "ActivityScheduled",
            "ActivityFailed",
            "TimerCreated",
            "TimerFired",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }

  @Test
  void theLastFailureIsTheAnswer() {
    HoldfastClient client = retrying(RetryPolicy.attempts(3), 9, new IllegalStateException("no"));
    client.start(CALLS, "x", "ok");
    Failure failure = awaitWithTimers(client).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message())
        .isEqualTo(
            "activity \"flaky\" failed after 3 attempts: java.lang.IllegalStateException: no");
    assertThat(attempts).hasSize(3);
  }

  @Test
  void failuresThatAreNotRetryableEndTheCallAtOnce() {
    HoldfastClient client =
        retrying(RetryPolicy.attempts(3), 9, ActivityFailure.nonRetryable("card is stolen"));
    client.start(CALLS, "x", "ok");
    Failure failure = awaitWithTimers(client).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message()).endsWith("ActivityFailure: card is stolen");
    assertThat(attempts).hasSize(1);
  }

  @Test
  void exceptionsNamedInThePolicyAreNotTriedAgain() {
    HoldfastClient client =
        retrying(
            RetryPolicy.attempts(3).withNonRetryable(IllegalStateException.class),
            9,
            new IllegalStateException("no"));
    client.start(CALLS, "x", "ok");
    assertThat(awaitWithTimers(client).state()).isEqualTo(InstanceState.FAILED);
    assertThat(attempts).hasSize(1);
  }

  @Test
  void exceptionsThatExtendOneNamedInThePolicyAreNotTriedAgain() {
    HoldfastClient client =
        retrying(
            RetryPolicy.attempts(3).withNonRetryable(RuntimeException.class),
            9,
            new IllegalStateException("no"));
    client.start(CALLS, "x", "ok");
    assertThat(awaitWithTimers(client).state()).isEqualTo(InstanceState.FAILED);
    assertThat(attempts).hasSize(1);
  }

  @Test
  void eachFailedAttemptIsOneLineInTheLog() {
    try (Logs logs = new Logs()) {
      HoldfastClient client =
          retrying(
              RetryPolicy.attempts(2),
              2,
              new IllegalStateException("no\nline " + "!".repeat(9_000)));
      client.start(CALLS, "x", "ok");
      assertThat(awaitWithTimers(client).state()).isEqualTo(InstanceState.FAILED);
      assertThat(logs.lines("ReplayActivityHandler").stream().map(line -> line.substring(0, 300)))
          .hasSize(2)
          .first()
          .asString()
          .contains(
              "activity \"flaky\" failed at attempt 1 of 2, next try after PT1S (idempotency key"
                  + " x/1/2): java.lang.IllegalStateException: no line !!!");
      assertThat(logs.lines("failed at attempt 2, the last one (idempotency key x/1/2)"))
          .hasSize(1);
      assertThat(logs.text().lines()).allMatch(line -> line.length() < 5_000);
    }
  }

  @Test
  void theWaitsGrowUpToTheLongest() {
    RetryPolicy policy =
        RetryPolicy.attempts(10)
            .withFirstDelay(Duration.ofSeconds(2))
            .withBackoffFactor(3)
            .withMaxDelay(Duration.ofSeconds(20));
    assertThat(List.of(1, 2, 3, 4, 100).stream().map(policy::delayAfter))
        .containsExactly(
            Duration.ofSeconds(2),
            Duration.ofSeconds(6),
            Duration.ofSeconds(18),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20));
    assertThatThrownBy(() -> RetryPolicy.attempts(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy.withBackoffFactor(0.5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy.withMaxDelay(Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void waitsAreFixedLinearOrExponential() {
    RetryPolicy fixed = RetryPolicy.fixed(9, Duration.ofSeconds(3));
    assertThat(List.of(1, 2, 50).stream().map(fixed::delayAfter))
        .containsOnly(Duration.ofSeconds(3));
    RetryPolicy linear = RetryPolicy.linear(9, Duration.ofSeconds(2), Duration.ofSeconds(5));
    assertThat(List.of(1, 2, 3).stream().map(linear::delayAfter))
        .containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(7), Duration.ofSeconds(12));
    assertThat(linear.withMaxDelay(Duration.ofSeconds(10)).delayAfter(3))
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(linear.delayAfter(Integer.MAX_VALUE)).isPositive();
    RetryPolicy exponential = RetryPolicy.exponential(9, Duration.ofSeconds(20));
    assertThat(List.of(1, 2, 3).stream().map(exponential::delayAfter))
        .containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofMinutes(1));
    assertThatThrownBy(() -> linear.withBackoffFactor(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not by both");
    assertThatThrownBy(() -> fixed.withTotalTime(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void chanceIsTheSameForTheSameCallAndSpreadsOthers() {
    RetryPolicy policy = RetryPolicy.fixed(9, Duration.ofSeconds(10)).withJitter(0.2);
    // Histories hold what was computed once: the numbers may never change.
    assertThat(policy.delayAfter(1, "x/1/2")).isEqualTo(policy.delayAfter(1, "x/1/2"));
    List<Duration> waits =
        java.util.stream.IntStream.range(0, 1_000)
            .mapToObj(i -> policy.delayAfter(1 + i % 5, "x" + i + "/1/2"))
            .toList();
    assertThat(waits)
        .allSatisfy(
            wait -> assertThat(wait).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10)));
    assertThat(waits.stream().distinct()).hasSizeGreaterThan(990);
    assertThat(waits).anyMatch(wait -> wait.compareTo(Duration.ofMillis(8_100)) < 0);
    assertThat(waits).anyMatch(wait -> wait.compareTo(Duration.ofMillis(9_900)) > 0);
    assertThat(policy.delayAfter(1)).isEqualTo(Duration.ofSeconds(10));
    assertThatThrownBy(() -> policy.withJitter(1.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy.withJitter(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void attemptsEndWhenTheTimeForAllOfThemIsOver() {
    clock.freeze();
    HoldfastClient client =
        retrying(
            RetryPolicy.fixed(100, Duration.ofMinutes(1)).withTotalTime(Duration.ofMinutes(3)),
            99,
            new IllegalStateException("no"));
    client.start(CALLS, "x", "ok");
    for (int i = 1; i < 3; i++) {
      awaitEvents("x", "TimerCreated", i);
      clock.advance(Duration.ofMinutes(1).plusMillis(1));
    }
    // The next one would begin 3 minutes and more after the first.
    await(() -> client.status("x").state() == InstanceState.FAILED);
    assertThat(attempts).hasSize(3);
  }

  @Test
  void failuresThatThePolicyTellsAreNotTriedAgain() {
    HoldfastClient client =
        retrying(
            RetryPolicy.attempts(3)
                .withNonRetryable(failure -> "no".equals(failure.message()))
                .withNonRetryable(failure -> "never".equals(failure.message())),
            9,
            new IllegalStateException("no"));
    client.start(CALLS, "x", "ok");
    assertThat(awaitWithTimers(client).state()).isEqualTo(InstanceState.FAILED);
    assertThat(attempts).hasSize(1);
  }

  @Test
  void aPolicyThatThrowsFailsTheCall() {
    HoldfastClient client =
        retrying(
            RetryPolicy.attempts(3)
                .withNonRetryable(failure -> {
                  throw new UnsupportedOperationException("cannot tell");
                }),
            9,
            new IllegalStateException("no"));
    client.start(CALLS, "x", "ok");
    Failure failure = awaitWithTimers(client).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message()).contains("the retry policy of activity \"flaky\"");
    assertThat(failure.cause()).isNotNull();
    assertThat(failure.cause().message()).isEqualTo("cannot tell");
    assertThat(attempts).hasSize(1);
  }
}
