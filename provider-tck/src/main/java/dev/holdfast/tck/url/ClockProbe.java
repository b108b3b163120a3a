// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.reference.StandingClock;
import java.time.Duration;
import java.util.List;

/** Finds out whether a store goes by the clock of its configuration. Stateless. */
final class ClockProbe {

  private static final Duration FAR = Duration.ofDays(400);

  private ClockProbe() {}

  /** Moves the clock far ahead and looks at what the store takes for now. */
  static boolean obeys(Provider provider, StandingClock clock) {
    clock.advance(FAR);
    provider.enqueue(message());
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofSeconds(30)));
    return items.size() == 1 && items.get(0).fetchedAt().equals(clock.now());
  }

  private static OrchestratorMessage message() {
    return OrchestratorMessage.builder("probe", "start", Payload.utf8("probe"))
        .start(new ExecutionStart("probe", null, null))
        .build();
  }
}
