// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script in the root, as far as it goes without a build of its own. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {

  private static final Path SCRIPT = Path.of("..", "holdfast").toAbsolutePath().normalize();

  @TempDir private Path dir;

  @Test
  void helpIsTheResultAndListsTheCommands() throws Exception {
    Run run = run(SCRIPT, "--help");

    assertThat(run.exit).isZero();
    assertThat(run.out).contains("./holdfast COMMAND", "demo", "sample");
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

  @Test
  void aBuildSaysWhatItDoes() throws Exception {
    Path script =
        checkoutWithMaven(
            """
            echo '[INFO] Building Holdfast runtime 0.1.0-SNAPSHOT      [2/3]'
            for file in $(seq 1 50); do echo "[INFO] Downloading from central: https://x/y/$file.jar"; done
            echo '[INFO] Building Holdfast examples 0.1.0-SNAPSHOT     [3/3]'
            """);

    Run run = run(script, "first");

    assertThat(run.err.lines().limit(4))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("building Holdfast (the first time only"),
            line -> assertThat(line).isEqualTo("  building Holdfast runtime (2 of 3)"),
            line -> assertThat(line).isEqualTo("  fetching what Maven needs, file 50: 50.jar"),
            line -> assertThat(line).isEqualTo("  building Holdfast examples (3 of 3)"));
    assertThat(dir.resolve("examples/target/holdfast-built")).exists();
    assertThat(run.out).isEmpty();
  }

  @Test
  void aBuildThatFailsSaysWhy() throws Exception {
    Path script = checkoutWithMaven("echo '[ERROR] no network'; echo '[INFO] much else'; exit 1");

    Run run = run(script, "first");

    assertThat(run.exit).isEqualTo(1);
    assertThat(run.err.lines().skip(1))
        .containsExactly(
            "[ERROR] no network",
            "holdfast: the build failed; all of its output is in "
                + dir.toRealPath().resolve("examples/target/holdfast-build.log"));
    assertThat(dir.resolve("examples/target/holdfast-built")).doesNotExist();
  }

  @Test
  void aCheckoutThatCannotBeWrittenIsOneLine() throws Exception {
    Path script = checkoutWithMaven("echo never");
    // Root may write everywhere, but not into a directory that is a file.
    Files.writeString(Files.createDirectory(dir.resolve("examples")).resolve("target"), "");

    Run run = run(script, "first");

    assertThat(run.exit).isEqualTo(2);
    assertThat(run.err.lines())
        .singleElement()
        .asString()
        .contains("examples/target cannot be written", "use a checkout that is writable");
  }

  /** A checkout with nothing in it but the script, and a Maven that does as it is told. */
  private Path checkoutWithMaven(String script) throws IOException {
    Path maven = Files.createDirectory(dir.resolve("bin")).resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\n" + script);
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    return Files.copy(SCRIPT, dir.resolve("holdfast"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  private record Run(int exit, String out, String err) {}

  private Run run(Path script, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
    // The JDK of this test, so that none is searched for, and a Maven of the test if it has one.
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .merge("PATH", dir.resolve("bin").toString(), (old, own) -> own + ":" + old);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out, err);
  }
}
