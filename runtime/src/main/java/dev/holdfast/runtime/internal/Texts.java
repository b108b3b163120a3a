// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

/** Bounds what others wrote, in logs and in the store alike. */
public final class Texts {

  /** The most characters of an exception's message that are logged or stored. */
  public static final int MOST = 4_000;

  private static final String MORE = "...";

  private Texts() {}

  /** The text in one line, cut off. */
  public static String oneLine(String text) {
    return cut(text).replaceAll("\\R", " ");
  }

  /** The text, cut off after {@link #MOST} characters. */
  public static String cut(String text) {
    return cut(text, MOST);
  }

  /** The text, cut off after so many characters, and never within one. */
  public static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = most - MORE.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + MORE;
  }

  /**
   * Where a text has half a character, from an index on.
   *
   * @return the index of the first surrogate without its other half, -1 when there is none
   */
  public static int unpairedSurrogate(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * A JSON text in which half characters are escaped, since they cannot be stored otherwise. They
   * can only stand in its strings and names.
   */
  public static String escapeHalves(String json) {
    int half = unpairedSurrogate(json, 0);
    if (half < 0) {
      return json;
    }
    StringBuilder escaped = new StringBuilder(json.length() + 16);
    int done = 0;
    while (half >= 0) {
      escaped.append(json, done, half).append("\\u%04x".formatted((int) json.charAt(half)));
      done = half + 1;
      half = unpairedSurrogate(json, done);
    }
    return escaped.append(json, done, json.length()).toString();
  }
}
