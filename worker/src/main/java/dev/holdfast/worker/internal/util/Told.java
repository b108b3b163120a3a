// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs errors: their texts are cut like those that are stored, and logging them never fails, not
 * even when memory is short or {@code getMessage} throws.
 */
public final class Told {

  private static final int MAX_DEPTH = 16;

  private Told() {}

  /** {@return the message of an error, cut; its class where it has none} */
  public static String text(Throwable error) {
    String message = SafeThrowable.message(error);
    return message == null ? error.getClass().getName() : Texts.cut(message);
  }

  /**
   * Returns the error for a log: itself, or where some text in it is long or cannot be read, a
   * short one.
   */
  public static Throwable brief(Throwable error) {
    Throwable at = error;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++) {
      if (!isBrief(at)) {
        return Abridged.of(error, MAX_DEPTH);
      }
      at = SafeThrowable.cause(at);
    }
    return error;
  }

  /** Logs an error; what logging throws does not reach the caller. */
  public static void error(Logger log, String what, Throwable error) {
    try {
      log.error("{}", what, brief(error));
    } catch (Throwable e) {
      withoutStack(log, what, error);
    }
  }

  /** Logs without the stack, which may be what there was no memory for. */
  private static void withoutStack(Logger log, String what, Throwable error) {
    try {
      log.error("{}: {}", what, error.getClass().getName());
    } catch (Throwable e) {
      return; // nothing is left to log with
    }
  }

  private static boolean isBrief(Throwable error) {
    try {
      return error.toString().length() <= Texts.MOST;
    } catch (RuntimeException | StackOverflowError e) {
      return false;
    }
  }

  /** Replaces in a log an error whose text is too long. */
  private static final class Abridged extends Throwable {

    private static final long serialVersionUID = 1L;

    private Abridged(String text, @Nullable Throwable cause) {
      super(text, cause, true, true);
    }

    static Abridged of(Throwable error, int depth) {
      Throwable cause = SafeThrowable.cause(error);
      String message = SafeThrowable.message(error);
      String name = error.getClass().getName();
      Abridged brief =
          new Abridged(
              message == null ? name : name + ": " + Texts.cut(message),
              cause == null || depth == 0 ? null : of(cause, depth - 1));
      brief.setStackTrace(SafeThrowable.stack(error));
      return brief;
    }

    @Override
    public String toString() {
      return String.valueOf(getMessage());
    }
  }
}
