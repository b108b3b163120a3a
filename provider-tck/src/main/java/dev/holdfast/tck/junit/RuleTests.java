// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.commons.support.ReflectionSupport;

/** The tests of this kit, by rule. Immutable. */
public final class RuleTests {

  /** Where rule classes are. */
  public static final String PACKAGE = "dev.holdfast.tck.rules";

  /** The names of rule classes. */
  public static final String CLASS_NAMES = ".*Rules";

  private RuleTests() {}

  /**
   * All tests.
   *
   * @return the test methods by rule id
   */
  public static Map<String, List<Method>> all() {
    return Found.TESTS;
  }

  /** The family of a test's class. */
  static String family(Method test) {
    RuleFamily family = test.getDeclaringClass().getAnnotation(RuleFamily.class);
    return family == null ? "" : family.value();
  }

  /** Looked for at first use. */
  private static final class Found {
    static final Map<String, List<Method>> TESTS = find();

    private static Map<String, List<Method>> find() {
      Map<String, List<Method>> tests = new TreeMap<>();
      for (Class<?> type :
          ReflectionSupport.findAllClassesInPackage(
              PACKAGE, type -> true, name -> name.matches(CLASS_NAMES))) {
        for (Method method : type.getDeclaredMethods()) {
          Rule rule = method.getAnnotation(Rule.class);
          if (rule != null) {
            tests.computeIfAbsent(rule.value(), id -> new ArrayList<>()).add(method);
          }
        }
      }
      return Collections.unmodifiableMap(tests);
    }
  }
}
