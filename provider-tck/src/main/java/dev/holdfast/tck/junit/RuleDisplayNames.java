// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayNameGenerator;

/**
 * Names tests by rule id and sentence: {@code LOCK-02 locks do not touch other instances}.
 * Stateless.
 */
public final class RuleDisplayNames extends DisplayNameGenerator.Standard {

  /** Created by JUnit. */
  public RuleDisplayNames() {}

  @Override
  public String generateDisplayNameForClass(Class<?> testClass) {
    RuleFamily family = testClass.getAnnotation(RuleFamily.class);
    return family == null ? super.generateDisplayNameForClass(testClass) : family.value();
  }

  @Override
  public String generateDisplayNameForMethod(
      List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
    Rule rule = testMethod.getAnnotation(Rule.class);
    String sentence =
        testMethod.getName().replaceAll("([A-Z]|(?<=[a-z])\\d+)", " $1").toLowerCase(Locale.ROOT);
    return rule == null ? sentence : rule.value() + " " + sentence;
  }
}
