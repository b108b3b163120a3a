// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide to metrics says what the code does. */
class GuideTest {

  @TempDir Path directory;

  @Test
  void theProgramIsThatOfTheGuide() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/dev/holdfast/observability/guide/WatchedWorker.java"));

    assertThat(Files.readString(Path.of("..", "docs", "guide", "metrics.md")))
        .contains(
            "```java\n" + source.substring(source.indexOf("package ")).stripTrailing() + "\n```");
  }

  @Test
  void theProgramRuns() throws Exception {
    try (WatchedWorker worker = new WatchedWorker("sqlite:" + directory.resolve("g.db"), 0);
        HttpClient http = HttpClient.newHttpClient()) {
      worker.holdfast.client().start(WatchedWorker.GREET, "g", "you");
      assertThat(worker.holdfast.client().await(WatchedWorker.GREET, "g", Duration.ofSeconds(30)))
          .isEqualTo("Hello, you");

      URI live =
          URI.create("http://localhost:" + worker.server.address().getPort() + "/health/live");
      assertThat(
              http.send(HttpRequest.newBuilder(live).build(), HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
    }
  }
}
