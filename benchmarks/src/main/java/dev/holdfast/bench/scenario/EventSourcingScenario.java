// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.LibraryLoads;
import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.provider.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What an application of events gets: commands, loads with and without a snapshot, rows that are
 * read, and a rebuild (ES-41).
 */
final class EventSourcingScenario implements Scenario {

  private static final int SEVERAL = 16;
  private static final long STREAM = 1_000;
  private static final long LOG = 10_000;

  @Override
  public String name() {
    return "event-sourcing";
  }

  @Override
  public String description() {
    return "through the library: commands, loads, rows of projections and their rebuild";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    List<Case> cases = new ArrayList<>();
    for (int callers : new int[] {1, SEVERAL}) {
      cases.add(
          new StateCase(
              "command with an id, %d caller%s".formatted(callers, callers == 1 ? "" : "s"),
              "commands/s",
              Set.of(Feature.EVENT_STREAMS),
              LibraryLoads.commands(),
              callers,
              store.floor(callers)));
    }
    int stream = (int) settings.scaled(STREAM);
    String size = GrowthScenario.number(stream);
    cases.add(
        reads(
            store,
            "load of %s events with a snapshot".formatted(size),
            "loads/s",
            Set.of(Feature.EVENT_STREAMS, Feature.SNAPSHOTS),
            LibraryLoads.loads(stream, true)));
    cases.add(
        reads(
            store,
            "load of %s events without".formatted(size),
            "loads/s",
            Set.of(Feature.EVENT_STREAMS),
            LibraryLoads.loads(stream, false)));
    long log = settings.scaled(LOG);
    cases.add(
        reads(
            store,
            "row of a projection",
            "rows/s",
            Set.of(Feature.EVENT_STREAMS, Feature.PROJECTIONS),
            LibraryLoads.rowReads((int) log)));
    cases.add(new RebuildCase(log, store.floor(1)));
    return cases;
  }

  /** By one caller. A read commits nothing; the floor says how fast the machine is. */
  private static Case reads(
      BenchStore store, String name, String unit, Set<Feature> needs, StateLoad load) {
    return new StateCase(name, unit, needs, load, 1, store.floor(1));
  }
}
