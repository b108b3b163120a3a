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

/** One item per call. */
final class SingleCalls implements Calls {

  private final Provider provider;
  private final Latencies latencies;
  private final Fetches fetches;

  SingleCalls(Provider provider, Latencies latencies) {
    this.provider = provider;
    this.latencies = latencies;
    this.fetches = new Fetches(provider, latencies, 1);
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
    for (OrchestrationAck ack : acks) {
      Applied.check(latencies.time("ackOrchestration", () -> provider.ackOrchestrationItem(ack)));
    }
  }

  @Override
  public void ackActivities(List<ActivityAck> acks) {
    for (ActivityAck ack : acks) {
      Applied.check(latencies.time("ackActivity", () -> provider.ackActivityItem(ack)));
    }
  }

  @Override
  public void start(List<OrchestratorMessage> starts) {
    for (OrchestratorMessage start : starts) {
      long before = System.nanoTime();
      provider.enqueue(start);
      latencies.record("enqueue", System.nanoTime() - before);
    }
  }
}
