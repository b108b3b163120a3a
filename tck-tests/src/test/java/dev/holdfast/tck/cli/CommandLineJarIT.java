// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.tck.reference.ReferenceFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar of the command line is one file, which needs nothing beside it. */
class CommandLineJarIT {

  @TempDir Path folder;

  @Test
  void runsWithNothingBesideIt() throws Exception {
    Path jar = Files.copy(jar(), folder.resolve("kit.jar"));

    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString(),
                "--fixture",
                ReferenceFixture.class.getName(),
                "--rules",
                "FIX,LOCK-04",
                "--report",
                folder.resolve("report").toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String text = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(run.waitFor()).describedAs(text).isZero();
    assertThat(text).contains("provider \"reference\" 1: PARTIAL");
    assertThat(folder.resolve("report").resolve("report.html")).exists();
  }

  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../provider-tck/target"))) {
      List<Path> jars = files.filter(file -> file.toString().endsWith("-cli.jar")).toList();
      assertThat(jars).hasSize(1);
      return jars.get(0);
    }
  }
}
