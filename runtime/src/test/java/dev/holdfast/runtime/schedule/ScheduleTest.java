// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void whatCannotBeIsRefusedAtOnce() {
    Schedule daily = Schedule.cron("@daily");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.cron("0 25 * * *"))
        .withMessageContaining("the hour is \"25\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> daily.zone("Europe/Atlantis"))
        .withMessageContaining("\"Europe/Atlantis\" is not known");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.every(Duration.ofMillis(999)))
        .withMessageContaining("PT0.999S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.every(Duration.ofSeconds(1, 1)))
        .withMessageContaining("in milliseconds");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> daily.jitter(Duration.ofSeconds(-1)))
        .withMessageContaining("PT-1S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> daily.from(START).until(START.minusNanos(1)))
        .withMessageContaining("which is before");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CatchUp.all(1001))
        .withMessageContaining("0 to 1000");
  }

  @Test
  void theNextMomentsCanBeAskedFor() {
    Schedule nightly = Schedule.cron("0 2 * * *").zone("Europe/Berlin").jitter(Duration.ofHours(1));
    assertThat(nightly.nextDue(START, 2))
        .containsExactly(
            Instant.parse("2026-01-01T01:00:00Z"), Instant.parse("2026-01-02T01:00:00Z"));
    assertThat(nightly.until(Instant.parse("2026-01-01T01:00:00Z")).nextDue(START, 2))
        .containsExactly(Instant.parse("2026-01-01T01:00:00Z"));
    assertThat(nightly.from(Instant.parse("2026-01-02T01:00:00Z")).nextDue(START))
        .isEqualTo(Instant.parse("2026-01-02T01:00:00Z"));
  }

  @Test
  void aRunIsKnownByItsId() {
    assertThat(ScheduledRun.of("a@b@2026-01-01T00:00:00Z"))
        .contains(new ScheduledRun("a@b", START));
    assertThat(ScheduledRun.of(ScheduledRun.instanceId("a", START.plusMillis(5))))
        .contains(new ScheduledRun("a", START.plusMillis(5)));
    assertThat(ScheduledRun.of("a@trigger-1")).contains(new ScheduledRun("a", null));
    assertThat(ScheduledRun.of("order-1")).isEmpty();
    assertThat(ScheduledRun.of("someone@example.com")).isEmpty();
    assertThat(ScheduledRun.of("@2026-01-01T00:00:00Z")).isEmpty();
  }
}
