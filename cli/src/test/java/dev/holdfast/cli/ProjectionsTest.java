// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Looking at projections, their rows and what they have parked. One store for all. */
@Timeout(60)
class ProjectionsTest {

  private static final StreamId ORDER = new StreamId("order", "17");

  @TempDir private static Path dir;

  private static Shell shell;
  private static LogPosition first;
  private static LogPosition end;

  @BeforeAll
  static void fill() {
    String url = "sqlite:" + dir.resolve("orders.db");
    shell = new Shell(url);
    try (Provider provider = Providers.open(url)) {
      EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
      first =
          streams
              .append(
                  AppendEvents.of(
                      ORDER, Expected.noStream(), NewEvent.of("placed", Payload.empty())))
              .lastPosition();
      end =
          streams
              .append(AppendEvents.of(ORDER, Expected.any(), NewEvent.of("paid", Payload.empty())))
              .lastPosition();
      fill(provider.capability(Projections.class).orElseThrow());
    }
  }

  private static void fill(Projections projections) {
    projections.create("holdfast.migration/postings", 0, 16, LogPosition.START);
    projections.create("counts", 0, 1, LogPosition.START);
    projections.update(
        UpdateProjection.advancing("counts", 1, List.of(), new Advance(0, LogPosition.START, end)),
        null);
    projections.create("totals", 0, 2, LogPosition.START);
    projections.create("totals", 1, 1, first);
    projections.update(
        new UpdateProjection(
            "totals",
            1,
            List.of(
                RowChange.put("order-1", Payload.utf8("{\"paid\":7}")),
                RowChange.put("order-2", Payload.utf8("by hand\n")),
                RowChange.put("other", Payload.of(new byte[] {0, -1, 7}))),
            new Advance(1, LogPosition.START, end),
            List.of(new ParkedEvent(first, ORDER, 1, 3, "no such customer", null)),
            List.of()),
        null);
  }

  @Test
  void projectionsAreListedWithHowFarTheyLag() {
    Shell.Run run = shell.run("projections").returns(0);
    assertThat(run.out().lines()).hasSize(3);
    assertThat(run.out().lines().toList().get(1)).matches("counts +1 +1 +1 +none +0");
    assertThat(run.out().lines().toList().get(2)).matches("totals +1 +2 +2 +\\d+ seconds? +1");
    assertThat(shell.run("projections", "--all").returns(0).out().lines())
        .hasSize(4)
        .anyMatch(line -> line.startsWith("holdfast.migration/postings"));
    Shell.Run cut = shell.run("projections", "--limit", "1").returns(0);
    assertThat(cut.out().lines()).hasSize(2);
    assertThat(cut.err()).contains("there may be more");

    List<JsonNode> rows = shell.run("projections", "--json").returns(0).objects();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).propertyNames())
        .containsExactly("projection", "live", "newest", "head", "generations");
  }

  @Test
  void generationsAreShownWithTheirShards() {
    Shell.Run run = shell.run("projections", "totals").returns(0);
    assertThat(run.out().lines()).hasSize(4);
    assertThat(run.out().lines().toList().get(1)).matches(" +1 +live +0 +0\\.0 +\\d.*1");
    assertThat(run.out().lines().toList().get(2)).contains(end.toString(), "none");
    assertThat(run.out().lines().toList().get(3)).contains("next", first.toString());
    assertThat(run.err()).contains("the log ends at " + end);

    JsonNode live = shell.run("projections", "totals", "--json").object().get("generations").get(0);
    assertThat(live.propertyNames()).containsExactly("generation", "state", "parked", "shards");
    assertThat(live.get("shards").get(1).get("lagsSince").isNull()).isTrue();
    assertThat(live.get("shards").get(0).get("lagsSince").stringValue()).isNotEmpty();
  }

  @Test
  void whatIsParkedIsListed() {
    assertThat(shell.run("projections", "totals", "--parked").returns(0).out())
        .contains("order/17", "no such customer");
    JsonNode event = shell.run("projections", "totals", "--parked", "--json").object();
    assertThat(event.propertyNames())
        .containsExactly(
            "projection",
            "generation",
            "position",
            "category",
            "id",
            "version",
            "attempts",
            "parkedAt",
            "error");
    assertThat(event.get("attempts").intValue()).isEqualTo(3);
    assertThat(shell.run("projections", "totals", "--parked", "--generation", "2").returns(1).err())
        .contains("generation 2 of \"totals\"");
  }

  @Test
  void rowsAreListedByKey() {
    Shell.Run run = shell.run("projections", "totals", "--rows").returns(0);
    assertThat(run.out().lines()).hasSize(4);
    assertThat(run.out()).contains("{\"paid\":7}", "by hand", "3 bytes");
    List<JsonNode> rows =
        shell.run("projections", "totals", "--rows", "--prefix", "order", "--json").objects();
    assertThat(rows)
        .extracting(row -> row.get("key").stringValue())
        .containsExactly("order-1", "order-2");
    assertThat(rows.get(0).get("value").get("paid").intValue()).isEqualTo(7);
    assertThat(rows.get(1).get("valueText").stringValue()).isEqualTo("by hand\n");
    Shell.Run cut =
        shell.run(
            "projections", "totals", "--rows", "--after", "order-1", "--limit", "1", "--json");
    assertThat(cut.object().get("key").stringValue()).isEqualTo("order-2");
    assertThat(cut.err()).contains("there may be more");
    shell.run("projections", "totals", "--rows", "--generation", "2").returns(1);
  }

  @Test
  void whatIsNotThereIsOneAndWhatIsWrongIsTwo() {
    assertThat(shell.run("projections", "none").returns(1).err()).contains("\"none\"");
    refused("NAME", "projections", "--rows");
    refused("one of them", "projections", "totals", "--rows", "--parked");
    refused("--generation", "projections", "totals", "--generation", "1");
    refused("--generation", "projections", "totals", "--rows", "--generation", "0");
    refused("--prefix", "projections", "totals", "--parked", "--prefix", "a");
    refused("--limit", "projections", "--limit", "0");
    assertThat(shell.run("projections", "totals", "--rows", "--generation", "9").err())
        .contains("totals/9");
  }

  private static void refused(String named, String... call) {
    assertThat(shell.run(call).returns(2).err()).contains(named);
  }
}
