// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import dev.holdfast.tck.junit.RuleDisplayNames;
import dev.holdfast.tck.junit.RuleExtension;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a final class whose {@link Rule} methods prove the rules of one family. Its test methods
 * may ask for {@link dev.holdfast.tck.words.StoreUnderTest} (each parameter is a fresh store of its
 * own) and {@link dev.holdfast.tck.words.FixtureUnderTest}. The timeout ends runs that hang and
 * decides nothing else.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RuleExtension.class)
@DisplayNameGeneration(RuleDisplayNames.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public @interface RuleFamily {
  /**
   * The family.
   *
   * @return what stands before the dash in its rule ids, such as {@code LOCK}
   */
  String value();
}
