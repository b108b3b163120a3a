// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What is appended to a stream, and at which version. */
@RuleFamily("STREAM")
final class StreamAppendRules {

  private static final int[] SIZES = {0, 1, 5};

  /**
   * Streams are offered where they are declared, and refused elsewhere.
   *
   * <p><b>Shape:</b> declared: found on every handle. Undeclared: not found, and every way that
   * carries an append refuses it with NotSupported; without it the same acks are applied.
   */
  @Rule("STREAM-01")
  void streamsAreWhatIsDeclared(StoreUnderTest store) {
    boolean declared = store.declares(Feature.EVENT_STREAMS);
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "A capability is not what is declared.",
          declared,
          handle.provider().capability(EventStreams.class).isPresent());
    }
    for (Feature needs : List.of(Feature.SNAPSHOTS, Feature.PROJECTIONS)) {
      Expect.that(
          needs + " is declared without EVENT_STREAMS.", declared || !store.declares(needs));
    }
    Expect.that(
        "EVENT_ARCHIVE is declared without SNAPSHOTS.",
        store.declares(Feature.SNAPSHOTS) || !store.declares(Feature.EVENT_ARCHIVE));
    Expect.that(
        "EVENT_STREAMS is declared without CHANGES.", store.declares(Feature.CHANGES) || !declared);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<Change> append = List.of(Streamed.append(Streamed.stream("by " + way), 1));
      if (declared) {
        carrier.carry(append).applied("An append was refused, by " + way + ".");
        Expect.equal(
            "An append is not there.",
            1L,
            Streamed.second(store).last(Streamed.stream("by " + way)));
      } else {
        carrier.carry(append).refused("An append is not refused.", NotSupported.class);
        carrier.carry(List.of()).applied("The same without the append was refused.");
      }
    }
  }

  /**
   * A stream is category and id, each compared exactly.
   *
   * <p><b>Shape:</b> pairs that are equal when joined, and that differ in case, normal form and
   * blanks: each has its own versions and keys, and a read of one category has no other.
   */
  @Rule("STREAM-02")
  void aStreamIsCategoryAndId(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    String accented = "\u00E9";
    List<StreamId> streams = new ArrayList<>();
    for (String joint : List.of("-", "/", ":", " ")) {
      streams.add(new StreamId("a" + joint + "b", "c"));
      streams.add(new StreamId("a", "b" + joint + "c"));
    }
    for (String name :
        List.of("x", "X", "x ", accented, Normalizer.normalize(accented, Normalizer.Form.NFD))) {
      streams.add(new StreamId(name, "id"));
      streams.add(new StreamId("category", name));
    }
    for (int n = 0; n < streams.size(); n++) {
      NewEvent event = Streamed.event("event " + n);
      AppendEvents append =
          AppendEvents.of(streams.get(n), Expected.noStream(), event).withKey("key");
      Expect.equal("A stream is not new.", 1L, a.calls().append(append).lastVersion());
    }
    for (int n = 0; n < streams.size(); n++) {
      StreamId stream = streams.get(n);
      Expect.equal(
          "A stream has another one's events.",
          List.of("event " + n),
          Streamed.second(store).all(stream).stream().map(e -> e.content().type()).toList());
      LogFilter filter = LogFilter.builder().categories(stream.category()).build();
      Expect.equal(
          "A category has another one's events.",
          streams.stream().filter(other -> other.category().equals(stream.category())).toList(),
          a.log(filter, Streamed.PAGE).stream().map(event -> event.stream()).toList());
    }
  }

  /**
   * Each expectation fits what it says, and what does not fit writes nothing.
   *
   * <p><b>Shape:</b> every expectation on streams of 0, 1 and 5 events; each refusal names stream
   * and versions, changes nothing, makes no stream, and the next append has the next version.
   */
  @Rule("STREAM-04")
  void anExpectationFitsWhatItSays(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n : SIZES) {
      for (Expected expected : expectations(n)) {
        StreamId stream = Streamed.stream("stream " + store.nextNumber());
        if (n > 0) {
          a.add(stream, n);
        }
        boolean fits =
            switch (expected) {
              case Expected.NoStream none -> n == 0;
              case Expected.Exists exists -> n > 0;
              case Expected.Any any -> true;
              case Expected.Exactly(long version) -> version == n;
            };
        AppendEvents append = Streamed.append(stream, expected, 2);
        if (fits) {
          Expect.equal(
              "An append has other versions.", n + 2L, a.calls().append(append).lastVersion());
        } else {
          a.refused(
              "An append fits a version that it does not expect.", VersionConflict.class, append);
        }
      }
    }
    Expect.equal("exactly(0) is another one.", Expected.noStream(), Expected.exactly(0));
    Expect.invalid("A negative version was accepted.", () -> Expected.exactly(-1));
  }

  private static List<Expected> expectations(long n) {
    List<Expected> all = new ArrayList<>();
    Collections.addAll(all, Expected.any(), Expected.exists(), Expected.noStream());
    for (long version : List.of(n - 1, n, n + 1, Long.MAX_VALUE)) {
      if (version >= 0) {
        all.add(Expected.exactly(version));
      }
    }
    return all;
  }

  /**
   * An append that does not fit is a conflict that names what was found, and writes nothing.
   *
   * <p><b>Shape:</b> each expectation that does not fit, on streams of 0, 1 and 5 events: subject
   * and versions; stream, log and head are as before, and the next append has the next version.
   */
  @Rule("STREAM-05")
  void aConflictWritesNothing(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n : SIZES) {
      StreamId stream = Streamed.stream("stream of " + n);
      if (n > 0) {
        a.add(stream, n);
      }
      List<Object> before = a.snapshot(stream);
      for (Expected expected : expectations(n)) {
        if (expected.fits(n)) {
          continue;
        }
        VersionConflict conflict =
            a.refused(
                "An append fits a version that it does not expect.",
                VersionConflict.class,
                Streamed.append(stream, expected, 2));
        Expect.equal("A conflict found another version.", (long) n, conflict.foundVersion());
        Expect.equal(
            "A conflict expected another version.", expected.version(), conflict.expectedVersion());
        Expect.that(
            "A conflict does not name its stream.",
            "with " + stream,
            conflict.subject(),
            conflict.subject().contains(stream.toString()));
        Expect.equal("A conflict has no permanent error.", false, conflict.isRetryable());
      }
      Expect.equal("A refused append wrote something.", before, a.snapshot(stream));
      if (n == 0) {
        Expect.equal("A stream came to be.", Optional.empty(), a.calls().stream(stream));
      }
      Expect.equal("A version was used up.", n + 1L, a.add(stream, 1).firstVersion());
    }
  }

  /**
   * One bad event refuses the whole append.
   *
   * <p><b>Shape:</b> data and metadata over the limit, and a tag too many, each first, in the
   * middle and last of five events: refused, nothing written; values refuse a bad type, id and
   * schema version.
   */
  @Rule("STREAM-09")
  void oneBadEventRefusesAll(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    a.add(stream, 1);
    List<Object> before = a.snapshot(stream);
    int limit = store.first().provider().info().limits().maxPayloadBytes();
    Payload tooLarge = Payload.of(new byte[limit + 1]);
    NewEvent.Builder tagged = NewEvent.builder("tagged", Payload.empty());
    for (int n = 0; n <= a.calls().limits().maxTagsPerEvent(); n++) {
      tagged.tag("key " + n, "value");
    }
    List<NewEvent> bad =
        List.of(
            NewEvent.of("large", tooLarge),
            NewEvent.builder("large", Payload.empty()).metadata(tooLarge).build(),
            tagged.build());
    for (NewEvent event : bad) {
      for (int place : List.of(0, 2, 4)) {
        List<NewEvent> events = new ArrayList<>(Streamed.events(4));
        events.add(place, event);
        a.refused(
            "An append with a bad event was accepted.",
            InvalidRequest.class,
            new AppendEvents(stream, Expected.any(), events, null));
      }
    }
    Expect.invalid("An empty type was accepted.", () -> Streamed.event(""));
    Expect.invalid(
        "An empty id was accepted.",
        () -> NewEvent.builder("type", Payload.empty()).eventId("").build());
    Expect.invalid(
        "A schema version of 0 was accepted.",
        () -> NewEvent.builder("type", Payload.empty()).schemaVersion(0).build());
    Expect.equal("A refused append wrote something.", before, a.snapshot(stream));
  }

  /**
   * An append has as many events and bytes as the limits say.
   *
   * <p><b>Shape:</b> none, one, the limit and one more; bytes at the limit and one more; what is at
   * the limits reads back whole.
   */
  @Rule("STREAM-10")
  void anAppendHasLimits(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId many = Streamed.stream("many");
    int most = a.calls().limits().maxEventsPerAppend();
    Expect.atMost("An append takes too few events.", most, 1_000);
    Expect.invalid(
        "An append without events was accepted.",
        () -> new AppendEvents(many, Expected.any(), List.of(), null));
    AppendEvents full = Streamed.append(many, most);
    a.refused(
        "An append over the limit was accepted.",
        InvalidRequest.class,
        Streamed.append(many, most + 1));
    Expect.equal(
        "An append at the limit has other versions.",
        (long) most,
        a.calls().append(full).lastVersion());
    Expect.equal(
        "Events are missing.", full.events(), Streamed.contents(Streamed.second(store).all(many)));

    int payload = store.first().provider().info().limits().maxPayloadBytes();
    int bytes = a.calls().limits().maxAppendBytes();
    Expect.that("An append takes too few bytes.", bytes >= 4L * Math.min(payload, bytes / 4));
    StreamId large = Streamed.stream("large");
    List<NewEvent> events = new ArrayList<>();
    int left = bytes;
    while (left > 0) {
      int size = Math.min(left, payload);
      events.add(NewEvent.of("large", Payload.of(new byte[size])));
      left -= size;
    }
    AppendEvents whole = new AppendEvents(large, Expected.any(), events, null);
    List<NewEvent> over = new ArrayList<>(events);
    over.add(NewEvent.of("one more", Payload.of(new byte[1])));
    a.refused(
        "An append over the bytes was accepted.",
        InvalidRequest.class,
        new AppendEvents(large, Expected.any(), over, null));
    Expect.equal("A refused append made a stream.", Optional.empty(), a.calls().stream(large));
    a.calls().append(whole);
    Expect.equal(
        "Events are missing.", events, Streamed.contents(Streamed.second(store).all(large)));
  }

  /**
   * Appends of a list see the versions that the earlier ones made.
   *
   * <p><b>Shape:</b> every way: exactly(0) with two events, then exactly(2); S, T, S with any; the
   * results are in list order with the right versions.
   */
  @Rule("STREAM-11")
  void appendsSeeTheEarlierOnes(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      StreamId s = Streamed.stream("s by " + way);
      StreamId t = Streamed.stream("t by " + way);
      List<ChangeResult> results =
          ChangeCarrier.on(store, way)
              .carry(
                  List.of(
                      Streamed.append(s, Expected.exactly(0), 2),
                      Streamed.append(s, Expected.exactly(2), 1),
                      Streamed.append(t, Expected.any(), 3),
                      Streamed.append(s, Expected.any(), 2)))
              .applied("A list was refused that fits, by " + way + ".");
      List<List<Object>> ranges =
          results.stream()
              .map(Appended.class::cast)
              .map(one -> List.<Object>of(one.stream(), one.firstVersion(), one.lastVersion()))
              .toList();
      Expect.equal(
          "Appends do not see each other.",
          List.of(List.of(s, 1L, 2L), List.of(s, 3L, 3L), List.of(t, 1L, 3L), List.of(s, 4L, 5L)),
          ranges);
      a.expectDense("A list left a gap.", s);
      Expect.equal("A list is in another order.", 5L, Streamed.second(store).last(s));
    }
  }

  /**
   * A list that is refused names the change that does not fit, and writes none.
   *
   * <p><b>Shape:</b> three streams, with a conflict, a mismatch and a bad event in each place;
   * exactly(0) twice on one stream.
   */
  @Rule("STREAM-12")
  void aRefusedListWritesNothing(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId[] streams =
        IntStream.range(0, 3)
            .mapToObj(n -> Streamed.stream("stream " + n))
            .toArray(StreamId[]::new);
    for (StreamId stream : streams) {
      a.calls().append(Streamed.append(stream, 1).withKey("used"));
    }
    StreamId fresh = Streamed.stream("fresh");
    List<Object> before = a.snapshot(streams);
    NewEvent large =
        NewEvent.of(
            "large",
            Payload.of(new byte[store.first().provider().info().limits().maxPayloadBytes() + 1]));
    for (int place = 0; place < 3; place++) {
      for (AppendEvents bad :
          List.of(
              Streamed.append(streams[place], Expected.exactly(7), 1),
              Streamed.append(streams[place], 2).withKey("used"),
              AppendEvents.of(streams[place], Expected.any(), large))) {
        List<Change> list = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
          list.add(n == place ? bad : Streamed.append(streams[n], 1).withKey("key"));
        }
        Permanent error =
            Expect.thrown("A bad list was taken.", Permanent.class, () -> a.changes().apply(list));
        Expect.equal("An error names another place.", place, error.changeIndex());
      }
    }
    Change first = Streamed.append(fresh, Expected.exactly(0), 1);
    Permanent second =
        Expect.thrown(
            "A stream began twice.",
            VersionConflict.class,
            () -> a.changes().apply(List.of(first, first)));
    Expect.equal("An error names another place.", 1, second.changeIndex());
    Expect.equal("A refused list wrote something.", before, a.snapshot(streams));
    Expect.equal("A refused list made a stream.", Optional.empty(), a.calls().stream(fresh));
    Appended free = a.calls().append(Streamed.append(streams[0], 4).withKey("key"));
    Expect.that("A refused list took a key.", !free.repeated());
  }
}
