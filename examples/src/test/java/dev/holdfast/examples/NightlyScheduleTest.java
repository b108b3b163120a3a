// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.schedule.ScheduleDescription;
import dev.holdfast.runtime.schedule.ScheduleRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightlyScheduleTest {

  @Test
  void hasOneScheduleHoweverOftenItIsStarted(@TempDir Path dir) throws InterruptedException {
    String file = dir.resolve("nightly.db").toString();

    NightlySchedule.main(new String[] {file});
    NightlySchedule.main(new String[] {file});

    try (HoldfastClient client = HoldfastClient.connect("sqlite:" + file)) {
      assertThat(client.schedules().list())
          .singleElement()
          .satisfies(schedule -> {
            assertThat(schedule.state()).isEqualTo(ScheduleDescription.State.ACTIVE);
            assertThat(schedule.runs())
                .hasSize(2)
                .filteredOn(run -> run.state() == ScheduleRun.State.COMPLETED)
                .isNotEmpty();
          });
    }
  }
}
