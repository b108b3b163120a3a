// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads exceptions safely: their methods are code of users and may throw as well. */
public final class SafeThrowable {

  private static final StackTraceElement[] NO_STACK = {};

  private SafeThrowable() {}

  /** {@return the message of an exception, or what its {@code getMessage} threw} */
  public static @Nullable String message(Throwable error) {
    try {
      return error.getMessage();
    } catch (Throwable e) {
      return "(its message cannot be read: " + e.getClass().getName() + ")";
    }
  }

  /** {@return the cause of an exception, null also when {@code getCause} throws} */
  public static @Nullable Throwable cause(Throwable error) {
    return orElse(error::getCause, null);
  }

  /** {@return the stack of an exception, empty also when {@code getStackTrace} throws} */
  public static StackTraceElement[] stack(Throwable error) {
    StackTraceElement[] stack = orElse(error::getStackTrace, null);
    return stack == null ? NO_STACK : stack;
  }

  private static <T> @Nullable T orElse(
      Supplier<? extends @Nullable T> ask, @Nullable T otherwise) {
    try {
      return ask.get();
    } catch (Throwable e) {
      return otherwise;
    }
  }
}
