// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Looking at streams, at the log and at what holds it back. One store for all. */
@Timeout(60)
class StreamsTest {

  private static final StreamId ORDER = new StreamId("order", "17");
  private static final StreamId OLD = new StreamId("archive", "1");

  @TempDir private static Path dir;

  private static String url;
  private static Shell shell;
  private static Provider provider;
  private static EventStreams streams;

  @BeforeAll
  static void fill() {
    url = "sqlite:" + dir.resolve("orders.db");
    shell = new Shell(url);
    provider = Providers.open(url);
    streams = provider.capability(EventStreams.class).orElseThrow();
    append(
        ORDER,
        NewEvent.builder("placed", Payload.utf8("{\"sum\":7}"))
            .eventId("e-1")
            .correlationId("story")
            .causationId("click-1")
            .metadata(Payload.utf8("from the web"))
            .tag("customer", "c=1")
            .tag("channel", "web")
            .build(),
        NewEvent.builder("paid", Payload.utf8("by card\n")).causationId("e-1").build(),
        NewEvent.of("scanned", Payload.of(new byte[] {0, -1, 7})));
    append(
        new StreamId("order", "18"),
        NewEvent.builder("placed", Payload.utf8("8")).tag("customer", "c=1").build());
    append(new StreamId("cart", "1"), NewEvent.of("opened", Payload.empty()));
    append(OLD, NewEvent.of("begun", Payload.empty()), NewEvent.of("ended", Payload.empty()));
    Snapshots snapshots = provider.capability(Snapshots.class).orElseThrow();
    snapshots.put(new Snapshot(ORDER, 1, "total", Payload.utf8("7")));
    snapshots.put(new Snapshot(ORDER, 2, "total", Payload.utf8("{\"sum\":7}")));
    snapshots.put(new Snapshot(OLD, 1, "state", Payload.utf8("1")));
    provider.capability(StreamArchive.class).orElseThrow().archive(OLD, 1, "state", 1);
  }

  @AfterAll
  static void close() {
    provider.close();
  }

  private static void append(StreamId stream, NewEvent... events) {
    streams.append(AppendEvents.of(stream, Expected.any(), events));
  }

  private static List<String> types(Shell.Run run) {
    return run.returns(0).objects().stream().map(row -> row.get("type").stringValue()).toList();
  }

  @Test
  void streamsOfACategoryAreListedWithTheirVersions() {
    List<JsonNode> rows = shell.run("streams", "order", "--json").returns(0).objects();
    assertThat(rows).extracting(row -> row.get("id").stringValue()).containsExactly("17", "18");
    assertThat(rows.get(0).propertyNames())
        .containsExactly(
            "category", "id", "firstVersion", "lastVersion", "createdAt", "lastRecordedAt");
    assertThat(rows.get(0).get("lastVersion").longValue()).isEqualTo(3);
    assertThat(shell.run("streams", "order").returns(0).out().lines()).hasSize(3);

    Shell.Run cut = shell.run("streams", "order", "--limit", "1").returns(0);
    assertThat(cut.out().lines()).hasSize(2);
    assertThat(cut.err()).contains("there may be more");
    assertThat(shell.run("streams", "order", "--after", "17", "--json").object().get("id"))
        .hasToString("\"18\"");
    assertThat(shell.run("streams", "archive", "--json").object().get("firstVersion").longValue())
        .isEqualTo(2);
    assertThat(shell.run("streams", "Order").returns(1).err()).contains("\"Order\"");
  }

  @Test
  void eventsOfAStreamAreShownAsWhatTheyAre() {
    Shell.Run run = shell.run("stream", "order", "17").returns(0);
    assertThat(run.out().lines()).hasSize(4);
    assertThat(run.out()).contains("{\"sum\":7}", "by card", "3 bytes").doesNotContain("no JSON");

    List<JsonNode> rows = shell.run("stream", "order", "17", "--json").returns(0).objects();
    assertThat(rows).hasSize(3);
    JsonNode first = rows.get(0);
    assertThat(first.get("eventId").stringValue()).isEqualTo("e-1");
    assertThat(first.get("correlationId").stringValue()).isEqualTo("story");
    assertThat(first.get("tags"))
        .hasToString(
            "[{\"key\":\"channel\",\"value\":\"web\"},{\"key\":\"customer\",\"value\":\"c=1\"}]");
    assertThat(first.get("data").get("sum").intValue()).isEqualTo(7);
    assertThat(first.get("metadataText").stringValue()).isEqualTo("from the web");
    assertThat(rows.get(1).get("dataText").stringValue()).isEqualTo("by card\n");
    assertThat(rows.get(1).get("metadata").isNull()).isTrue();
    assertThat(rows.get(2).get("dataBase64").stringValue()).isEqualTo("AP8H");
  }

  @Test
  void aStreamIsReadFromAVersionInBothDirections() {
    assertThat(types(shell.run("stream", "order", "17", "--from-version", "2", "--json")))
        .containsExactly("paid", "scanned");
    assertThat(types(shell.run("stream", "order", "17", "--backwards", "--json")))
        .containsExactly("scanned", "paid", "placed");
    Shell.Run cut =
        shell.run(
            "stream",
            "order",
            "17",
            "--backwards",
            "--from-version",
            "2",
            "--limit",
            "1",
            "--json");
    assertThat(types(cut)).containsExactly("paid");
    assertThat(cut.err()).contains("there may be more");
    assertThat(shell.run("stream", "order", "17", "--from-version", "4").returns(1).err())
        .contains("order/17, whose last version is 3");
    Shell.Run old = shell.run("stream", "archive", "1", "--json");
    assertThat(types(old)).containsExactly("ended");
    assertThat(old.err()).contains("archived up to version 1");
  }

  @Test
  void theLogIsListedInItsOrder() {
    String[] first = {"log", "--limit", "2", "--json"};
    assertThat(types(shell.run(first))).containsExactly("placed", "paid");
    String from = shell.run(first).objects().get(1).get("position").stringValue();
    assertThat(types(shell.run("log", "--from", from, "--limit", "2", "--json")))
        .containsExactly("scanned", "placed");
    assertThat(types(shell.run("log", "--from", from, "--backwards", "--json")))
        .containsExactly("paid", "placed");
    assertThat(types(shell.run("log", "--backwards", "--category", "order", "--json")))
        .containsExactly("placed", "scanned", "paid", "placed");

    Shell.Run table = shell.run("log", "--limit", "2").returns(0);
    assertThat(table.out()).contains("order/17", "channel=web customer=c=1", "{\"sum\":7}");
    assertThat(table.err()).contains("there may be more");
    assertThat(shell.run("log").returns(0).err()).containsOnlyOnce("archived");
  }

  @Test
  void filtersNarrowTheLog() {
    assertThat(types(shell.run("log", "--category", "cart", "--json"))).containsExactly("opened");
    assertThat(types(shell.run("log", "--type", "paid", "--type", "opened", "--json")))
        .containsExactly("paid", "opened");
    assertThat(types(shell.run("log", "--tag", "customer=c=1", "--json")))
        .containsExactly("placed", "placed");
    assertThat(
            shell
                .run("log", "--tag", "customer=c=1", "--tag", "channel=web", "--json")
                .object()
                .get("id"))
        .hasToString("\"17\"");
    assertThat(types(shell.run("log", "--correlation", "story", "--json")))
        .containsExactly("placed");
    assertThat(types(shell.run("log", "--causation", "e-1", "--json"))).containsExactly("paid");
    assertThat(types(shell.run("log", "--event", "e-1", "--json"))).containsExactly("placed");
    assertThat(types(shell.run("log", "--since", "1h", "--category", "order", "--json")))
        .hasSize(4);
    assertThat(shell.run("log", "--until", "1h").returns(1).err()).contains("no such event");
    shell.run("log", "--category", "order", "--type", "opened").returns(1);
  }

  @Test
  void followingWaitsForWhatIsNew() throws Exception {
    StreamId clock = new StreamId("clock", "1");
    append(clock, NewEvent.of("old", Payload.empty()));
    CompletableFuture<Shell.Run> following =
        CompletableFuture.supplyAsync(
            () -> shell.run("log", "--follow", "--category", "clock", "--limit", "2", "--json"));

    Shell.Run run = null;
    while (run == null) {
      append(clock, NewEvent.of("tick", Payload.empty()));
      try {
        run = following.get(20, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        continue; // it had not begun, or waits for the second one
      }
    }

    assertThat(types(run)).containsExactly("tick", "tick");
    assertThat(types(shell.run("log", "--follow", "--since", "1h", "--limit", "1", "--json")))
        .containsExactly("placed");
  }

  @Test
  void anInterruptEndsFollowing() throws Exception {
    CountDownLatch shown = new CountDownLatch(1);
    StringWriter out =
        new StringWriter() {
          @Override
          public void write(String text, int offset, int length) {
            super.write(text, offset, length);
            shown.countDown();
          }
        };
    FutureTask<Integer> following =
        new FutureTask<>(() ->
            CliMain.run(
                on(new PrintWriter(out)), "log", "--follow", "--from", "0.0", "--type", "scanned"));
    Thread follower = new Thread(following, "follower");
    follower.start();
    shown.await();

    follower.interrupt();

    assertThat(following.get()).isZero();
    assertThat(out.toString().lines()).singleElement().asString().contains("order/17", "3 bytes");
  }

  private static Surroundings on(PrintWriter out) {
    return new Surroundings(
        out,
        new PrintWriter(new StringWriter()),
        new ByteArrayInputStream(new byte[0]),
        Map.of("HOLDFAST_URL", url),
        ZoneOffset.UTC,
        0,
        false);
  }

  @Test
  void snapshotsAreListedWithTheirSizes() {
    List<JsonNode> rows = shell.run("snapshots", "order", "17", "--json").returns(0).objects();
    assertThat(rows).extracting(row -> row.get("version").longValue()).containsExactly(2L, 1L);
    assertThat(rows.get(0).propertyNames())
        .containsExactly("category", "id", "version", "schema", "size", "storedAt", "anchor");
    assertThat(rows.get(0).get("size").intValue()).isEqualTo(9);
    Shell.Run cut = shell.run("snapshots", "order", "17", "--limit", "1").returns(0);
    assertThat(cut.out().lines()).hasSize(2);
    assertThat(cut.err()).contains("there may be more");
    assertThat(shell.run("snapshots", "order", "17", "--limit", "2").returns(0).err()).isEmpty();
    assertThat(shell.run("snapshots", "archive", "1").returns(0).out()).endsWith("anchor\n");
    assertThat(shell.run("snapshots", "order", "18").returns(1).err())
        .contains("no snapshot of order/18");
  }

  @Test
  void whatHoldsBackAppendsIsNamed() throws SQLException {
    assertThat(shell.run("explain-stall").returns(1).err())
        .isEqualToIgnoringNewLines("nothing holds back readers or appends");
    try (Connection other = DriverManager.getConnection("jdbc:" + url);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");

      JsonNode stall = shell.run("explain-stall", "--json").returns(0).object();
      assertThat(stall.propertyNames()).containsExactly("kind", "since", "holder");
      assertThat(stall.get("kind").stringValue()).isEqualTo("appends");
      assertThat(shell.run("explain-stall").returns(0).out()).contains("appends", "one writer");
    }
    shell.run("explain-stall", "--json").returns(1);
  }

  @Test
  void whatIsNotThereIsOneAndWhatIsWrongIsTwo() {
    for (String command : List.of("stream", "snapshots")) {
      assertThat(shell.run(command, "order", "19").returns(1).err())
          .contains("no stream order/19", "streams order");
      shell.run(command, "order").returns(2);
      shell.run(command, "order", "17", "--limit", "0").returns(2);
      shell.run(command, "", "17").returns(2);
    }
    shell.run("streams", "").returns(2);
    shell.run("stream", "order", "17", "--from-version", "0").returns(2);
    refused("--tag", "log", "--tag", "customer");
    refused("--tag", "log", "--tag", "=c");
    refused("--from", "log", "--from", "17");
    refused("restored", "log", "--from", "999999.0");
    refused("--since", "log", "--since", "never");
    refused("--until", "log", "--since", "1h", "--until", "2h");
    refused("--backwards", "log", "--follow", "--backwards");
    refused("--until", "log", "--follow", "--until", "1h");
    refused("eventId", "log", "--event", "");
  }

  private static void refused(String named, String... call) {
    assertThat(shell.run(call).returns(2).err()).contains(named);
  }
}
