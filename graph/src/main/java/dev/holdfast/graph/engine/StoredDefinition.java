// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphJson;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definition of a graph as each execution of its runs keeps it: the first event of the history,
 * which is written once and which no turn reads. It is there for people, and nothing is decided
 * from it. Immutable.
 */
final class StoredDefinition {

  private static final Logger LOG = LoggerFactory.getLogger(StoredDefinition.class);

  static final String KIND = "GraphDefined";
  private static final long FIRST = 1;

  private final Optional<Payload> json;

  private StoredDefinition(Optional<Payload> json) {
    this.json = json;
  }

  /**
   * Prepares what is stored.
   *
   * @param most the most bytes that the store takes; a larger definition is left out
   */
  static StoredDefinition of(GraphDefinition graph, int most) {
    Payload json = Payload.utf8(Jsons.canonical(GraphJson.write(graph)));
    if (json.size() > most) {
      LOG.info(
          "graph {} {} has {} bytes as JSON, more than the store takes; its runs are not drawn",
          graph.name(),
          graph.version(),
          json.size());
      return new StoredDefinition(Optional.empty());
    }
    return new StoredDefinition(Optional.of(json));
  }

  /**
   * Returns the events of a turn.
   *
   * @param isNew whether the turn begins another execution than the one it was delivered for
   * @param history the history of the delivered execution
   */
  List<HistoryEvent> events(boolean isNew, History history, Instant now) {
    return isNew || history.lastEventId() == 0
        ? json.map(data -> new HistoryEvent(FIRST, KIND, data, now)).stream().toList()
        : List.of();
  }

  /** Reads the definition that a run has now, or had at first where that is gone. */
  static Optional<GraphDefinition> read(Provider provider, String runId) {
    long current =
        provider.describeInstance(runId).map(InstanceDescription::executionId).orElse(0L);
    return current == 0
        ? Optional.empty()
        : read(provider, runId, current).or(() -> read(provider, runId, 1));
  }

  private static Optional<GraphDefinition> read(Provider provider, String runId, long execution) {
    return provider.readHistory(runId, execution, 0, 1).events().stream()
        .filter(event -> event.kind().equals(KIND))
        .findFirst()
        .map(event -> GraphJson.readChecked(event.data().asUtf8()));
  }
}
