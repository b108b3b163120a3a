// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import static com.example.greetings.Asked.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is deployed: started with {@code java -jar}, used over HTTP, stopped, resumed. */
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM")
class FatJarIT {

  private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

  /** What a JVM exits with after SIGTERM and orderly hooks. */
  private static final int TERMINATED = 128 + 15;

  @TempDir private Path dir;
  private Process process;

  @AfterEach
  void stop() {
    process.destroyForcibly();
  }

  @Test
  void startsRunsAnOrchestrationOverARestartAndCloses() throws Exception {
    List<String> firstLog = new ArrayList<>();
    String url = start(firstLog);
    assertThat(send("PUT", url, "{\"full_name\":\"Ada\"}")).startsWith("202");
    assertThat(send("GET", url, "")).startsWith("200").contains("\"instanceId\":\"g-1\"");
    // The row of a guest without a name is refused, and with it the start.
    String other = url.replace("g-1", "g-2");
    assertThat(send("PUT", other, "{\"full_name\":null}")).startsWith("400");
    assertThat(send("GET", other, "")).contains("\"state\":\"NOT_FOUND\"");
    assertThat(send("GET", url.replace("/greetings/g-1", "/actuator/health/holdfast"), ""))
        .startsWith("200")
        .contains("\"status\":\"UP\"", "\"store\":\"sqlite\"", "\"worker\":\"running\"");
    terminate(firstLog);

    List<String> secondLog = new ArrayList<>();
    url = start(secondLog);
    assertThat(send("POST", url + "/arrived/door-7", "")).startsWith("202");
    String lines = "{\"lines\":[\"Hello, Ada!\",\"Hello, Ada at door-7!\"]}";
    assertThat(send("GET", url + "/lines", "")).isEqualTo("200 " + lines);
    assertThat(send("GET", url, ""))
        .startsWith("200")
        .contains("\"state\":\"COMPLETED\"", "\"output\":" + lines);
    terminate(secondLog);
  }

  /** Starts it on a free port and waits until it serves. */
  private String start(List<String> log) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("fat.jar"),
                "--server.port=0",
                "--spring.datasource.url=jdbc:sqlite:"
                    + dir.resolve("greetings.db")
                    + "?transaction_mode=IMMEDIATE")
            .redirectErrorStream(true)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      log.add(line);
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        return "http://127.0.0.1:" + started.group(1) + "/greetings/g-1";
      }
    }
    throw new AssertionError("it did not start:\n" + String.join("\n", log));
  }

  /** SIGTERM, as systemd and Kubernetes send it. */
  private void terminate(List<String> log) throws Exception {
    // By its handle: the process itself would close its output along with it.
    process.toHandle().destroy();
    process.inputReader(StandardCharsets.UTF_8).lines().forEach(log::add);
    assertThat(process.waitFor()).as(String.join("\n", log)).isEqualTo(TERMINATED);
    assertThat(log).anyMatch(line -> line.endsWith("closed; nothing was left"));
    assertThat(log).noneMatch(line -> line.contains(" WARN ") && line.contains("holdfast"));
    assertThat(log).noneMatch(line -> line.contains(" ERROR "));
  }
}
