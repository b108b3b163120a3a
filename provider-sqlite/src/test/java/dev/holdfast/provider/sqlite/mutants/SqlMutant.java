// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * This provider with other SQL in one class.
 *
 * @param name its name
 * @param rules rules of one family that have to notice, separated by commas
 * @param what what is broken, in one sentence
 * @param className the class, below the provider's package
 * @param changes which text of its SQL is replaced by which
 */
record SqlMutant(
    String name, String rules, String what, String className, Map<String, String> changes) {

  static SqlMutant of(
      String name, String rules, String what, String className, String from, String to) {
    return new SqlMutant(name, rules, what, className, Map.of(from, to));
  }

  /** The same with one more change. */
  SqlMutant and(String from, String to) {
    Map<String, String> more = new LinkedHashMap<>(changes);
    more.put(from, to);
    return new SqlMutant(name, rules, what, className, more);
  }

  /** The family of its rules. */
  String family() {
    return rules.substring(0, rules.indexOf('-'));
  }

  /** The readable form, such as {@code ATOM forgets-the-acked-token}. */
  @Override
  public String toString() {
    return family() + " " + name;
  }
}
