// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.HistoryReplay;
import dev.holdfast.runtime.RaiseOptions;
import dev.holdfast.runtime.RecordedHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Looking at one instance, and at the store as a whole. */
class ReadTest extends OnStore {

  @Test
  void showTellsInputAndOutput() {
    end(SHOUT, "a", "hello");

    JsonNode shown = shell.run("show", "a", "--json").returns(0).object();
    assertThat(shown.get("input").stringValue()).isEqualTo("hello");
    assertThat(shown.get("state").stringValue()).isEqualTo("completed");
    assertThat(shown.get("events").longValue()).isEqualTo(4);
    assertThat(shown.get("executions")).hasSize(1);
    assertThat(shell.run("show", "a").returns(0).out())
        .contains("shout", "completed", "\"hello\"", "\"HELLO\"", "4 events");
  }

  @Test
  void showTellsWhyItFailed() {
    end(BROKEN, "b", "luck");

    JsonNode shown = shell.run("show", "b", "--json").returns(0).object();
    assertThat(shown.get("failure").get("message").stringValue()).isEqualTo("no luck");
    assertThat(shell.run("show", "b").out()).contains("java.lang.IllegalStateException: no luck");
  }

  @Test
  void showKnowsAnInstanceThatNoWorkerHasTakenYet() {
    client.start(UNKNOWN, "u", "x");

    assertThat(shell.run("show", "u").returns(0).out()).contains("unknown", "pending");
    assertThat(shell.run("show", "u", "--json").object().get("state").stringValue())
        .isEqualTo("pending");
  }

  @Test
  void longPayloadsAreCutWithANoteUnlessAllIsWanted() {
    String input = "x".repeat(2_000);
    end(SHOUT, "a", input);

    assertThat(shell.run("show", "a").out())
        .contains("2,002 characters, --full shows all")
        .doesNotContain(input);
    assertThat(shell.run("show", "a", "--full").out()).contains(input);
    assertThat(shell.run("show", "a", "--json").out()).contains(input);
  }

  @Test
  void historyListsTheEventsInTheReadersZoneAndForPrograms() {
    end(SHOUT, "a", "hello");

    assertThat(shell.run("history", "a").returns(0).out().lines())
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).contains("ActivityScheduled", "\"upper\""));
    List<JsonNode> events = shell.run("history", "a", "--json").returns(0).objects();
    assertThat(events)
        .extracting(event -> event.get("eventId").longValue())
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(events.get(2).get("data").get("result").stringValue()).isEqualTo("HELLO");
    String utc = events.getFirst().get("recordedAt").stringValue();
    String local =
        Instant.parse(utc)
            .atZone(ZoneId.of("Asia/Kathmandu"))
            .format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss"));
    assertThat(shell.run("history", "a").out()).contains(local);
  }

  @Test
  void historyGivesPartsAndSaysWhatIsNotThere() {
    end(SHOUT, "a", "hello");

    assertThat(shell.run("history", "a", "--after", "1", "--limit", "2", "--json").objects())
        .extracting(event -> event.get("eventId").longValue())
        .containsExactly(2L, 3L);
    assertThat(shell.run("history", "a", "--execution", "2").returns(1).err())
        .contains("execution 2", "current execution is 1");
    shell.run("history", "nobody").returns(1);
    shell.run("history", "a", "--limit", "0").returns(2);
  }

  @Test
  void historyIsExportedForReplays() throws IOException {
    end(SHOUT, "a", "hello");
    Path file = dir.resolve("a.json");

    assertThat(shell.run("history", "a", "--export", file.toString()).returns(0).out())
        .contains("4 events of 1 execution");
    RecordedHistory history = RecordedHistory.parse(Files.readString(file));
    assertThat(history.instanceId()).isEqualTo("a");
    assertThat(history.latest().kinds())
        .containsExactly(
            "OrchestrationStarted",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
    HistoryReplay.builder().orchestration(SHOUT).build().run(history);

    assertThat(shell.run("history", "a", "--export", file.toString()).returns(2).err())
        .contains("there already");
    String other = dir.resolve("b.json").toString();
    assertThat(shell.run("history", "a", "--export", other, "--limit", "1").returns(2).err())
        .contains("--limit");
    assertThat(shell.run("history", "a", "--export", other, "--execution", "2").returns(1).err())
        .contains("execution 2 has no events");
    shell.run("history", "nobody", "--export", other).returns(1);
    assertThat(Path.of(other)).doesNotExist();
    assertThat(
            shell
                .run("history", "a", "--export", other, "--json", "--execution", "1")
                .returns(0)
                .object()
                .get("events")
                .longValue())
        .isEqualTo(4);
  }

  @Test
  void treeShowsWhatIsBelow() {
    client.start(PARENT, "p", "p");
    untilWhy("p/child", "waiting-for-event");

    assertThat(shell.run("tree", "p").returns(0).out().lines().skip(1))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("p ").contains("parent", "running"),
            line -> assertThat(line).startsWith("└─ p/child").contains("listen"));
    assertThat(shell.run("tree", "p", "--json").objects())
        .extracting(row -> row.get("depth").intValue())
        .containsExactly(0, 1);
  }

  @Test
  void queuesCountWhatIsQueuedAndTheStore() {
    client.start(SLEEP, "s", "x");
    untilWhy("s", "waiting-for-timer");
    client.raise("nobody", "word", "lost", RaiseOptions.defaults().waitingForStart());

    JsonNode counts = shell.run("queues", "--json").returns(0).object();
    assertThat(counts.get("messages").get("delayed").longValue()).isEqualTo(1);
    assertThat(counts.get("messages").get("unstarted").longValue()).isEqualTo(1);
    assertThat(counts.get("instancesByStatus").get("running").longValue()).isEqualTo(1);
    assertThat(shell.run("queues").returns(0).out()).contains("activities", "running");
  }

  @Test
  void whatIsNotThereIsOne() {
    for (String command : List.of("show", "history", "tree", "why")) {
      Shell.Run run = shell.run(command, "nobody").returns(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("nobody");
    }
  }

  @Test
  void anIdThatIsNotWellFormedIsTwo() {
    for (String command : List.of("show", "history", "tree", "why")) {
      shell.run(command, "").returns(2);
    }
  }
}
