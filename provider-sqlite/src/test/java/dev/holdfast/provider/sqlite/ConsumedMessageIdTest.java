// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A message id that an ack consumes without an instance coming to be is free in that very ack. */
class ConsumedMessageIdTest {

  @Test
  void anAckMaySendItselfTheIdThatItConsumes() {
    try (Provider provider = Providers.open("sqlite::memory:")) {
      OrchestrationFetch fetch = OrchestrationFetch.of(1, Duration.ofMinutes(1));
      OrchestratorMessage again =
          OrchestratorMessage.builder("one", "again", Payload.empty()).messageId("m0").build();
      provider.enqueue(
          OrchestratorMessage.builder("one", "start", Payload.empty())
              .start(ExecutionStart.of("flow"))
              .build());
      provider.enqueue(again);
      OrchestrationItem first = provider.fetchOrchestrationItems(fetch).get(0);

      AckResult result =
          provider.ackOrchestrationItem(
              OrchestrationAck.builder(first.lockToken(), 1).messages(List.of(again)).build());

      assertThat(result).isInstanceOf(AckResult.Applied.class);
      assertThat(provider.fetchOrchestrationItems(fetch))
          .singleElement()
          .satisfies(item -> assertThat(item.messages()).hasSize(1));
    }
  }
}
