// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.support.WorkSignal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fetch polls, waits and ends; a fetch that never ends is a failure. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingFetchTest {

  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);
  private static final Duration NEVER_POLLS = Duration.ofHours(1);

  /** Polls by itself too rarely for any test: it has to be woken. */
  private final WorkSignal signal = new WorkSignal(NEVER_POLLS, NEVER_POLLS);

  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger waits = new AtomicInteger();
  private final Queue<Polled<String>> polls = new ArrayDeque<>();
  private Runnable onWait = () -> {};
  private final WaitingFetch<String, String> fetch =
      new WaitingFetch<>(
          signal,
          closed::get,
          () -> {
            waits.incrementAndGet();
            onWait.run();
          },
          request -> request,
          request -> {
            Polled<String> next = polls.poll();
            if (next == null) {
              throw new InvalidRequest("fetch", "polled too often for " + request);
            }
            return next;
          });

  private record Result(List<String> items, boolean more, long microsUntilReady)
      implements Polled<String> {}

  private static final Polled<String> NOTHING = Polled.of(List.of());

  @Test
  void whatIsReadyComesAtOnce() {
    polls.add(Polled.of(List.of("a")));
    assertThat(fetch.fetch("q", FOR_EVER)).containsExactly("a");
    assertThat(waits).hasValue(0);
  }

  @Test
  void withoutTimeToWaitThereIsOnePollAndNoWait() {
    polls.add(NOTHING);
    assertThat(fetch.fetch("q", Duration.ZERO)).isEmpty();
    assertThat(waits).hasValue(0);
  }

  @Test
  void anUnfinishedPollIsFollowedByTheNextAtOnceEvenWithoutTimeToWait() {
    polls.add(new Result(List.of(), true, Long.MAX_VALUE));
    polls.add(Polled.of(List.of("behind it")));
    assertThat(fetch.fetch("q", Duration.ZERO)).containsExactly("behind it");
    assertThat(waits).hasValue(0);
  }

  @Test
  void workThatComesBetweenPollAndWaitEndsTheWait() {
    polls.add(NOTHING);
    polls.add(Polled.of(List.of("a")));
    onWait = signal::signal;
    assertThat(fetch.fetch("q", FOR_EVER)).containsExactly("a");
    assertThat(waits).hasValue(1);
  }

  @Test
  void theNextPollComesWhenKnownWorkIsReady() {
    polls.add(new Result(List.of(), false, 0));
    polls.add(new Result(List.of(), false, 1));
    polls.add(Polled.of(List.of("due")));
    assertThat(fetch.fetch("q", FOR_EVER)).containsExactly("due");
    assertThat(waits).hasValue(2);
  }

  @Test
  void anInterruptedFetchIsEmptyAndKeepsTheFlag() {
    polls.add(NOTHING);
    onWait = () -> Thread.currentThread().interrupt();
    assertThat(fetch.fetch("q", FOR_EVER)).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aClosedSignalEndsTheFetch() {
    polls.add(NOTHING);
    onWait = signal::close;
    assertThat(fetch.fetch("q", FOR_EVER)).isEmpty();
  }

  @Test
  void aPollThatIsRefusedBecauseTheHandleWasClosedIsAnEmptyFetch() {
    polls.add(NOTHING);
    onWait =
        () -> {
          closed.set(true);
          signal.signal();
        };
    assertThat(fetch.fetch("q", FOR_EVER)).isEmpty();
  }

  @Test
  void aPollThatIsRefusedForAnotherReasonIsRefused() {
    assertThatThrownBy(() -> fetch.fetch("q", FOR_EVER))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("for q");
  }
}
