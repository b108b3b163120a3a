// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.Objects;

/** Checks the names and ids that users choose, before anything is stored under them. */
final class Names {

  private static final int MAX_LENGTH = 256;

  private Names() {}

  static String checked(String what, String value) {
    Objects.requireNonNull(value, what);
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the %s has %d characters; give it 1 to %d".formatted(what, value.length(), MAX_LENGTH));
    }
    if (value.chars().anyMatch(c -> Character.isISOControl((char) c))) {
      throw new IllegalArgumentException("the " + what + " contains a control character");
    }
    return value;
  }
}
