// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

/** Bounds texts of users' code, in logs and in the store alike, and counts things in them. */
public final class Texts {

  /** The most characters of an exception's message that are logged or stored. */
  public static final int MOST = 4_000;

  private static final String MORE = "...";

  private Texts() {}

  /** {@return such as {@code 1 turn} or {@code 64 turns}} */
  public static String count(long number, String one) {
    return count(number, one, one + "s");
  }

  /** {@return the same for a word whose plural has a form of its own} */
  public static String count(long number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }

  /** {@return the text in one line, cut off} */
  public static String oneLine(String text) {
    return cut(text).replaceAll("\\R", " ");
  }

  /** {@return the text, cut off after {@link #MOST} characters} */
  public static String cut(String text) {
    return cut(text, MOST);
  }

  /** {@return the text, cut off after so many characters, and never within a surrogate pair} */
  public static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = most - MORE.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + MORE;
  }
}
