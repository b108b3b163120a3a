// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.cron;

import java.util.List;
import java.util.Locale;

/** A field of a cron expression, and how its values are written. */
enum CronField {
  SECOND("second", 0, 59, List.of()),
  MINUTE("minute", 0, 59, List.of()),
  HOUR("hour", 0, 23, List.of()),
  DAY_OF_MONTH("day of the month", 1, 31, List.of()),
  MONTH(
      "month",
      1,
      12,
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
  /** Sunday is 0, and 7 as well. */
  DAY_OF_WEEK("day of the week", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

  private final String title;
  private final int min;
  private final int max;
  private final List<String> names;

  CronField(String title, int min, int max, List<String> names) {
    this.title = title;
    this.min = min;
    this.max = max;
    this.names = names;
  }

  /**
   * Reads the whole field.
   *
   * @return the values as bits
   * @throws IllegalArgumentException when it is not well formed
   */
  long parse(String text) {
    long bits = 0;
    for (String part : text.split(",", -1)) {
      bits |= part(part);
    }
    return bits;
  }

  private long part(String part) {
    int slash = part.indexOf('/');
    String range = slash < 0 ? part : part.substring(0, slash);
    int step = slash < 0 ? 1 : number(part, part.substring(slash + 1));
    if (step < 1) {
      throw wrong(part, "a step starts at 1");
    }
    int from = min;
    int to = this == DAY_OF_WEEK ? 6 : max;
    if (!range.equals("*") && !range.equals("?")) {
      int dash = range.indexOf('-', 1);
      from = value(part, dash < 0 ? range : range.substring(0, dash));
      if (dash >= 0) {
        to = value(part, range.substring(dash + 1));
      } else if (slash < 0) {
        to = from;
      }
      if (from > to) {
        throw wrong(part, "a range goes up");
      }
    }
    long bits = 0;
    for (int value = from; value <= to; value += step) {
      bits |= 1L << (this == DAY_OF_WEEK ? value % 7 : value);
    }
    return bits;
  }

  /** Reads one value, a number or a name. */
  int value(String part, String text) {
    int name = names.indexOf(text.toUpperCase(Locale.ROOT));
    int value = name < 0 ? number(part, text) : name + min;
    if (value < min || value > max) {
      throw wrong(part, "it goes from %d to %d".formatted(min, max));
    }
    return value;
  }

  private int number(String part, String text) {
    if (text.isEmpty() || text.length() > 4 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw wrong(part, names.isEmpty() ? "a number is expected" : "a number or name is expected");
    }
    return Integer.parseInt(text);
  }

  IllegalArgumentException wrong(String part, String why) {
    return new IllegalArgumentException("the %s is \"%s\"; %s".formatted(title, part, why));
  }
}
