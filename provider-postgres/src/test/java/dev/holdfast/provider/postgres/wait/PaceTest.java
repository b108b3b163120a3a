// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import static dev.holdfast.provider.postgres.wait.Pace.FEW;
import static dev.holdfast.provider.postgres.wait.Pace.LONGEST_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long BEGIN = 1_000_000_000L;
  private static final long TOOK = 100_000L;

  private final Pace pace = new Pace(BEGIN);

  private void send(long now) {
    pace.sending(now);
    pace.took(TOOK);
  }

  private void call(int times) {
    for (int i = 0; i < times; i++) {
      pace.called();
    }
  }

  @Test
  void theFirstIsToldAtOnce() {
    call(1);
    assertThat(pace.next(BEGIN)).isLessThanOrEqualTo(BEGIN);
  }

  @Test
  void aCallerWhoWaitsForAnswersIsToldAfterThreeTimesTheLengthOfTheLast() {
    send(BEGIN);
    call(1);
    assertThat(pace.next(BEGIN + TOOK)).isEqualTo(BEGIN + 3 * TOOK);
  }

  @Test
  void manyCallsAreToldTogether() {
    send(BEGIN);
    call(FEW + 1);
    assertThat(pace.next(BEGIN + TOOK)).isEqualTo(BEGIN + LONGEST_NANOS);
  }

  @Test
  void manyCallsStayTogetherFromOneIntervalToTheNext() {
    send(BEGIN);
    call(FEW + 1);
    send(pace.next(BEGIN + LONGEST_NANOS));
    call(1);
    assertThat(pace.next(BEGIN + LONGEST_NANOS + TOOK)).isEqualTo(BEGIN + 2 * LONGEST_NANOS);
  }

  @Test
  void manyCallsAreForgottenOnceTheyAreFew() {
    send(BEGIN);
    call(FEW + 1);
    pace.next(BEGIN + LONGEST_NANOS);
    long later = BEGIN + 3 * LONGEST_NANOS;
    call(1);
    assertThat(pace.next(later)).isLessThanOrEqualTo(later);
    send(later);
    call(1);
    assertThat(pace.next(later + TOOK)).isEqualTo(later + 3 * TOOK);
  }

  @Test
  void aSlowServerIsToldNoMoreSeldomThanManyCallsAre() {
    pace.sending(BEGIN);
    pace.took(10 * LONGEST_NANOS);
    call(1);
    assertThat(pace.next(BEGIN + TOOK)).isEqualTo(BEGIN + LONGEST_NANOS);
  }
}
