// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that lists and runs samples, and the table of them. */
class SampleCommandTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void allAreListed() {
    assertThat(run()).isZero();
    assertThat(text(out).lines())
        .hasSameSizeAs(Sample.ALL)
        .first()
        .asString()
        .startsWith("hello-world ");
    assertThat(text(err)).isEmpty();
  }

  @Test
  void oneIsRunOnTheStoreThatIsNamed(@TempDir Path directory) {
    assertThat(run("hello-world", "sqlite:" + directory.resolve("mine.db"))).isZero();
    assertThat(text(out)).isEqualTo("Hello, world!\n".replace("\n", System.lineSeparator()));
    assertThat(directory.resolve("mine.db")).exists();
  }

  @Test
  void anUnknownNameAndAWrongUrlAreRefusedInOneLine() {
    assertThat(run("hello")).isEqualTo(2);
    assertThat(run("hello-world", "nosuch:thing")).isEqualTo(2);
    assertThat(run("--fast")).isEqualTo(2);
    assertThat(text(out)).isEmpty();
    assertThat(text(err).lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).startsWith("./holdfast sample"));
  }

  @Test
  void theTableHasARowForEach() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Path sources = Path.of("src/main/java", "dev/holdfast/examples/samples");
    assertThat(Sample.ALL)
        .allSatisfy(sample -> {
          String file = sample.code().getSimpleName() + ".java";
          assertThat(sources.resolve(file)).exists();
          assertThat(readme)
              .contains(
                  "| %s | [`%s`](src/main/java/dev/holdfast/examples/samples/%s) | `./holdfast sample %s` |\n"
                      .formatted(
                          sample.scenario(), sample.code().getSimpleName(), file, sample.name()));
        });
    assertThat(
            readme
                .lines()
                .filter(line -> line.contains("`./holdfast sample ") && line.startsWith("| ")))
        .hasSameSizeAs(Sample.ALL);
  }

  private int run(String... args) {
    return SampleCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
