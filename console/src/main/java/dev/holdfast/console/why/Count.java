// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import java.util.Locale;

/** Numbers of things, as people write them. */
public final class Count {

  private Count() {}

  /** {@return such as {@code 1 message} or {@code 1,200 messages}} */
  public static String of(long number, String one) {
    return of(number, one, one + "s");
  }

  /** {@return the same for a word whose plural has a form of its own} */
  public static String of(long number, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
  }
}
