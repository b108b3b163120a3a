// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

import dev.holdfast.console.why.Times;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as people read and write them.
 *
 * @param zone the zone of the reader
 */
public record Moments(ZoneId zone) {

  private static final Pattern AGO = Pattern.compile("(\\d{1,9})(s|m|h|d)");

  /** {@return the moment in the reader's zone, in seconds} */
  public String show(Instant moment) {
    return times().show(moment);
  }

  /** {@return the same for sentences} */
  public Times times() {
    return new Times(zone);
  }

  /** {@return how long a duration is, roughly, such as {@code 3 hours}} */
  public static String rough(Duration duration) {
    return Times.rough(duration);
  }

  /**
   * Reads a moment: a duration before now ({@code 90s}, {@code 30m}, {@code 2h}, {@code 7d}), a
   * date or a date with a time in the reader's zone, or with an offset of its own.
   *
   * @param option the option that it is the value of
   * @param text the text
   * @param now the present
   * @return the moment
   * @throws Refusal when it is none of these
   */
  public Instant read(String option, String text, Instant now) {
    try {
      Matcher ago = AGO.matcher(text);
      if (ago.matches()) {
        return now.minus(duration(ago));
      }
      if (text.length() <= 10) {
        return LocalDate.parse(text).atStartOfDay(zone).toInstant();
      }
      String iso = text.replace(' ', 'T');
      return iso.matches(".*(Z|[+-]\\d\\d(:?\\d\\d)?)$") && iso.indexOf('T') > 0
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).atZone(zone).toInstant();
    } catch (DateTimeException | ArithmeticException e) {
      throw Refusal.badInput(
          "%s is \"%s\"; give a moment such as 2026-01-31, 2026-01-31T18:00, 2026-01-31T18:00Z, or how long ago it was: 90s, 30m, 2h, 7d"
              .formatted(option, text));
    }
  }

  /**
   * Reads a duration such as {@code 90s}, {@code 30m}, {@code 2h} or {@code 7d}.
   *
   * @param option the option that it is the value of
   * @param text the text
   * @return the duration
   * @throws Refusal when it is none
   */
  public static Duration duration(String option, String text) {
    Matcher matcher = AGO.matcher(text);
    if (!matcher.matches()) {
      throw Refusal.badInput(
          "%s is \"%s\"; give a duration such as 90s, 30m, 2h or 7d".formatted(option, text));
    }
    return duration(matcher);
  }

  private static Duration duration(Matcher matcher) {
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
