// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Times as sentences have them.
 *
 * @param zone the zone of the reader
 */
public record Times(ZoneId zone) {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  /** {@return the moment in the reader's zone, in seconds} */
  public String show(Instant moment) {
    return FORM.format(moment.atZone(zone));
  }

  /** {@return how long a duration is, roughly, such as {@code 3 hours}} */
  public static String rough(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
    if (seconds < 7_200) {
      return seconds / 60 + " minutes";
    }
    return seconds < 172_800 ? seconds / 3_600 + " hours" : seconds / 86_400 + " days";
  }
}
