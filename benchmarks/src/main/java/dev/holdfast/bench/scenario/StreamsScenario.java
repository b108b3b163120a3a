// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.ProjectionLoads;
import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.load.StreamLoads;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.provider.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What events cost: appends, turns with appends, reads, readers elsewhere, projections. */
final class StreamsScenario implements Scenario {

  private static final Set<Feature> STREAMS = Set.of(Feature.EVENT_STREAMS);
  private static final Set<Feature> PROJECTIONS = Set.of(Feature.PROJECTIONS);

  private static final List<Integer> CALLERS = List.of(1, 16, 64, 256);
  private static final int MANY_EVENTS = 10;
  private static final int SEVERAL = 8;
  private static final int MANY = 64;
  private static final int SHORT_STREAM = 100;
  private static final long LONG_STREAM = 10_000;
  private static final long LOG = 100_000;
  private static final int MANY_ROWS = 100;

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public String description() {
    return "the provider alone: events appended and read, also beside a table written by hand";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    List<Case> cases = new ArrayList<>();
    for (boolean keyed : new boolean[] {false, true}) {
      for (int events : new int[] {1, MANY_EVENTS}) {
        for (int callers : CALLERS) {
          cases.add(append(store, callers, events, keyed));
        }
      }
    }
    for (int callers : CALLERS) {
      cases.add(ByHandCase.appends(callers));
    }
    StateLoad turns = StreamLoads.turns(1);
    cases.add(
        new StateCase(
            "turns with 1 append", "turns/s", STREAMS, turns, SEVERAL, store.floor(SEVERAL)));
    cases.add(
        new BesideCase(
            "1 append in a turn", "turns/s", STREAMS, turns, StateLoad.turns(0), SEVERAL));
    reads(cases, store, settings);
    cases.add(new DeliveryCase(0, store.floor(1)));
    cases.add(new DeliveryCase(MANY, store.floor(1)));
    projections(cases, store, settings);
    return cases;
  }

  private static Case append(BenchStore store, int callers, int events, boolean keyed) {
    String name =
        "append%s%s, %s"
            .formatted(
                events == 1 ? "" : " of " + events,
                keyed ? " with key" : "",
                callers == 1 ? "1 caller" : callers + " callers");
    return new StateCase(
        name,
        "appends/s",
        STREAMS,
        StreamLoads.appends(events, keyed),
        callers,
        store.floor(callers));
  }

  private static void reads(List<Case> cases, BenchStore store, Settings settings) {
    for (int events : new int[] {SHORT_STREAM, (int) settings.scaled(LONG_STREAM)}) {
      cases.add(
          new StateCase(
              "stream of %s loaded".formatted(GrowthScenario.number(events)),
              "events/s",
              STREAMS,
              StreamLoads.streamReads(events),
              1,
              store.floor(1)));
    }
    long log = settings.scaled(LOG);
    cases.add(new RateCase("log read", "events/s", STREAMS, StreamLoads.logReads(log), 1, LOG));
    cases.add(ByHandCase.reads(log));
  }

  private static void projections(List<Case> cases, BenchStore store, Settings settings) {
    for (int rows : new int[] {1, MANY_ROWS}) {
      for (int callers : new int[] {1, SEVERAL}) {
        cases.add(
            new StateCase(
                "projection, %s, %s"
                    .formatted(
                        rows == 1 ? "1 row" : rows + " rows",
                        callers == 1 ? "1 caller" : callers + " callers"),
                "updates/s",
                PROJECTIONS,
                ProjectionLoads.updates(rows),
                callers,
                store.floor(callers)));
      }
    }
    long log = settings.scaled(LOG);
    cases.add(
        new StateCase(
            "projection rebuilt from %s events".formatted(GrowthScenario.number(log)),
            "events/s",
            PROJECTIONS,
            ProjectionLoads.rebuild(log),
            1,
            store.floor(1)));
  }
}
