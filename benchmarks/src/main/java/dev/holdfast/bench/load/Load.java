// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.ThreadChoice;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Orchestrations with one activity on a provider, without an engine: what the store can carry.
 *
 * @param callers how many threads
 * @param batch how many items the list forms take, 0 for the single forms
 * @param claiming whether each call hands over what it makes ready, so that nothing is fetched
 */
public record Load(int callers, int batch, boolean claiming) {

  /**
   * So much work for each caller of list forms that a fetch finds as many as it may take while
   * others hold theirs.
   */
  private static final int BATCHES_PER_CALLER = 2;

  /** Single calls by so many callers. */
  public static Load single(int callers) {
    return new Load(callers, 0, false);
  }

  /** Single calls with claims by so many callers. */
  public static Load claiming(int callers) {
    return new Load(callers, 0, true);
  }

  /** List forms by so many callers. */
  public static Load lists(int callers, int batch) {
    return new Load(callers, batch, false);
  }

  /**
   * Runs it.
   *
   * @return orchestrations per second
   */
  public double run(
      Provider provider,
      Work work,
      ThreadChoice threads,
      Duration warmUp,
      Duration measured,
      Latencies latencies)
      throws InterruptedException {
    Calls calls =
        batch == 0
            ? new SingleCalls(provider, latencies)
            : new ListCalls(provider, latencies, batch);
    int population = batch == 0 ? 1 : BATCHES_PER_CALLER * batch;
    List<Caller> all = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      all.add(
          claiming
              ? new Claiming(work, provider, latencies)
              : new Everything(work, calls, population));
    }
    return ClosedLoop.run(all, threads, warmUp, measured, latencies);
  }
}
