// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often, after what, and how long to wait. */
class RetryPolicyTest {

  @Test
  void waitsGrowUpToTheLongest() {
    RetryPolicy policy =
        RetryPolicy.attempts(9)
            .withFirstDelay(Duration.ofSeconds(2))
            .withBackoffFactor(3)
            .withMaxDelay(Duration.ofSeconds(10));

    assertThat(policy.delayAfter(1)).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy.delayAfter(2)).isEqualTo(Duration.ofSeconds(6));
    assertThat(policy.delayAfter(3)).isEqualTo(Duration.ofSeconds(10));
    assertThat(policy.delayAfter(1_000)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void errorsAreChosenByTheirClasses() {
    RetryPolicy all = RetryPolicy.attempts(2);
    RetryPolicy io = all.withOnly(IOException.class);
    RetryPolicy some = io.withNonRetryable(FileNotFoundException.class);

    assertThat(all.retries(new IllegalStateException())).isTrue();
    assertThat(io.retries(new IllegalStateException())).isFalse();
    assertThat(io.retries(new FileNotFoundException())).isTrue();
    assertThat(some.retries(new FileNotFoundException())).isFalse();
    assertThat(some.retries(new IOException())).isTrue();
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    assertThatThrownBy(() -> RetryPolicy.attempts(0))
        .hasMessage("maxAttempts is 0; it starts at 1");
    assertThatThrownBy(() -> RetryPolicy.none().withBackoffFactor(0.5))
        .hasMessage("backoffFactor is 0.5; it starts at 1");
    assertThatThrownBy(() -> RetryPolicy.none().withFirstDelay(Duration.ofSeconds(-1)))
        .hasMessage("firstDelay is PT-1S; it must not be negative");
  }
}
