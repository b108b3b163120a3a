// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PayloadRoomTest {

  private static final long MIB = 1 << 20;

  private final PayloadRoom room = new PayloadRoom("items", 64 * MIB);

  @Test
  void aPartOfTheHeapIsThere() {
    assertThat(room.left()).isEqualTo(4 * MIB);
    assertThat(room.isOpen()).isTrue();
  }

  @Test
  void anItemOfAnySizeIsAllowedAndNothingBesideIt() {
    room.take(100 * MIB);
    assertThat(room.isOpen()).isFalse();
    assertThat(room.left()).isOne();
    room.release(100 * MIB);
    assertThat(room.isOpen()).isTrue();
  }

  @Test
  void halfFullIsFull() {
    room.take(MIB);
    assertThat(room.isOpen()).isTrue();
    assertThat(room.left()).isEqualTo(3 * MIB);
    room.take(MIB);
    assertThat(room.isOpen()).isFalse();
  }

  @Test
  void aFetchWaitsUntilSomethingIsDone() throws Exception {
    room.take(10 * MIB);
    Thread fetch =
        Thread.ofVirtual()
            .start(() -> {
              try {
                room.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    while (fetch.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    room.release(10 * MIB);
    fetch.join();
  }

  @Test
  void itShrinksWhenMemoryIsShortAndGrowsBack() {
    room.shrink();
    assertThat(room.left()).isEqualTo(2 * MIB);
    for (int i = 0; i < 40; i++) {
      room.shrink();
    }
    assertThat(room.left()).isOne();
    for (int i = 0; i < 40; i++) {
      room.grow();
    }
    assertThat(room.left()).isEqualTo(4 * MIB);
  }
}
