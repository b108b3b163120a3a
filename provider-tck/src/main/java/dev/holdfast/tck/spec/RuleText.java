// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import java.util.List;
import java.util.Locale;

/**
 * One rule as the specification states it.
 *
 * @param id its id, such as {@code LOCK-04}
 * @param family the family it belongs to
 * @param strength how binding it is
 * @param since the version of the specification in which it first appeared
 * @param sentence the rule itself, in Markdown
 * @param why the reason
 * @param withoutIt what goes wrong in a store that does not keep it
 * @param checks what to look at when its test fails
 */
public record RuleText(
    String id,
    Family family,
    Strength strength,
    String since,
    String sentence,
    String why,
    String withoutIt,
    List<String> checks) {

  /** Copies the list. */
  public RuleText {
    checks = List.copyOf(checks);
  }

  /**
   * The level that the rule belongs to.
   *
   * @return the level
   */
  public Level level() {
    return family.level();
  }

  /**
   * Whether a violation decides about the verdict.
   *
   * @return true for a MUST
   */
  public boolean isMust() {
    return strength == Strength.MUST;
  }

  /**
   * Where the rule stands.
   *
   * @return the page and the anchor of its heading, from the root of the project
   */
  public String reference() {
    String heading = RulePage.heading(id, strength, since).toLowerCase(Locale.ROOT);
    return "docs/spec/"
        + family.page()
        + "#"
        + heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
  }

  /**
   * The first sentence of the rule, for lists.
   *
   * @return the sentence, without Markdown's quotes of code
   */
  public String shortText() {
    String text = sentence.replace("`", "").replaceAll("\\s+", " ");
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }
}
