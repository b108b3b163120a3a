// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The guide for applications shows code that the build compiles and runs, names tests and rules
 * that there are, and its index has every page.
 */
class GuidePagesTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path GUIDE = ROOT.resolve("docs/guide");
  private static final Path SAMPLES = Path.of("src/main/java/dev/holdfast/examples/samples");
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)\\n```", Pattern.DOTALL);
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract|IT))(?:\\.(\\w+))?`");
  private static final Pattern RULE = Pattern.compile("\\b([A-Z]{2,})-(\\d\\d)\\b");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "first-steps",
        "time",
        "events-and-messages",
        "children",
        "versions",
        "transactions",
        "determinism",
        "values",
        "coming-from-dbos",
        "coming-from-temporal",
        "coming-from-jobrunr",
        "coming-from-durable-task"
      })
  void theCodeIsThatOfTheSamples(String page) throws IOException {
    String programs = programs();
    assertThat(JAVA.matcher(read(page)).results().map(piece -> flat(piece.group(1))))
        .isNotEmpty()
        .allSatisfy(piece -> assertThat(programs).contains(piece));
  }

  @Test
  void theFirstProgramIsWhole() throws IOException {
    String source = Files.readString(SAMPLES.resolve("HelloWorld.java"));
    assertThat(read("first-steps"))
        .contains(
            "```java\n" + source.substring(source.indexOf("package ")).stripTrailing() + "\n```");
  }

  /** A statement without a proof is none: each row of a table names a test or a rule. */
  @Test
  void whatIsGuaranteedNamesItsProof() throws IOException {
    List<String> rows =
        read("guarantees")
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| what "))
            .toList();
    assertThat(rows)
        .hasSizeGreaterThan(20)
        .allSatisfy(row ->
            assertThat(TEST.matcher(row).find() || RULE.matcher(row).find()).as(row).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"guarantees", "determinism", "versions", "transactions", "time"})
  void theTestsAndRulesThatAreNamedExist(String page) throws IOException {
    String text = read(page);
    List<MatchResult> tests = TEST.matcher(text).results().toList();
    for (MatchResult test : tests) {
      String source = test(test.group(1));
      if (test.group(2) != null) {
        assertThat(source).as(test.group()).contains("void " + test.group(2) + "(");
      }
    }
    for (MatchResult rule : RULE.matcher(text).results().toList()) {
      String family = rule.group(1).toLowerCase(Locale.ROOT);
      assertThat(Files.readString(ROOT.resolve("docs/spec/" + family + ".md")))
          .contains("### " + rule.group() + " ");
    }
  }

  @Test
  void theIndexHasEveryPageAndNoLinkIsBroken() throws IOException {
    Set<String> linked = new TreeSet<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        assertThat(page.getParent().resolve(link.group(1))).as(page + " " + link.group()).exists();
        if (page.endsWith("README.md")) {
          linked.add(link.group(1));
        }
      }
    }
    assertThat(linked)
        .containsAll(
            pages().stream()
                .map(page -> page.getFileName().toString())
                .filter(name -> !name.equals("README.md"))
                .toList());
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(GUIDE)) {
      return pages.filter(page -> page.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static String read(String page) throws IOException {
    return Files.readString(GUIDE.resolve(page + ".md"));
  }

  private static String programs() throws IOException {
    try (Stream<Path> sources = Files.list(SAMPLES)) {
      List<String> texts = new ArrayList<>();
      for (Path source : sources.sorted().toList()) {
        texts.add(flat(Files.readString(source)));
      }
      return String.join("\n", texts);
    }
  }

  private static String test(String name) throws IOException {
    for (String module : List.of("runtime", "testkit", "examples", "worker", "streams")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/test"))) {
        List<Path> found = files.filter(file -> file.endsWith(name + ".java")).toList();
        if (!found.isEmpty()) {
          return Files.readString(found.getFirst());
        }
      }
    }
    throw new AssertionError("there is no test " + name);
  }

  /** Indentation aside: what a page shows stands deeper in the program. */
  private static String flat(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
