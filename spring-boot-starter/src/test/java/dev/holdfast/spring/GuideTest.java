// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide shows the application that the build runs, and tests that it runs. */
class GuideTest {

  private static final Path APPLICATION = Path.of("../examples/spring-boot/src/main");

  private static String guide() throws IOException {
    return Files.readString(Path.of("../docs/guide/spring-boot.md"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GreetingFlow",
        "GreetingsApplication",
        "Greeter",
        "GreetingController",
        "GuestBook"
      })
  void theProgramsAreThoseOfTheApplication(String name) throws IOException {
    String source =
        Files.readString(APPLICATION.resolve("java/com/example/greetings/" + name + ".java"));

    assertThat(guide())
        .contains(
            "```java\n" + source.substring(source.indexOf("package ")).stripTrailing() + "\n```");
  }

  @Test
  void thePropertiesAreThoseOfTheApplication() throws IOException {
    String properties = Files.readString(APPLICATION.resolve("resources/application.properties"));

    assertThat(guide()).contains("```properties\n" + properties.stripTrailing() + "\n```");
  }

  @Test
  void theTestIsOneOfTheTests() throws IOException {
    String test = Files.readString(Path.of("src/test/java/dev/holdfast/spring/BootTestTest.java"));
    String method =
        test.substring(
            test.indexOf("  @Test\n  void beansRun"), test.indexOf("\n\n  @Test\n  void each"));

    assertThat(guide()).contains("class BootTestTest {\n" + method + "\n}\n```");
  }
}
