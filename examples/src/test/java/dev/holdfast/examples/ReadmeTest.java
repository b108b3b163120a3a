// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** A pom that is copied must not lag behind the versions of the build. */
  @ParameterizedTest
  @CsvSource({
    "<holdfast.version>%s<, holdfast-parent</artifactId>\\s*<version>(.*?)<",
    "<artifactId>slf4j-simple</artifactId>\n      <version>%s<, <slf4j.version>(.*?)<",
    "<artifactId>maven-compiler-plugin</artifactId>\n        <version>%s<,"
        + " <maven-compiler-plugin.version>(.*?)<",
    "<artifactId>exec-maven-plugin</artifactId>\n        <version>%s<,"
        + " <exec-maven-plugin.version>(.*?)<",
  })
  void thePomInTheReadmeHasTheVersionsOfTheBuild(String line, String version) throws IOException {
    Matcher found = Pattern.compile(version).matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertThat(found.find()).isTrue();
    assertThat(Files.readString(ROOT.resolve("README.md")))
        .contains(line.formatted(found.group(1)));
  }
}
