// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private final WorkerSettings defaults = WorkerSettings.defaults();

  @Test
  void whatIsOutOfRangeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withConcurrency(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withConcurrency(1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withLockFor(Duration.ofMillis(99)));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxDeliveries(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withCloseGrace(SECOND.negated()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RedeliveryBackoff(SECOND.negated(), SECOND));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RedeliveryBackoff(SECOND, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> SessionSettings.of(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionSettings(1, Duration.ofMillis(99), SECOND));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionSettings(1, SECOND, Duration.ofMillis(999)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Routing.plain().withVersions(new VersionFilter(List.of())));
    Routing idleSoon = Routing.plain().withSessions(new SessionSettings(1, SECOND, SECOND));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withRouting(idleSoon));
  }

  @Test
  void eachPartCanBeSet() {
    RedeliveryBackoff backoff = new RedeliveryBackoff(Duration.ZERO, SECOND);
    Routing routing =
        Routing.plain()
            .withTags(TagFilter.any())
            .withSessions(new SessionSettings(1, SECOND, SECOND));
    assertThat(
            defaults
                .withConcurrency(1, 2)
                .withLockFor(SECOND)
                .withMaxDeliveries(3)
                .withRedelivery(backoff)
                .withUnrunnable(Unrunnable.FAIL)
                .withCloseGrace(Duration.ZERO)
                .withRouting(routing))
        .isEqualTo(
            new WorkerSettings(1, 2, SECOND, 3, backoff, Unrunnable.FAIL, Duration.ZERO, routing));
  }

  @Test
  void redeliveriesAreDelayedTwiceAsLongEachTimeUpToTheLongest() {
    RedeliveryBackoff backoff = new RedeliveryBackoff(SECOND, Duration.ofSeconds(5));
    assertThat(backoff.after(1)).isEqualTo(SECOND);
    assertThat(backoff.after(2)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.after(3)).isEqualTo(Duration.ofSeconds(4));
    assertThat(backoff.after(4)).isEqualTo(Duration.ofSeconds(5));
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(5));
    assertThat(new RedeliveryBackoff(Duration.ZERO, Duration.ZERO).after(100))
        .isEqualTo(Duration.ZERO);
  }
}
