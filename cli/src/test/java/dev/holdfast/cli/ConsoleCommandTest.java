// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.io.Surroundings;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page of the console, as the command serves it. */
class ConsoleCommandTest extends OnStore {

  private static final JsonMapper MAPPER = new JsonMapper();

  /** Programs read the same from both. */
  @Test
  void aPageIsServedWhoseRowsAreThoseOfTheCommands() throws Exception {
    end(SHOUT, "a", "x");
    PipedReader printed = new PipedReader();
    Surroundings surroundings =
        new Surroundings(
            new PrintWriter(new PipedWriter(printed)),
            new PrintWriter(new StringWriter()),
            new ByteArrayInputStream(new byte[0]),
            Map.of("HOLDFAST_CONSOLE_TOKEN", "a-token-that-is-long-enough"),
            ZoneOffset.UTC,
            0,
            false);
    Thread command =
        Thread.ofPlatform()
            .start(
                () -> CliMain.run(surroundings, "console", "--url", url, "--port", "0", "--json"));
    try {
      String link =
          MAPPER.readTree(new BufferedReader(printed).readLine()).get("link").stringValue();
      assertThat(link).matches("http://127\\.0\\.0\\.1:\\d+/#token=a-token-that-is-long-enough");

      JsonNode row = ask(link, "api/instances?id=a").get("rows").get(0);

      assertThat(row).isEqualTo(shell.run("instances", "--json").returns(0).object());
    } finally {
      command.interrupt();
      command.join();
    }
  }

  private static JsonNode ask(String link, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String body =
          http.send(
                  HttpRequest.newBuilder(URI.create(link).resolve("/" + path))
                      .header("Authorization", "Bearer " + link.replaceAll(".*#token=", ""))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return MAPPER.readTree(body);
    }
  }

  @Test
  void optionsThatAreNoneAreRefused() {
    assertThat(shell.run("console", "--port", "0", "--token", "short").returns(2).err())
        .contains("16");
    shell.run("console", "--port", "99999").returns(2);
    shell.run("console", "--public-url", "no address").returns(2);
    shell.run("console", "--trust-header", "no header").returns(2);
    shell.run("console", "--host", "host.invalid").returns(3);
    assertThat(shell.run("console", "--help").returns(0).out()).contains("--allow-actions");
  }
}
