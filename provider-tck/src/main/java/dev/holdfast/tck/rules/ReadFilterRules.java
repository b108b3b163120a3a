// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Filters and times of the log. */
@RuleFamily("READ")
final class ReadFilterRules {

  private static final int[] LIMITS = {1, 3, Streamed.PAGE};

  /** Expects a filter to find, page by page, what the whole log says that it matches. */
  private static void expectFound(Streamed through, List<StreamEvent> log, LogFilter filter) {
    List<LogPosition> expected =
        log.stream().filter(event -> matches(filter, event)).map(StreamEvent::position).toList();
    for (int limit : LIMITS) {
      Expect.equal(
          "A filter finds other events: " + filter + ", page by page of " + limit + ".",
          expected,
          Streamed.positions(through.log(filter, limit)));
    }
  }

  /** What the contract says of a filter, said once more. */
  private static boolean matches(LogFilter filter, StreamEvent event) {
    NewEvent content = event.content();
    Instant from = filter.recorded().from();
    Instant to = filter.recorded().to();
    return (filter.categories().isEmpty()
            || filter.categories().contains(event.stream().category()))
        && (filter.types().isEmpty() || filter.types().contains(content.type()))
        && content.tags().containsAll(filter.tags())
        && (filter.correlationId() == null
            || filter.correlationId().equals(content.correlationId()))
        && (filter.causationId() == null || filter.causationId().equals(content.causationId()))
        && (filter.eventId() == null || filter.eventId().equals(content.eventId()))
        && (from == null || !event.recordedAt().isBefore(from))
        && (to == null || event.recordedAt().isBefore(to));
  }

  /**
   * Categories and types match when one of those named is the event's.
   *
   * <p><b>Shape:</b> one, several, unknown ones, sixteen, and as many as the limit says; one more
   * is refused.
   */
  @Rule("READ-12")
  void oneOfTheNamesMatches(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n = 0; n < 24; n++) {
      a.add(new StreamId("c" + n % 5, "s"), Streamed.event("t" + n % 7), Streamed.event("t"));
    }
    List<StreamEvent> log = a.log();
    int most = a.calls().limits().maxNamesPerFilter();
    Expect.atMost("A filter takes too few names.", most, 16);
    for (int names : List.of(1, 2, 16, most)) {
      String[] categories =
          IntStream.range(3, 3 + names).mapToObj(n -> "c" + n).toArray(String[]::new);
      String[] types = IntStream.range(5, 5 + names).mapToObj(n -> "t" + n).toArray(String[]::new);
      expectFound(a, log, LogFilter.builder().categories(categories).build());
      expectFound(a, log, LogFilter.builder().types(types).build());
      expectFound(a, log, LogFilter.builder().types(types).categories(categories).build());
    }
    expectFound(a, log, LogFilter.builder().types("unknown").build());
    String[] tooMany = IntStream.rangeClosed(0, most).mapToObj(n -> "n" + n).toArray(String[]::new);
    LogFilter.Builder tags = LogFilter.builder();
    for (String name : tooMany) {
      tags.tag(name, name);
    }
    for (LogFilter filter :
        List.of(
            LogFilter.builder().categories(tooMany).build(),
            LogFilter.builder().types(tooMany).build(),
            tags.build())) {
      Expect.invalid(
          "A filter with too many names was taken.",
          () -> a.calls().readLog(LogRead.after(LogPosition.START, 1).matching(filter)));
    }
  }

  /**
   * Ids match exactly, and events without one match none.
   *
   * <p><b>Shape:</b> chains of causes over several streams; an event id that stands on several
   * events finds all of them.
   */
  @Rule("READ-13")
  void idsMatchExactly(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n = 0; n < 12; n++) {
      a.add(
          Streamed.stream("s" + n % 3),
          NewEvent.builder("t", Payload.empty())
              .eventId("id " + n % 5)
              .correlationId(n % 4 == 0 ? null : "chain " + n % 2)
              .causationId(n < 3 ? null : "id " + (n - 3))
              .build());
    }
    List<StreamEvent> log = a.log();
    for (String id : List.of("id 0", "id 4", "id 8", "chain 0", "chain 1", "chain", "ID 0", "id")) {
      expectFound(a, log, LogFilter.builder().eventId(id).build());
      expectFound(a, log, LogFilter.builder().correlationId(id).build());
      expectFound(a, log, LogFilter.builder().causationId(id).build());
    }
  }

  /**
   * Tags match when the event has every pair named.
   *
   * <p><b>Shape:</b> events with none, one, two and eight tags; filters of one, two and eight
   * pairs; two values of a key; pairs that are equal when joined.
   */
  @Rule("READ-14")
  void everyPairMustBeThere(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    NewEvent.Builder eight = NewEvent.builder("t", Payload.empty());
    LogFilter.Builder all = LogFilter.builder();
    for (int n = 0; n < 8; n++) {
      eight.tag("k" + n, "v");
      all.tag("k" + n, "v");
    }
    a.add(
        Streamed.stream("s"),
        Streamed.event("none"),
        NewEvent.builder("t", Payload.empty()).tag("k0", "v").build(),
        NewEvent.builder("t", Payload.empty()).tag("k0", "v").tag("k0", "w").build(),
        NewEvent.builder("t", Payload.empty()).tag("k0", "v").tag("k1", "v").build(),
        eight.build(),
        NewEvent.builder("t", Payload.empty()).tag("a", "b=c").build(),
        NewEvent.builder("t", Payload.empty()).tag("a=b", "c").build(),
        NewEvent.builder("t", Payload.empty()).tag("a", "b:c").build(),
        NewEvent.builder("t", Payload.empty()).tag("a:b", "c").build(),
        NewEvent.builder("t", Payload.empty()).tag("ab", "c").build(),
        NewEvent.builder("t", Payload.empty()).tag("a", "bc").build());
    List<StreamEvent> log = a.log();
    for (String[] pair :
        List.of(
            new String[] {"k0", "v"},
            new String[] {"k0", "w"},
            new String[] {"v", "k0"},
            new String[] {"a", "b=c"},
            new String[] {"a=b", "c"},
            new String[] {"a", "b:c"},
            new String[] {"a:b", "c"},
            new String[] {"ab", "c"},
            new String[] {"a", "bc"})) {
      expectFound(a, log, LogFilter.builder().tag(pair[0], pair[1]).build());
    }
    expectFound(a, log, LogFilter.builder().tag("k0", "v").tag("k0", "w").build());
    expectFound(a, log, LogFilter.builder().tag("k0", "v").tag("k1", "v").build());
    expectFound(a, log, LogFilter.builder().tag("k0", "w").tag("k1", "v").build());
    expectFound(a, log, all.build());
  }

  /**
   * Names compare exactly in every filter.
   *
   * <p><b>Shape:</b> names that differ in case, normal form, blanks, wildcards and length: each
   * filter finds its own alone.
   */
  @Rule("READ-15")
  void namesCompareExactly(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    String accented = "\u00E9";
    List<String> names =
        List.of(
            "name",
            "Name",
            "NAME",
            "name ",
            " name",
            "nam",
            "%",
            "_",
            "n%",
            "na_e",
            "'",
            "\"",
            accented,
            Normalizer.normalize(accented, Normalizer.Form.NFD),
            "\uD83D\uDE00",
            "\uD83D\uDE01",
            "x".repeat(256),
            "x".repeat(255),
            "x".repeat(255) + "y");
    for (String name : names) {
      a.add(
          new StreamId(name, "s"),
          NewEvent.builder(name, Payload.empty())
              .eventId(name)
              .correlationId(name)
              .causationId(name)
              .tag(name, name)
              .build());
    }
    for (String name : names) {
      for (LogFilter filter :
          List.of(
              LogFilter.builder().categories(name).build(),
              LogFilter.builder().types(name).build(),
              LogFilter.builder().eventId(name).build(),
              LogFilter.builder().correlationId(name).build(),
              LogFilter.builder().causationId(name).build(),
              LogFilter.builder().tag(name, name).build())) {
        Expect.equal(
            "A filter does not find its own alone.",
            List.of(name),
            a.log(filter, Streamed.PAGE).stream().map(event -> event.content().type()).toList());
      }
    }
  }

  /**
   * Several conditions must all hold.
   *
   * <p><b>Shape:</b> a log with a match and a near miss of each condition; all pairs of conditions,
   * and all together.
   */
  @Rule("READ-16")
  void allConditionsMustHold(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n = 0; n < 64; n++) {
      a.add(
          new StreamId(n % 2 == 0 ? "c" : "C", "s"),
          NewEvent.builder(n / 2 % 2 == 0 ? "t" : "T", Payload.empty())
              .eventId(n / 4 % 2 == 0 ? "e" : "E")
              .correlationId(n / 8 % 2 == 0 ? "r" : null)
              .causationId(n / 16 % 2 == 0 ? "a" : "A")
              .tag("k", n / 32 % 2 == 0 ? "v" : "V")
              .build());
      if (n == 31) {
        store.moveTime(store.tick());
      }
    }
    List<StreamEvent> log = a.log();
    TimeRange late = new TimeRange(log.get(40).recordedAt(), null);
    List<UnaryOperator<LogFilter.Builder>> conditions =
        List.of(
            filter -> filter.categories("c"),
            filter -> filter.types("t", "x"),
            filter -> filter.eventId("e"),
            filter -> filter.correlationId("r"),
            filter -> filter.causationId("a"),
            filter -> filter.tag("k", "v"),
            filter -> filter.recorded(late));
    for (int one = 0; one < conditions.size(); one++) {
      for (int other = one; other < conditions.size(); other++) {
        LogFilter.Builder filter = conditions.get(one).apply(LogFilter.builder());
        expectFound(a, log, conditions.get(other).apply(filter).build());
      }
    }
    LogFilter.Builder all = LogFilter.builder();
    for (UnaryOperator<LogFilter.Builder> condition : conditions.subList(0, 6)) {
      all = condition.apply(all);
    }
    expectFound(a, log, all.build());
    expectFound(a, log, conditions.get(6).apply(all).build());
  }

  /** Events at several moments, some of them at one. */
  private static List<StreamEvent> atMoments(StoreUnderTest store, Streamed a) {
    for (int n = 0; n < 5; n++) {
      a.add(Streamed.stream("s"), 1 + n % 2);
      a.add(Streamed.stream("t"), 1);
      store.moveTime(store.tick().multipliedBy(2));
    }
    return a.log();
  }

  /** Each moment, and just before and behind it, beside the ends of time. */
  private static List<Instant> moments(List<StreamEvent> log) {
    List<Instant> moments = new ArrayList<>();
    log.stream()
        .map(StreamEvent::recordedAt)
        .distinct()
        .forEach(moment -> {
          moments.add(moment.minus(Duration.ofNanos(1_000)));
          moments.add(moment);
          moments.add(moment.plus(Duration.ofNanos(1_000)));
        });
    moments.add(Instant.parse("0001-01-01T00:00:00Z"));
    moments.add(Instant.parse("9999-12-31T23:59:59.999999Z"));
    return moments;
  }

  /**
   * A time range has its begin and not its end.
   *
   * <p><b>Shape:</b> events at five moments, bounds on, just before and just behind each, open
   * ends.
   */
  @Rule("READ-17")
  void aTimeRangeHasItsBegin(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    List<StreamEvent> log = atMoments(store, a);
    List<Instant> moments = moments(log);
    for (int n = 0; n < moments.size(); n++) {
      Instant one = moments.get(n);
      Instant other = moments.get((n * 5 + 3) % moments.size());
      for (TimeRange range :
          List.of(new TimeRange(one, null), new TimeRange(null, one), new TimeRange(one, other))) {
        LogFilter filter = LogFilter.builder().recorded(range).build();
        Expect.equal(
            "A range of times has other events: " + range + ".",
            log.stream()
                .filter(event -> matches(filter, event))
                .map(StreamEvent::position)
                .toList(),
            Streamed.positions(a.log(filter, 3)));
      }
    }
  }

  /**
   * Position and version at a time are those of the last event at or before it.
   *
   * <p><b>Shape:</b> at each moment, a microsecond before and behind, and at the ends of time;
   * several events at one moment: the last of them.
   */
  @Rule("READ-18")
  void aTimeIsFoundInTheLogAndInStreams(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Expect.equal(
        "An empty log has events.", LogPosition.START, a.calls().positionAt(Instant.now()));
    List<StreamEvent> log = atMoments(store, a);
    for (Instant moment : moments(log)) {
      LogPosition position = LogPosition.START;
      long version = 0;
      for (StreamEvent event : log) {
        if (!event.recordedAt().isAfter(moment)) {
          position = event.position();
          version = event.stream().id().equals("s") ? event.version() : version;
        }
      }
      Expect.equal("A time lies elsewhere in the log.", position, a.calls().positionAt(moment));
      Expect.equal(
          "A time lies elsewhere in a stream.",
          version,
          a.calls().versionAt(Streamed.stream("s"), moment));
    }
    Expect.invalid("A time beyond all was taken.", () -> a.calls().positionAt(Instant.MAX));
    Expect.invalid(
        "A time beyond all was taken.",
        () -> a.calls().versionAt(Streamed.stream("s"), Instant.MIN));
  }
}
