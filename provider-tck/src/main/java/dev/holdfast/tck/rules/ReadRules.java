// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads of streams: every event as it was given, and pages that say how far they reach. */
@RuleFamily("READ")
final class ReadRules {

  private static final int ROUNDS = 30;
  private static final int LOOKS = 20;

  /**
   * Every field comes back as it was given, from both reads, through both handles.
   *
   * <p><b>Shape:</b> every combination of absent, empty and present, by every way.
   */
  @Rule("READ-01")
  void everyFieldComesBack(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      StreamId stream = Streamed.stream("by " + way);
      List<NewEvent> events = combinations();
      Appended appended =
          (Appended)
              ChangeCarrier.on(store, way)
                  .carry(List.<Change>of(new AppendEvents(stream, Expected.any(), events, null)))
                  .applied("An append was refused.")
                  .get(0);
      for (Streamed through : List.of(a, Streamed.second(store))) {
        List<StreamEvent> read = through.all(stream);
        Expect.equal("An event is not read as it was given.", events, Streamed.contents(read));
        Expect.equal("Versions are others.", Streamed.upTo(events.size()), Streamed.versions(read));
        for (StreamEvent event : read) {
          Expect.equal("An event has another stream.", stream, event.stream());
          Expect.equal("An event has another time.", appended.recordedAt(), event.recordedAt());
        }
        Expect.equal(
            "An event has another position.", appended.firstPosition(), read.getFirst().position());
        Expect.equal(
            "An event has another position.", appended.lastPosition(), read.getLast().position());
        List<StreamEvent> log =
            through.log().stream().filter(event -> event.stream().equals(stream)).toList();
        Expect.equal("The log reads otherwise than the stream.", read, log);
      }
    }
  }

  private static List<NewEvent> combinations() {
    List<NewEvent> events = new ArrayList<>();
    List<Optional<Payload>> payloads =
        List.of(Optional.empty(), Optional.of(Payload.empty()), Optional.of(Payload.utf8("m")));
    for (Optional<Payload> metadata : payloads) {
      for (boolean correlated : List.of(false, true)) {
        for (boolean caused : List.of(false, true)) {
          events.add(
              NewEvent.builder("type", metadata.isPresent() ? Payload.utf8("d") : Payload.empty())
                  .metadata(metadata.orElse(null))
                  .correlationId(correlated ? "correlation" : null)
                  .causationId(caused ? "causation" : null)
                  .tags(correlated == caused ? Set.of() : tags())
                  .schemaVersion(caused ? 7 : 1)
                  .build());
        }
      }
    }
    return events;
  }

  private static Set<dev.holdfast.provider.stream.Tag> tags() {
    return NewEvent.builder("t", Payload.empty()).tag("k", "v").tag("k", "w").build().tags();
  }

  /**
   * Data and metadata are opaque, types are never interpreted.
   *
   * <p><b>Shape:</b> every kind of bytes as data and as metadata; types and tags that look like
   * words of the store, like SQL, and like paths.
   */
  @Rule("READ-02")
  void dataIsOpaque(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    List<NewEvent> events = new ArrayList<>();
    for (Payload payload : Payloads.hostile()) {
      events.add(NewEvent.builder("data", payload).metadata(payload).build());
    }
    for (String name :
        List.of(
            "null",
            "NULL",
            "'; DROP TABLE event; --",
            "%",
            "_",
            "\\",
            "\"",
            "$1",
            "?",
            "{}",
            "java.lang.Object",
            "\uD83D\uDE00",
            " a b ",
            "x".repeat(256))) {
      events.add(
          NewEvent.builder(name, Payload.empty())
              .eventId(name)
              .correlationId(name)
              .causationId(name)
              .tag(name, name)
              .build());
    }
    a.calls().append(new AppendEvents(stream, Expected.any(), events, null));
    Expect.equal(
        "An event is not read as it was given.",
        events,
        Streamed.contents(Streamed.second(store).all(stream)));
  }

  /**
   * An event has at least eight tags, a set of pairs, and any schema version.
   *
   * <p><b>Shape:</b> as many tags as the limit says, two values of a key, a pair twice; 1 and the
   * largest int.
   */
  @Rule("READ-03")
  void tagsAreASetOfPairs(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    int most = a.calls().limits().maxTagsPerEvent();
    Expect.atMost("An event takes too few tags.", most, 8);
    NewEvent.Builder builder =
        NewEvent.builder("tagged", Payload.empty()).schemaVersion(Integer.MAX_VALUE);
    for (int n = 1; n < most; n++) {
      builder.tag("key", "value " + n);
    }
    NewEvent full = builder.tag("other", "value 1").tag("other", "value 1").build();
    Expect.equal("A pair stands twice.", most, full.tags().size());
    a.add(stream, full, Streamed.event("plain"));
    Expect.equal("Tags are others.", full, a.all(stream).get(0).content());
    Expect.equal("Tags are others.", Set.of(), a.all(stream).get(1).content().tags());
  }

  /**
   * A page of a stream has what follows, and says whether that is all.
   *
   * <p><b>Shape:</b> ten events, from every edge, limits 1, 3, 10 and 11, both ways; pages joined
   * equal the whole.
   */
  @Rule("READ-04")
  void aPageSaysHowFarItReaches(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    a.add(Streamed.stream("another"), 3);
    a.add(stream, 4);
    a.add(new StreamId("other", "stream"), 3);
    a.add(stream, 6);
    List<StreamEvent> whole = a.all(stream);
    for (int limit : List.of(1, 3, 10, 11)) {
      Expect.equal("Pages joined are not the whole.", whole, a.all(stream, limit));
      for (long from : List.of(1L, 5L, 9L, 10L, 11L, Long.MAX_VALUE)) {
        for (Direction direction : Direction.values()) {
          expectPage(a, stream, whole, from, direction, limit);
        }
      }
    }
  }

  private static void expectPage(
      Streamed a,
      StreamId stream,
      List<StreamEvent> whole,
      long from,
      Direction direction,
      int limit) {
    List<StreamEvent> behind =
        new ArrayList<>(
            whole.stream()
                .filter(event ->
                    direction == Direction.FORWARDS
                        ? event.version() >= from
                        : event.version() <= from)
                .toList());
    if (direction == Direction.BACKWARDS) {
      Collections.reverse(behind);
    }
    StreamPage page = a.calls().readStream(stream, from, direction, limit);
    String where = " From " + from + ", " + direction + ", at most " + limit + ".";
    Expect.equal(
        "A page has other events." + where, behind.stream().limit(limit).toList(), page.events());
    Expect.equal("A page is complete, or not." + where, behind.size() <= limit, page.complete());
    Expect.equal("A page has another last version." + where, 10L, page.lastVersion());
    Expect.equal("A page has another first version." + where, 1L, page.firstVersion());
  }

  /**
   * What is unknown reads as empty.
   *
   * <p><b>Shape:</b> an unknown id and category, and a stream whose only append was refused;
   * numbers out of range are refused.
   */
  @Rule("READ-05")
  void whatIsUnknownReadsAsEmpty(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    a.add(Streamed.stream("known"), 1);
    StreamId refused = Streamed.stream("refused");
    Expect.thrown(
        "A stream exists that does not.",
        VersionConflict.class,
        () -> a.calls().append(Streamed.append(refused, Expected.exists(), 1)));
    for (StreamId stream :
        List.of(Streamed.stream("unknown"), new StreamId("unknown", "known"), refused)) {
      for (Direction direction : Direction.values()) {
        Expect.equal(
            "An unknown stream is not empty.",
            new StreamPage(List.of(), 1, 0, true),
            a.calls().readStream(stream, 1, direction, 9));
      }
      Expect.equal("An unknown stream is known.", Optional.empty(), a.calls().stream(stream));
      Expect.equal(
          "An unknown stream has versions.", 0L, a.calls().versionAt(stream, Instant.now()));
    }
    StreamId known = Streamed.stream("known");
    int most = a.calls().limits().maxPageSize();
    Expect.atMost("A page is too small.", most, Streamed.PAGE);
    a.calls().readStream(known, 1, Direction.FORWARDS, most);
    for (long from : List.of(0L, -1L)) {
      Expect.invalid(
          "A wrong version was read.",
          () -> a.calls().readStream(known, from, Direction.FORWARDS, 1));
    }
    for (int limit : List.of(0, -1, most + 1)) {
      Expect.invalid(
          "A wrong limit was taken.",
          () -> a.calls().readStream(known, 1, Direction.FORWARDS, limit));
      Expect.invalid("A wrong limit was taken.", () -> a.calls().streams("order", null, limit));
    }
  }

  /**
   * A page shows one committed state.
   *
   * <p><b>Shape:</b> appends of three events in a loop on A, reads on B: the last version is never
   * below the events nor inside an append, never falls, and complete agrees with it.
   */
  @Rule("READ-06")
  void aPageShowsOneState(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    StreamId stream = Streamed.stream("stream");
    long[] last = {0};
    int rounds =
        Meanwhile.all(
            store.rounds(ROUNDS),
            LOOKS,
            round -> Contention.repeated(() -> a.add(stream, 3)),
            () -> {
              StreamPage page =
                  b.calls()
                      .readStream(
                          stream, Math.max(1, last[0] - 2), Direction.FORWARDS, Streamed.PAGE);
              Expect.equal("A page is inside of an append.", 0L, page.lastVersion() % 3);
              Expect.that("The last version falls.", page.lastVersion() >= last[0]);
              long end = page.events().isEmpty() ? 0 : page.events().getLast().version();
              Expect.equal(
                  "Complete does not agree with the last version.",
                  end == page.lastVersion(),
                  page.complete());
              Expect.that("Events lie behind the last version.", end <= page.lastVersion());
              Optional<StreamInfo> info = b.calls().stream(stream);
              Expect.that(
                  "What is told of a stream is older than what was read.",
                  info.map(StreamInfo::lastVersion).orElse(0L) >= page.lastVersion());
              last[0] = page.lastVersion();
            });
    Expect.equal("An append is missing.", 3L * rounds, b.last(stream));
  }

  /**
   * The streams of a category are listed once, by id in code point order.
   *
   * <p><b>Shape:</b> capitals, accents and ids beyond the basic plane, pages of 1 and 7, with new
   * streams and appends between pages; other categories and refused streams are not there.
   */
  @Rule("READ-20")
  void streamsAreListedInOrder(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    List<String> ids =
        new ArrayList<>(
            List.of("b", "B", "a", "\u00E9", "e", "\uFF5E", "\uD83D\uDE00", "10", "9", "a b", "~"));
    for (String id : ids) {
      a.add(Streamed.stream(id), 1 + id.length());
      a.add(new StreamId("Order", id), 1);
    }
    Expect.thrown(
        "A stream exists that does not.",
        VersionConflict.class,
        () -> a.calls().append(Streamed.append(Streamed.stream("refused"), Expected.exists(), 1)));
    ids.sort(IdOrder.BY_CODE_POINT);
    for (int limit : List.of(1, 7, Streamed.PAGE)) {
      List<String> listed = new ArrayList<>();
      @Nullable String after = null;
      do {
        StreamList page = Streamed.second(store).calls().streams("order", after, limit);
        Expect.atMost("A page is longer than its limit.", limit, page.streams().size());
        for (StreamInfo info : page.streams()) {
          listed.add(info.stream().id());
          Expect.equal(
              "A stream is listed otherwise than it is told.",
              Optional.of(info),
              a.calls().stream(info.stream()));
          Expect.equal(
              "A stream has another last version.", a.last(info.stream()), info.lastVersion());
        }
        a.add(Streamed.stream("b"), 1);
        a.add(new StreamId("other", "new " + store.nextNumber()), 1);
        after = page.nextAfterId();
      } while (after != null);
      Expect.equal("Streams are missing, or in another order.", ids, listed);
    }
    Expect.equal(
        "An unknown category has streams.",
        new StreamList(List.of(), null),
        a.calls().streams("none", null, 9));
  }

  /**
   * The reads of a category's events and of all agree with what streams say.
   *
   * <p><b>Shape:</b> the joined streams of a list are the log of the category.
   */
  @Rule("READ-08")
  void theLogIsTheJoinedStreams(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n = 0; n < 12; n++) {
      a.add(new StreamId("c" + n % 2, "s" + n % 3), 1 + n % 4);
    }
    for (int limit : List.of(1, 2, 5, 100)) {
      Expect.equal("Joined pages are not the log.", a.log(), a.log(LogFilter.all(), limit));
    }
    for (String category : List.of("c0", "c1")) {
      LogFilter filter = LogFilter.builder().categories(category).build();
      List<LogPosition> joined = new ArrayList<>();
      for (StreamInfo info : a.calls().streams(category, null, 9).streams()) {
        joined.addAll(Streamed.positions(a.all(info.stream())));
      }
      Collections.sort(joined);
      for (int limit : List.of(1, 2, 5, 100)) {
        Expect.equal(
            "Joined pages of a category are not its streams.",
            joined,
            Streamed.positions(a.log(filter, limit)));
      }
    }
  }
}
