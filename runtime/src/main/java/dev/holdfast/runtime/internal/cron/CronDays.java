// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.cron;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The days that two fields of a cron expression allow. Where both say something, a day that fits
 * one of them is enough, as in every cron.
 */
final class CronDays {

  /** In place of a number of weeks: the last such day of the month. */
  private static final int LAST = 0;

  private final boolean anyDayOfMonth;
  private final boolean anyDayOfWeek;
  private final boolean lastDayOfMonth;
  private final long daysOfMonth;
  private final long daysOfWeek;
  private final List<Nth> nths;

  /** A day of the week, such as the second Friday of a month. */
  private record Nth(int dayOfWeek, int week) {}

  private CronDays(String dayOfMonth, String dayOfWeek) {
    anyDayOfMonth = isAny(dayOfMonth);
    anyDayOfWeek = isAny(dayOfWeek);
    List<String> plainDays = new ArrayList<>();
    boolean last = false;
    for (String part : dayOfMonth.split(",", -1)) {
      if (part.equalsIgnoreCase("L")) {
        last = true;
      } else {
        plainDays.add(part);
      }
    }
    lastDayOfMonth = last;
    daysOfMonth = bits(CronField.DAY_OF_MONTH, plainDays);
    List<String> plainWeekDays = new ArrayList<>();
    List<Nth> found = new ArrayList<>();
    for (String part : dayOfWeek.split(",", -1)) {
      String upper = part.toUpperCase(Locale.ROOT);
      int hash = upper.indexOf('#');
      if (hash >= 0) {
        found.add(nth(part, upper.substring(0, hash), upper.substring(hash + 1)));
      } else if (upper.length() > 1 && upper.endsWith("L")) {
        String day = upper.substring(0, upper.length() - 1);
        found.add(new Nth(CronField.DAY_OF_WEEK.value(part, day) % 7, LAST));
      } else {
        plainWeekDays.add(part);
      }
    }
    nths = List.copyOf(found);
    daysOfWeek = bits(CronField.DAY_OF_WEEK, plainWeekDays);
  }

  /**
   * Reads the two fields.
   *
   * @throws IllegalArgumentException when one is not well formed
   */
  static CronDays parse(String dayOfMonth, String dayOfWeek) {
    return new CronDays(dayOfMonth, dayOfWeek);
  }

  private static boolean isAny(String field) {
    return field.equals("*") || field.equals("?");
  }

  private static long bits(CronField field, List<String> parts) {
    return parts.isEmpty() ? 0 : field.parse(String.join(",", parts));
  }

  private static Nth nth(String part, String day, String week) {
    if (week.length() != 1 || week.charAt(0) < '1' || week.charAt(0) > '5') {
      throw CronField.DAY_OF_WEEK.wrong(part, "behind # comes a number from 1 to 5");
    }
    return new Nth(CronField.DAY_OF_WEEK.value(part, day) % 7, week.charAt(0) - '0');
  }

  boolean match(LocalDate date) {
    if (anyDayOfMonth) {
      return anyDayOfWeek || matchDayOfWeek(date);
    }
    return matchDayOfMonth(date) || (!anyDayOfWeek && matchDayOfWeek(date));
  }

  private boolean matchDayOfMonth(LocalDate date) {
    return (daysOfMonth >> date.getDayOfMonth() & 1) == 1
        || (lastDayOfMonth && date.getDayOfMonth() == date.lengthOfMonth());
  }

  private boolean matchDayOfWeek(LocalDate date) {
    int day = date.getDayOfWeek().getValue() % 7;
    if ((daysOfWeek >> day & 1) == 1) {
      return true;
    }
    int week = (date.getDayOfMonth() + 6) / 7;
    boolean last = date.getDayOfMonth() > date.lengthOfMonth() - 7;
    return nths.stream()
        .anyMatch(
            nth -> nth.dayOfWeek() == day && (nth.week() == LAST ? last : nth.week() == week));
  }
}
