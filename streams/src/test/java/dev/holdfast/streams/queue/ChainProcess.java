// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.worker.WorkerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers of chains in a JVM of their own: store, category and number of workers are its arguments,
 * the end of its input its end.
 */
final class ChainProcess {

  private ChainProcess() {}

  static ChildJvm launch(String url, String category, int workers) throws IOException {
    return ChildJvm.launch(ChainProcess.class, url, category, Integer.toString(workers));
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    QueuePolicy policy = QueuePolicy.defaults().withBackoff(Duration.ZERO, Duration.ZERO);
    // What a killed process held is soon free; being killed often is nobody's fault here.
    WorkerSettings settings =
        WorkerSettings.defaults()
            .withConcurrency(2, 1)
            .withLockFor(Duration.ofSeconds(1))
            .withMaxDeliveries(1_000)
            .withCloseGrace(Duration.ofSeconds(20));
    Chain.HOOK.set(command -> {
      if (command.name().startsWith("bad")) {
        throw new IllegalStateException("it is bad");
      }
    });
    boolean clean = true;
    List<QueueWorker> workers = new ArrayList<>();
    try (Provider provider = Providers.open(ProviderConfig.url(arguments[0]).build());
        EventSourcing events = EventSourcing.on(provider)) {
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        workers.add(
            QueueEngine.builder(events)
                .queue(Chain.in(arguments[1]))
                .policy(policy)
                .build()
                .start(settings));
      }
      ChildJvm.awaitEnd();
      for (QueueWorker worker : workers) {
        clean &= worker.close(Duration.ofSeconds(20)).isNothing();
      }
    }
    System.exit(clean ? 0 : 3);
  }
}
