// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.runtime.internal.cron.CronExpression;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When runs are due, and what becomes of those that overlap or were missed. Begin with {@link
 * #cron(String)} or {@link #every(Duration)}.
 *
 * <pre>{@code
 * Schedule.cron("0 2 * * *").zone("Europe/Berlin").overlap(Overlap.QUEUE).catchUp(CatchUp.LAST)
 * }</pre>
 *
 * @param cron the cron expression, absent for an interval
 * @param every the interval, absent for a cron expression
 * @param zone the time zone of the cron expression
 * @param overlap what happens to a run that is due while another one has not ended
 * @param catchUp what happens to missed runs
 * @param jitter runs start up to so much later than they are due, each by another time; less than
 *     that
 * @param from no run is due before this moment, absent for no bound
 * @param until no run is due after this moment, absent for no bound
 */
public record Schedule(
    @Nullable String cron,
    @Nullable Duration every,
    ZoneId zone,
    Overlap overlap,
    CatchUp catchUp,
    Duration jitter,
    @Nullable Instant from,
    @Nullable Instant until) {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when there is not exactly one of cron expression and interval,
   *     or one of the parts is out of range
   */
  public Schedule {
    Objects.requireNonNull(zone, "zone");
    Objects.requireNonNull(overlap, "overlap");
    Objects.requireNonNull(catchUp, "catchUp");
    Objects.requireNonNull(jitter, "jitter");
    if ((cron == null) == (every == null)) {
      throw new IllegalArgumentException("a schedule has either a cron expression or an interval");
    }
    if (cron != null) {
      CronExpression.parse(cron);
    }
    if (every != null
        && (every.compareTo(SHORTEST) < 0
            || every.compareTo(LONGEST) > 0
            || every.toNanosPart() % 1_000_000 != 0)) {
      throw new IllegalArgumentException(
          "the interval is " + every + "; it goes from 1 second to 36500 days, in milliseconds");
    }
    if (jitter.isNegative() || jitter.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "the jitter is " + jitter + "; it goes from zero to 36500 days");
    }
    if (from != null && until != null && until.isBefore(from)) {
      throw new IllegalArgumentException(
          "the schedule is from %s until %s, which is before".formatted(from, until));
    }
  }

  /**
   * Creates a schedule by a cron expression, in UTC, which skips runs that overlap and makes up for
   * the last missed run.
   *
   * <p>The expression has minute, hour, day of the month, month and day of the week, and may have
   * the second in front of them: {@code 30 2 * * MON-FRI}. Each is {@code *}, a value, a range
   * {@code 1-5}, a step {@code *}{@code /15} or a list of these; months and days of the week have
   * English names of three letters; Sunday is 0 and 7. {@code L} is the last day of the month,
   * {@code FRIL} its last Friday, {@code MON#2} its second Monday. Where both kinds of days are
   * given, a day that fits one of them is enough. The names {@code @yearly}, {@code @monthly},
   * {@code @weekly}, {@code @daily} and {@code @hourly} are known.
   *
   * <p>When the clocks change, an expression for each hour ({@code *}) follows the time that
   * passes, so that its runs stay an hour apart. One for certain hours runs once for each time on
   * the clock: a time that is left out comes at the moment at which the clock jumps, and of a time
   * that comes twice the first one counts.
   *
   * @param expression the expression
   * @return the schedule
   * @throws IllegalArgumentException when it is not well formed, or never comes
   */
  public static Schedule cron(String expression) {
    return new Schedule(
        Objects.requireNonNull(expression, "expression"),
        null,
        ZoneOffset.UTC,
        Overlap.SKIP,
        CatchUp.LAST,
        Duration.ZERO,
        null,
        null);
  }

  /**
   * Creates a schedule by an interval, which skips runs that overlap and makes up for the last
   * missed run. Intervals are counted from {@link #from(Instant)} where that is set, so that the
   * first run is due then; otherwise from the beginning of 1970 in UTC, so that every 15 minutes is
   * at the quarters of each hour.
   *
   * @param interval 1 second to 36500 days, in whole milliseconds
   * @return the schedule
   * @throws IllegalArgumentException when it is out of range
   */
  public static Schedule every(Duration interval) {
    return new Schedule(
        null,
        Objects.requireNonNull(interval, "interval"),
        ZoneOffset.UTC,
        Overlap.SKIP,
        CatchUp.LAST,
        Duration.ZERO,
        null,
        null);
  }

  /**
   * Sets the time zone of the cron expression.
   *
   * @param zone its name, such as {@code Europe/Berlin}
   * @return a new schedule
   * @throws IllegalArgumentException when it is not known here
   */
  public Schedule zone(String zone) {
    try {
      return zone(ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("the time zone \"" + zone + "\" is not known", e);
    }
  }

  /**
   * Sets the time zone of the cron expression.
   *
   * @param zone the zone; UTC unless set. Workers need to know it as well
   * @return a new schedule
   */
  public Schedule zone(ZoneId zone) {
    return new Schedule(cron, every, zone, overlap, catchUp, jitter, from, until);
  }

  /**
   * Sets what happens to a run that is due while another one has not ended.
   *
   * @param overlap the policy; {@link Overlap#SKIP} unless set
   * @return a new schedule
   */
  public Schedule overlap(Overlap overlap) {
    return new Schedule(cron, every, zone, overlap, catchUp, jitter, from, until);
  }

  /**
   * Sets what happens to missed runs.
   *
   * @param catchUp the policy; {@link CatchUp#LAST} unless set
   * @return a new schedule
   */
  public Schedule catchUp(CatchUp catchUp) {
    return new Schedule(cron, every, zone, overlap, catchUp, jitter, from, until);
  }

  /**
   * Has runs start later than they are due, so that schedules of the same time do not start all at
   * once. How much later depends on the schedule and the moment, and is always the same for these.
   *
   * @param jitter runs start less than so much later; zero unless set
   * @return a new schedule
   * @throws IllegalArgumentException when it is negative
   */
  public Schedule jitter(Duration jitter) {
    return new Schedule(cron, every, zone, overlap, catchUp, jitter, from, until);
  }

  /**
   * Sets when the schedule begins.
   *
   * @param from the earliest moment at which a run may be due
   * @return a new schedule
   * @throws IllegalArgumentException when it lies behind the end
   */
  public Schedule from(Instant from) {
    return new Schedule(
        cron, every, zone, overlap, catchUp, jitter, Objects.requireNonNull(from, "from"), until);
  }

  /**
   * Sets when the schedule ends.
   *
   * @param until the latest moment at which a run may be due
   * @return a new schedule
   * @throws IllegalArgumentException when it lies before the beginning
   */
  public Schedule until(Instant until) {
    return new Schedule(
        cron, every, zone, overlap, catchUp, jitter, from, Objects.requireNonNull(until, "until"));
  }

  /**
   * Tells when runs are due, without jitter.
   *
   * @param after a moment
   * @param count how many at most
   * @return the first moments after it, ascending; fewer where the schedule ends before
   */
  public List<Instant> nextDue(Instant after, int count) {
    List<Instant> moments = new ArrayList<>();
    Instant last = after;
    while (moments.size() < count) {
      last = nextDue(last);
      if (last == null) {
        break;
      }
      moments.add(last);
    }
    return List.copyOf(moments);
  }

  /**
   * Tells when the next run is due, without jitter.
   *
   * @param after a moment
   * @return the first moment after it; null when there is none
   */
  public @Nullable Instant nextDue(Instant after) {
    Instant start = from;
    Instant last = start != null && after.isBefore(start) ? start.minusNanos(1) : after;
    Instant next =
        cron == null
            ? nextOfInterval(last, Objects.requireNonNull(every))
            : CronExpression.parse(cron).next(last, zone);
    return next == null || (until != null && next.isAfter(until)) ? null : next;
  }

  private Instant nextOfInterval(Instant after, Duration interval) {
    Instant origin = from == null ? Instant.EPOCH : from;
    // Both are far below what a long of seconds can hold, and intervals have at least one.
    long past = Math.floorDiv(Duration.between(origin, after).toMillis(), interval.toMillis());
    Instant next = origin.plus(interval.multipliedBy(past));
    while (!next.isAfter(after)) {
      next = next.plus(interval);
    }
    return next;
  }
}
