// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphJson;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Payload;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each run keeps the definition that it is done by, for those who have not the code. */
@Timeout(120)
class StoredDefinitionTest {

  private static final int ENOUGH = 1_000_000;

  private final Calc calc = new Calc();
  @TempDir Path directory;
  private Store store;
  private GraphClient stranger;

  @BeforeEach
  void openStore() {
    store = Store.sqlite(directory);
    stranger = Graphs.client(store.provider);
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  private void work() {
    store.start(
        calc.register(Graphs.builder(store.provider))
            .graph(Calc.FAN)
            .graph(Calc.FORK)
            .settings(Store.quick()));
  }

  private List<HistoryEvent> events(String runId, long execution) {
    return store.provider.readHistory(runId, execution, 0, 10).events();
  }

  @Test
  void itIsThereOnceTheRunHasBegunAndIsWrittenOnce() throws Exception {
    assertThat(stranger.definition("none")).isEmpty();
    stranger.start(Calc.FAN, "r", Map.of("n", 3));
    assertThat(stranger.definition("r")).isEmpty();
    work();
    stranger.await("r", Store.LONG);
    assertThat(stranger.definition("r")).contains(Calc.FAN);
    assertThat(events("r", 1)).hasSize(1);
  }

  @Test
  void aRestartedRunKeepsItToo() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "left",
        context -> {
          if (broken.get()) {
            throw new IllegalStateException("broken");
          }
        });
    work();
    stranger.start(Calc.FORK, "r", Map.of("n", 1));
    assertThatThrownBy(() -> stranger.await("r", Store.LONG))
        .isInstanceOf(RunFailedException.class);
    broken.set(false);
    Graphs.client(store.provider, Calc.FORK).restart("r");
    stranger.await("r", Store.LONG);
    assertThat(stranger.definition("r")).contains(Calc.FORK);
    assertThat(events("r", 1)).hasSize(1);
    assertThat(events("r", 2)).hasSize(1);
  }

  @Test
  void oneThatIsTooLargeIsLeftOut() {
    StoredDefinition small = StoredDefinition.of(Calc.FAN, ENOUGH);
    List<HistoryEvent> events = small.events(false, History.empty(), Instant.EPOCH);
    assertThat(events).hasSize(1);
    Payload stored = events.get(0).data();
    assertThat(GraphJson.readChecked(stored.asUtf8())).isEqualTo(Calc.FAN);
    assertThat(
            StoredDefinition.of(Calc.FAN, stored.size() - 1)
                .events(true, History.empty(), Instant.EPOCH))
        .isEmpty();
    assertThat(small.events(false, new History(1, events, true), Instant.EPOCH)).isEmpty();
  }
}
