// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A real store for each test: its rules of transitions, versions and attempts are those that count.
 */
abstract class OnSqlite {

  final MovableClock clock = new MovableClock();
  private final AtomicInteger runs = new AtomicInteger();
  Provider provider;

  @BeforeEach
  void openStore() {
    provider = Providers.open(ProviderConfig.url("sqlite::memory:").clock(clock).build());
  }

  @AfterEach
  void closeStore() {
    provider.close();
  }

  final StoredRun run(GraphDefinition graph, String inputs) {
    StoredRun run =
        new StoredRun(provider, clock, "run-" + runs.incrementAndGet(), graph, Jsons.read(inputs));
    run.create();
    return run;
  }
}
