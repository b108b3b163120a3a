// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.annotated;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of an activity or orchestration that is a method. It is stored in histories: give it one
 * when interface or method are renamed, so that it keeps the old one.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Name {

  /** {@return the name, 1 to 256 characters, none of them a control character} */
  String value();
}
