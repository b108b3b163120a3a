// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EndWatcherTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir Path directory;

  @Test
  void whoLeavesLateTakesNothingFromWhoCameLater() throws Exception {
    Path file = directory.resolve("store.db");
    CompletionSignals signals = new CompletionSignals();
    try (Provider provider = Providers.open(ProviderConfig.url("sqlite:" + file).build());
        EndWatcher watcher = new EndWatcher(provider, signals)) {
      end(provider, "order");
      EndWatcher.Watched first;
      try (CompletionSignals.Waiter waiter = signals.listen("order")) {
        first = watcher.watch("order");
        assertThat(waiter.await(LONG)).isNotNull();
      }
      try (CompletionSignals.Waiter waiter = signals.listen("order")) {
        EndWatcher.Watched second = watcher.watch("order");
        watcher.leave(first);
        assertThat(waiter.await(LONG)).isNotNull();
        watcher.leave(second);
      }
    }
  }

  private static void end(Provider provider, String id) {
    provider.enqueue(
        OrchestratorMessage.builder(id, "start", Payload.utf8("x"))
            .start(new ExecutionStart("flow", null, null))
            .build());
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(
                provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LONG)).get(0).lockToken(),
                1)
            .metadata(ExecutionMetadata.builder().status(ExecutionStatus.COMPLETED).build())
            .build());
  }
}
