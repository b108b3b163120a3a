// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlotsTest {

  private static final long LONG_AGO = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong time = new AtomicLong();
  private final Slots slots = new Slots(10, 5, time::get);

  @Test
  void aFetchLeavesTheShareOfClaimsFree() throws Exception {
    assertThat(slots.awaitForFetch(false)).isEqualTo(5);
    assertThat(slots.tryClaim(7)).isEqualTo(5);
    assertThat(slots.tryClaim(1)).isZero();
  }

  @Test
  void claimsGetNoMoreThanTheirShare() throws Exception {
    assertThat(slots.tryClaim(10)).isEqualTo(5);
    assertThat(slots.awaitForFetch(true)).isEqualTo(5);
  }

  @Test
  void aBusyFetchBorrowsWhatClaimsDoNotNeed() throws Exception {
    assertThat(slots.awaitForFetch(false)).isEqualTo(5);
    assertThat(slots.awaitForFetch(true)).isEqualTo(5);
    assertThat(slots.tryClaim(1)).isZero();
    // What was asked for in vain is kept free from now on.
    slots.releaseFetched(2);
    assertThat(slots.awaitForFetch(true)).isEqualTo(1);
    assertThat(slots.tryClaim(1)).isEqualTo(1);
  }

  @Test
  void aFetchWithoutSlotsOfItsOwnBorrowsOneByOne() throws Exception {
    assertThat(slots.awaitForFetch(false)).isEqualTo(5);
    assertThat(slots.awaitForFetch(false)).isEqualTo(1);
    assertThat(slots.awaitForFetch(false)).isEqualTo(1);
  }

  @Test
  void whatClaimsNeededIsRememberedForAWhileOnly() throws Exception {
    assertThat(slots.tryClaim(3)).isEqualTo(3);
    slots.releaseClaimed(3);
    assertThat(slots.awaitForFetch(true)).isEqualTo(7);
    time.addAndGet(LONG_AGO);
    assertThat(slots.awaitForFetch(true)).isEqualTo(3);
  }

  @Test
  void aFetchThatFoundItsSlotsKeptForClaimsGetsThemWhenTheseStayAway() throws Exception {
    assertThat(slots.awaitForFetch(false)).isEqualTo(5);
    slots.releaseClaimed(slots.tryClaim(5));
    AtomicInteger taken = new AtomicInteger();
    Thread fetch =
        Thread.ofVirtual()
            .start(() -> {
              try {
                taken.set(slots.awaitForFetch(true));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    time.addAndGet(LONG_AGO);
    fetch.join();
    assertThat(taken).hasValue(5);
  }

  @Test
  void aFetchWaitsForASlot() throws Exception {
    assertThat(slots.awaitForFetch(true)).isEqualTo(10);
    Thread fetch =
        Thread.ofVirtual()
            .start(() -> {
              try {
                slots.releaseFetched(slots.awaitForFetch(false));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    slots.releaseFetched(10);
    fetch.join();
    assertThat(slots.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  void idleIsWhenNothingIsTaken() throws Exception {
    assertThat(slots.awaitIdle(Duration.ZERO)).isTrue();
    assertThat(slots.tryClaim(1)).isEqualTo(1);
    assertThat(slots.awaitIdle(Duration.ZERO)).isFalse();
    slots.releaseClaimed(1);
    assertThat(slots.awaitIdle(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void withoutAShareTheFetchHasAll() throws Exception {
    Slots all = new Slots(10, 0, time::get);
    assertThat(all.tryClaim(1)).isZero();
    assertThat(all.awaitForFetch(false)).isEqualTo(10);
  }
}
