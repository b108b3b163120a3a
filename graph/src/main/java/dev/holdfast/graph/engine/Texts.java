// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import org.jspecify.annotations.Nullable;

/** Texts for rows, which are bounded and take no NUL and no half characters. */
final class Texts {

  private static final int LONGEST = 4_096;

  private Texts() {}

  /** Says what an error is, with its causes. */
  static String of(Throwable error) {
    StringBuilder text = new StringBuilder();
    Throwable each = error;
    for (int depth = 0; each != null && depth < 10; depth++) {
      if (depth > 0) {
        text.append("\ncaused by ");
      }
      text.append(describe(each));
      each = each.getCause();
    }
    return fit(text.toString());
  }

  /** What user code throws may throw when it is asked what it is. */
  private static String describe(Throwable error) {
    String name = error.getClass().getName();
    try {
      String message = error.getMessage();
      return message == null ? name : name + ": " + message;
    } catch (RuntimeException e) {
      return name + " (without a message: " + e.getClass().getName() + ")";
    }
  }

  /** Makes a text fit into a row. */
  static String fit(String text) {
    StringBuilder fit = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (fit.length() >= LONGEST - 4 && i < text.length() - 3) {
        return fit.append('…').toString();
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        fit.append(c).append(text.charAt(++i));
      } else {
        fit.append(c == 0 || Character.isSurrogate(c) ? '\uFFFD' : c);
      }
    }
    return fit.toString();
  }

  static @Nullable String fitOrNull(@Nullable String text) {
    return text == null ? null : fit(text);
  }
}
