// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.StatementCounter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fetch of many reads no more rows for each of them than a fetch of a few, and none for the rest.
 */
class FetchCostTest {

  private static final int FEW = 10;
  private static final int MANY = 500;

  @TempDir Path directory;

  @Test
  void deliveredInstancesAreNotReadAgain() {
    try (SqliteTestStore store = new SqliteTestStore(directory.resolve("store.db"));
        Provider provider = store.open()) {
      StatementCounter counter = store.statements().orElseThrow();
      long few = rowsOfAFetch(provider, counter, "few", FEW);
      long many = rowsOfAFetch(provider, counter, "many", MANY);

      assertThat(many * FEW).as("rows per instance").isLessThanOrEqualTo(few * MANY);
    }
  }

  private static long rowsOfAFetch(
      Provider provider, StatementCounter counter, String prefix, int n) {
    provider.enqueueAll(
        IntStream.range(0, 2 * n)
            .mapToObj(i ->
                OrchestratorMessage.builder(prefix + "-" + i, "start", Payload.empty())
                    .start(ExecutionStart.of("flow"))
                    .build())
            .toList());
    long before = counter.soFar().rows();
    assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(n, Duration.ofHours(1))))
        .hasSize(n);
    return counter.soFar().rows() - before;
  }
}
