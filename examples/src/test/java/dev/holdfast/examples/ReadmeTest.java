// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the README shows is what compiles and runs. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)\\n```", Pattern.DOTALL);
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void theFirstOrchestrationInTheReadmeIsTheProgram() throws IOException {
    String program =
        Files.readString(Path.of("src/main/java/dev/holdfast/examples/FirstOrchestration.java"));
    String withoutLicence = program.substring(program.indexOf('\n') + 1).strip();
    assertThat(Files.readString(ROOT.resolve("README.md")))
        .contains("```java\n" + withoutLicence + "\n```");
  }

  /** Indentation aside: what the guide shows stands deeper in the program. */
  @Test
  void thePiecesInTheGuideAreThoseOfItsProgram() throws IOException {
    String program = Files.readString(Path.of("src/main/java/dev/holdfast/examples/Features.java"));
    String guide = Files.readString(ROOT.resolve("docs/features.md"));

    assertThat(JAVA.matcher(guide).results().map(piece -> flat(piece.group(1))))
        .hasSizeGreaterThan(5)
        .allSatisfy(piece -> assertThat(flat(program)).contains(piece));
  }

  private static String flat(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }

  /** A pom that is copied must not lag behind the versions of the build. */
  @ParameterizedTest
  @CsvSource({
    "slf4j-simple, slf4j.version",
    "maven-compiler-plugin, maven-compiler-plugin.version",
    "exec-maven-plugin, exec-maven-plugin.version",
  })
  void thePomInTheReadmeHasTheVersionsOfTheBuild(String artifact, String property)
      throws IOException {
    String shown = "<artifactId>" + artifact + "</artifactId>\\s*<version>(.*?)</version>";
    String built = "<" + property + ">(.*?)</" + property + ">";

    assertThat(find(shown, "README.md")).isEqualTo(find(built, "pom.xml"));
  }

  @Test
  void thePomInTheReadmeNamesTheVersionOfThisBuild() throws IOException {
    String built = "<artifactId>holdfast-parent</artifactId>\\s*<version>(.*?)</version>";

    assertThat(find("<holdfast.version>(.*?)</holdfast.version>", "README.md"))
        .isEqualTo(find(built, "pom.xml"));
  }

  private static String find(String pattern, String file) throws IOException {
    Matcher found = Pattern.compile(pattern).matcher(Files.readString(ROOT.resolve(file)));
    assertThat(found.find()).as(pattern + " in " + file).isTrue();
    return found.group(1);
  }
}
