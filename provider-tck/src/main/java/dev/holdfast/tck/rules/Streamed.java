// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Event streams as tests use them, through one handle. Immutable.
 *
 * @param handle the handle
 * @param calls the calls of the feature
 * @param changes what carries changes alone
 */
record Streamed(Handle handle, EventStreams calls, Changes changes) {

  /** The page that every store has. */
  static final int PAGE = 100;

  /** Ends a test of what only a provider with event streams can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.EVENT_STREAMS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.EVENT_STREAMS.name());
    }
  }

  static Streamed first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  static Streamed second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  /** The streams of a store that has them, through some new handles. */
  static List<Streamed> several(StoreUnderTest store, int handles) {
    requireDeclared(store);
    return store.newHandles(handles).stream().map(Streamed::of).toList();
  }

  /** The streams of a store that has them, through any handle. */
  static Streamed of(Handle handle) {
    return new Streamed(
        handle,
        handle
            .provider()
            .capability(EventStreams.class)
            .orElseThrow(() ->
                Expect.violation(
                    "EVENT_STREAMS is declared, and not offered.", "EventStreams", "none")),
        handle
            .provider()
            .capability(Changes.class)
            .orElseThrow(
                () -> Expect.violation("EVENT_STREAMS needs CHANGES.", "Changes", "none")));
  }

  static StreamId stream(String id) {
    return new StreamId("order", id);
  }

  static NewEvent event(String type) {
    return NewEvent.of(type, Payload.utf8("data of " + type));
  }

  /** Some events of types e1, e2 and so on. */
  static List<NewEvent> events(int n) {
    return IntStream.rangeClosed(1, n).mapToObj(i -> event("e" + i)).toList();
  }

  static AppendEvents append(StreamId stream, int n) {
    return append(stream, Expected.any(), n);
  }

  static AppendEvents append(StreamId stream, Expected expected, int n) {
    return new AppendEvents(stream, expected, events(n), null);
  }

  /** Appends {@code n} events, whatever is there. */
  Appended add(StreamId stream, int n) {
    return calls.append(append(stream, n));
  }

  Appended add(StreamId stream, NewEvent... events) {
    return calls.append(AppendEvents.of(stream, Expected.any(), events));
  }

  /** Appends through a call that may meet others. */
  Appended meeting(AppendEvents append) {
    return Contention.repeated(() -> calls.append(append));
  }

  /** Expects an append to be refused, alone and by the call of its own. */
  <E extends Permanent> E refused(String what, Class<E> type, AppendEvents append) {
    Expect.thrown(what, type, () -> calls.append(append));
    return Expect.thrown(what, type, () -> changes.apply(List.<Change>of(append)));
  }

  /** The version of the last event, 0 for none. */
  long last(StreamId stream) {
    return calls.readStream(stream, 1, Direction.FORWARDS, 1).lastVersion();
  }

  /** All events of a stream, read in pages. */
  List<StreamEvent> all(StreamId stream) {
    return all(stream, PAGE);
  }

  List<StreamEvent> all(StreamId stream, int limit) {
    List<StreamEvent> all = new ArrayList<>();
    long next = 1;
    while (true) {
      StreamPage page = calls.readStream(stream, next, Direction.FORWARDS, limit);
      all.addAll(page.events());
      if (page.complete()) {
        return all;
      }
      Expect.that("A page that is not complete is empty.", !page.events().isEmpty());
      next = page.events().getLast().version() + 1;
    }
  }

  /** All events of the log, from its start. */
  List<StreamEvent> log() {
    return log(LogFilter.all(), PAGE);
  }

  List<StreamEvent> log(LogFilter filter, int limit) {
    return behind(LogPosition.START, filter, limit);
  }

  /** The events behind a cut, read page by page until the end. */
  List<StreamEvent> behind(LogPosition from, LogFilter filter, int limit) {
    List<StreamEvent> all = new ArrayList<>();
    LogPosition next = from;
    while (true) {
      LogPage page = calls.readLog(LogRead.after(next, limit).matching(filter));
      all.addAll(page.events());
      Expect.that(
          "A reader goes back.", "at or behind " + next, page.next(), !page.next().isBefore(next));
      if (page.atEnd()) {
        return all;
      }
      Expect.that(
          "A page that is not the last one does not move on.",
          "behind " + next,
          page.next(),
          page.next().isAfter(next));
      next = page.next();
    }
  }

  /** Everything that can be read of the log and some streams. */
  List<Object> snapshot(StreamId... streams) {
    List<Object> all = new ArrayList<>(log());
    all.add(calls.head().position());
    for (StreamId stream : streams) {
      all.addAll(all(stream));
      all.add(calls.stream(stream));
    }
    return all;
  }

  static List<Long> versions(List<StreamEvent> events) {
    return events.stream().map(StreamEvent::version).toList();
  }

  static List<NewEvent> contents(List<StreamEvent> events) {
    return events.stream().map(StreamEvent::content).toList();
  }

  static List<String> ids(List<StreamEvent> events) {
    return events.stream().map(event -> event.content().eventId()).toList();
  }

  static List<LogPosition> positions(List<StreamEvent> events) {
    return events.stream().map(StreamEvent::position).toList();
  }

  static List<Long> upTo(long n) {
    return LongStream.rangeClosed(1, n).boxed().toList();
  }

  /** Expects a stream to be dense from 1 on. */
  void expectDense(String what, StreamId stream) {
    List<StreamEvent> events = all(stream);
    Expect.equal(what, upTo(events.size()), versions(events));
    Expect.equal(what, (long) events.size(), last(stream));
    expectAscending(what, events);
  }

  /** Expects positions to ascend strictly. */
  static void expectAscending(String what, List<StreamEvent> events) {
    @Nullable LogPosition last = null;
    for (StreamEvent event : events) {
      if (last != null) {
        Expect.that(what, "behind " + last, event.position(), event.position().isAfter(last));
      }
      last = event.position();
    }
  }
}
