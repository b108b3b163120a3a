// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide to retention says what the code does. */
class RetentionGuideTest {

  private static final Orchestration<String, String> PAYMENT =
      Orchestration.named("payment", String.class, String.class, (ctx, input) -> input);

  @TempDir Path directory;

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "docs", "guide", "retention.md"));
  }

  @Test
  void theProgramIsThatOfTheGuide() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/runtime/guide/TidyStore.java"));

    assertThat(guide())
        .contains(
            "```java\n" + source.substring(source.indexOf("package ")).stripTrailing() + "\n```");
  }

  @Test
  void thePolicyOfTheGuideIsOne() throws Exception {
    String guide = guide();
    int start = guide.indexOf("```json\n") + "```json\n".length();
    Path file =
        Files.writeString(
            directory.resolve("policy.json"), guide.substring(start, guide.indexOf("```", start)));
    String url = "sqlite:" + directory.resolve("t.db");
    try (Provider provider = Providers.open(ProviderConfig.url(url).build());
        Holdfast worker = Holdfast.builder(provider).orchestration(PAYMENT).start()) {
      worker.client().start(PAYMENT, "p", "x");
      worker.client().await(PAYMENT, "p", Duration.ofSeconds(30));

      assertThat(new TidyStore(provider, file).whatWouldGo().isNothing()).isTrue();
    }
  }
}
