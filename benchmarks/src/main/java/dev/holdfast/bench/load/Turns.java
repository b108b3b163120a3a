// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import java.time.Duration;

/**
 * One turn after the other of one instance: fetch, whatever must be read, ack with one event. With
 * the whole history, as an engine that has forgotten the instance, or with what is new only, as one
 * that still has it in memory. Used by one thread.
 */
public final class Turns implements Caller {

  /** What a turn is called among the latencies. */
  public static final String TURN = "turn";

  private final Provider provider;
  private final String instanceId;
  private final boolean whole;
  private final OrchestrationFetch fetch;
  private final Latencies latencies;

  /**
   * Makes the caller.
   *
   * @param provider the store, in which nothing else is ready
   * @param instanceId the instance
   * @param whole whether each turn reads the whole history
   * @param latencies where its turns are counted
   */
  public Turns(Provider provider, String instanceId, boolean whole, Latencies latencies) {
    this.provider = provider;
    this.instanceId = instanceId;
    this.whole = whole;
    this.fetch =
        OrchestrationFetch.of(1, Duration.ofMinutes(10))
            .withInlineHistory(whole ? OrchestrationFetch.DEFAULT_INLINE_HISTORY : 0);
    this.latencies = latencies;
  }

  @Override
  public int step() {
    provider.enqueue(Work.event(instanceId));
    latencies.time(TURN, this::turn);
    return 1;
  }

  private boolean turn() {
    OrchestrationItem item = provider.fetchOrchestrationItems(fetch).get(0);
    History history = item.history();
    if (whole && !history.complete()) {
      long known = history.events().get(history.events().size() - 1).eventId();
      History rest = provider.readHistory(instanceId, item.executionId(), known, Integer.MAX_VALUE);
      if (!rest.complete()) {
        throw new IllegalStateException("the history came in pieces");
      }
    }
    Applied.check(provider.ackOrchestrationItem(Work.append(item, 1, ExecutionStatus.RUNNING)));
    return true;
  }
}
