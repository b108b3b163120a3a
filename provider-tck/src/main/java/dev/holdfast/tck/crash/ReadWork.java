// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads all events in the largest pages, and keeps none of them. */
public final class ReadWork {

  private final EventStreams streams;
  private final Consumer<String> say;
  private long count;
  private long sum;

  ReadWork(Provider provider, Consumer<String> say) {
    streams = provider.capability(EventStreams.class).orElseThrow();
    this.say = say;
  }

  /**
   * What an event adds to the sum.
   *
   * @param event the event
   * @return a number that its version and its bytes decide
   */
  public static long sum(StreamEvent event) {
    return event.version() * Arrays.hashCode(event.content().data().toByteArray());
  }

  /** Reads a stream and the log, both ways. */
  void readAll(String category, String id) {
    StreamId stream = new StreamId(category, id);
    for (Direction direction : Direction.values()) {
      readStream(stream, direction);
      tell();
      readLog(direction);
      tell();
    }
  }

  private void tell() {
    say.accept("read " + count + " " + sum);
    count = 0;
    sum = 0;
  }

  private void add(StreamEvent event) {
    count++;
    sum += sum(event);
  }

  private void readStream(StreamId stream, Direction direction) {
    boolean forwards = direction == Direction.FORWARDS;
    long next = forwards ? 1 : Long.MAX_VALUE;
    boolean complete = false;
    while (!complete) {
      StreamPage page = streams.readStream(stream, next, direction, streams.limits().maxPageSize());
      page.events().forEach(this::add);
      if (!page.events().isEmpty()) {
        next = page.events().getLast().version() + (forwards ? 1 : -1);
      }
      complete = page.complete();
    }
  }

  private void readLog(Direction direction) {
    boolean forwards = direction == Direction.FORWARDS;
    LogPosition next = forwards ? LogPosition.START : streams.head().position();
    boolean atEnd = false;
    while (!atEnd) {
      int limit = streams.limits().maxPageSize();
      LogPage page =
          streams.readLog(forwards ? LogRead.after(next, limit) : LogRead.before(next, limit));
      page.events().forEach(this::add);
      next = page.next();
      atEnd = page.atEnd();
    }
  }
}
