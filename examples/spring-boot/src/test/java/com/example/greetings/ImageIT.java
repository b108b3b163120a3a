// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import static com.example.greetings.Asked.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image: built, run, stopped, and run again on the same volume, where Docker is. */
@Timeout(600)
class ImageIT {

  private static final Path JAR = Path.of(System.getProperty("fat.jar"));
  private static final String NAME = "holdfast-greetings-" + ProcessHandle.current().pid();

  private boolean built;

  private record Said(int code, String text) {}

  private static Said docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text.strip());
  }

  private static String done(String... arguments) throws IOException, InterruptedException {
    Said said = docker(arguments);
    assertThat(said.code()).as(said.text()).isZero();
    return said.text();
  }

  @BeforeEach
  void needsDocker() throws InterruptedException {
    String missing = null;
    try {
      Said said = docker("info");
      missing = said.code() == 0 ? null : "Docker does not answer: " + said.text();
    } catch (IOException e) {
      missing = "there is no Docker: " + e.getMessage();
    }
    assumeTrue(missing == null, missing);
  }

  @AfterEach
  void remove() throws Exception {
    if (built) {
      docker("rm", "--force", NAME);
      docker("volume", "rm", NAME);
      docker("image", "rm", NAME);
    }
  }

  @Test
  void goesOnWhereTheContainerBeforeItStopped() throws Exception {
    built = true;
    done(
        "build",
        "--file",
        Path.of("..", "Dockerfile").toString(),
        "--build-arg",
        "JAR=" + JAR.getFileName(),
        "--tag",
        NAME,
        String.valueOf(JAR.getParent()));
    String url = run();
    assertThat(send("PUT", url, "{\"full_name\":\"Ada\"}")).startsWith("202");
    done("stop", "--time", "30", NAME);
    assertThat(done("inspect", "--format", "{{.State.ExitCode}}", NAME)).isEqualTo("143");
    done("rm", NAME);

    url = run();
    assertThat(send("POST", url + "/arrived/door-7", "")).startsWith("202");
    assertThat(send("GET", url + "/lines", "")).startsWith("200");
  }

  /** Runs a container, and waits until it serves. */
  private String run() throws Exception {
    done(
        "run",
        "--detach",
        "--name",
        NAME,
        "--volume",
        NAME + ":/data",
        "--publish",
        "127.0.0.1::8080",
        NAME);
    String url = "http://" + done("port", NAME, "8080/tcp").lines().findFirst().orElseThrow();
    while (!serves(url)) {
      assertThat(done("inspect", "--format", "{{.State.Running}}", NAME))
          .as(docker("logs", NAME).text())
          .isEqualTo("true");
    }
    return url + "/greetings/g-1";
  }

  private static boolean serves(String url) throws InterruptedException {
    try {
      return send("GET", url + "/actuator/health", "").startsWith("200");
    } catch (IOException e) {
      return false; // not yet
    }
  }
}
