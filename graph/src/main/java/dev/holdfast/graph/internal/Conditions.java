// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.Condition;
import dev.holdfast.graph.Condition.Comparison;
import dev.holdfast.graph.Condition.Operator;
import dev.holdfast.graph.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What conditions say of values. */
public final class Conditions {

  private Conditions() {}

  /**
   * Tells whether a condition holds.
   *
   * @param condition the condition
   * @param values the value of each source; null when it is absent
   */
  public static boolean holds(Condition condition, Function<Source, @Nullable JsonNode> values) {
    return switch (condition) {
      case Comparison comparison -> holds(comparison, values.apply(comparison.source()));
      case Condition.AllOf(List<Condition> all) -> all.stream().allMatch(c -> holds(c, values));
      case Condition.AnyOf(List<Condition> any) -> any.stream().anyMatch(c -> holds(c, values));
      case Condition.Not(Condition inner) -> !holds(inner, values);
    };
  }

  /** Returns the sources that a condition looks at, each once. */
  public static Set<Source> sources(Condition condition) {
    Set<Source> sources = new LinkedHashSet<>();
    collect(condition, sources);
    return sources;
  }

  private static void collect(Condition condition, Set<Source> sources) {
    switch (condition) {
      case Comparison comparison -> sources.add(comparison.source());
      case Condition.AllOf(List<Condition> all) -> all.forEach(c -> collect(c, sources));
      case Condition.AnyOf(List<Condition> any) -> any.forEach(c -> collect(c, sources));
      case Condition.Not(Condition inner) -> collect(inner, sources);
    }
  }

  private static boolean holds(Comparison comparison, @Nullable JsonNode value) {
    if (value == null || value.isNull() || value.isMissingNode()) {
      return false;
    }
    return switch (comparison.operator()) {
      case IS_PRESENT -> true;
      case IS, IS_ONE_OF -> constants(comparison).stream().anyMatch(c -> same(value, c));
      case IS_BELOW -> orderedAs(value, comparison, -1, -1);
      case IS_AT_MOST -> orderedAs(value, comparison, -1, 0);
      case IS_ABOVE -> orderedAs(value, comparison, 1, 1);
      case IS_AT_LEAST -> orderedAs(value, comparison, 0, 1);
    };
  }

  private static List<JsonNode> constants(Comparison comparison) {
    return comparison.constants().stream().map(c -> Jsons.read(c.json())).toList();
  }

  /** Numbers by value, also inside of lists and objects: 1 is 1.0. */
  private static boolean same(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isArray() && b.isArray() && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a.isObject() && b.isObject() && a.size() == b.size()) {
      return a.properties().stream()
          .allMatch(
              field -> b.has(field.getKey()) && same(field.getValue(), b.get(field.getKey())));
    }
    return a.equals(b);
  }

  private static boolean orderedAs(JsonNode value, Comparison comparison, int from, int to) {
    if (comparison.constants().isEmpty()) {
      return false;
    }
    JsonNode constant = Jsons.read(comparison.constants().getFirst().json());
    int order;
    if (value.isNumber() && constant.isNumber()) {
      order = Integer.signum(value.decimalValue().compareTo(constant.decimalValue()));
    } else if (value.isString() && constant.isString()) {
      order = Integer.signum(compareCodePoints(value.stringValue(), constant.stringValue()));
    } else {
      return false;
    }
    return order >= from && order <= to;
  }

  private static int compareCodePoints(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return Arrays.compare(left, right);
  }

  /**
   * Tells whether a condition is false whatever happens: by constants alone, by steps that never
   * run, or because its parts contradict each other.
   *
   * @param condition the condition
   * @param neverThere whether the value of a source is always absent
   */
  static boolean neverHolds(Condition condition, Function<Source, Boolean> neverThere) {
    return switch (condition) {
      case Comparison comparison -> never(comparison, neverThere);
      case Condition.AllOf(List<Condition> all) ->
          all.stream().anyMatch(c -> neverHolds(c, neverThere)) || contradict(all);
      case Condition.AnyOf(List<Condition> any) ->
          !any.isEmpty() && any.stream().allMatch(c -> neverHolds(c, neverThere));
      case Condition.Not(Condition inner) -> alwaysHolds(inner, neverThere);
    };
  }

  private static boolean alwaysHolds(Condition condition, Function<Source, Boolean> neverThere) {
    return switch (condition) {
      case Comparison comparison ->
          comparison.source() instanceof Source.Constant constant
              && holds(comparison, Jsons.read(constant.json()));
      case Condition.AllOf(List<Condition> all) ->
          all.stream().allMatch(c -> alwaysHolds(c, neverThere));
      case Condition.AnyOf(List<Condition> any) ->
          any.stream().anyMatch(c -> alwaysHolds(c, neverThere));
      case Condition.Not(Condition inner) -> neverHolds(inner, neverThere);
    };
  }

  private static boolean never(Comparison comparison, Function<Source, Boolean> neverThere) {
    return comparison.source() instanceof Source.Constant constant
        ? !holds(comparison, Jsons.read(constant.json()))
        : neverThere.apply(comparison.source());
  }

  /** Of one source, no constant is allowed by all; or a condition stands beside its opposite. */
  private static boolean contradict(List<Condition> all) {
    Map<String, Set<String>> allowed = new TreeMap<>();
    List<Condition> denied = new ArrayList<>();
    for (Condition condition : all) {
      if (condition instanceof Condition.Not(Condition inner)) {
        denied.add(inner);
      }
      if (condition instanceof Comparison comparison
          && (comparison.operator() == Operator.IS
              || comparison.operator() == Operator.IS_ONE_OF)) {
        Set<String> values = new HashSet<>();
        comparison.constants().forEach(c -> values.add(normal(c.json())));
        Set<String> left =
            allowed.merge(
                comparison.source().toString(),
                values,
                (a, b) -> {
                  Set<String> both = new HashSet<>(a);
                  both.retainAll(b);
                  return both;
                });
        if (left.isEmpty()) {
          return true;
        }
      }
    }
    return denied.stream().anyMatch(all::contains);
  }

  /** Equal numbers have equal texts. */
  private static String normal(String json) {
    JsonNode value = Jsons.read(json);
    return value.isNumber() ? value.decimalValue().stripTrailingZeros().toString() : json;
  }
}
