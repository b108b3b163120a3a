// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the call is said in one line, and no database is made of an option. */
class FirstCommandTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path dir;

  @BeforeEach
  void nothingIsSaid() {
    out.reset();
    err.reset();
  }

  @Test
  void helpIsTheResult() {
    assertThat(run("--help")).isZero();
    assertThat(text(out)).startsWith("Usage: ./holdfast first").contains("greetings.db");
    assertThat(text(err)).isEmpty();
    assertThat(Path.of("--help")).doesNotExist();
  }

  @Test
  void anUnknownOption() {
    assertRefused("./holdfast first: Unknown option: '--fast'; see", "--fast");
    assertThat(Path.of("--fast")).doesNotExist();
  }

  @Test
  void tooManyFiles() {
    assertRefused("Unmatched argument", dir.resolve("one").toString(), "two");
  }

  @Test
  void aDirectory() {
    assertRefused("is a directory", dir.toString());
  }

  @Test
  void aDirectoryThatDoesNotExist() {
    assertRefused("does not exist", dir.resolve("no/greetings.db").toString());
  }

  @Test
  void aFileThatIsSomethingElse() throws IOException {
    Path notes =
        Files.writeString(
            dir.resolve("notes.txt"), "my notes, which are long enough to be no database at all");
    assertRefused("is not a SQLite database", notes.toString());
  }

  private void assertRefused(String message, String... args) {
    assertThat(run(args)).isEqualTo(2);
    assertThat(text(out)).isEmpty();
    assertThat(text(err).lines()).singleElement().asString().contains(message);
  }

  private int run(String... args) {
    return FirstCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
