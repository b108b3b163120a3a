// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one file with everything in it, as a process of its own. */
class ExecutableJarIT {

  @TempDir private Path dir;

  @Test
  void itServesBothStores() throws Exception {
    String url = "sqlite:" + dir.resolve("orders.db");

    assertThat(run("migrate", "--url", url).exit()).isZero();
    Shell.Run started = run("start", "shout", "a", "{\"text\":\"ü\"}", "--url", url);
    assertThat(started.exit()).as(started.err()).isZero();
    Shell.Run shown = run("show", "a", "--url", url, "--json");
    assertThat(shown.returns(0).object().get("state").stringValue()).isEqualTo("pending");
    assertThat(shown.err()).isEmpty();
    assertThat(run("show", "nobody", "--url", url).exit()).isEqualTo(1);
    assertThat(run("show").exit()).isEqualTo(2);
    Shell.Run away = run("check", "--url", "postgres://localhost:1/db?connectTimeoutMillis=500");
    assertThat(away.exit()).as(away.err()).isEqualTo(3);
  }

  /** Its own class path has nothing of the bank. */
  @Test
  void itTakesTheCodeOfAnApplication() throws Exception {
    String url = "sqlite:" + dir.resolve("bank.db");
    run("migrate", "--url", url).returns(0);
    BankStore.fill(url);
    String bank = BankJar.of(dir.resolve("bank.jar")).toString();

    String[] replay = {"replay", "account", "alice", "--url", url, "--json", "--app", bank};
    assertThat(run(replay).returns(0).object().get("state").get("cents").intValue()).isEqualTo(300);
    replay[replay.length - 1] =
        BankJar.withoutClasses(dir.resolve("bare.jar"), "dev.holdfast.cli.bank.BankApplication")
            .toString();
    assertThat(run(replay).returns(2).err()).contains("BankApplication");
  }

  @Test
  void itKnowsItsVersion() throws Exception {
    assertThat(run("--version").out()).matches("holdfast \\d+\\.\\d+\\.\\d+.*\\R");
  }

  private Shell.Run run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstdout.encoding=UTF-8",
                "-jar",
                jar().toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Shell.Run(process.waitFor(), out, err);
  }

  private static Path jar() throws IOException {
    try (var files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("holdfast-cli-.*-all\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }
}
