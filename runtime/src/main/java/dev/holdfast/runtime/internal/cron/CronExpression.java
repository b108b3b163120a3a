// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.cron;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression: five fields, six with seconds in front, or a name such as {@code @daily}.
 * Immutable.
 *
 * <p>Where the clocks of a zone change, an expression for each hour follows the time that passes:
 * its hours are all an hour long. One for certain hours follows the clock on the wall, once: a time
 * that the clock leaves out comes at the moment at which it jumps, and of one that it shows twice
 * only the first counts.
 */
public final class CronExpression {

  private static final Map<String, String> NAMES =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final long EACH_HOUR = (1L << 24) - 1;

  /** A fifth Monday of February comes after 40 years at the latest; nothing is rarer. */
  private static final int LONGEST_PAUSE_YEARS = 41;

  /** Those that are asked again and again; it does no harm when some are parsed twice. */
  private static final Map<String, CronExpression> PARSED = new ConcurrentHashMap<>();

  private static final int MOST_PARSED = 1_000;

  private final long seconds;
  private final long minutes;
  private final long hours;
  private final long months;
  private final CronDays days;

  private CronExpression(List<String> fields) {
    seconds = CronField.SECOND.parse(fields.get(0));
    minutes = CronField.MINUTE.parse(fields.get(1));
    hours = CronField.HOUR.parse(fields.get(2));
    days = CronDays.parse(fields.get(3), fields.get(5));
    months = CronField.MONTH.parse(fields.get(4));
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException when it is not well formed, or never comes
   */
  public static CronExpression parse(String text) {
    CronExpression known = PARSED.get(text);
    if (known == null) {
      known = parsed(text);
      if (PARSED.size() >= MOST_PARSED) {
        PARSED.clear();
      }
      PARSED.put(text, known);
    }
    return known;
  }

  private static CronExpression parsed(String text) {
    String trimmed = text.strip();
    String known = NAMES.get(trimmed.toLowerCase(Locale.ROOT));
    if (known == null && trimmed.startsWith("@")) {
      throw wrong(
          text,
          "the names are %s"
              .formatted(String.join(", ", NAMES.keySet().stream().sorted().toList())),
          null);
    }
    String[] fields = (known == null ? trimmed : known).split("\\s+");
    if (fields.length != 5 && fields.length != 6) {
      throw wrong(
          text,
          "it has minute, hour, day of the month, month and day of the week, and may have the"
              + " second in front of them",
          null);
    }
    CronExpression expression;
    try {
      expression =
          new CronExpression(
              fields.length == 6
                  ? List.of(fields)
                  : List.of("0", fields[0], fields[1], fields[2], fields[3], fields[4]));
    } catch (IllegalArgumentException e) {
      throw wrong(text, String.valueOf(e.getMessage()), e);
    }
    // from a year on in which every date and day of the week comes around
    if (expression.nextLocal(LocalDateTime.of(2000, 1, 1, 0, 0)) == null) {
      throw wrong(text, "there is no such day", null);
    }
    return expression;
  }

  private static IllegalArgumentException wrong(
      String text, String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "the cron expression \"%s\" is not well formed: %s".formatted(text, why), cause);
  }

  /** {@return the first moment after another one, null when there is none before the year 9999} */
  public @Nullable Instant next(Instant after, ZoneId zone) {
    return hours == EACH_HOUR
        ? nextThatPasses(after, zone.getRules())
        : nextOnTheWall(after, zone.getRules());
  }

  private @Nullable Instant nextOnTheWall(Instant after, ZoneRules rules) {
    LocalDateTime local = LocalDateTime.ofInstant(after, rules.getOffset(after));
    while (true) {
      local = nextLocal(local);
      if (local == null) {
        return null;
      }
      Instant moment = onTheWall(local, rules);
      // A time that comes twice, or was left out together with others, has been there already.
      if (moment.isAfter(after)) {
        return moment;
      }
    }
  }

  private static Instant onTheWall(LocalDateTime local, ZoneRules rules) {
    List<ZoneOffset> offsets = rules.getValidOffsets(local);
    return offsets.isEmpty()
        ? rules.getTransition(local).getInstant()
        : local.toInstant(offsets.getFirst());
  }

  private @Nullable Instant nextThatPasses(Instant after, ZoneRules rules) {
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime local = LocalDateTime.ofInstant(after, offset);
    Instant from = after;
    while (true) {
      LocalDateTime next = nextLocal(local);
      if (next == null) {
        return null;
      }
      Instant moment = next.toInstant(offset);
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || moment.isBefore(change.getInstant())) {
        return moment;
      }
      from = change.getInstant();
      offset = change.getOffsetAfter();
      local = LocalDateTime.ofInstant(from, offset).minusNanos(1);
    }
  }

  /** The first date and time after another one; null when there is none for many years. */
  private @Nullable LocalDateTime nextLocal(LocalDateTime after) {
    LocalDateTime next = after.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    LocalDate date = next.toLocalDate();
    LocalTime time = nextTime(next.toLocalTime());
    if (time != null && matches(date)) {
      return date.atTime(time);
    }
    int lastYear = Math.min(date.getYear() + LONGEST_PAUSE_YEARS, 9998);
    date = date.plusDays(1);
    while (date.getYear() <= lastYear) {
      if ((months >> date.getMonthValue() & 1) == 0) {
        date = date.withDayOfMonth(1).plusMonths(1);
      } else if (days.match(date)) {
        return date.atTime(firstTime());
      } else {
        date = date.plusDays(1);
      }
    }
    return null;
  }

  private boolean matches(LocalDate date) {
    return (months >> date.getMonthValue() & 1) == 1 && days.match(date);
  }

  private LocalTime firstTime() {
    return LocalTime.of(first(hours, 0), first(minutes, 0), first(seconds, 0));
  }

  /** The first time of a day that is not before another one; null when there is none. */
  private @Nullable LocalTime nextTime(LocalTime from) {
    int hour = first(hours, from.getHour());
    if (hour == from.getHour()) {
      int minute = first(minutes, from.getMinute());
      if (minute == from.getMinute()) {
        int second = first(seconds, from.getSecond());
        if (second < 64) {
          return LocalTime.of(hour, minute, second);
        }
        minute = first(minutes, minute + 1);
      }
      if (minute < 64) {
        return LocalTime.of(hour, minute, first(seconds, 0));
      }
      hour = first(hours, hour + 1);
    }
    return hour < 64 ? LocalTime.of(hour, first(minutes, 0), first(seconds, 0)) : null;
  }

  /** The first bit from a place on; 64 when there is none. */
  private static int first(long bits, int from) {
    return from > 63 ? 64 : Long.numberOfTrailingZeros(bits & -1L << from);
  }
}
