// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.jdbc.JdbcErrors;
import dev.holdfast.tck.jdbc.StoreTap;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** What is not used costs nothing: instances without key-values never look for them. */
class ValuesCostTest {

  @TempDir Path directory;

  private final StoreTap tap = new StoreTap(JdbcErrors.standard(), false);
  private Provider provider;

  @BeforeEach
  void open() {
    ProviderConfig config = ProviderConfig.url("sqlite:" + directory.resolve("store.db")).build();
    provider =
        SqliteProvider.open(
            config,
            SqliteOptions.parse(config),
            (url, properties) -> tap.wrap(JDBC.createConnection(url, properties)));
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void instancesWithoutValuesNeverLookForThem() {
    assertThat(aboutValues(() -> life("plain"))).isEmpty();
  }

  @Test
  void thoseThatHaveSomeDo() {
    assertThat(aboutValues(() -> life("valued", new KeyValueMutation.Set("key", Payload.empty()))))
        .isNotEmpty();
  }

  private List<String> aboutValues(Runnable calls) {
    return tap.textsDuring(calls).stream().filter(sql -> sql.contains("key_value")).toList();
  }

  /** Two turns, of which the second ends the instance, and a look at what comes afterwards. */
  private void life(String id, KeyValueMutation... changes) {
    provider.enqueue(Work.start(id, "flow"));
    ack(null, changes);
    provider.enqueue(Work.message(id, 1));
    ack(ExecutionStatus.COMPLETED);
    provider.enqueue(Work.message(id, 1));
    ack(null);
  }

  private void ack(@Nullable ExecutionStatus status, KeyValueMutation... changes) {
    OrchestrationItem item =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Work.LOCK)).get(0);
    ExecutionMetadata.Builder metadata = ExecutionMetadata.builder().name("flow").status(status);
    List.of(changes).forEach(metadata::keyValue);
    assertThat(
            provider.ackOrchestrationItem(
                OrchestrationAck.builder(item.lockToken(), 1).metadata(metadata.build()).build()))
        .isInstanceOf(AckResult.Applied.class);
  }
}
