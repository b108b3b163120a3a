// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StoreClockTest {

  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private long nanos = -5;
  private long wall = 1_000;
  private final StoreClock clock = new StoreClock(() -> nanos, () -> wall);

  private void pass(Duration time) {
    nanos += time.toNanos();
    wall += time.toMillis();
  }

  @Test
  void nothingIsKnownBeforeTheFirstDelivery() {
    assertThat(clock.now()).isNull();
  }

  @Test
  void timeGoesOnSinceTheLastDelivery() {
    clock.observed(NOON);
    assertThat(clock.now()).isEqualTo(NOON);
    pass(Duration.ofSeconds(20));
    assertThat(clock.now()).isEqualTo(NOON.plusSeconds(20));
  }

  @Test
  void itIsCutToWhatStoresKeep() {
    clock.observed(NOON);
    nanos += 1_999;
    assertThat(clock.now()).isEqualTo(NOON.plusNanos(1_000));
  }

  @Test
  void aSlowDeliveryDoesNotTurnItBackUnlessItIsTheOnlyOneForLong() {
    clock.observed(NOON);
    pass(Duration.ofMillis(500));
    clock.observed(NOON);
    assertThat(clock.now()).isEqualTo(NOON.plusMillis(500));
    pass(Duration.ofSeconds(1));
    clock.observed(NOON);
    assertThat(clock.now()).isEqualTo(NOON);
  }

  @Test
  void aDeliveryThatShowsALaterTimeCountsAtOnce() {
    clock.observed(NOON);
    clock.observed(NOON.plusSeconds(3));
    assertThat(clock.now()).isEqualTo(NOON.plusSeconds(3));
  }

  @Test
  void afterLongWithoutADeliveryItIsNotKnown() {
    clock.observed(NOON);
    pass(StoreClock.KNOWN_FOR.minusMillis(1));
    assertThat(clock.now()).isNotNull();
    pass(Duration.ofMillis(1));
    assertThat(clock.now()).isNull();
  }

  @Test
  void whenThisMachineWasAsleepItIsNotKnown() {
    clock.observed(NOON);
    pass(Duration.ofSeconds(1));
    wall += Duration.ofHours(8).toMillis();
    assertThat(clock.now()).isNull();
    clock.observed(NOON.plus(Duration.ofHours(8)));
    assertThat(clock.now()).isEqualTo(NOON.plus(Duration.ofHours(8)));
  }
}
