// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

/**
 * Marks a method of a {@link RuleFamily} class as a test that proves one rule of the contract, or a
 * part of it. Several methods may carry the same id; a method carries one.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
public @interface Rule {
  /**
   * The rule.
   *
   * @return its id, such as {@code LOCK-04}
   */
  String value();
}
