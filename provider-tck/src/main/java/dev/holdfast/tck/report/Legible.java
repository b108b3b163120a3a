// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

/**
 * Makes any text one that can be written and read. Tests use identifiers of every kind, and what a
 * provider makes of them stands in failures. Stateless.
 */
public final class Legible {

  private Legible() {}

  /**
   * A text without what files, consoles and browsers choke on: halves of surrogate pairs and
   * control characters appear as escapes, such as {@code \}{@code ud83d}. Line breaks and tabs
   * stay.
   *
   * @param text any text
   * @return the text, itself where nothing is wrong with it
   */
  public static String of(String text) {
    if (text.codePoints().noneMatch(Legible::isIllegible)) {
      return text;
    }
    StringBuilder legible = new StringBuilder();
    text.codePoints()
        .forEach(point -> {
          if (isIllegible(point)) {
            legible.append("\\u%04x".formatted(point));
          } else {
            legible.appendCodePoint(point);
          }
        });
    return legible.toString();
  }

  /**
   * Text that may have been written by others, between quotes, so that blanks at its ends and
   * characters that look like nothing are seen.
   *
   * @param text any text
   * @return the text in quotes, with escapes for what cannot be seen
   */
  public static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(point -> {
          if (point == '"' || point == '\\') {
            quoted.append('\\').appendCodePoint(point);
          } else if (point != ' ' && isUnseen(point)) {
            quoted.append(
                Character.isBmpCodePoint(point)
                    ? "\\u%04x".formatted(point)
                    : "\\u{%x}".formatted(point));
          } else {
            quoted.appendCodePoint(point);
          }
        });
    return quoted.append('"').toString();
  }

  /**
   * The beginning of a text. The cut never leaves half a character.
   *
   * @param text any text
   * @param most how many characters it may have
   * @return the text, itself when it is short enough
   */
  public static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean inside =
        most > 0
            && Character.isHighSurrogate(text.charAt(most - 1))
            && Character.isLowSurrogate(text.charAt(most));
    return text.substring(0, inside ? most - 1 : most);
  }

  private static boolean isIllegible(int point) {
    return (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
        || (Character.isISOControl(point) && point != '\n' && point != '\t');
  }

  private static boolean isUnseen(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }
}
