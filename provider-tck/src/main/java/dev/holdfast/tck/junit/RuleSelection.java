// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.spec.RuleBook;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which rules to run: all, or those that the parameter {@code tck.rules} lists by id or family.
 * Immutable.
 */
final class RuleSelection {

  private final Set<String> wanted;

  /**
   * Reads a list.
   *
   * @param list ids and families, separated by commas; null for all rules
   * @param book the rules there are
   * @throws FixtureProblem when the list names nothing, or something that does not exist
   */
  RuleSelection(@Nullable String list, RuleBook book) {
    Set<String> entries = new TreeSet<>();
    if (list != null) {
      Arrays.stream(list.split(","))
          .map(String::strip)
          .filter(entry -> !entry.isEmpty())
          .forEach(entries::add);
      if (entries.isEmpty()) {
        throw new FixtureProblem(RunSettings.RULES + " lists no rule.");
      }
    }
    for (String entry : entries) {
      if (book.find(entry).isEmpty() && !book.hasFamily(entry)) {
        throw new FixtureProblem(
            "%s lists %s, which is neither a rule nor a family of rules.%s"
                .formatted(
                    RunSettings.RULES,
                    entry,
                    book.withdrawn().contains(entry) ? " The rule was withdrawn." : ""));
      }
    }
    wanted = Set.copyOf(entries);
  }

  /**
   * Whether a rule is to run.
   *
   * @param ruleId the rule
   * @return true when it is
   */
  boolean includes(String ruleId) {
    String family = ruleId.substring(0, Math.max(0, ruleId.lastIndexOf('-')));
    return wanted.isEmpty() || wanted.contains(ruleId) || wanted.contains(family);
  }

  /**
   * Whether only some rules are to run.
   *
   * @return false when all are
   */
  boolean isSelective() {
    return !wanted.isEmpty();
  }

  /** The list, empty for all rules. */
  @Override
  public String toString() {
    return String.join(",", new TreeSet<>(wanted));
  }
}
