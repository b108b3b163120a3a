// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles and runs. */
class ReadmeTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void theFirstOrchestrationInTheReadmeIsTheProgram() throws IOException {
    String program =
        Files.readString(Path.of("src/main/java/dev/holdfast/examples/FirstOrchestration.java"));
    String withoutLicence = program.substring(program.indexOf('\n') + 1).strip();
    assertThat(Files.readString(ROOT.resolve("README.md")))
        .contains("```java\n" + withoutLicence + "\n```");
  }
}
