// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The soak for some seconds, what it refuses, and what its audit finds. */
class SoakIT {

  @TempDir private Path dir;

  @Test
  void theAuditHoldsThoughWorkersAndTheDatabaseAreKilled() {
    JsonNode report =
        run("--provider", "postgres", "--for", "8s", "--kill-every", "2s", "--restart-every", "3s");

    assertThat(report.get("workersKilled").intValue()).isPositive();
    assertThat(report.get("restarts").intValue()).isPositive();
    assertThat(report.get("effects").intValue()).isPositive();
    assertThat(report.get("histories").intValue()).isPositive();
  }

  @Test
  void theAuditFindsWhatIsMissingAndWhatIsTooMuch() throws Exception {
    try (Provider provider = Providers.open("sqlite:" + dir.resolve("soak.db"));
        Effects effects = new Effects(dir.resolve("effects.db"));
        Holdfast holdfast = new Steps(effects).register(Holdfast.builder(provider)).start();
        HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      client.start(Kind.CHAIN.orchestration(), "right", 1L);
      client.start(Kind.CHAIN.orchestration(), "other", 2L);
      client.await(Kind.CHAIN.orchestration(), "right", Duration.ofMinutes(1));
      client.await(Kind.CHAIN.orchestration(), "other", Duration.ofMinutes(1));
      effects.record("key", "right", "soak-add-one", 1, "1");
      effects.record("key", "right", "soak-add-one", 2, "1");

      Audit audit = new Audit(provider, client);
      audit.run(
          List.of(
              new Started(Kind.CHAIN, "right", 1),
              new Started(Kind.FAN, "other", 2),
              new Started(Kind.CHAIN, "never", 3)),
          effects,
          Set.of(),
          0);

      assertThat(audit.findings())
          .extracting(Finding::kind, Finding::subject)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(Finding.Kind.TWICE, "right"),
              org.assertj.core.groups.Tuple.tuple(Finding.Kind.WRONG, "other"),
              org.assertj.core.groups.Tuple.tuple(Finding.Kind.LOST, "other"),
              org.assertj.core.groups.Tuple.tuple(Finding.Kind.STUCK, "never"),
              org.assertj.core.groups.Tuple.tuple(Finding.Kind.LOST, "never"),
              org.assertj.core.groups.Tuple.tuple(Finding.Kind.TWICE, "activities"));
    }
  }

  @Test
  void badInputIsOneLineAndTwo() {
    refused("--for", "0s");
    refused("--for", "long");
    refused("--workers", "33");
    refused("--open", "0");
    refused("--provider", "paper");
  }

  private static JsonNode run(String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] args = new String[options.length + 2];
    args[0] = "soak";
    args[1] = "--json";
    System.arraycopy(options, 0, args, 2, options.length);
    int code = Main.run(new PrintStream(out, true), new PrintStream(err, true), args);
    assertThat(code)
        .as("%s%n%s", out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8))
        .isZero();
    return JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
  }

  private static void refused(String... options) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    String[] args = {"soak", options[0], options[1]};
    assertThat(Main.run(nowhere, new PrintStream(err, true, StandardCharsets.UTF_8), args))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
  }
}
