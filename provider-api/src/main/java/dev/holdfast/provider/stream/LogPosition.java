// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cut of the log: all events at or before it, and none behind it. An event's position is the cut
 * right behind it. Opaque but comparable: order and equality mean something, the numbers do not,
 * and there may be gaps between them (ORDER-01).
 *
 * @param major the leading number, at least 0
 * @param minor the second number, at least 0
 */
public record LogPosition(long major, long minor) implements Comparable<LogPosition>, Serializable {

  /** Lies before all events. */
  public static final LogPosition START = new LogPosition(0, 0);

  private static final Pattern TEXT = Pattern.compile("(0|[1-9]\\d{0,18})\\.(0|[1-9]\\d{0,18})");

  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is negative
   */
  public LogPosition {
    Checks.notNegative("LogPosition", "major", major);
    Checks.notNegative("LogPosition", "minor", minor);
  }

  /**
   * Reads the text form back.
   *
   * @param text what {@link #toString} returned
   * @return the equal position
   * @throws ProviderError.InvalidRequest when it is no such text
   */
  public static LogPosition parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches()) {
      try {
        return new LogPosition(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
      } catch (NumberFormatException e) {
        // Beyond the largest long: refused below.
      }
    }
    throw new InvalidRequest(
        "LogPosition", "the text is no position; it has the form major.minor, such as 17.0");
  }

  /**
   * Compares with another position.
   *
   * @param other the other one
   * @return whether this one lies before it
   */
  public boolean isBefore(LogPosition other) {
    return compareTo(other) < 0;
  }

  /**
   * Compares with another position.
   *
   * @param other the other one
   * @return whether this one lies behind it
   */
  public boolean isAfter(LogPosition other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(LogPosition other) {
    int byMajor = Long.compare(major, other.major);
    return byMajor == 0 ? Long.compare(minor, other.minor) : byMajor;
  }

  /** {@return the text form, such as {@code 17.0}} */
  @Override
  public String toString() {
    return major + "." + minor;
  }
}
