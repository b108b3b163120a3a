// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * How to run again.
 *
 * @param template the command with {@code {rules}} and {@code {seed}}; what stands in brackets is
 *     left out where all rules run
 */
record Rerun(String template) {

  /**
   * The command.
   *
   * @param rules the rules to run, null for all
   * @param seed the seed
   * @return the command
   */
  String of(@Nullable String rules, long seed) {
    String chosen =
        rules == null
            ? template.replaceAll("\\[[^\\]]*\\]", "")
            : template
                .replaceAll("\\[([^\\]]*)\\]", "$1")
                .replaceAll("\\{rules\\}", Matcher.quoteReplacement(rules));
    return chosen.replace("{seed}", Long.toString(seed)).strip();
  }
}
