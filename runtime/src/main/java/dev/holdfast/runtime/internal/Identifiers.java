// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import java.util.Objects;

/**
 * Checks names and ids by the rules of the store, in the call with which users choose them:
 * otherwise the store would refuse them only when a turn is stored.
 */
public final class Identifiers {

  /** The most characters, as UTF-16 counts them. */
  public static final int MAX_LENGTH = 256;

  /** The word for an absent version, which stores refuse. */
  private static final String NO_VERSION = "unknown";

  private Identifiers() {}

  /**
   * Checks a name or an id.
   *
   * @param what what it is, for the message
   * @return {@code value}
   * @throws IllegalArgumentException when a store would refuse it
   */
  public static String checked(String what, String value) {
    Objects.requireNonNull(value, what);
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the %s has %d characters; give it 1 to %d".formatted(what, value.length(), MAX_LENGTH));
    }
    if (value.chars().anyMatch(c -> Character.isISOControl((char) c))) {
      throw new IllegalArgumentException("the " + what + " contains a control character");
    }
    int half = Halves.unpairedSurrogate(value, 0);
    if (half >= 0) {
      throw new IllegalArgumentException(
          "the %s has half a character at index %d: a surrogate without its other half, perhaps cut"
                  .formatted(what, half)
              + " off");
    }
    return value;
  }

  /** {@return whether a store takes it} */
  public static boolean isValid(String value) {
    try {
      checked("id", value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Checks a version; see {@link #checked}. */
  public static String checkedVersion(String what, String value) {
    if (NO_VERSION.equals(value)) {
      throw new IllegalArgumentException(
          "the %s \"%s\" stands for having none; choose another one".formatted(what, value));
    }
    return checked(what, value);
  }
}
