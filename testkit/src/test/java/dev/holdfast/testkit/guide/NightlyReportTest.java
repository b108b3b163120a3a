// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit.guide;

import static dev.holdfast.testkit.guide.NightlyReport.COUNT;
import static dev.holdfast.testkit.guide.NightlyReport.REPORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.schedule.ScheduledRun;
import dev.holdfast.testkit.HoldfastTest;
import dev.holdfast.testkit.OrchestrationTest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

@HoldfastTest
class NightlyReportTest {

  @Test
  void eachNightHasItsReport(OrchestrationTest test) throws Exception {
    test.orchestration(REPORT);
    test.activity(COUNT).returns(42);
    NightlyReport.schedule(test.client());

    test.advance(Duration.ofDays(7));

    assertThat(test.activity(COUNT).inputs())
        .hasSize(7)
        .startsWith(LocalDate.of(2029, 12, 31))
        .endsWith(LocalDate.of(2030, 1, 6));
    String run = ScheduledRun.instanceId("nightly", Instant.parse("2030-01-03T01:00:00Z"));
    assertThat(test.await(REPORT, run)).isEqualTo("Corner shop sold 42 on 2030-01-02");
  }
}
