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
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Runs the rules about the fixture first, those that need the JVM for themselves last, and all
 * others in between, family by family in the order of the specification. Stateless.
 */
public final class FixtureRulesFirst implements ClassOrderer {

  /** That of the fixture is the first one there. */
  private static final List<String> FAMILIES =
      RuleBook.standard().families().stream().map(Family::id).toList();

  static final Comparator<Class<?>> ORDER =
      Comparator.<Class<?>, Boolean>comparing(type -> !isOfTheFixture(type))
          .thenComparing(type -> type.isAnnotationPresent(Isolated.class))
          .thenComparing(FixtureRulesFirst::position)
          .thenComparing(Class::getName);

  /** Created by JUnit. */
  public FixtureRulesFirst() {}

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().sort(Comparator.comparing(ClassDescriptor::getTestClass, ORDER));
  }

  /** Whether a rule class is about the fixture. */
  static boolean isOfTheFixture(Class<?> type) {
    return position(type) == 0;
  }

  private static int position(Class<?> type) {
    RuleFamily family = type.getAnnotation(RuleFamily.class);
    return family == null ? Integer.MAX_VALUE : FAMILIES.indexOf(family.value());
  }
}
