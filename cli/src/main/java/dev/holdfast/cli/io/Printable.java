// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

/**
 * Text from a store, made fit for a terminal: what is stored must not move the cursor, change
 * colours or break a line of a table.
 */
public final class Printable {

  private static final String CUT = "…";

  private Printable() {}

  /** {@return the text with its control characters written out} */
  public static String of(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = !isHarmful(c);
      if (plain && out == null) {
        continue;
      }
      if (out == null) {
        out = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (plain) {
        out.append(c);
      } else if (c == '\n' || c == '\t') {
        out.append(' ');
      } else {
        out.append("\\u%04x".formatted((int) c));
      }
    }
    return out == null ? text : out.toString();
  }

  /** Control characters, and those that change the direction of what follows them. */
  private static boolean isHarmful(char c) {
    return Character.isISOControl(c)
        || c == '\u2028'
        || c == '\u2029'
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }

  /** {@return how many columns a text takes, a column for each code point} */
  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** {@return the text, cut off after so many columns, with a sign that it was} */
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, Math.max(0, columns - 1))) + CUT;
  }
}
