// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.words.Expect;
import java.util.ArrayList;
import java.util.List;

/** A reader that goes on from its last page, on another handle each time. For one thread. */
final class LogFollower {

  private final List<Streamed> handles;
  private final LogFilter filter;
  private final int limit;
  private final LogPosition begin;
  private final List<StreamEvent> seen = new ArrayList<>();
  private LogPosition next;
  private int looks;

  LogFollower(List<Streamed> handles, LogFilter filter, int limit, LogPosition begin) {
    this.handles = handles;
    this.filter = filter;
    this.limit = limit;
    this.begin = begin;
    next = begin;
  }

  /** Readers with every filter, from the start and from a place behind it. */
  static List<LogFollower> ofEveryKind(List<Streamed> handles, LogPosition begin) {
    List<LogFollower> readers = new ArrayList<>();
    readers.add(new LogFollower(handles, LogFilter.all(), Streamed.PAGE, LogPosition.START));
    readers.add(new LogFollower(handles, LogFilter.all(), 1, begin));
    readers.add(new LogFollower(handles, LogFilter.builder().categories("c1").build(), 7, begin));
    readers.add(
        new LogFollower(handles, LogFilter.builder().types("e0").build(), Streamed.PAGE, begin));
    readers.add(new LogFollower(handles, LogFilter.builder().tag("k", "v").build(), 1, begin));
    readers.add(
        new LogFollower(handles, LogFilter.builder().correlationId("cause").build(), 7, begin));
    return readers;
  }

  /** Two events, of which each of these readers has some. */
  static AppendEvents append(int category, String id) {
    return new AppendEvents(
        new StreamId("c" + category % 3, id),
        Expected.any(),
        List.of(
            NewEvent.builder("e" + category % 2, Payload.utf8("data"))
                .correlationId(category % 2 == 0 ? "cause" : null)
                .tag("k", category % 3 == 0 ? "v" : "w")
                .build(),
            Streamed.event("second")),
        null);
  }

  /** Reads on, to the end. */
  void look() {
    boolean atEnd = false;
    while (!atEnd) {
      Streamed through = handles.get(looks++ % handles.size());
      LogPage page = through.calls().readLog(LogRead.after(next, limit).matching(filter));
      seen.addAll(page.events());
      next = page.next();
      atEnd = page.atEnd();
    }
  }

  /** Expects to have seen what its filter says of the log, each event once, in order. */
  void expectAllOf(List<StreamEvent> log) {
    Expect.equal(
        "A reader has missed events, or seen them twice.",
        log.stream()
            .filter(event -> event.position().isAfter(begin) && filter.matches(event))
            .map(StreamEvent::position)
            .toList(),
        Streamed.positions(seen));
  }
}
