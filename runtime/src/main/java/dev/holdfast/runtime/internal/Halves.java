// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

/** Finds half characters, surrogates without their other half, which no store can keep. */
public final class Halves {

  private Halves() {}

  /**
   * Finds half a character in a text, from an index on.
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
   * Escapes the half characters of a JSON text, since they cannot be stored otherwise. They can
   * only be in its strings and names.
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
