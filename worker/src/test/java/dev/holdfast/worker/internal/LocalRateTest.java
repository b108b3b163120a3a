// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** No stretch of time has more begins than the rate allows. */
class LocalRateTest {

  private static final Duration PERIOD = Duration.ofDays(1);

  private long now = 17;
  private final LocalRate rate = new LocalRate(3, PERIOD, () -> now);

  private void assertThatNoneMayBegin() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(rate::await).isInstanceOf(InterruptedException.class);
  }

  @Test
  void beginsAreFreeAgainAPeriodLater() throws Exception {
    assertThat(rate.await()).isEqualTo(3);
    rate.began(2);
    assertThat(rate.await()).isEqualTo(1);
    now += PERIOD.toNanos() / 2;
    rate.began(1);
    assertThatNoneMayBegin();
    now += PERIOD.toNanos() / 2 - 1;
    assertThatNoneMayBegin();
    now += 1;
    assertThat(rate.await()).isEqualTo(2);
    rate.began(2);
    assertThatNoneMayBegin();
    now += PERIOD.toNanos() / 2;
    assertThat(rate.await()).isEqualTo(1);
    now += PERIOD.toNanos();
    assertThat(rate.await()).isEqualTo(3);
  }

  @Test
  void whatWasNotBegunDoesNotCount() throws Exception {
    assertThat(rate.await()).isEqualTo(3);
    rate.began(0);
    assertThat(rate.await()).isEqualTo(3);
  }
}
