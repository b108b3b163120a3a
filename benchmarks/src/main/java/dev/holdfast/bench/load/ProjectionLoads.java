// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.UpdateProjection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Work on projections, without an engine. */
public final class ProjectionLoads {

  /** Over so many keys a projection's updates go by turns. */
  private static final int KEYS = 1_000;

  private ProjectionLoads() {}

  /** Updates of so many rows each; each caller has a projection of its own. */
  public static StateLoad updates(int rows) {
    return (provider, work, callers, latencies) -> {
      Projections projections = provider.capability(Projections.class).orElseThrow();
      return IntStream.range(0, callers)
          .<Caller>mapToObj(n -> new Updates(projections, work.newId(), rows, latencies))
          .toList();
    };
  }

  /** Moves no checkpoint, but names it, as each update of one that follows the log does. */
  private static final class Updates implements Caller {
    private static final Advance STAYS = new Advance(0, LogPosition.START, LogPosition.START);

    private final Projections projections;
    private final String name;
    private final int generation;
    private final int rows;
    private final Latencies latencies;
    private int next;

    Updates(Projections projections, String name, int rows, Latencies latencies) {
      this.projections = projections;
      this.name = name;
      this.rows = rows;
      this.latencies = latencies;
      generation = projections.create(name, 0, 1, LogPosition.START);
    }

    @Override
    public int step() {
      List<RowChange> changes = new ArrayList<>(rows);
      for (int n = 0; n < rows; n++) {
        changes.add(RowChange.put("row-" + next, Work.PAYLOAD));
        next = (next + 1) % KEYS;
      }
      latencies.time(
          "update",
          () ->
              projections.update(
                  UpdateProjection.advancing(name, generation, changes, STAYS), null));
      return 1;
    }
  }

  /**
   * Rebuilds over a log of so many events, one generation after the other: each page read, and the
   * rows of its streams put with the checkpoint.
   */
  public static StateLoad rebuild(long events) {
    return (provider, work, callers, latencies) -> {
      Projections projections = provider.capability(Projections.class).orElseThrow();
      Filling.log(provider, work, events);
      return IntStream.range(0, callers)
          .<Caller>mapToObj(n ->
              new Rebuilds(StreamLoads.streams(provider), projections, work.newId(), latencies))
          .toList();
    };
  }

  private static final class Rebuilds implements Caller {
    private final EventStreams streams;
    private final Projections projections;
    private final String name;
    private final int limit;
    private final Latencies latencies;
    private int generation;
    private LogPosition checkpoint = LogPosition.START;

    Rebuilds(EventStreams streams, Projections projections, String name, Latencies latencies) {
      this.streams = streams;
      this.limit = streams.limits().maxPageSize();
      this.projections = projections;
      this.name = name;
      this.latencies = latencies;
      generation = projections.create(name, 0, 1, LogPosition.START);
    }

    @Override
    public int step() {
      LogPage page =
          latencies.time("page", () -> streams.readLog(LogRead.after(checkpoint, limit)));
      Set<String> keys = new LinkedHashSet<>();
      for (StreamEvent event : page.events()) {
        keys.add(event.stream().id());
      }
      List<RowChange> rows =
          keys.stream().<RowChange>map(key -> RowChange.put(key, Work.PAYLOAD)).toList();
      Advance advance = new Advance(0, checkpoint, page.next());
      latencies.time(
          "update",
          () ->
              projections.update(
                  UpdateProjection.advancing(name, generation, rows, advance), null));
      checkpoint = page.next();
      if (page.atEnd()) {
        generation = projections.create(name, generation, 1, LogPosition.START);
        checkpoint = LogPosition.START;
      }
      return page.events().size();
    }
  }
}
