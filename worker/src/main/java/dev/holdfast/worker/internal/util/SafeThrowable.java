// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks exceptions, whose methods are somebody's code and may throw as well. */
public final class SafeThrowable {

  private static final StackTraceElement[] NO_STACK = {};

  private SafeThrowable() {}

  /** Its message, or what happened when it was asked for that. */
  public static @Nullable String message(Throwable error) {
    try {
      return error.getMessage();
    } catch (Throwable e) {
      return "(its message cannot be read: " + e.getClass().getName() + ")";
    }
  }

  /** Its cause, null also when it does not say. */
  public static @Nullable Throwable cause(Throwable error) {
    return orElse(error::getCause, null);
  }

  /** Its stack, empty also when it does not say. */
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
