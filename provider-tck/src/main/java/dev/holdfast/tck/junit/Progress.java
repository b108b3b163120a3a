// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.report.RuleResult;
import dev.holdfast.tck.report.Summary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Tells which families of rules have ended, and how. Thread-safe. */
final class Progress {
  private final Supplier<List<RuleResult>> results;
  private final Consumer<String> console;
  private final Map<String, Set<String>> running;

  /**
   * Nothing has ended yet.
   *
   * @param isWanted which rules are to run
   * @param results what has come of all rules so far
   * @param console takes the lines
   */
  Progress(
      Predicate<String> isWanted, Supplier<List<RuleResult>> results, Consumer<String> console) {
    this.results = results;
    this.console = console;
    running =
        RuleTests.all().entrySet().stream()
            .filter(rule -> isWanted.test(rule.getKey()))
            .flatMap(rule -> rule.getValue().stream())
            .collect(
                Collectors.groupingBy(
                    RuleTests::family,
                    Collectors.mapping(
                        test -> test.getDeclaringClass().getName(),
                        Collectors.<String, Set<String>>toCollection(HashSet::new))));
  }

  /**
   * Notes that all tests of a rule class have ended; the last one of a family ends it.
   *
   * @return whether it was the last one of its family
   */
  synchronized boolean ended(String family, Class<?> ruleClass) {
    Set<String> others = running.getOrDefault(family, new HashSet<>());
    boolean last = others.remove(ruleClass.getName()) && others.isEmpty();
    if (last) {
      List<RuleResult> ofFamily =
          results.get().stream().filter(rule -> rule.rule().family().id().equals(family)).toList();
      Summary.ofFamily(ofFamily).ifPresent(console);
    }
    return last;
  }
}
