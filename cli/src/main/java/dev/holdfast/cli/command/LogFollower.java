// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Reads the log on and on, waiting at its end. Not thread-safe. */
final class LogFollower {

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final int LARGEST_PAGE = 200;

  private final EventStreams streams;
  private final LogFilter filter;
  private final OptionalLong limit;
  private LogPosition reached;

  /**
   * Creates a follower.
   *
   * @param streams the store that is read
   * @param filter which events
   * @param limit after how many events to end, empty for never
   * @param begin the cut behind which to begin
   */
  LogFollower(EventStreams streams, LogFilter filter, OptionalLong limit, LogPosition begin) {
    this.streams = streams;
    this.filter = filter;
    this.limit = limit;
    this.reached = begin;
  }

  /** {@return the cut up to which everything was taken} */
  LogPosition reached() {
    return reached;
  }

  /**
   * Reads until the limit is reached, the thread is interrupted, or nobody takes the events.
   *
   * @param each takes a page, and returns whether it takes more
   * @throws ProviderError when the store cannot be read
   */
  void follow(Predicate<LogPage> each) {
    int largest = Math.min(LARGEST_PAGE, streams.limits().maxPageSize());
    long left = limit.orElse(Long.MAX_VALUE);
    // A read that is interrupted answers early, and leaves the thread interrupted.
    while (left > 0 && !Thread.interrupted()) {
      LogPage page =
          streams.readLog(
              new LogRead(
                  reached, filter, Direction.FORWARDS, (int) Math.min(largest, left), WAIT));
      if (!each.test(page)) {
        break;
      }
      left -= page.events().size();
      reached = page.next();
    }
  }
}
