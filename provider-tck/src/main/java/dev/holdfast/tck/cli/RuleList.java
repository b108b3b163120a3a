// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import dev.holdfast.tck.junit.RuleTests;
import dev.holdfast.tck.spec.Family;
import dev.holdfast.tck.spec.RuleBook;
import dev.holdfast.tck.spec.RuleText;
import dev.holdfast.tck.spec.UntestedRules;
import java.io.PrintWriter;

/** Lists all rules. Stateless. */
final class RuleList {

  private RuleList() {}

  static void print(PrintWriter out) {
    RuleBook book = RuleBook.standard();
    for (Family family : book.families()) {
      out.printf("%s: %s (%s)%n", family.id(), family.title(), family.level());
      for (RuleText rule : book.rules()) {
        if (rule.family().equals(family)) {
          out.printf(
              "  %-10s %-6s %s%s%n", rule.id(), rule.strength(), rule.shortText(), gap(rule));
        }
      }
    }
    out.flush();
  }

  private static String gap(RuleText rule) {
    return RuleTests.all().containsKey(rule.id())
        ? ""
        : " [no test: " + UntestedRules.standard().reason(rule.id()).orElse("?") + "]";
  }
}
