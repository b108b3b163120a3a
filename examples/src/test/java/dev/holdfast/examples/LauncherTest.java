// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script in the root, as far as it goes without building anything. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final Path SCRIPT = Path.of("..", "holdfast").toAbsolutePath().normalize();

  @TempDir private Path dir;

  @Test
  void helpIsTheResultAndListsTheCommands() throws Exception {
    Run run = run(SCRIPT, "--help");

    assertThat(run.exit).isZero();
    assertThat(run.out).contains("./holdfast COMMAND", "demo");
    assertThat(run.err).isEmpty();
  }

  @Test
  void anUnknownCommandIsRefusedThroughALinkToo() throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("my link"), SCRIPT);

    Run run = run(link, "fly");

    assertThat(run.exit).isEqualTo(2);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith("holdfast: there is no command \"fly\"\nUsage:");
  }

  @Test
  void noCommandIsRefusedWithHelp() throws Exception {
    Run run = run(SCRIPT);

    assertThat(run.exit).isEqualTo(2);
    assertThat(run.out).isEmpty();
    assertThat(run.err).startsWith("Usage:");
  }

  private record Run(int exit, String out, String err) {}

  private Run run(Path script, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).directory(dir.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out, err);
  }
}
