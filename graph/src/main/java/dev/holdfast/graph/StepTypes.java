// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Step types by name: what a graph that is read from JSON may use. Immutable. */
public final class StepTypes {

  private final Map<String, StepType<?, ?>> byName;

  private StepTypes(Map<String, StepType<?, ?>> byName) {
    this.byName = byName;
  }

  /**
   * Collects step types.
   *
   * @param types the types
   * @return the collection
   * @throws IllegalArgumentException when two have one name
   */
  public static StepTypes of(StepType<?, ?>... types) {
    return of(List.of(types));
  }

  /**
   * Collects step types.
   *
   * @param types the types
   * @return the collection
   * @throws IllegalArgumentException when two different ones have one name
   */
  public static StepTypes of(Collection<? extends StepType<?, ?>> types) {
    Map<String, StepType<?, ?>> byName = new TreeMap<>();
    for (StepType<?, ?> type : types) {
      StepType<?, ?> other = byName.putIfAbsent(type.name(), type);
      if (other != null && !other.equals(type)) {
        throw new IllegalArgumentException(
            "two step types are named \"%s\"; rename one".formatted(type.name()));
      }
    }
    return new StepTypes(byName);
  }

  /**
   * Finds a step type.
   *
   * @param name its name
   * @return the type, empty when there is none of that name
   */
  public Optional<StepType<?, ?>> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** {@return the names, in order} */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
