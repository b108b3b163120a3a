// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.provider.Feature;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pages are read as they are written, and a slip in one is found with file and line. */
class RuleBookTest {

  private static final String OVERVIEW =
      """
      # Overview

      ## Families of the core

      | family | about |
      |---|---|
      | [LOCK](lock.md) | Locks. |

      ## Families of the features

      | family | feature | about |
      |---|---|---|
      | [TAG](tag.md) | TAGS | Tags. |
      """;

  private static final String LOCK =
      """
      # LOCK: locks

      About locks.

      ### LOCK-01 · MUST · since 1.0

      One holder.
      At a time.

      - **Why:** because.
      - **Without it:** two.
      - **Check:** is there one; or two?

      ### LOCK-02 · withdrawn in 1.1

      It used to say something.
      """;

  private static final String TAG =
      """
      # TAG: tags

      ### TAG-01 · SHOULD · since 1.1

      Tags are stored.

      - **Why:** because.
      - **Without it:** none.
      - **Check:** are they?
      """;

  private final Map<String, String> pages =
      new HashMap<>(Map.of("README.md", OVERVIEW, "lock.md", LOCK, "tag.md", TAG));

  @Test
  void readsRulesWithAllTheyHave() {
    RuleBook book = RuleBook.read(pages::get);

    RuleText lock = book.find("LOCK-01").orElseThrow();
    assertEquals("One holder.\nAt a time.", lock.sentence());
    assertEquals("One holder.", lock.shortText());
    assertEquals(Strength.MUST, lock.strength());
    assertEquals("because.", lock.why());
    assertEquals("two.", lock.withoutIt());
    assertEquals(List.of("is there one?", "or two?"), lock.checks());
    assertEquals(Level.CORE, lock.level());
    RuleText tag = book.find("TAG-01").orElseThrow();
    assertEquals(Level.of(Feature.TAGS), tag.level());
    assertEquals("1.1", tag.since());
    assertEquals(List.of(lock, tag), book.rules());
  }

  @Test
  void withdrawnRulesKeepTheirNumber() {
    assertEquals(Set.of("LOCK-02"), RuleBook.read(pages::get).withdrawn());
    expectProblem(LOCK + LOCK.substring(LOCK.indexOf("### LOCK-01")), 26, "LOCK-02 stands twice");
  }

  @Test
  void findsWhatIsWrongWithAPage() {
    expectProblem(LOCK.replace("# LOCK: locks", "# LOOK: locks"), 1, "does not begin with");
    expectProblem(LOCK.replace("· MUST ·", "· MAY ·"), 5, "a heading is neither");
    expectProblem(LOCK.replace("### LOCK-01", "### LOOK-01"), 5, "does not belong to the family");
    expectProblem(LOCK.replace("One holder.\nAt a time.\n", ""), 5, "says nothing");
    expectProblem(LOCK.replace("- **Why:** because.\n", ""), 10, "once each and in this order");
    expectProblem(
        LOCK.replace("- **Check:** is there one; or two?\n", ""), 5, "no point \"Check\"");
    expectProblem(LOCK.replace("or two?\n", "or two?\nMore.\n"), 13, "each point is one line");
    expectProblem("# LOCK: locks\n", 1, "there is no rule");
  }

  @Test
  void findsThatAPageIsMissing() {
    pages.remove("tag.md");

    MalformedSpec problem = assertThrows(MalformedSpec.class, () -> RuleBook.read(pages::get));

    assertEquals("docs/spec/tag.md:1: there is no such file", problem.getMessage());
  }

  @Test
  void findsWhatIsWrongWithTheListOfUntestedRules() {
    assertEquals(
        Map.of("LOCK-01", "no way yet"),
        UntestedRules.read("# comment\n\nLOCK-01 = no way yet\n").all());
    for (String wrong : List.of("LOCK-01", "LOCK-01 =", "= why")) {
      MalformedSpec problem =
          assertThrows(MalformedSpec.class, () -> UntestedRules.read("#\n" + wrong));
      assertEquals(
          "untested-rules.properties:2: the line is not of the form LOCK-04 = reason",
          problem.getMessage());
    }
  }

  private void expectProblem(String lock, int line, String words) {
    pages.put("lock.md", lock);
    MalformedSpec problem = assertThrows(MalformedSpec.class, () -> RuleBook.read(pages::get));
    String message = String.valueOf(problem.getMessage());
    assertEquals("docs/spec/lock.md:" + line, message.substring(0, message.indexOf(": ")), message);
    assertEquals(true, message.contains(words), message);
  }
}
