// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.List;

/** Many items per call; a call counts once, however many items it has. */
final class ListCalls implements Calls {

  private final Provider provider;
  private final Latencies latencies;
  private final Fetches fetches;

  ListCalls(Provider provider, Latencies latencies, int max) {
    this.provider = provider;
    this.latencies = latencies;
    this.fetches = new Fetches(provider, latencies, max);
  }

  @Override
  public List<OrchestrationItem> orchestrations(Duration waitUpTo) {
    return fetches.orchestrations(waitUpTo);
  }

  @Override
  public List<ActivityItem> activities(Duration waitUpTo) {
    return fetches.activities(waitUpTo);
  }

  @Override
  public void ackTurns(List<OrchestrationAck> acks) {
    latencies
        .time("ackOrchestration", () -> provider.ackOrchestrationItems(acks))
        .forEach(Applied::check);
  }

  @Override
  public void ackActivities(List<ActivityAck> acks) {
    latencies.time("ackActivity", () -> provider.ackActivityItems(acks)).forEach(Applied::check);
  }

  @Override
  public void start(List<OrchestratorMessage> starts) {
    long before = System.nanoTime();
    provider.enqueueAll(starts);
    latencies.record("enqueue", System.nanoTime() - before);
  }
}
