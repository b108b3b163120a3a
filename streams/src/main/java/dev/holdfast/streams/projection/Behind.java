// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamEvent;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Counts what a generation has not folded in. One thread.
 *
 * @param generation the generation
 * @param head the end of the log, read before it
 * @param pages reads on behind a position
 * @param concerns whether an event is to be folded in
 */
record Behind(
    GenerationInfo generation,
    LogHead head,
    Function<LogPosition, LogPage> pages,
    Predicate<StreamEvent> concerns) {

  /** Nothing is behind. */
  static ProjectionBacklog none(LogHead head) {
    return new ProjectionBacklog(
        new ProjectionLag(head.position(), head.position(), Duration.ZERO), 0, true);
  }

  /** Counts so many events at most; it reads no further. */
  ProjectionBacklog count(long atMost) {
    List<LogPosition> at = Site.checkpoints(generation);
    LogPosition least = Collections.min(at);
    Duration age = Duration.ZERO;
    long events = 0;
    LogPosition from = least;
    while (from.isBefore(head.position())) {
      LogPage page = pages.apply(from);
      for (StreamEvent event : page.events()) {
        LogPosition there = at.get(Site.shardOf(event.stream(), at.size()));
        if (event.position().isAfter(head.position())
            || !event.position().isAfter(there)
            || !concerns.test(event)) {
          continue;
        }
        if (events == atMost) {
          return new ProjectionBacklog(
              new ProjectionLag(least, head.position(), age), events, false);
        }
        if (events == 0) {
          Duration seen = Duration.between(event.recordedAt(), head.now());
          age = seen.isNegative() ? Duration.ZERO : seen;
        }
        events++;
      }
      from = page.atEnd() ? head.position() : page.next();
    }
    return new ProjectionBacklog(new ProjectionLag(least, head.position(), age), events, true);
  }
}
