// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.spec.Family;
import dev.holdfast.tck.spec.RuleBook;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Runs the rules about the fixture before all others, and the others family by family, in the order
 * of the specification. Stateless.
 */
public final class FixtureRulesFirst implements ClassOrderer {

  /** That of the fixture is the first one there. */
  private static final List<String> FAMILIES =
      RuleBook.standard().families().stream().map(Family::id).toList();

  /** Created by JUnit. */
  public FixtureRulesFirst() {}

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context
        .getClassDescriptors()
        .sort(
            Comparator.comparing((ClassDescriptor type) -> position(type))
                .thenComparing(type -> type.getTestClass().getName()));
  }

  private static int position(ClassDescriptor type) {
    return type.findAnnotation(RuleFamily.class)
        .map(family -> FAMILIES.indexOf(family.value()))
        .orElse(Integer.MAX_VALUE);
  }
}
