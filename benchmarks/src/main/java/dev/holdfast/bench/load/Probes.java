// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Single events that a reader in another process says it was given, by the clock of the machine,
 * which both have. One comes when the one before was given, and some milliseconds have passed.
 */
public final class Probes {

  /** What the way of an event is called among the latencies. */
  public static final String DELIVERY = "delivery";

  private static final String TYPE = "bench-probe";
  private static final Duration WAIT = Duration.ofSeconds(10);

  /** What is told about appends takes no more than a part of the time; this is long enough. */
  private static final long SHORTEST_PAUSE_NANOS = 5_000_000;

  private static final long LONGEST_PAUSE_NANOS = 15_000_000;

  private Probes() {}

  /**
   * Makes the caller.
   *
   * @param said what the reader says
   */
  public static Caller caller(
      Provider provider, Work work, BufferedReader said, Latencies latencies) {
    EventStreams streams = StreamLoads.streams(provider);
    StreamId id = new StreamId(StreamWriter.CATEGORY, work.newId());
    return () -> {
      LockSupport.parkNanos(
          ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS));
      var event = StreamWriter.event(TYPE, id.id(), "customer");
      streams.append(AppendEvents.of(id, Expected.any(), event));
      long appended = now();
      latencies.record(DELIVERY, 1_000 * Math.max(0, delivered(said, event.eventId()) - appended));
      return 1;
    };
  }

  private static long delivered(BufferedReader said, String eventId) throws IOException {
    while (true) {
      String line = said.readLine();
      if (line == null) {
        throw new EOFException("the reader has ended");
      }
      int space = line.indexOf(' ');
      if (line.substring(0, space).equals(eventId)) {
        return Long.parseLong(line.substring(space + 1));
      }
    }
  }

  /**
   * Follows the log, for ever, and says when each of these events was given.
   *
   * @param from the position behind which to begin
   */
  public static void follow(EventStreams streams, LogPosition from, PrintStream out) {
    int limit = streams.limits().maxPageSize();
    LogPosition next = from;
    while (true) {
      LogPage page = streams.readLog(LogRead.after(next, limit).waitingUpTo(WAIT));
      long now = now();
      next = page.next();
      for (StreamEvent event : page.events()) {
        if (event.content().type().equals(TYPE)) {
          out.println(event.content().eventId() + " " + now);
          out.flush();
        }
      }
    }
  }

  private static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
