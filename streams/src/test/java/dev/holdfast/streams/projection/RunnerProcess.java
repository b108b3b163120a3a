// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Runners in a JVM of their own, for rows in the store and in a table of the application: store,
 * category and table are its arguments, the end of its input its end.
 */
final class RunnerProcess {

  private final Process process;

  private RunnerProcess(Process process) {
    this.process = process;
  }

  static RunnerProcess launch(String url, String category, String table) throws IOException {
    return new RunnerProcess(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx128m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    RunnerProcess.class.getName(),
                    url,
                    category,
                    table))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /** Ends it without a chance to clean up. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    String url = arguments[0];
    String category = arguments[1];
    // What a killed process held is soon free.
    RunnerSettings settings =
        RunnerSettings.defaults()
            .withLease(Duration.ofMillis(500))
            .withPageSize(2)
            .withPause(Duration.ofMillis(10));
    try (Provider provider = Providers.open(ProviderConfig.url(url).build());
        EventSourcing events = EventSourcing.on(provider);
        ProjectionRunner following = Projector.on(events, Balance.of(category), 2).start(settings);
        ProjectionRunner own =
            Projector.into(
                    events,
                    Balance.builder(category + "-own")
                        .categories(category)
                        .handler(Balance::changes),
                    () -> Store.connect(url),
                    new Accounts(arguments[2]))
                .start(settings)) {
      while (System.in.read() >= 0) {
        // whoever launched this process still wants it
      }
    }
  }
}
