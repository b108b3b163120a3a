// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers of chains in a JVM of their own: store, category and number of workers are its arguments,
 * the end of its input its end.
 */
final class ChainProcess {

  private final Process process;

  private ChainProcess(Process process) {
    this.process = process;
  }

  static ChainProcess launch(String url, String category, int workers) throws IOException {
    return new ChainProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx128m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ChainProcess.class.getName(),
                    url,
                    category,
                    Integer.toString(workers)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Ends it without a chance to clean up. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it close its workers; returns its exit code. */
  int end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    return process.waitFor();
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
      while (System.in.read() >= 0) {
        // whoever launched this process still wants it
      }
      for (QueueWorker worker : workers) {
        clean &= worker.close(Duration.ofSeconds(20)).isNothing();
      }
    }
    System.exit(clean ? 0 : 3);
  }
}
