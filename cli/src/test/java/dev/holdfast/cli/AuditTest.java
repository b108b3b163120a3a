// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditLog;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What has happened to runs. */
class AuditTest extends OnStore {

  private static final Instant HAPPENED = Instant.parse("2026-01-31T18:00:00Z");

  private AuditLog audit;

  @BeforeEach
  void offer() {
    audit = client.feature(AuditLog.class);
  }

  private void store(String run, String type, @Nullable String step, String json) {
    assertThat(audit.offer(new AuditEntry(run, type, step, HAPPENED, Payload.utf8(json)))).isTrue();
    assertThat(audit.flush(LONG)).isTrue();
  }

  private void storeThree() {
    store("order-1", "started", null, "{}");
    store("order-1", "step", "charge", "{\"attempt\":1}");
    store("order-2", "started", null, "{}");
  }

  @Test
  void itListsTheNewestFirst() {
    storeThree();

    assertThat(shell.run("audit", "--json").returns(0).objects())
        .extracting(row -> row.get("runId").stringValue() + " " + row.get("type").stringValue())
        .containsExactly("order-2 started", "order-1 step", "order-1 started");
    assertThat(shell.run("audit", "--oldest", "--limit", "1").returns(0).out())
        .contains("order-1", "started")
        .doesNotContain("order-2");
    assertThat(shell.run("audit", "--limit", "2").returns(0).err()).contains("there may be more");
  }

  @Test
  void filtersNarrowIt() {
    storeThree();

    JsonNode row =
        shell.run("audit", "--run", "order-1", "--type", "step", "--json").returns(0).object();
    assertThat(row.propertyNames())
        .containsExactly("sequence", "storedAt", "runId", "stepId", "type", "happenedAt", "data");
    assertThat(row.get("stepId").stringValue()).isEqualTo("charge");
    assertThat(row.get("data").get("attempt").intValue()).isEqualTo(1);
    String sequence = row.get("sequence").asString();
    assertThat(shell.run("audit", "--after", sequence, "--json").returns(0).object().get("runId"))
        .hasToString("\"order-2\"");
    assertThat(shell.run("audit", "--step", "charge").returns(0).out()).contains("{\"attempt\":1}");
    assertThat(shell.run("audit", "--since", "1h", "--json").returns(0).objects()).hasSize(3);
    shell.run("audit", "--run", "order-3").returns(1);
  }

  @Test
  void whatIsNotThereIsOneAndWhatIsWrongIsTwo() {
    client.start(UNKNOWN, "pace", "x");
    assertThat(shell.run("audit").returns(1).err()).contains("no audit record");
    shell.run("audit", "--limit", "0").returns(2);
    shell.run("audit", "--run", "").returns(2);
    shell.run("audit", "--since", "never").returns(2);
  }
}
