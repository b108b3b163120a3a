// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.annotated;

import org.jspecify.annotations.Nullable;

/**
 * A method of an annotated interface that returns nothing, such as {@code Payments::refund}.
 *
 * @param <T> the interface
 * @param <I> the input type
 */
@FunctionalInterface
public interface ActionCall<T, I extends @Nullable Object> {

  /**
   * Calls the method.
   *
   * @param target on which object
   * @param input its argument
   * @throws Exception what it throws
   */
  void call(T target, I input) throws Exception;
}
