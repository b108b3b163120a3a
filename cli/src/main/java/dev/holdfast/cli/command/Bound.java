// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Refusal;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Up to where a stream is looked at. */
sealed interface Bound {

  /** The digits of a version. */
  Pattern DIGITS = Pattern.compile("\\d+");

  /** All of it. */
  record Everything() implements Bound {}

  /** Up to a version, which belongs to it. */
  record Version(long version) implements Bound {}

  /** Up to a moment, which belongs to it. */
  record Moment(Instant time) implements Bound {}

  /**
   * Reads a bound: a number is a version, anything else a moment.
   *
   * @param text the text, null for everything
   */
  static Bound read(@Nullable String text, Moments moments, Instant now) {
    if (text == null) {
      return new Everything();
    }
    if (!DIGITS.matcher(text).matches()) {
      return new Moment(moments.read("--until", text, now));
    }
    try {
      return new Version(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw Refusal.badInput("--until is \"%s\"; no stream has so many versions".formatted(text));
    }
  }
}
