// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Looking at key-values. */
class KvTest extends OnStore {

  private static final String NAME = "values";

  @BeforeEach
  void setValues() {
    // A running worker might fetch the instance first, if only to see that it has no such code.
    worker.close(Duration.ZERO);
    try (Provider provider = Providers.open(url)) {
      provider.enqueue(
          OrchestratorMessage.builder("v", "start", Payload.utf8("{}"))
              .start(new ExecutionStart(NAME, null, null))
              .build());
      var item = provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LONG)).get(0);
      ExecutionMetadata metadata =
          ExecutionMetadata.builder()
              .name(NAME)
              .keyValue(new KeyValueMutation.Set("progress", Payload.utf8("{\"done\":3}")))
              .keyValue(new KeyValueMutation.Set("gone", Payload.utf8("1")))
              .keyValue(new KeyValueMutation.Set("an address", Payload.utf8("\"Ithaca\"")))
              .keyValue(new KeyValueMutation.Clear("gone"))
              .build();
      assertThat(
              provider.ackOrchestrationItem(
                  OrchestrationAck.builder(item.lockToken(), 1).metadata(metadata).build()))
          .isInstanceOf(AckResult.Applied.class);
    }
  }

  @Test
  void allAreShownByKey() {
    assertThat(shell.run("kv", "v").returns(0).out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("KEY ").contains("UPDATED", "VALUE"),
            line -> assertThat(line).startsWith("an address ").contains("\"Ithaca\""),
            line -> assertThat(line).startsWith("progress ").contains("{\"done\":3}"));
  }

  @Test
  void programsGetAnObjectForEach() {
    List<JsonNode> values = shell.run("kv", "v", "--json").returns(0).objects();

    assertThat(values)
        .extracting(value -> value.get("key").stringValue())
        .containsExactly("an address", "progress");
    assertThat(values.get(1).get("value").get("done").intValue()).isEqualTo(3);
    assertThat(values.get(1).get("instanceId").stringValue()).isEqualTo("v");
    assertThat(Instant.parse(values.get(1).get("lastUpdatedAt").stringValue()))
        .isBefore(Instant.now().plus(LONG));
  }

  @Test
  void oneIsShownAlone() {
    assertThat(shell.run("kv", "v", "progress").returns(0).out().lines()).hasSize(2);
    assertThat(shell.run("kv", "v", "an address", "--json").returns(0).objects()).hasSize(1);
  }

  @Test
  void whatIsNotThereIsOne() {
    for (String[] arguments :
        new String[][] {{"kv", "v", "gone"}, {"kv", "v", "never"}, {"kv", "nobody"}}) {
      Shell.Run run = shell.run(arguments).returns(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("no such key-values of \"" + arguments[1] + "\"");
    }
    shell.run("kv", "").returns(2);
    shell.run("kv", "v", "").returns(2);
  }
}
