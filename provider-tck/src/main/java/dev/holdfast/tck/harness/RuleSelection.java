// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.tck.FixtureProblem;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which rules to run: all, or those that the parameter {@code tck.rules} lists by id or family. A
 * list that matches nothing fails the run when it ends. Thread-safe.
 */
final class RuleSelection implements AutoCloseable {

  /** The configuration parameter, or system property, with a list such as {@code LOCK-04,FETCH}. */
  static final String PARAMETER = "tck.rules";

  private final Set<String> wanted;
  private final AtomicLong matched = new AtomicLong();

  RuleSelection(@Nullable String list) {
    wanted =
        list == null
            ? Set.of()
            : Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a rule is to run.
   *
   * @param ruleId the rule
   * @return true when it is
   */
  boolean includes(String ruleId) {
    String family = ruleId.substring(0, Math.max(0, ruleId.lastIndexOf('-')));
    boolean included = wanted.isEmpty() || wanted.contains(ruleId) || wanted.contains(family);
    if (included) {
      matched.incrementAndGet();
    }
    return included;
  }

  @Override
  public void close() {
    if (!wanted.isEmpty() && matched.get() == 0) {
      throw new FixtureProblem(PARAMETER + " lists " + wanted + ", which matches no rule.");
    }
  }
}
