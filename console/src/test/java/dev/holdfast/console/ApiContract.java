// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.runtime.InstanceState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the page asks and does, over HTTP, on each store. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ApiContract {

  private static final String TOKEN = "a-token-of-the-test";

  private Sample sample;
  private Console console;
  private Caller caller;

  /** The address of a store that is not made yet. */
  abstract String newStore(Path directory);

  @BeforeAll
  void open(@TempDir Path dir) throws Exception {
    sample = Sample.fill(newStore(dir));
    console =
        Console.serve(
            sample.provider(),
            options()
                .states((stream, version) ->
                    stream.equals(Sample.ACCOUNT)
                        ? Optional.of(Payload.utf8("{\"version\":" + version + "}"))
                        : Optional.empty())
                .build());
    caller = Caller.with(console, TOKEN);
  }

  private static ConsoleOptions.Builder options() {
    return ConsoleOptions.builder().listen("127.0.0.1", 0).token(TOKEN).allowActions(true);
  }

  @AfterAll
  void close() {
    console.close();
    sample.close();
  }

  @Test
  void itSaysWhichStoreItIsAndWhatThatHas() {
    JsonNode info = caller.ask("info").is(200).json();

    assertThat(info.get("actions").booleanValue()).isTrue();
    assertThat(info.get("features").toString()).contains("INSTANCE_ADMIN", "EVENT_STREAMS");
  }

  @Test
  void instancesAreFilteredAndComePageByPage() {
    assertThat(caller.ask("instances", "name", "process-order").column("instanceId"))
        .containsExactlyInAnyOrder("order-1", "order-2", "order-3", "order-4", "order-5");
    assertThat(caller.ask("instances", "status", "failed").column("instanceId"))
        .contains("broken-1", Sample.EVIL)
        .doesNotContain("order-1", "listen-1");
    assertThat(caller.ask("instances", "parent", "family").column("instanceId"))
        .containsExactly("family/child");
    assertThat(caller.ask("instances", "id", "listen-1").column("status"))
        .containsExactly("running");
    assertThat(caller.ask("instances", "id", "nobody").rows()).isEmpty();
    assertThat(caller.ask("instances", "since", "2999-01-01T00:00:00Z").rows()).isEmpty();

    Caller.Answer first = caller.ask("instances", "limit", "6");
    String next = first.json().get("next").stringValue();
    Caller.Answer second = caller.ask("instances", "limit", "6", "page", next);
    assertThat(first.rows()).hasSize(6);
    assertThat(second.column("instanceId"))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(first.column("instanceId"));
  }

  @Test
  void whatCannotBeUnderstoodIsRefused() {
    caller.ask("instances", "status", "odd").is(400);
    caller.ask("instances", "since", "yesterday").is(400);
    caller.ask("instances", "limit", "many").is(400);
    caller.ask("instances", "page", "no-page").is(400);
    caller.ask("instance").is(400);
    caller.ask("instance", "id", "nobody").is(404);
    caller.ask("instance/why", "id", "nobody").is(404);
    caller.ask("run", "id", "nobody").is(404);
    caller.ask("stream", "category", "no", "id", "no").is(404);
    caller.ask("projection", "name", "no").is(404);
    caller.ask("nothing").is(404);
  }

  @Test
  void anInstanceIsShownWithWhatWentInAndCameOut() {
    JsonNode it = caller.ask("instance", "id", "order-1").is(200).json();

    assertThat(it.get("state").stringValue()).isEqualTo("completed");
    assertThat(it.get("input").get("text").stringValue()).isEqualTo("\"customer 1\"");
    assertThat(it.get("output").get("text").stringValue()).isEqualTo("\"paid customer 1\"");
    assertThat(it.get("customStatus").get("text").stringValue()).contains("charging");
    assertThat(it.get("events").longValue()).isPositive();
    assertThat(caller.ask("instance/keys", "id", "order-1").column("key"))
        .containsExactly("customer");

    JsonNode broken = caller.ask("instance", "id", "broken-1").json().get("failure").get(0);
    assertThat(broken.get("type").stringValue()).isEqualTo("java.lang.IllegalStateException");
    assertThat(broken.get("message").stringValue()).isEqualTo("no paper");
  }

  @Test
  void itSaysWhyAnInstanceIsNotMoving() {
    JsonNode why = caller.ask("instance/why", "id", "ask-1", "zone", "Europe/Berlin").json();

    assertThat(why.get("standing").stringValue()).isEqualTo("waiting-for-activity");
    assertThat(why.get("sentences").toString()).contains("unserved");
    assertThat(why.get("advice").toString()).contains("unserved");
  }

  @Test
  void aTreeGoesUpAndDown() {
    JsonNode tree = caller.ask("instance/tree", "id", "family/child").json();

    assertThat(tree.get("ancestors").get(0).get("instanceId").stringValue()).isEqualTo("family");
    assertThat(caller.ask("instance/tree", "id", "family").json().get("members")).hasSize(2);
  }

  @Test
  void aHistoryHasWhatWasTriedAndWhatCameOfIt() {
    JsonNode line = caller.ask("instance/timeline", "id", "order-1").json();

    assertThat(line.get("standing").stringValue()).isEqualTo("completed");
    assertThat(line.get("spans").toString())
        .contains("\"name\":\"charge\",\"attempt\":1", "\"name\":\"charge\",\"attempt\":2")
        .contains("\"kind\":\"timer\"", "\"outcome\":\"failed\"", "\"outcome\":\"done\"");
    assertThat(caller.ask("instance/history", "id", "order-1").column("kind"))
        .startsWith("OrchestrationStarted", "ActivityScheduled")
        .contains("ActivityFailed", "ActivityCompleted", "OrchestrationCompleted");
  }

  @Test
  void anInstanceIsSeenAsItWasAtEachEvent() {
    List<String> kinds = caller.ask("instance/history", "id", "order-1").column("kind");
    int scheduled = kinds.indexOf("ActivityScheduled") + 1;

    JsonNode then =
        caller.ask("instance/timeline", "id", "order-1", "until", String.valueOf(scheduled)).json();

    assertThat(then.get("standing").stringValue()).isEqualTo("running");
    assertThat(then.get("lastEvent").intValue()).isEqualTo(scheduled);
    assertThat(then.get("spans")).hasSize(1);
    assertThat(then.get("spans").get(0).get("outcome").stringValue()).isEqualTo("open");
    assertThat(
            caller
                .ask("instance/event", "id", "order-1", "event", String.valueOf(scheduled))
                .json()
                .get("label")
                .stringValue())
        .isEqualTo("charge");
    caller.ask("instance/event", "id", "order-1", "event", "999").is(404);
  }

  @Test
  void aRunIsAGraphWithWhereItsStepsStand() {
    assertThat(caller.ask("runs", "status", "suspended").column("runId"))
        .contains("run-1", "evil-run");
    JsonNode run = caller.ask("run", "id", "run-1").json();
    assertThat(run.get("steps").get("completed").intValue()).isEqualTo(3);

    JsonNode graph = caller.ask("run/graph", "id", "run-1").json();
    assertThat(graph.get("steps").toString())
        .contains("\"stepId\":\"approve\",\"status\":\"suspended\"")
        .contains("\"stepId\":\"publish\"");
    assertThat(graph.get("edges").toString())
        .contains("{\"from\":\"fetch\",\"to\":\"classify\"")
        .contains("{\"from\":\"score\",\"to\":\"approve\"");

    assertThat(caller.ask("instance", "id", "run-1").json().get("state").stringValue())
        .isEqualTo("running");
    caller.ask("instance/why", "id", "run-1").is(200);
    caller.ask("instance/history", "id", "run-1").is(200);
    caller.act("instance/cancel", "{\"id\":\"run-1\"}").is(409);

    JsonNode step = caller.ask("run/step", "id", "run-1", "step", "approve").json();
    assertThat(step.get("suspension").get("reason").stringValue()).isEqualTo("waits for an editor");
    assertThat(caller.ask("run/steps", "id", "run-1", "status", "completed").column("stepId"))
        .containsExactlyInAnyOrder("fetch", "classify", "score");
    caller.ask("runs/stuck").is(200);
    caller.ask("run/audit", "id", "run-1").is(200);
  }

  @Test
  void aStreamIsSeenVersionByVersion() {
    assertThat(caller.ask("streams", "category", "account").column("id")).containsExactly("alice");
    assertThat(caller.ask("stream/events", "category", "account", "id", "alice").column("type"))
        .containsExactly("Deposited", "Deposited", "Deposited", "Opened");
    JsonNode at =
        caller.ask("stream/state", "category", "account", "id", "alice", "version", "3").json();
    assertThat(at.get("event").get("data").get("text").stringValue()).contains("300");
    assertThat(at.get("state").get("text").stringValue()).contains("\"version\": 3");
    assertThat(at.get("snapshot").get("version").intValue()).isEqualTo(2);

    assertThat(caller.ask("log", "category", "account", "limit", "3").rows()).hasSize(3);
    assertThat(caller.ask("log", "correlation", "transfer-1").rows()).hasSize(4);
    Caller.Answer newest = caller.ask("log", "limit", "2");
    assertThat(newest.column("type")).containsExactly(Sample.EVIL, "Deposited");
    String before = newest.json().get("next").stringValue();
    assertThat(caller.ask("log", "limit", "9", "before", before).column("version"))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void aProjectionHasItsRowsAndWhatItHasParked() {
    JsonNode one = caller.ask("projections").rows().getFirst();

    assertThat(one.get("projection").stringValue()).isEqualTo("balances");
    JsonNode generation = one.get("generations").get(0);
    assertThat(generation.get("state").stringValue()).isEqualTo("live");
    assertThat(generation.get("shards").get(0).get("lagsSince").isNull()).isFalse();
    assertThat(caller.ask("projection/rows", "name", "balances", "prefix", "al").column("key"))
        .containsExactly("alice");
    assertThat(caller.ask("projection/parked", "name", "balances").column("error"))
        .containsExactly(Sample.EVIL);
  }

  @Test
  void countsAreMadeInTheBackground() throws InterruptedException {
    sample.until(() -> caller.ask("totals").json().has("countedAt"));

    JsonNode totals = caller.ask("totals").json();
    // Other tests of this store may have added some.
    assertThat(totals.get("instancesByStatus").get("failed").intValue()).isGreaterThanOrEqualTo(2);
    assertThat(totals.get("instancesByStatus").get("completed").intValue())
        .isGreaterThanOrEqualTo(5);
    assertThat(totals.get("runsByStatus").get("suspended").intValue()).isPositive();
    assertThat(totals.get("activities").get("total").intValue()).isPositive();
    assertThat(totals.get("tried")).isEmpty();
  }

  @Test
  void anEventIsRaised() throws InterruptedException {
    sample.client().start(Sample.LISTEN, "to-be-raised", "hello ");

    caller
        .act(
            "instance/raise",
            "{\"id\":\"to-be-raised\",\"event\":\"word\",\"value\":\" \\\"world\\\" \"}")
        .is(200);

    assertThat(sample.client().await(Sample.LISTEN, "to-be-raised", Duration.ofMinutes(1)))
        .isEqualTo("hello world");
    caller.act("instance/raise", "{\"id\":\"to-be-raised\",\"event\":\"word\"}").is(409);
    caller.act("instance/raise", "{\"id\":\"x\",\"event\":\"word\",\"value\":\"no\"}").is(400);
    caller.act("instance/raise", "{\"id\":\"x\"}").is(400);
    caller.act("instance/raise", "[]").is(400);
    caller.act("instance/raise", "{").is(400);
  }

  @Test
  void anInstanceIsCancelledAndDeleted() throws InterruptedException {
    sample.client().start(Sample.LISTEN, "to-be-deleted", "x");

    caller.act("instance/cancel", "{\"id\":\"to-be-deleted\",\"reason\":\"not wanted\"}").is(200);
    assertThat(sample.client().awaitStatus("to-be-deleted", Duration.ofMinutes(1)).state())
        .isEqualTo(InstanceState.CANCELLED);
    caller.act("instance/cancel", "{\"id\":\"to-be-deleted\"}").is(409);
    caller.act("instance/cancel", "{\"id\":\"nobody\"}").is(404);

    JsonNode counts = caller.act("instance/delete", "{\"id\":\"to-be-deleted\"}").is(200).json();
    assertThat(counts.get("instances").intValue()).isEqualTo(1);
    InstanceAdmin admin = sample.provider().capability(InstanceAdmin.class).orElseThrow();
    assertThatThrownBy(() -> admin.instance("to-be-deleted"))
        .isInstanceOf(ProviderError.NotFound.class);
    caller.act("instance/delete", "{\"id\":\"family\"}").is(409);
  }

  @Test
  void aRunIsActedOn() throws InterruptedException {
    caller.act("run/pause", "{\"id\":\"nobody\"}").is(404);
    caller.act("run/restart", "{\"id\":\"run-1\"}").is(409);
    sample.graphs().client().start(Sample.GRAPH, "run-2", Map.of("text", "x"));

    caller.act("run/cancel", "{\"id\":\"run-2\"}").is(200);

    sample.until(() ->
        caller.ask("run", "id", "run-2").json().get("status").stringValue().equals("cancelled"));
  }

  @Test
  void hiddenPayloadsAreInNoAnswer() throws Exception {
    try (Console veiled = Console.serve(sample.provider(), options().hidePayloads(true).build())) {
      Caller asks = Caller.with(veiled, TOKEN);
      assertThat(
              asks.ask("instance", "id", "order-1").json().get("input").get("form").stringValue())
          .isEqualTo("hidden");
      assertThat(asks.ask("instance", "id", "order-1").body()).doesNotContain("customer");
      assertThat(asks.ask("instance/keys", "id", "order-1").body()).doesNotContain("customer 1");
      assertThat(asks.ask("instance/history", "id", "order-1").body()).doesNotContain("paid");
      assertThat(asks.ask("instance/timeline", "id", "order-1").body()).doesNotContain("paid");
      for (String path : List.of("instance", "instance/why", "instance/history")) {
        assertThat(asks.ask(path, "id", "broken-1").is(200).body()).doesNotContain("paper");
      }
      assertThat(asks.ask("stream/events", "category", "account", "id", "alice").body())
          .contains("Deposited")
          .doesNotContain("cents");
      assertThat(asks.ask("stream/state", "category", "account", "id", "alice").body())
          .doesNotContain("cents");
      assertThat(asks.ask("projection/rows", "name", "balances").body()).doesNotContain("cents");
      assertThat(asks.ask("run/step", "id", "run-1", "step", "approve").body())
          .doesNotContain("waits for");
    }
  }
}
