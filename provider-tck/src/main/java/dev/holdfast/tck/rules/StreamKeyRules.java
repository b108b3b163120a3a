// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Appends with keys, which are recognised when they come again. */
@RuleFamily("STREAM")
final class StreamKeyRules {

  private static final Duration TEN_YEARS = Duration.ofDays(3_653);
  private static final int LATER = 1_000;

  /** Expects the answer of the first append, marked as a repeat, by a call of its own. */
  private static void repeated(String what, Streamed through, AppendEvents append, Appended first) {
    Expect.equal(what, first.asRepeat(), through.calls().append(append));
    Expect.equal(
        what, List.<ChangeResult>of(first.asRepeat()), through.changes().apply(List.of(append)));
  }

  /**
   * A repeat is answered what the first append was answered, and writes nothing.
   *
   * <p><b>Shape:</b> at once, through B, after later appends, in every way, and after reopening.
   */
  @Rule("STREAM-17")
  void aRepeatHasTheFirstAnswer(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    a.add(stream, 2);
    AppendEvents append = Streamed.append(stream, 3).withKey("key");
    Appended first = a.calls().append(append);
    Expect.that("A first append is told as a repeat.", !first.repeated());
    Expect.equal("An append has other versions.", 3L, first.firstVersion());
    repeated("A repeat has another answer at once.", a, append, first);
    a.add(stream, 4);
    a.add(Streamed.stream("other"), 1);
    store.moveTime(store.tick());
    repeated("A repeat has another answer through B.", Streamed.second(store), append, first);
    List<Object> before = a.snapshot(stream);
    for (ChangeWay way : ChangeWay.all(store)) {
      Expect.equal(
          "A repeat has another answer, by " + way + ".",
          List.<ChangeResult>of(first.asRepeat()),
          ChangeCarrier.on(store, way).carry(List.of(append)).applied("A repeat was refused."));
    }
    Expect.equal("A repeat wrote something.", before, a.snapshot(stream));
    store.reopen();
    Streamed again = Streamed.first(store);
    repeated("A repeat has another answer after reopening.", again, append, first);
    Expect.equal("A repeat wrote something.", before, again.snapshot(stream));
  }

  /**
   * The key is looked up before the expected version is looked at.
   *
   * <p><b>Shape:</b> an append with exactly(3) and a key, later ones, then the same key with
   * exactly(3), with noStream and with the present version.
   */
  @Rule("STREAM-19")
  void theKeyComesBeforeTheVersion(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    a.add(stream, 3);
    AppendEvents append = Streamed.append(stream, Expected.exactly(3), 2).withKey("key");
    Appended first = a.calls().append(append);
    a.add(stream, 4);
    for (Expected expected :
        List.of(Expected.exactly(3), Expected.noStream(), Expected.exactly(9), Expected.exists())) {
      repeated(
          "A repeat was judged by its version.",
          a,
          new AppendEvents(stream, expected, append.events(), "key"),
          first);
    }
    a.refused(
        "A mismatch was judged by its version.",
        IdempotencyMismatch.class,
        Streamed.append(stream, Expected.exactly(9), 3).withKey("key"));
    Expect.equal("A repeat wrote something.", 9L, a.last(stream));
  }

  /**
   * Content is the events in order, with type, schema version, data and tags.
   *
   * <p><b>Shape:</b> each field changed in turn, events added, dropped and swapped: a mismatch for
   * what is content, a repeat for what is not; the first ones stay.
   */
  @Rule("STREAM-20")
  void otherContentIsAMismatch(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    NewEvent one = full("one").build();
    NewEvent two = full("two").build();
    AppendEvents append = new AppendEvents(stream, Expected.any(), List.of(one, two), "key");
    Appended first = a.calls().append(append);
    List<List<NewEvent>> others = new ArrayList<>();
    others.add(List.of(two, one));
    others.add(List.of(one));
    others.add(List.of(one, two, two));
    others.add(List.of(renamed(one, "other"), two));
    others.add(List.of(one, full("two").schemaVersion(3).build()));
    others.add(List.of(one, withData(two, Payload.empty())));
    others.add(List.of(one, withData(two, Payload.utf8("other"))));
    others.add(List.of(full("one").tag("k", "w").build(), two));
    others.add(List.of(withTags(one, Set.of()), two));
    for (List<NewEvent> other : others) {
      a.refused(
          "Other content was taken for a repeat.",
          IdempotencyMismatch.class,
          new AppendEvents(stream, Expected.any(), other, "key"));
    }
    List<NewEvent> same = new ArrayList<>();
    for (NewEvent event : append.events()) {
      same.add(
          new NewEvent(
              "another id",
              event.type(),
              event.schemaVersion(),
              event.data(),
              null,
              "another correlation",
              null,
              event.tags()));
    }
    repeated(
        "An honest repeat is a mismatch.",
        Streamed.second(store),
        new AppendEvents(stream, Expected.exists(), same, "key"),
        first);
    Expect.equal("The first content is gone.", append.events(), Streamed.contents(a.all(stream)));
  }

  private static NewEvent.Builder full(String type) {
    return NewEvent.builder(type, Payload.utf8("data of " + type))
        .schemaVersion(2)
        .metadata(Payload.utf8("metadata"))
        .correlationId("correlation")
        .causationId("causation")
        .tag("k", "v");
  }

  private static NewEvent renamed(NewEvent event, String type) {
    return full(type).schemaVersion(2).tags(event.tags()).build();
  }

  private static NewEvent withData(NewEvent event, Payload data) {
    return NewEvent.builder(event.type(), data).schemaVersion(2).tags(event.tags()).build();
  }

  private static NewEvent withTags(NewEvent event, Set<dev.holdfast.provider.stream.Tag> tags) {
    return NewEvent.builder(event.type(), event.data()).schemaVersion(2).tags(tags).build();
  }

  /**
   * A key counts within its stream, and is compared exactly.
   *
   * <p><b>Shape:</b> one key on two streams of a category and on equal ids of two categories; keys
   * that differ in case, a blank, or are prefixes: none is a repeat.
   */
  @Rule("STREAM-21")
  void aKeyCountsWithinItsStream(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("one");
    a.calls().append(Streamed.append(stream, 1).withKey("key"));
    for (StreamId other :
        List.of(
            Streamed.stream("two"), new StreamId("other", "one"), new StreamId("Order", "one"))) {
      Appended appended = a.calls().append(Streamed.append(other, 2).withKey("key"));
      Expect.that("A key counts in another stream.", !appended.repeated());
    }
    for (String key : List.of("Key", "key ", "ke", "key1", "\u212Aey", "%", "k_y")) {
      Appended appended = a.calls().append(Streamed.append(stream, 2).withKey(key));
      Expect.that("A key is taken for another one: " + key, !appended.repeated());
    }
    Expect.equal("An append is missing.", 15L, a.last(stream));
  }

  /**
   * A key is remembered for ever.
   *
   * <p><b>Shape:</b> a thousand later events, ten years, reopening: still the first answer, and
   * still a mismatch for other content.
   */
  @Rule("STREAM-22")
  void aKeyIsRememberedForEver(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    AppendEvents append = Streamed.append(stream, 2).withKey("key");
    Appended first = a.calls().append(append);
    a.add(stream, LATER);
    a.calls().append(Streamed.append(stream, 1).withKey("another"));
    store.moveTime(store.timeControl().standsStill() ? TEN_YEARS : store.lockFor());
    a.add(stream, 1);
    store.reopen();
    Streamed again = Streamed.first(store);
    repeated("A key was forgotten.", again, append, first);
    again.refused(
        "The content of a key was forgotten.",
        IdempotencyMismatch.class,
        Streamed.append(stream, 3).withKey("key"));
  }

  /**
   * Only an applied append takes its key, and without one nothing is merged.
   *
   * <p><b>Shape:</b> the key of a conflict and of a refused list is free for other content; the
   * same append thrice without a key; a key twice in one list, with equal and with other content.
   */
  @Rule("STREAM-23")
  void onlyAnAppliedAppendTakesItsKey(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    a.refused(
        "An append fits a version that it does not expect.",
        VersionConflict.class,
        Streamed.append(stream, Expected.exactly(3), 1).withKey("conflict"));
    List<Change> list =
        List.of(
            Streamed.append(stream, 1).withKey("list"),
            Streamed.append(Streamed.stream("other"), Expected.exists(), 1));
    Expect.thrown("A bad list was taken.", VersionConflict.class, () -> a.changes().apply(list));
    for (String key : List.of("conflict", "list")) {
      Appended free = a.calls().append(Streamed.append(stream, 2).withKey(key));
      Expect.that("A refused append took its key: " + key, !free.repeated());
    }
    StreamId plain = Streamed.stream("plain");
    AppendEvents once = Streamed.append(plain, 2);
    for (int n = 0; n < 3; n++) {
      Expect.that("An append without a key is a repeat.", !a.calls().append(once).repeated());
    }
    Expect.equal("Appends without a key were merged.", 6L, a.last(plain));
    AppendEvents keyed = Streamed.append(plain, 1).withKey("twice");
    List<ChangeResult> results = a.changes().apply(List.of(keyed, once, keyed));
    Expect.equal(
        "A key was not recognised within its list.",
        ((Appended) results.get(0)).asRepeat(),
        results.get(2));
    Expect.equal("A repeat within a list wrote something.", 9L, a.last(plain));
    Permanent mismatch =
        Expect.thrown(
            "Other content was taken within a list.",
            IdempotencyMismatch.class,
            () ->
                a.changes()
                    .apply(
                        List.of(
                            Streamed.append(plain, 1).withKey("thrice"),
                            Streamed.append(plain, 2).withKey("thrice"))));
    Expect.equal("An error names another place.", 1, mismatch.changeIndex());
    Expect.equal("A refused list wrote something.", 9L, a.last(plain));
  }
}
