// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts and calls of activities whose time is over. */
class ActivityTimeoutTest extends OnSqlite {

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);
  private static final Orchestration<String, String> CALLS =
      Orchestration.reference("calls", String.class, String.class);

  private final Queue<Integer> began = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> interrupted = new ConcurrentLinkedQueue<>();

  /** The first attempts hang until they are interrupted. */
  private HoldfastClient calling(ActivityOptions options, int hanging, int cacheSize) {
    clock.freeze();
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.call(STEP, in, options).await();
              } catch (ActivityFailedException e) {
                return e.attempts() + " " + e.failure();
              }
            });
    return work(b ->
            b.orchestration(calls)
                .cacheSize(cacheSize)
                .lockFor(Duration.ofDays(1)) // the clock is moved while activities run
                .activity(
                    STEP,
                    (actx, in) -> {
                      began.add(actx.attempt());
                      if (actx.attempt() > hanging) {
                        return in + actx.attempt();
                      }
                      try {
                        new CountDownLatch(1).await();
                        return "never";
                      } catch (InterruptedException e) {
                        interrupted.add(actx.attempt());
                        throw e;
                      }
                    }))
        .client();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void anAttemptThatTakesTooLongIsTakenBackAndTriedAgain(int cacheSize) throws Exception {
    ActivityOptions options =
        ActivityOptions.defaults()
            .withRetry(RetryPolicy.fixed(3, Duration.ofSeconds(1)))
            .withAttemptTimeout(Duration.ofMinutes(5));
    HoldfastClient client = calling(options, 1, cacheSize);
    client.start(CALLS, "x", "ok");
    await(() -> began.contains(1));
    clock.advance(Duration.ofMinutes(4));
    assertThat(client.status("x").state()).isEqualTo(InstanceState.RUNNING);
    clock.advance(Duration.ofMinutes(1).plusMillis(1));
    awaitEvents("x", "TimerCreated", 1);
    await(() -> interrupted.contains(1));
    clock.advance(Duration.ofSeconds(2));
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("ok2");
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted",
            "ActivityScheduled",
            "TimerFired",
            "ActivityCancelled",
            "TimerCreated",
            "TimerFired",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }

  @Test
  void theLastAttemptThatTakesTooLongIsATimeout() throws Exception {
    HoldfastClient client =
        calling(ActivityOptions.defaults().withAttemptTimeout(Duration.ofMinutes(5)), 9, 0);
    client.start(CALLS, "x", "ok");
    await(() -> began.contains(1));
    clock.advance(Duration.ofMinutes(6));
    assertThat(client.await(CALLS, "x", LONG))
        .startsWith("1 " + Failure.TIMEOUT + ": attempt 1 of activity \"step\"");
  }

  @Test
  void aPolicyMayRuleOutAnotherTryAfterATimeout() throws Exception {
    ActivityOptions options =
        ActivityOptions.defaults()
            .withRetry(
                RetryPolicy.fixed(3, Duration.ofSeconds(1))
                    .withNonRetryable(failure -> failure.type().equals(Failure.TIMEOUT)))
            .withAttemptTimeout(Duration.ofMinutes(5));
    HoldfastClient client = calling(options, 9, 0);
    client.start(CALLS, "x", "ok");
    await(() -> began.contains(1));
    clock.advance(Duration.ofMinutes(6));
    assertThat(client.await(CALLS, "x", LONG)).startsWith("1 " + Failure.TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aCallIsOverWhenItsTimeIs(int cacheSize) throws Exception {
    ActivityOptions options =
        ActivityOptions.defaults()
            .withRetry(RetryPolicy.fixed(100, Duration.ofMinutes(1)))
            .withAttemptTimeout(Duration.ofMinutes(5))
            .withTimeout(Duration.ofMinutes(8));
    HoldfastClient client = calling(options, 9, cacheSize);
    client.start(CALLS, "x", "ok");
    await(() -> began.contains(1));
    clock.advance(Duration.ofMinutes(5).plusSeconds(1));
    awaitEvents("x", "TimerCreated", 1);
    clock.advance(Duration.ofMinutes(1).plusSeconds(1));
    await(() -> began.contains(2));
    // 8 minutes after the first attempt was scheduled, not 5 after the second one was.
    clock.advance(Duration.ofMinutes(2));
    assertThat(client.await(CALLS, "x", LONG)).startsWith("2 " + Failure.TIMEOUT);
    await(() -> interrupted.contains(2));
  }

  @Test
  void aResultInTimeLeavesTheDeadlineWithoutEffect() throws Exception {
    HoldfastClient client =
        calling(ActivityOptions.defaults().withAttemptTimeout(Duration.ofMinutes(5)), 0, 0);
    client.start(CALLS, "x", "ok");
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("ok1");
    clock.advance(Duration.ofMinutes(6));
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }

  @Test
  void timesAreAboveZero() {
    assertThatThrownBy(() -> ActivityOptions.defaults().withAttemptTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("attemptTimeout");
    assertThatThrownBy(() -> ActivityOptions.defaults().withTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeout");
  }
}
