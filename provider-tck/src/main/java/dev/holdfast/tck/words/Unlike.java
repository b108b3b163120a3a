// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.History;
import dev.holdfast.tck.instrument.Show;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two values that should be equal, in words that show in what they are not: long collections appear
 * by what is missing and what is too much, and never cut before their first difference. Immutable.
 *
 * @param expected what should be, in words
 * @param actual what is, in words
 */
record Unlike(String expected, String actual) {

  /** More elements than that are not shown as a whole. */
  private static final int SHORT = 6;

  /** Compares two values. */
  static Unlike of(@Nullable Object expected, @Nullable Object actual) {
    if (expected instanceof String one && actual instanceof String other) {
      return new Unlike(Show.quoted(one), Show.quoted(other));
    }
    if (expected instanceof History one && actual instanceof History other) {
      return ofHistories(one, other);
    }
    if (expected instanceof Map<?, ?> one && actual instanceof Map<?, ?> other) {
      return ofCollections(one.entrySet(), other.entrySet());
    }
    if (expected instanceof Collection<?> one && actual instanceof Collection<?> other) {
      return ofCollections(one, other);
    }
    return new Unlike(Show.of(expected), Show.of(actual));
  }

  private static Unlike ofHistories(History one, History other) {
    if (one.events().equals(other.events())) {
      return new Unlike(Show.of(one), Show.of(other));
    }
    Unlike events = ofCollections(one.events(), other.events());
    return new Unlike(Show.of(one, events.expected), Show.of(other, events.actual));
  }

  private static Unlike ofCollections(Collection<?> one, Collection<?> other) {
    if (one.size() <= SHORT && other.size() <= SHORT) {
      return new Unlike(Show.of(one), Show.of(other));
    }
    List<Object> missing = without(one, other);
    List<Object> added = without(other, one);
    if (missing.isEmpty() && added.isEmpty()) {
      return inAnotherOrder(List.copyOf(one), List.copyOf(other));
    }
    String what = one instanceof Set ? "in all" : "in all, counted with their repeats";
    return new Unlike(
        "%d %s; missing: %s".formatted(one.size(), what, some(missing)),
        "%d %s; not expected: %s".formatted(other.size(), what, some(added)));
  }

  private static Unlike inAnotherOrder(List<?> one, List<?> other) {
    int at = 0;
    while (at < one.size() - 1 && one.get(at).equals(other.get(at))) {
      at++;
    }
    return new Unlike(
        "number %d of %d is %s".formatted(at + 1, one.size(), Show.of(List.of(one.get(at)))),
        "the same in another order: number %d is %s"
            .formatted(at + 1, Show.of(List.of(other.get(at)))));
  }

  private static String some(List<Object> elements) {
    return elements.isEmpty() ? "nothing" : Show.of(elements);
  }

  private static List<Object> without(Collection<?> all, Collection<?> others) {
    Map<Object, Integer> left = new LinkedHashMap<>();
    others.forEach(one -> left.merge(one, 1, Integer::sum));
    List<Object> rest = new ArrayList<>();
    for (Object one : all) {
      Integer count = left.getOrDefault(one, 0);
      if (count > 0) {
        left.put(one, count - 1);
      } else {
        rest.add(one);
      }
    }
    return rest;
  }
}
