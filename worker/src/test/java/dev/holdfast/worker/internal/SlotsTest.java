// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlotsTest {

  private final Slots slots = new Slots(10, 5);

  @Test
  void aSlotThatIsPassedOnCountsOnce() {
    assertThat(slots.tryClaim(5, 0)).isEqualTo(5);
    assertThat(slots.tryClaim(1, 0)).isZero();
    assertThat(slots.tryClaim(2, 1)).isEqualTo(1);
    assertThat(slots.tryClaim(1, 1)).isEqualTo(1);
    slots.releaseClaimed(1);
    assertThat(slots.tryClaim(3, 1)).isEqualTo(2);
    assertThat(slots.tryClaim(1, 0)).isZero();
  }

  @Test
  void whatWasNotReservedCountsUntilItIsReleased() throws Exception {
    assertThat(slots.awaitForFetch(true)).isEqualTo(10);
    slots.overdraw(1);
    slots.releaseFetched(1);
    assertThat(slots.tryClaim(1, 0)).isZero();
    assertThat(slots.tryClaim(2, 1)).as("its own, passed on").isEqualTo(1);
    slots.releaseFetched(9);
    assertThat(slots.awaitIdle(Duration.ZERO)).isFalse();
    slots.releaseClaimed(1);
    assertThat(slots.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  void aFetchLeavesTheShareOfClaimsFree() throws Exception {
    assertThat(slots.awaitForFetch(false)).isEqualTo(5);
    assertThat(slots.tryClaim(7, 0)).isEqualTo(5);
    assertThat(slots.tryClaim(1, 0)).isZero();
  }

  @Test
  void claimsGetNoMoreThanTheirShare() throws Exception {
    assertThat(slots.tryClaim(10, 0)).isEqualTo(5);
    assertThat(slots.awaitForFetch(true)).isEqualTo(5);
  }

  @Test
  void aFetchThatIsBehindTakesAll() throws Exception {
    assertThat(slots.tryClaim(2, 0)).isEqualTo(2);
    assertThat(slots.awaitForFetch(true)).isEqualTo(8);
    assertThat(slots.tryClaim(1, 0)).isZero();
    slots.releaseFetched(3);
    assertThat(slots.tryClaim(5, 0)).isEqualTo(3);
  }

  @Test
  void aFetchWithoutSlotsOfItsOwnBorrowsOneByOne() throws Exception {
    assertThat(slots.awaitForFetch(false)).isEqualTo(5);
    assertThat(slots.awaitForFetch(false)).isEqualTo(1);
    assertThat(slots.awaitForFetch(false)).isEqualTo(1);
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
    assertThat(slots.tryClaim(1, 0)).isEqualTo(1);
    assertThat(slots.awaitIdle(Duration.ZERO)).isFalse();
    slots.releaseClaimed(1);
    assertThat(slots.awaitIdle(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void withoutAShareTheFetchHasAll() throws Exception {
    Slots all = new Slots(10, 0);
    assertThat(all.tryClaim(1, 0)).isZero();
    assertThat(all.awaitForFetch(false)).isEqualTo(10);
  }
}
