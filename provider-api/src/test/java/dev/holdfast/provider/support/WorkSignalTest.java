// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As long as somebody waits, somebody looks. A waiter left asleep is a failure. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkSignalTest {

  /** Longer than the test may take: nobody leaves because its time is over. */
  private static final long FOREVER = TimeUnit.HOURS.toNanos(1);

  private static final Duration HOUR = Duration.ofHours(1);

  private static final long NOTHING_DUE = Long.MAX_VALUE;

  /** So whoever is the leader poller looks at once. */
  private static final long DUE = 1;

  private final WorkSignal signal = new WorkSignal(HOUR, HOUR);

  /** Somebody who waits once and does not come back, as who has found work. */
  private record Waiter(Thread thread, CompletableFuture<Boolean> end) {

    String ended() {
      try {
        return String.valueOf(end.join());
      } catch (CompletionException e) {
        return e.getCause().getClass().getSimpleName();
      }
    }
  }

  /** Begins to wait, and returns once that one sleeps. */
  private Waiter asleep(long nanos, long dueInNanos) {
    Waiter waiter = waiter(nanos, dueInNanos);
    while (waiter.thread().getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return waiter;
  }

  private Waiter waiter(long nanos, long dueInNanos) {
    return waiter("anything", nanos, dueInNanos);
  }

  private Waiter waiter(String filter, long nanos, long dueInNanos) {
    long seen = signal.signals();
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                end.complete(signal.await(filter, seen, nanos, dueInNanos));
              } catch (InterruptedException | RuntimeException | Error e) {
                end.completeExceptionally(e);
              }
            });
    return new Waiter(thread, end);
  }

  @Test
  void theNextPollsAtOnceWhenTheLeaderPollerLeaves() {
    Waiter leaderPoller = asleep(FOREVER, NOTHING_DUE);
    Waiter next = asleep(FOREVER, NOTHING_DUE);

    leaderPoller.thread().interrupt();

    assertThat(leaderPoller.ended()).isEqualTo("InterruptedException");
    assertThat(next.ended()).isEqualTo("true");
  }

  @Test
  void theLeadIsTakenAlthoughNeitherTheLeaderPollerNorTheNextComesBack() {
    Waiter leaderPoller = asleep(FOREVER, NOTHING_DUE);
    Waiter next = asleep(FOREVER, NOTHING_DUE);
    Waiter third = asleep(FOREVER, DUE);
    Waiter fourth = asleep(FOREVER, NOTHING_DUE);

    leaderPoller.thread().interrupt();

    assertThat(leaderPoller.ended()).isEqualTo("InterruptedException");
    assertThat(next.ended()).isEqualTo("true");
    assertThat(third.ended())
        .as("it is the leader poller now, and what it knows is due")
        .isEqualTo("true");
    assertThat(fourth.ended())
        .as("who looks at once when the leader poller leaves")
        .isEqualTo("true");
  }

  @Test
  void aSleepingCallerDoesNotEndTheWaitOfTheLeaderPoller() {
    Waiter leaderPoller = asleep(FOREVER, NOTHING_DUE);
    Waiter other = asleep(FOREVER, NOTHING_DUE);

    other.thread().interrupt();

    assertThat(other.ended()).isEqualTo("InterruptedException");
    assertThat(leaderPoller.end()).isNotDone();
    signal.signal();
    assertThat(leaderPoller.ended()).isEqualTo("true");
  }

  @Test
  void everybodyIsWokenByASignalAndByTheEnd() {
    Waiter leaderPoller = asleep(FOREVER, NOTHING_DUE);
    Waiter other = asleep(FOREVER, NOTHING_DUE);
    signal.signal();
    assertThat(leaderPoller.ended()).isEqualTo("true");
    assertThat(other.ended()).isEqualTo("true");

    Waiter later = asleep(FOREVER, NOTHING_DUE);
    Waiter last = asleep(FOREVER, NOTHING_DUE);
    signal.close();
    assertThat(later.ended()).isEqualTo("false");
    assertThat(last.ended()).isEqualTo("false");
  }

  @Test
  void aSignalBetweenLookAndWaitEndsTheWait() throws InterruptedException {
    long seen = signal.signals();
    signal.signal();
    assertThat(signal.await(seen, FOREVER, NOTHING_DUE)).isTrue();
  }

  @Test
  void whoMayTakeSomethingElseThanTheLeaderPollerPollsByItself() {
    Waiter leaderPoller = asleep(FOREVER, NOTHING_DUE);
    Waiter other = waiter("something else", FOREVER, DUE);

    assertThat(other.ended())
        .as("the poll of the leader poller is of no use to it")
        .isEqualTo("true");
    assertThat(leaderPoller.end()).isNotDone();
    signal.signal();
    assertThat(leaderPoller.ended()).isEqualTo("true");
  }

  @Test
  void manyFiltersInTurnAreForgotten() throws InterruptedException {
    for (int n = 0; n < 1_000; n++) {
      assertThat(signal.await("filter " + n, signal.signals(), FOREVER, DUE)).isTrue();
    }
    assertThat(signal.await("filter 0", signal.signals(), FOREVER, DUE)).isTrue();
  }
}
