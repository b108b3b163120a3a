// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.annotated;

import org.jspecify.annotations.Nullable;

/**
 * A method of an annotated interface, such as {@code Payments::charge}.
 *
 * @param <T> the interface
 * @param <I> the input type
 * @param <O> the output type
 */
@FunctionalInterface
public interface MethodCall<T, I extends @Nullable Object, O extends @Nullable Object> {

  /**
   * Calls the method.
   *
   * @param target on which object
   * @param input its argument
   * @return what it returns
   * @throws Exception what it throws
   */
  O call(T target, I input) throws Exception;
}
