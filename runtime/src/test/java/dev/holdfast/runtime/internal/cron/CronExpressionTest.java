// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronExpressionTest {

  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** Local date and time with offset of the first moments after a local one. */
  private static List<String> next(String cron, ZoneId zone, String after, int count) {
    CronExpression expression = CronExpression.parse(cron);
    List<String> moments = new ArrayList<>();
    Instant last = LocalDateTime.parse(after).atZone(zone).toInstant();
    for (int i = 0; i < count; i++) {
      last = Objects.requireNonNull(expression.next(last, zone));
      moments.add(ZonedDateTime.ofInstant(last, zone).toOffsetDateTime().toString());
    }
    return moments;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 2 * * *        | 2026-01-01T00:00    | 2026-01-01T02:00Z    | 2026-01-02T02:00Z
          0 2 * * *        | 2026-01-01T02:00    | 2026-01-02T02:00Z    | 2026-01-03T02:00Z
          */15 * * * *     | 2026-01-01T00:00:01 | 2026-01-01T00:15Z    | 2026-01-01T00:30Z
          5/20 * * * *     | 2026-01-01T00:00    | 2026-01-01T00:05Z    | 2026-01-01T00:25Z
          */20 30 12 * * * | 2026-01-01T12:30:20 | 2026-01-01T12:30:40Z | 2026-01-02T12:30Z
          0 9-17/4 * * 1-5 | 2026-01-02T17:00    | 2026-01-05T09:00Z    | 2026-01-05T13:00Z
          0 0 * * sun      | 2026-01-01T00:00    | 2026-01-04T00:00Z    | 2026-01-11T00:00Z
          0 0 * * 7        | 2026-01-01T00:00    | 2026-01-04T00:00Z    | 2026-01-11T00:00Z
          0 0 * * 5-7      | 2026-01-02T00:00    | 2026-01-03T00:00Z    | 2026-01-04T00:00Z
          0 0 1 jan,JUL *  | 2026-01-01T00:00    | 2026-07-01T00:00Z    | 2027-01-01T00:00Z
          0 0 31 * *       | 2026-01-31T00:00    | 2026-03-31T00:00Z    | 2026-05-31T00:00Z
          0 0 L * *        | 2026-01-31T00:00    | 2026-02-28T00:00Z    | 2026-03-31T00:00Z
          0 0 L,1 * ?      | 2026-01-31T00:00    | 2026-02-01T00:00Z    | 2026-02-28T00:00Z
          0 0 ? * FRIL     | 2026-01-01T00:00    | 2026-01-30T00:00Z    | 2026-02-27T00:00Z
          0 0 * * MON#2    | 2026-01-01T00:00    | 2026-01-12T00:00Z    | 2026-02-09T00:00Z
          0 0 29 2 *       | 2026-01-01T00:00    | 2028-02-29T00:00Z    | 2032-02-29T00:00Z
          0 0 13 * FRI     | 2026-01-01T00:00    | 2026-01-02T00:00Z    | 2026-01-09T00:00Z
          0 0 13 * FRI     | 2026-01-09T00:00    | 2026-01-13T00:00Z    | 2026-01-16T00:00Z
          0 0 * 2 MON#5    | 2026-01-01T00:00    | 2044-02-29T00:00Z    | 2072-02-29T00:00Z
          59 59 23 31 12 * | 2026-01-01T00:00    | 2026-12-31T23:59:59Z | 2027-12-31T23:59:59Z
          @hourly          | 2026-01-01T23:30    | 2026-01-02T00:00Z    | 2026-01-02T01:00Z
          @daily           | 2026-01-01T23:30    | 2026-01-02T00:00Z    | 2026-01-03T00:00Z
          @weekly          | 2026-01-01T23:30    | 2026-01-04T00:00Z    | 2026-01-11T00:00Z
          @MONTHLY         | 2026-01-01T23:30    | 2026-02-01T00:00Z    | 2026-03-01T00:00Z
          @yearly          | 2026-01-01T23:30    | 2027-01-01T00:00Z    | 2028-01-01T00:00Z
          """)
  void theNextMomentsAreThese(String cron, String after, String first, String second) {
    assertThat(next(cron, UTC, after, 2)).containsExactly(first, second);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 2 * *         | minute, hour
          0 2 * * * * *   | minute, hour
          ''              | minute, hour
          60 2 * * *      | the minute is "60"; it goes from 0 to 59
          0 24 * * *      | the hour is "24"; it goes from 0 to 23
          0 0 0 * *       | the day of the month is "0"; it goes from 1 to 31
          0 0 * FOO *     | the month is "FOO"; a number or name
          0 0 * 13 *      | it goes from 1 to 12
          0 0 * * 8       | it goes from 0 to 7
          0 0 * * MON#6   | behind # comes a number from 1 to 5
          */0 * * * *     | a step starts at 1
          5-1 * * * *     | a range goes up
          1,,2 * * * *    | a number is expected
          -1 * * * *      | a number is expected
          1- * * * *      | a number is expected
          99999 * * * *   | a number is expected
          0 0 30 2 *      | there is no such day
          @sometimes      | the names are @annually, @daily
          """)
  void whatIsNotWellFormedIsSaid(String cron, String why) {
    assertThatThrownBy(() -> CronExpression.parse(cron))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the cron expression \"" + cron + "\" is not well formed")
        .hasMessageContaining(why);
  }

  /** In Berlin 02:00 to 03:00 is left out on 29 March 2026, and comes twice on 25 October. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30 2 * * *   | 2026-03-28T02:30+01:00 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00
          0 2 * * *    | 2026-03-28T02:00+01:00 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00
          0 3 * * *    | 2026-03-28T03:00+01:00 2026-03-29T03:00+02:00 2026-03-30T03:00+02:00
          0 2,3 29 3 * | 2026-03-29T03:00+02:00 2027-03-29T02:00+02:00 2027-03-29T03:00+02:00
          */20 2 29 3 *| 2026-03-29T03:00+02:00 2027-03-29T02:00+02:00 2027-03-29T02:20+02:00
          0 0-23/2 29 3 * | 2026-03-29T00:00+01:00 2026-03-29T03:00+02:00 2026-03-29T04:00+02:00
          30 * 29 3 *  | 2026-03-29T00:30+01:00 2026-03-29T01:30+01:00 2026-03-29T03:30+02:00
          """)
  void aTimeThatIsLeftOutComesWhenTheClockJumps(String cron, String expected) {
    assertThat(next(cron, BERLIN, "2026-03-27T12:00", 3)).containsExactly(expected.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30 2 * * *     | 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00
          0 1-3 25 10 *  | 2026-10-25T01:00+02:00 2026-10-25T02:00+02:00 2026-10-25T03:00+01:00
          */30 2 25 10 * | 2026-10-25T02:00+02:00 2026-10-25T02:30+02:00 2027-10-25T02:00+02:00
          """)
  void ofATimeThatComesTwiceTheFirstCounts(String cron, String expected) {
    String[] moments = expected.split(" ");
    assertThat(next(cron, BERLIN, "2026-10-24T12:00", moments.length)).containsExactly(moments);
  }

  @Test
  void whoAsksInTheSecondHourIsNotToldTheFirst() {
    Instant second = Instant.parse("2026-10-25T01:10:00Z"); // 02:10 for the second time
    assertThat(CronExpression.parse("30 2 * * *").next(second, BERLIN))
        .isEqualTo(Instant.parse("2026-10-26T01:30:00Z"));
    assertThat(CronExpression.parse("30 * * * *").next(second, BERLIN))
        .isEqualTo(Instant.parse("2026-10-25T01:30:00Z"));
  }

  /** Where the change is at midnight a day begins at one, and where it is half an hour too. */
  @Test
  void otherPlacesHaveOtherChanges() {
    assertThat(next("@daily", ZoneId.of("Africa/Cairo"), "2026-04-23T12:00", 2))
        .containsExactly("2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00");
    ZoneId lordHowe = ZoneId.of("Australia/Lord_Howe");
    assertThat(next("15 2 * * *", lordHowe, "2026-10-03T12:00", 2))
        .containsExactly("2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00");
    assertThat(next("45 * * * *", lordHowe, "2026-04-05T01:00", 3))
        .containsExactly(
            "2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30", "2026-04-05T02:45+10:30");
  }

  @Test
  void hoursOfEachHourAreAnHourLongAllYear() {
    CronExpression hourly = CronExpression.parse("30 * * * *");
    Instant last = Instant.parse("2026-01-01T00:30:00Z");
    for (int hour = 0; hour < 365 * 24; hour++) {
      Instant next = Objects.requireNonNull(hourly.next(last, BERLIN));
      assertThat(Duration.between(last, next)).isEqualTo(Duration.ofHours(1));
      last = next;
    }
  }

  @Test
  void aDayHasOneRunEachAllYear() {
    CronExpression nightly = CronExpression.parse("30 2 * * *");
    Instant last = LocalDateTime.parse("2026-01-01T00:00").atZone(BERLIN).toInstant();
    for (int day = 1; day <= 365; day++) {
      last = Objects.requireNonNull(nightly.next(last, BERLIN));
      assertThat(last.atZone(BERLIN).getDayOfYear()).isEqualTo(day);
    }
  }

  /** However the question is asked, the moments are the same ones. */
  @Test
  void anyMomentBetweenTwoHasTheSameNext() {
    Random random = new Random(11);
    for (String cron : List.of("*/7 1-3 * * *", "13 * * * *", "*/10 */20 2 * * *", "0 2,3 * * *")) {
      CronExpression expression = CronExpression.parse(cron);
      Instant last = Instant.parse("2026-03-28T20:00:00Z");
      for (int i = 0; i < 200; i++) {
        Instant next = Objects.requireNonNull(expression.next(last, BERLIN));
        assertThat(next).isAfter(last);
        long between = Duration.between(last, next).toNanos();
        Instant any = last.plusNanos(random.nextLong(between));
        assertThat(expression.next(any, BERLIN)).isEqualTo(next);
        assertThat(expression.next(next.minusNanos(1), BERLIN)).isEqualTo(next);
        last = i == 100 ? Instant.parse("2026-10-24T20:00:00Z") : next;
      }
    }
  }
}
