// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.TimeControl;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Times that the provider itself stores come from the store's clock and never run backwards
 * (CLOCK-05). The kit can see them only through INSTANCE_ADMIN; whoever does not declare that looks
 * into the tables.
 */
class StoredTimesTest {

  private static final Duration LOCK = Duration.ofMinutes(5);

  @Test
  void storedTimesDoNotRunBackwardsWhenTheClockDoes() throws SQLException {
    try (H2TestStore store = new H2TestStore(Directory.fresh("times"))) {
      TimeControl clock = store.timeControl().orElseThrow();
      try (Provider provider = store.open()) {
        ack(provider, fetch(provider), ExecutionStatus.RUNNING);
        LockToken token = fetch(provider);
        clock.setBack().orElseThrow().by(Duration.ofHours(1));
        ack(provider, token, ExecutionStatus.COMPLETED);

        try (Connection connection = Sql.connect(store.config().orElseThrow())) {
          assertEquals(
              List.of(),
              Sql.query(
                  connection,
                  """
                  SELECT i.created_at, i.updated_at, e.started_at, e.completed_at
                    FROM holdfast_instance i JOIN holdfast_execution e USING (instance_id)
                   WHERE i.updated_at < i.created_at OR e.completed_at < e.started_at
                      OR i.created_at IS NULL OR e.completed_at IS NULL
                  """));
        }
      }
    }
  }

  private static LockToken fetch(Provider provider) {
    provider.enqueue(
        OrchestratorMessage.builder("order", "start", Payload.empty())
            .start(new ExecutionStart("Order", null, null))
            .build());
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).get(0).lockToken();
  }

  private static void ack(Provider provider, LockToken token, ExecutionStatus status) {
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(token, 1)
            .metadata(ExecutionMetadata.builder().name("Order").status(status).build())
            .build());
  }
}
