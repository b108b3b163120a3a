// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the page of one family. Its form is strict, so that a slip is found where it was made:
 *
 * <pre>
 * # LOCK: exclusivity and tokens
 *
 * ### LOCK-04 · MUST · since 1.0
 *
 * The rule.
 *
 * - **Why:** the reason.
 * - **Without it:** what goes wrong.
 * - **Check:** one question; another one?
 *
 * ### LOCK-05 · withdrawn in 1.2
 * </pre>
 *
 * Not thread-safe; used once.
 */
final class RulePage {

  private static final String ID = "[A-Z][A-Z0-9]*-\\d\\d";
  private static final Pattern TITLE = Pattern.compile("# ([A-Z][A-Z0-9]*): (.+)");
  private static final Pattern RULE =
      Pattern.compile("### (" + ID + ") · (MUST|SHOULD) · since (\\d+\\.\\d+)");
  private static final Pattern WITHDRAWN =
      Pattern.compile("### (" + ID + ") · withdrawn in (\\d+\\.\\d+)");
  private static final Pattern POINT = Pattern.compile("- \\*\\*([^*]+):\\*\\* (.+)");
  private static final List<String> POINTS = List.of("Why", "Without it", "Check");

  private final Family family;
  private final String file;
  private final List<RuleText> rules = new ArrayList<>();
  private final List<String> withdrawn = new ArrayList<>();

  private int number;
  private @Nullable Matcher heading;
  private int headingLine;
  private final List<String> sentence = new ArrayList<>();
  private final List<String> points = new ArrayList<>();

  private RulePage(Family family) {
    this.family = family;
    this.file = "docs/spec/" + family.page();
  }

  /** The text of a rule's heading, which is also what its anchor is made of. */
  static String heading(String id, Strength strength, String since) {
    return id + " · " + strength + " · since " + since;
  }

  /**
   * Reads a page.
   *
   * @param family the family that it should be about
   * @param text its text
   * @return the rules and the ids of withdrawn ones
   * @throws MalformedSpec when it is not in its form
   */
  static RulePage read(Family family, String text) {
    RulePage page = new RulePage(family);
    List<String> lines = text.lines().toList();
    for (String line : lines) {
      page.number++;
      page.line(line);
    }
    page.endOfRule();
    if (page.rules.isEmpty() && page.withdrawn.isEmpty()) {
      throw new MalformedSpec(
          page.file, Math.max(1, lines.size()), "there is no rule on this page");
    }
    return page;
  }

  List<RuleText> rules() {
    return rules;
  }

  List<String> withdrawn() {
    return withdrawn;
  }

  private void line(String line) {
    if (number == 1) {
      title(line);
    } else if (line.startsWith("#")) {
      endOfRule();
      beginOfRule(line);
    } else if (heading != null && !line.isBlank()) {
      content(line);
    }
  }

  private void title(String line) {
    Matcher title = TITLE.matcher(line);
    if (!title.matches() || !title.group(1).equals(family.id())) {
      throw problem("the page does not begin with \"# " + family.id() + ": what it is about\"");
    }
  }

  private void beginOfRule(String line) {
    Matcher gone = WITHDRAWN.matcher(line);
    if (gone.matches()) {
      checkFamily(gone.group(1));
      withdrawn.add(gone.group(1));
      return;
    }
    Matcher rule = RULE.matcher(line);
    if (!rule.matches()) {
      throw problem(
          "a heading is neither \"### "
              + family.id()
              + "-01 · MUST|SHOULD · since 1.0\" nor \"... · withdrawn in 1.1\"");
    }
    checkFamily(rule.group(1));
    heading = rule;
    headingLine = number;
  }

  private void checkFamily(String id) {
    if (!id.startsWith(family.id() + "-")) {
      throw problem(id + " does not belong to the family " + family.id() + " of this page");
    }
  }

  private void content(String line) {
    if (!line.startsWith("- **")) {
      if (!points.isEmpty()) {
        throw problem("text after a point; each point is one line");
      }
      sentence.add(line);
      return;
    }
    Matcher point = POINT.matcher(line);
    if (points.size() == POINTS.size()
        || !point.matches()
        || !point.group(1).equals(POINTS.get(points.size()))) {
      throw problem("the points of a rule are " + POINTS + ", once each and in this order");
    }
    points.add(point.group(2).strip());
  }

  private void endOfRule() {
    Matcher rule = heading;
    heading = null;
    if (rule == null) {
      return;
    }
    String id = rule.group(1);
    if (sentence.isEmpty()) {
      throw new MalformedSpec(file, headingLine, id + " says nothing below its heading");
    }
    if (points.size() < POINTS.size()) {
      throw new MalformedSpec(
          file, headingLine, id + " has no point \"" + POINTS.get(points.size()) + "\"");
    }
    rules.add(
        new RuleText(
            id,
            family,
            Strength.valueOf(rule.group(2)),
            rule.group(3),
            String.join("\n", sentence),
            points.get(0),
            points.get(1),
            questions(points.get(2))));
    sentence.clear();
    points.clear();
  }

  private static List<String> questions(String check) {
    return Arrays.stream(check.split("; "))
        .map(String::strip)
        .map(question -> question.endsWith("?") ? question : question + "?")
        .toList();
  }

  private MalformedSpec problem(String what) {
    return new MalformedSpec(file, number, what);
  }
}
