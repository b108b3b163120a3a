// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Store;
import java.io.IOException;
import java.time.Duration;

/**
 * Runners in a JVM of their own, for rows in the store and in a table of the application: store,
 * category and table are its arguments, the end of its input its end.
 */
final class RunnerProcess {

  private RunnerProcess() {}

  static ChildJvm launch(String url, String category, String table) throws IOException {
    return ChildJvm.launch(RunnerProcess.class, url, category, table);
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
      ChildJvm.awaitEnd();
    }
  }
}
