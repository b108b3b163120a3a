// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Filling;
import dev.holdfast.bench.store.BenchStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether it stays as fast when the store grows: ratios to a fresh store. */
final class GrowthScenario implements Scenario {

  private static final long TIMERS = 1_000_000;
  private static final long HISTORY_ROWS = 2_000_000;
  private static final int LONG_HISTORY = 10_000;
  private static final int LEAST_LONG_HISTORY = 200;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String description() {
    return "the provider alone, with much in the store: timers, histories, a held snapshot";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    long timers = settings.scaled(TIMERS);
    long rows = settings.scaled(HISTORY_ROWS);
    // A long history is quickly made; it stays long unless the run is a very short one.
    int events =
        (int) Math.min(LONG_HISTORY, Math.max(LEAST_LONG_HISTORY, settings.scaled(TIMERS)));
    List<Case> cases = new ArrayList<>();
    cases.add(
        new GrownCase(
            number(timers) + " future timers",
            (provider, work) -> Filling.timers(provider, work, timers)));
    cases.add(
        new GrownCase(
            number(rows) + " history rows",
            (provider, work) -> Filling.histories(provider, work, rows)));
    cases.add(new HistoryReadCase(events));
    cases.add(new HistoryTurnCase(events, false));
    cases.add(new HistoryTurnCase(events, true));
    if (store.keepsVersionsForReaders()) {
      cases.add(new SnapshotCase());
    }
    return cases;
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
