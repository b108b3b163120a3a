// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Feature;
import java.util.Set;

/**
 * A load, compared with the same load without what it is about, in the same round.
 *
 * @param name what it is called
 * @param unit the unit of its figure
 * @param needs the features without which it is left out
 * @param load the load
 * @param without the same without
 * @param callers by how many threads
 */
record BesideCase(
    String name, String unit, Set<Feature> needs, StateLoad load, StateLoad without, int callers)
    implements Case {

  @Override
  public String reference() {
    return "without";
  }

  @Override
  public Sample measure(Round round) throws Exception {
    StateCase.requireDeclared(round, needs);
    double bare = StateCase.onFreshStore(round, without, callers, new Latencies());
    Latencies latencies = new Latencies();
    double with = StateCase.onFreshStore(round, load, callers, latencies);
    return Sample.of(with, bare, latencies);
  }
}
