// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which promises of the library a test shows, such as {@code "ES-02"}. {@link PromisesTest} fails
 * the build when one of them has no test.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Promise {

  /** The promises. */
  String[] value();
}
