// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import java.util.List;
import java.util.stream.IntStream;

/** Work on streams of events and on the log, without an engine. */
public final class StreamLoads {

  /** What a caller reads who wants the end of the log, or what a rare tag has. */
  private static final int TAIL = 100;

  private static final int RARE = 10;
  private static final String RARE_TYPE = "bench-rare";

  private StreamLoads() {}

  /** Appends of so many events each; each caller has streams of its own. */
  public static StateLoad appends(int events, boolean keyed) {
    return (provider, work, callers, latencies) -> {
      EventStreams streams = streams(provider);
      return IntStream.range(0, callers)
          .<Caller>mapToObj(n -> {
            StreamWriter writer = new StreamWriter(work::newId, events, keyed);
            return () -> {
              AppendEvents append = writer.next();
              latencies.time("append", () -> streams.append(append));
              return 1;
            };
          })
          .toList();
    };
  }

  /** Turns of one event of history, each with an append of so many events. */
  public static StateLoad turns(int events) {
    return (provider, work, callers, latencies) ->
        ChangingTurns.prepare(
            provider,
            work,
            callers,
            id -> new StreamWriter(work::newId, events, false)::nextChanges,
            latencies);
  }

  /** Loads of a whole stream that has so many events. */
  public static StateLoad streamReads(int events) {
    return (provider, work, callers, latencies) -> {
      EventStreams streams = streams(provider);
      StreamId id = new StreamId(StreamWriter.CATEGORY, work.newId());
      fill(streams, id, 0, events);
      int limit = streams.limits().maxPageSize();
      return callers(callers, () -> latencies.time("load", () -> load(streams, id, limit)));
    };
  }

  private static int load(EventStreams streams, StreamId id, int limit) {
    int read = 0;
    StreamPage page;
    do {
      page = streams.readStream(id, read + 1L, Direction.FORWARDS, limit);
      read += page.events().size();
    } while (!page.complete());
    return read;
  }

  /** Reads of the whole log of so many events, page by page, again and again. */
  public static StateLoad logReads(long events) {
    return (provider, work, callers, latencies) -> {
      EventStreams streams = streams(provider);
      Filling.log(provider, work, events);
      return IntStream.range(0, callers)
          .<Caller>mapToObj(n -> new LogPages(streams, latencies))
          .toList();
    };
  }

  /** Goes through the log, and from its end back to the beginning. */
  private static final class LogPages implements Caller {
    private final EventStreams streams;
    private final int limit;
    private final Latencies latencies;
    private LogPosition next = LogPosition.START;

    LogPages(EventStreams streams, Latencies latencies) {
      this.streams = streams;
      this.limit = streams.limits().maxPageSize();
      this.latencies = latencies;
    }

    @Override
    public int step() {
      LogPage page = latencies.time("page", () -> streams.readLog(LogRead.after(next, limit)));
      next = page.atEnd() ? LogPosition.START : page.next();
      return page.events().size();
    }
  }

  /** Reads of the last events of the log. */
  public static StateLoad tailReads() {
    return (provider, work, callers, latencies) -> {
      EventStreams streams = streams(provider);
      LogPosition head = streams.head().position();
      List<LogPage> last = List.of(streams.readLog(LogRead.before(head, TAIL)));
      LogPosition from = last.get(0).next();
      return callers(
          callers,
          () -> {
            latencies.time("tail", () -> streams.readLog(LogRead.after(from, TAIL)));
            return 1;
          });
    };
  }

  /**
   * Reads of the last events of a category of which all events are, and those of a type of which
   * few are, by turns.
   */
  public static StateLoad filteredReads() {
    return (provider, work, callers, latencies) -> {
      EventStreams streams = streams(provider);
      StreamId id = new StreamId(StreamWriter.CATEGORY, work.newId());
      streams.append(
          new AppendEvents(
              id,
              Expected.noStream(),
              IntStream.range(0, RARE)
                  .mapToObj(n -> StreamWriter.event(RARE_TYPE, id.id(), "customer"))
                  .toList(),
              null));
      LogPosition head = streams.head().position();
      LogRead newest =
          LogRead.before(head, TAIL)
              .matching(LogFilter.builder().categories(StreamWriter.CATEGORY).build());
      LogRead rare =
          LogRead.after(LogPosition.START, TAIL)
              .matching(
                  LogFilter.builder()
                      .categories(StreamWriter.CATEGORY)
                      .types(RARE_TYPE)
                      .tag("customer", "customer")
                      .build());
      return callers(
          callers,
          () -> {
            latencies.time("newest of a category", () -> streams.readLog(newest));
            latencies.time("of a rare type", () -> streams.readLog(rare));
            return 2;
          });
    };
  }

  private static List<Caller> callers(int callers, Caller caller) {
    return IntStream.range(0, callers).mapToObj(n -> caller).toList();
  }

  static EventStreams streams(Provider provider) {
    return provider.capability(EventStreams.class).orElseThrow();
  }

  /** Appends events to a stream, as many at once as may be. */
  static void fill(EventStreams streams, StreamId id, long behind, long events) {
    int most = streams.limits().maxEventsPerAppend();
    for (long done = 0; done < events; done += most) {
      int count = (int) Math.min(most, events - done);
      streams.append(
          new AppendEvents(
              id,
              Expected.exactly(behind + done),
              StreamWriter.events(id.id(), behind + done, count),
              null));
    }
  }
}
