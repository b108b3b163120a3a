// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Feature;
import java.util.Set;

/**
 * A load on a new store that commits nothing, compared with a rate that is good enough.
 *
 * @param name what it is called
 * @param unit the unit of its figure
 * @param needs the features without which it is left out
 * @param load the load
 * @param callers by how many threads
 * @param rate how much is good enough
 */
record RateCase(
    String name, String unit, Set<Feature> needs, StateLoad load, int callers, long rate)
    implements Case {

  @Override
  public String reference() {
    return "good";
  }

  @Override
  public Sample measure(Round round) throws Exception {
    StateCase.requireDeclared(round, needs);
    Latencies latencies = new Latencies();
    return Sample.of(StateCase.onFreshStore(round, load, callers, latencies), rate, latencies);
  }
}
