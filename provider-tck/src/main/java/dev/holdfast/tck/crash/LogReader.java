// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.tck.words.Expect;
import java.util.Arrays;

/**
 * What a reader of the log has seen that lives in one process after the other. It is kept as
 * numbers, for there may be millions. For one thread.
 */
final class LogReader {

  private final LogPosition begin;
  private final int limit;
  private final LogFilter filter;
  private LogPosition next;
  private long[] seen = new long[1_000];
  private int size;
  private int compared;

  LogReader(LogPosition begin, int limit, LogFilter filter) {
    this.begin = begin;
    this.limit = limit;
    this.filter = filter;
    next = begin;
  }

  /** The word that tells a process where to go on. */
  @Override
  public String toString() {
    return LogWork.reader(next, limit, filter);
  }

  /** Whether a line of a process is about this reader. */
  boolean isNamed(String name) {
    String own = toString();
    return own.substring(own.indexOf('/')).equals(name);
  }

  /** Notes the line of a page: its name, where it goes on, and the positions that it had. */
  void note(String[] line) {
    for (int n = 3; n < line.length; n++) {
      add(LogPosition.parse(line[n]));
    }
    next = LogPosition.parse(line[2]);
  }

  private void add(LogPosition position) {
    if (size + 2 > seen.length) {
      seen = Arrays.copyOf(seen, 2 * seen.length);
    }
    seen[size++] = position.major();
    seen[size++] = position.minor();
  }

  /** Reads on to the end. */
  void finish(EventStreams streams) {
    boolean atEnd = false;
    while (!atEnd) {
      LogPage page = streams.readLog(LogRead.after(next, 100).matching(filter));
      page.events().forEach(event -> add(event.position()));
      next = page.next();
      atEnd = page.atEnd();
    }
  }

  /** Expects that an event was seen, behind those that were compared before. */
  void expect(StreamEvent event) {
    if (!event.position().isAfter(begin) || !filter.matches(event)) {
      return;
    }
    LogPosition found =
        compared < size ? new LogPosition(seen[compared], seen[compared + 1]) : LogPosition.START;
    Expect.equal(
        "A reader from " + begin + " has missed an event, or seen one twice.",
        event.position(),
        found);
    compared += 2;
  }

  /** Expects that nothing else was seen. */
  void expectEnd() {
    Expect.equal(
        "A reader from " + begin + " has seen events that are not there.", compared / 2, size / 2);
  }
}
