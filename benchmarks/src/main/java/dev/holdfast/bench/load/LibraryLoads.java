// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.projection.Projector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Work through the library for applications of events. */
public final class LibraryLoads {

  private static final int EVENTS_PER_STREAM = 10;

  /** A stream of the usual interval of snapshots is in the middle between two of them. */
  private static final int BEHIND_SNAPSHOT = 5;

  private LibraryLoads() {}

  /** Commands of one event, with ids; each caller has an aggregate of its own, in memory. */
  public static StateLoad commands() {
    return (provider, work, callers, latencies) -> {
      Repository<Tally.Sum, Long, Tally.Added> sums =
          EventSourcing.on(provider).repository(Tally.AGGREGATE);
      return callers(
          callers,
          n -> {
            String id = work.newId();
            return () -> {
              latencies.time("execute", () -> sums.execute(id, work.newId(), 1L));
              return 1;
            };
          });
    };
  }

  /**
   * Loads of an aggregate that nobody has in memory.
   *
   * @param events how many events its stream has
   * @param snapshot whether there is a snapshot a few versions before its end
   */
  public static StateLoad loads(int events, boolean snapshot) {
    return (provider, work, callers, latencies) -> {
      Repository<Tally.Sum, Long, Tally.Added> sums =
          EventSourcing.builder(provider)
              .cachedStates(0)
              .snapshotEvery(0)
              .snapshotAfterReading(Integer.MAX_VALUE)
              .build()
              .repository(Tally.AGGREGATE);
      String id = work.newId();
      int behind = Math.min(BEHIND_SNAPSHOT, events - 1);
      append(provider, id, 0, events - behind);
      if (snapshot) {
        sums.snapshot(id);
      }
      append(provider, id, events - behind, behind);
      return callers(
          callers,
          n ->
              () -> {
                latencies.time("load", () -> sums.load(id));
                return 1;
              });
    };
  }

  /** Reads of single rows of a projection that so many events were folded into. */
  public static StateLoad rowReads(int events) {
    return (provider, work, callers, latencies) -> {
      EventSourcing library = EventSourcing.on(provider);
      List<String> ids = log(provider, work, events);
      Projector<?, ?> projector = Projector.on(library, Tally.PROJECTION);
      projector.catchUp();
      return callers(callers, n -> new RowReads(projector, ids, latencies));
    };
  }

  private static final class RowReads implements Caller {
    private final Projector<?, ?> projector;
    private final List<String> ids;
    private final Latencies latencies;
    private int next;

    RowReads(Projector<?, ?> projector, List<String> ids, Latencies latencies) {
      this.projector = projector;
      this.ids = ids;
      this.latencies = latencies;
    }

    @Override
    public int step() {
      String id = ids.get(next);
      next = (next + 1) % ids.size();
      latencies.time("row", () -> projector.row(id).orElseThrow());
      return 1;
    }
  }

  /**
   * Puts events into a store, and their projection up to date.
   *
   * @param events how many
   * @return the projection, with the usual settings
   */
  public static Projector<?, ?> projected(Provider provider, Work work, long events) {
    log(provider, work, events);
    Projector<?, ?> projector = Projector.on(EventSourcing.on(provider), Tally.PROJECTION);
    projector.catchUp();
    return projector;
  }

  private static List<String> log(Provider provider, Work work, long events) {
    List<String> ids = new ArrayList<>();
    for (long done = 0; done < events; done += EVENTS_PER_STREAM) {
      String id = work.newId();
      append(provider, id, 0, (int) Math.min(EVENTS_PER_STREAM, events - done));
      ids.add(id);
    }
    return ids;
  }

  /** As the library would, with fewer commits. */
  private static void append(Provider provider, String id, int behind, int events) {
    EventStreams streams = StreamLoads.streams(provider);
    int most = streams.limits().maxEventsPerAppend();
    for (int done = 0; done < events; done += most) {
      List<NewEvent> page =
          IntStream.range(0, Math.min(most, events - done)).mapToObj(n -> event()).toList();
      streams.append(
          new AppendEvents(
              new StreamId(Tally.CATEGORY, id), Expected.exactly(behind + done), page, null));
    }
  }

  private static NewEvent event() {
    EncodedEvent encoded = Tally.AGGREGATE.events().encode(Tally.one());
    return NewEvent.builder(encoded.type(), encoded.data())
        .schemaVersion(encoded.schemaVersion())
        .build();
  }

  private static List<Caller> callers(int callers, IntFunction<Caller> caller) {
    return IntStream.range(0, callers).mapToObj(caller).toList();
  }
}
