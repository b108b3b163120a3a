// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guides to modelling and to operations have no code that is not compiled and run: here, and in
 * the tests of the command line.
 */
class ModellingGuideTest {

  private static final Path GUIDES = Path.of("..", "docs", "guide");
  private static final Path PROGRAMS = Path.of("src/test/java/dev/holdfast/streams/guide");
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\n(.*?)\\n```$");

  private static String program(Path directory, String name) throws IOException {
    String source = Files.readString(directory.resolve(name + ".java"));
    return source.substring(source.indexOf("package ")).stripTrailing();
  }

  private static List<String> samples(String guide) throws IOException {
    return JAVA.matcher(Files.readString(GUIDES.resolve(guide)))
        .results()
        .map((MatchResult sample) -> sample.group(1))
        .toList();
  }

  @Test
  @Promise("ES-40")
  void everySampleIsAProgramThatIsCompiled() throws IOException {
    assertThat(samples("events-modelling.md"))
        .containsExactly(
            program(PROGRAMS, "Parcels"),
            program(PROGRAMS, "ParcelsExample"),
            program(PROGRAMS, "Scans"));
    // Its commands are run by the tests of the command line, with this application.
    assertThat(samples("events-operations.md"))
        .containsExactly(
            program(Path.of("../cli/src/test/java/dev/holdfast/cli/bank"), "BankApplication"),
            program(Path.of("../cli/src/test/java/dev/holdfast/cli/bank"), "Bank"));
  }

  @Test
  @Promise("ES-40")
  void theProgramsPrintWhatTheGuideSays(@TempDir Path directory) throws IOException {
    ParcelsExample.aScanElsewhereIsTwoFacts();
    String url = "sqlite:" + directory.resolve("parcels.db");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (Provider provider = Providers.open(ProviderConfig.url(url).build());
        EventSourcing events = EventSourcing.on(provider)) {
      Scans.run(events, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }
    assertThat(Files.readString(GUIDES.resolve("events-modelling.md")))
        .contains("```\n" + printed.toString(StandardCharsets.UTF_8).strip() + "\n```");
  }
}
