// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.ScheduleDescription;
import dev.holdfast.runtime.schedule.ScheduleRun;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Looking at schedules, and acting on them. */
class SchedulesTest extends OnStore {

  private static final String NIGHTLY = "holdfast.schedule:nightly";

  @BeforeEach
  void create() {
    client
        .schedules()
        .create("nightly", Schedule.cron("0 2 * * *").zone("Europe/Berlin"), SHOUT, "hello");
    untilNightly(one -> one.state() == ScheduleDescription.State.ACTIVE);
  }

  private void untilNightly(Predicate<ScheduleDescription> condition) {
    until(NIGHTLY, () -> condition.test(client.schedules().describe("nightly")));
  }

  @Test
  void allAreListed() {
    client.schedules().create("often", Schedule.every(Duration.ofMinutes(90)), SHOUT, "hello");
    until(
        "holdfast.schedule:often",
        () -> client.schedules().describe("often").state() == ScheduleDescription.State.ACTIVE);
    assertThat(shell.run("schedules").returns(0).out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("SCHEDULE ").contains("WHEN", "NEXT", "LAST RUN"),
            line ->
                assertThat(line)
                    .startsWith("nightly ")
                    .contains("active", "0 2 * * * (Europe/Berlin)", "shout", ":45:00"),
            line -> assertThat(line).startsWith("often ").contains("every 1h30m"));
    List<JsonNode> objects = shell.run("schedules", "list", "--json").returns(0).objects();
    assertThat(objects)
        .extracting(one -> one.get("schedule").stringValue())
        .containsExactly("nightly", "often");
    assertThat(objects.getFirst().get("cron").stringValue()).isEqualTo("0 2 * * *");
    assertThat(objects.getFirst().get("input").stringValue()).isEqualTo("hello");
    assertThat(objects.getFirst().get("nextRuns").size()).isEqualTo(10);
    assertThat(objects.get(1).get("every").stringValue()).isEqualTo("PT1H30M");
  }

  @Test
  void aRunThatIsTriggeredIsShown() {
    JsonNode asked = shell.run("schedules", "trigger", "nightly", "--json").returns(0).object();
    String run = asked.get("run").stringValue();
    untilNightly(
        one -> one.runs().stream().anyMatch(r -> r.state() == ScheduleRun.State.COMPLETED));
    assertThat(shell.run("schedules", "show", "nightly").returns(0).out())
        .contains("nightly\n", "state     active", "overlap   skip", "catch-up  the last one")
        .contains("starts    shout", "input     \"hello\"", "instance  " + NIGHTLY)
        .contains("next      2", run, "completed");
    JsonNode shown = shell.run("schedules", "show", "nightly", "--json").returns(0).object();
    assertThat(shown.get("runs").get(0).get("instanceId").stringValue()).isEqualTo(run);
    assertThat(shown.get("runs").get(0).get("dueAt").isNull()).isTrue();
    assertThat(shell.run("show", run).returns(0).out()).contains("HELLO");
  }

  @Test
  void itIsPausedAndResumed() {
    assertThat(shell.run("schedules", "pause", "nightly", "--note", "stocktaking").returns(0).out())
        .contains("\"nightly\" will be paused");
    untilNightly(one -> one.state() == ScheduleDescription.State.PAUSED);
    assertThat(shell.run("schedules", "show", "nightly").returns(0).out())
        .contains("paused: stocktaking")
        .doesNotContain("next");
    assertThat(shell.run("schedules", "resume", "nightly", "--json").returns(0).object())
        .hasToString("{\"schedule\":\"nightly\",\"asked\":\"resume\"}");
    untilNightly(one -> one.state() == ScheduleDescription.State.ACTIVE);
  }

  @Test
  void itIsDeletedWithConsent() {
    assertThat(shell.run("schedules", "delete", "nightly").returns(1).err())
        .contains("this would delete the schedule \"nightly\" (active)", "--yes");
    assertThat(client.schedules().list()).hasSize(1);
    assertThat(shell.run("schedules", "delete", "nightly", "--yes").returns(0).out())
        .contains("\"nightly\" is deleted");
    assertThat(client.schedules().list()).isEmpty();
    assertThat(shell.run("schedules").returns(1).err()).contains("no schedules");
  }

  @Test
  void whatIsWrongIsSaid() {
    for (String action : List.of("show", "pause", "resume", "trigger", "delete")) {
      assertThat(shell.run("schedules", action, "typo", "--yes").returns(1).err())
          .contains("there is no schedule \"typo\"");
      assertThat(shell.run("schedules", action).returns(2).err()).contains("which schedule?");
    }
    assertThat(shell.run("schedules", "list", "nightly").returns(2).err())
        .contains("list takes no ID");
    assertThat(shell.run("schedules", "stop", "nightly").returns(2).err())
        .contains("there is no action \"stop\"");
    assertThat(shell.run("schedules", "trigger", "nightly", "--note", "x").returns(2).err())
        .contains("--note goes with pause and resume only");
    shell.run("schedules", "show", "").returns(2);
  }
}
