// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.spec.Family;
import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/**
 * Runs the rules about the fixture before all others, and the others by family and name. Stateless.
 */
public final class FixtureRulesFirst implements ClassOrderer {

  /** Created by JUnit. */
  public FixtureRulesFirst() {}

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context
        .getClassDescriptors()
        .sort(
            Comparator.comparing((ClassDescriptor type) -> !isOfTheFixture(type))
                .thenComparing(type -> type.getTestClass().getName()));
  }

  private static boolean isOfTheFixture(ClassDescriptor type) {
    return type.findAnnotation(RuleFamily.class)
        .filter(family -> family.value().equals(Family.OF_THE_FIXTURE))
        .isPresent();
  }
}
