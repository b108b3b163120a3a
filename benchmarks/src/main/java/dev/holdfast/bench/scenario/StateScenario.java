// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.provider.Feature;
import java.util.List;
import java.util.Set;

/** What explicit state costs: changes in acks, inboxes, deliveries, and a run of many steps. */
final class StateScenario implements Scenario {

  private static final long STEPS = 1_000;
  private static final int SEVERAL = 8;
  private static final int MANY_CHANGES = 10;

  private static final Set<Feature> CHANGES = Set.of(Feature.CHANGES, Feature.STATE_TABLES);
  private static final Set<Feature> INBOX = Set.of(Feature.INBOX);
  private static final Set<Feature> TRIGGERS = Set.of(Feature.TRIGGERS, Feature.STATE_TABLES);

  @Override
  public String name() {
    return "state";
  }

  @Override
  public String description() {
    return "the provider alone: turns with changes, inboxes, deliveries, runs of many steps";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    int steps = (int) settings.scaled(STEPS);
    StateLoad none = StateLoad.turns(0);
    StateLoad one = StateLoad.turns(1);
    StateLoad many = StateLoad.turns(MANY_CHANGES);
    return List.of(
        new StateCase("turns", "turns/s", Set.of(), none, SEVERAL, store.floor(SEVERAL)),
        new StateCase(
            "turns with 1 change", "turns/s", CHANGES, one, SEVERAL, store.floor(SEVERAL)),
        new StateCase(
            "turns with 10 changes", "turns/s", CHANGES, many, SEVERAL, store.floor(SEVERAL)),
        new BesideCase("1 change in a turn", "turns/s", CHANGES, one, none, SEVERAL),
        new BesideCase("10 changes in a turn", "turns/s", CHANGES, many, none, SEVERAL),
        new StateCase("inbox, 1 caller", "messages/s", INBOX, StateLoad.inbox(), 1, store.floor(1)),
        new StateCase(
            "inbox, 8 callers",
            "messages/s",
            INBOX,
            StateLoad.inbox(),
            SEVERAL,
            store.floor(SEVERAL)),
        new StateCase(
            "deliveries, 1 caller",
            "inputs/s",
            TRIGGERS,
            StateLoad.deliveries(),
            1,
            store.floor(1)),
        new StateCase(
            "deliveries, 8 callers",
            "inputs/s",
            TRIGGERS,
            StateLoad.deliveries(),
            SEVERAL,
            store.floor(SEVERAL)),
        new StateCase(
            "inputs delivered and used",
            "inputs/s",
            TRIGGERS,
            StateLoad.inputs(),
            SEVERAL,
            store.floor(SEVERAL)),
        new StateCase(
            "%s steps read".formatted(GrowthScenario.number(steps)),
            "runs/s",
            CHANGES,
            StateLoad.stepReads(steps),
            1,
            store.floor(1)),
        new StateCase(
            "one of %s steps changed".formatted(GrowthScenario.number(steps)),
            "steps/s",
            CHANGES,
            StateLoad.stepChanges(steps),
            SEVERAL,
            store.floor(SEVERAL)));
  }
}
