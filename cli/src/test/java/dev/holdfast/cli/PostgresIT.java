// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.runtime.Holdfast;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands on PostgreSQL. */
@Timeout(180)
class PostgresIT {

  @Test
  void theCommandsWorkThereToo() throws Exception {
    try (TestSchema schema = TestSchema.create("cli")) {
      work(schema.url());
    }
  }

  private static void work(String url) throws InterruptedException {
    Shell shell = new Shell(url);
    assertThat(shell.run("instances").returns(3).err()).contains("cannot be used");
    shell.run("migrate").returns(0);
    shell.run("instances").returns(1);
    assertThat(shell.run("check", "--json").returns(0).object().get("provider").stringValue())
        .isEqualTo("postgres");

    shell.run("start", "listen", "l", "\"hello \"").returns(0);
    assertThat(shell.run("why", "l", "--json").object().get("standing").stringValue())
        .isEqualTo("ready");
    try (Holdfast worker = Holdfast.builder(url).orchestration(OnStore.LISTEN).start()) {
      shell.run("raise", "l", "word", "\"world\"").returns(0);
      assertThat(worker.client().await(OnStore.LISTEN, "l", Duration.ofMinutes(1)))
          .isEqualTo("hello world");
    }

    assertThat(shell.run("show", "l", "--json").returns(0).object().get("input").stringValue())
        .isEqualTo("hello ");
    assertThat(shell.run("history", "l", "--json").returns(0).objects()).hasSize(3);
    assertThat(shell.run("tree", "l").returns(0).out()).contains("completed");
    assertThat(shell.run("instances", "--status", "completed").returns(0).out()).contains("listen");
    shell.run("queues").returns(0);
    shell.run("stuck").returns(1);
    shell.run("streams", "order").returns(1);
    shell.run("log").returns(1);
    shell.run("explain-stall").returns(1);
  }
}
