// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how a class of events is stored. Without it the type is the simple name of the class, and
 * its schema version 1. What is stored stays: before a class is renamed, its type is written down
 * here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventType {

  /** {@return the type, in the past tense; empty for the simple name of the class} */
  String value() default "";

  /**
   * {@return the form in which events are written, from 1; raise it when the components change, and
   * register an {@link Upcaster} for the form before}
   */
  int version() default 1;
}
