// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Where the contract leaves an order open the model follows the provider, and nowhere else. */
class ReferenceModelTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final ReferenceModel model = new ReferenceModel(now::get);

  @Test
  void instancesOfOneMomentComeInTheOrderOfTheProvider() {
    start("a", "mine");
    start("b", "mine");

    assertThat(fetched("b")).isEqualTo("b");
  }

  @Test
  void oneThatIsReadyLongerComesFirst() {
    start("older", "mine");
    now.set(now.get().plusSeconds(1));
    start("b", "mine");

    assertThat(fetched("b")).isEqualTo("older");
  }

  @Test
  void oneThatTheFetchPassesByHasNoSay() {
    start("older", "of others");
    now.set(now.get().plusSeconds(1));
    start("a", "mine");
    start("b", "mine");

    assertThat(fetched("b")).isEqualTo("b");
  }

  private void start(String id, String code) {
    model
        .provider()
        .enqueue(
            OrchestratorMessage.builder(id, "Start", Payload.empty())
                .start(ExecutionStart.of(code))
                .build());
  }

  /** The instance that a fetch of one answers, when the provider has answered another. */
  private String fetched(String byTheProvider) {
    model.follow(List.of(byTheProvider), false);
    List<OrchestrationItem> items =
        model
            .provider()
            .fetchOrchestrationItems(
                OrchestrationFetch.of(1, Duration.ofMinutes(1))
                    .withServed(Set.of(new OrchestrationCode("mine", null))));
    return items.get(0).instanceId();
  }
}
