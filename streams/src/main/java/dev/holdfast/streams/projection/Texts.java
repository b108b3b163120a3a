// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** What failures say, fit to be stored. */
final class Texts {

  private static final int LONGEST = 1_000;

  private Texts() {}

  static String of(Throwable failure) {
    StringBuilder text = new StringBuilder();
    failure
        .toString()
        .codePoints()
        .filter(c -> !Character.isISOControl(c) && (c < 0xD800 || c > 0xDFFF))
        .limit(LONGEST)
        .forEach(text::appendCodePoint);
    return text.toString();
  }
}
