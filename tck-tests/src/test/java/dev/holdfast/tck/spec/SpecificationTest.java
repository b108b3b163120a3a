// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.tck.junit.RuleTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Specification and tests are about the same rules. */
class SpecificationTest {

  private static final Path DOCS = Path.of("../docs/spec");
  private static final Pattern COUNT =
      Pattern.compile(
          "(?i)\\b(\\d+|a dozen|dozens of|twenty|thirty|fifty|hundred|hundreds of)"
              + " (\\w+ )?(rules|tests|families)\\b");

  private final RuleBook book = RuleBook.standard();
  private final UntestedRules untested = UntestedRules.standard();
  private final Set<String> tested = RuleTests.all().keySet();

  @Test
  void everyRuleHasATestOrSaysWhyNot() {
    assertEquals(
        List.of(),
        book.rules().stream()
            .map(RuleText::id)
            .filter(id -> !tested.contains(id) && untested.reason(id).isEmpty())
            .toList(),
        "rules without a test (@Rule) and without a line in " + UntestedRules.FILE);
  }

  @Test
  void everyTestIsOfARule() {
    assertEquals(
        List.of(),
        tested.stream().filter(id -> book.find(id).isEmpty()).toList(),
        "tests (@Rule) of rules that are not in docs/spec");
  }

  @Test
  void onlyRulesWithoutATestAreListedAsUntested() {
    assertEquals(
        List.of(),
        untested.all().keySet().stream()
            .filter(id -> tested.contains(id) || book.find(id).isEmpty())
            .toList(),
        "delete these lines of "
            + UntestedRules.FILE
            + ": their rules have a test now, or do not exist");
  }

  @Test
  void everyPageIsReachedFromTheOverview() throws IOException {
    Set<String> reached = book.families().stream().map(Family::page).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(DOCS)) {
      assertEquals(
          List.of(),
          files
              .map(file -> file.getFileName().toString())
              .filter(
                  name -> !Set.of("README.md", "glossary.md", "planned-rules.md").contains(name))
              .filter(name -> !reached.contains(name))
              .toList());
    }
  }

  @Test
  void referencesLeadToHeadings() throws IOException {
    RuleText rule = book.find("LOCK-04").orElseThrow();

    assertEquals("docs/spec/lock.md#lock-04--must--since-10", rule.reference());
    assertTrue(
        Files.readString(DOCS.resolve("lock.md")).contains("\n### LOCK-04 · MUST · since 1.0\n"));
  }

  @Test
  void nobodyCountsRulesByHand() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md")));
    try (Stream<Path> files = Files.list(DOCS)) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    List<String> counts = new ArrayList<>();
    for (Path page : pages) {
      Matcher count = COUNT.matcher(Files.readString(page));
      while (count.find()) {
        counts.add(page + ": " + count.group());
      }
    }
    assertEquals(List.of(), counts, "the report counts; a number in a text is soon wrong");
  }
}
