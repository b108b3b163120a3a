// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** The order in which stores list keys, which is also that of their bytes in UTF-8. */
final class CodePoints {

  private CodePoints() {}

  static int compare(String one, String other) {
    int i = 0;
    while (i < one.length() && i < other.length()) {
      int a = one.codePointAt(i);
      int b = other.codePointAt(i);
      if (a != b) {
        return Integer.compare(a, b);
      }
      i += Character.charCount(a);
    }
    return Integer.compare(one.length(), other.length());
  }
}
