// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Provider;
import java.util.List;

/** Work on explicit state, without an engine. */
@FunctionalInterface
public interface StateLoad {

  /** Puts into a new store what it needs, and returns its callers. */
  List<Caller> prepare(Provider provider, Work work, int callers, Latencies latencies);

  /** Turns with so many changes each: one of a run, the others of its steps. */
  static StateLoad turns(int changes) {
    return (provider, work, callers, latencies) ->
        ChangingTurns.prepare(provider, work, callers, changes, latencies);
  }

  /** Messages that are appended, fetched and consumed; each caller has an inbox of its own. */
  static StateLoad inbox() {
    return InboxCalls::prepare;
  }

  /** Inputs that are delivered; each caller has a suspended run of its own. */
  static StateLoad deliveries() {
    return Deliveries::prepare;
  }

  /** Inputs that are delivered, and consumed by the turn that they wake. */
  static StateLoad inputs() {
    return UsedInputs::prepare;
  }

  /** Reads of all steps of a run that has so many. */
  static StateLoad stepReads(int steps) {
    return (provider, work, callers, latencies) ->
        ManySteps.reads(provider, work, callers, steps, latencies);
  }

  /** Changes of single steps of runs that have so many; each caller has a run of its own. */
  static StateLoad stepChanges(int steps) {
    return (provider, work, callers, latencies) ->
        ManySteps.changes(provider, work, callers, steps, latencies);
  }
}
