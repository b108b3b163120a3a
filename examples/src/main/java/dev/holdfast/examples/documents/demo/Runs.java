// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.documents.demo.Audit.Found;
import dev.holdfast.examples.documents.demo.Audit.Row;
import dev.holdfast.examples.documents.flow.DocumentGraph;
import dev.holdfast.examples.documents.flow.DocumentGraph.Request;
import dev.holdfast.examples.documents.flow.MailroomGraph;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RecoveryService.Stuck;
import dev.holdfast.graph.RunView;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepSummary;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The runs of the demo in the store. Works beside the workers, with no code of any step. Not
 * thread-safe.
 */
final class Runs {

  /** As many documents are under way at a time; the next ones come in as these end. */
  private static final int OPEN = 60;

  /** Several starts at once share commits. */
  private static final int STARTERS = 16;

  private static final int PAGE = 100;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Provider provider;
  private final GraphClient client;
  private final StateTables tables;
  private final Deque<Map.Entry<String, Request>> coming;
  private int started;

  Runs(Provider provider, Map<String, Request> documents) {
    this.coming = new ArrayDeque<>(documents.entrySet());
    this.provider = provider;
    this.client = Graphs.client(provider, DocumentGraph.GRAPH, MailroomGraph.GRAPH);
    this.tables = provider.capability(StateTables.class).orElseThrow();
  }

  /** Starts the mailroom. */
  void openMailroom() {
    client.start(MailroomGraph.GRAPH, PostmanCommand.MAILROOM, Map.of());
  }

  /**
   * Lets documents come in, as long as there are some and not too many are under way: so at each
   * moment some are at their beginning and some at their end.
   *
   * @param ended how many have ended
   */
  void letIn(long ended) throws InterruptedException {
    try (ExecutorService starters = Executors.newFixedThreadPool(STARTERS)) {
      List<Future<Boolean>> starts = new ArrayList<>();
      while (!coming.isEmpty() && started - ended < OPEN) {
        Map.Entry<String, Request> next = coming.remove();
        started++;
        starts.add(
            starters.submit(
                () -> client.start(DocumentGraph.GRAPH, next.getKey(), next.getValue())));
      }
      for (Future<Boolean> start : starts) {
        start.get();
      }
    } catch (ExecutionException e) {
      throw new DemoFailedException("documents could not be started: " + e.getCause());
    }
  }

  /** How many documents there are by the status of their runs. */
  Map<RunStatus, Long> counts() {
    return tables.runCounts(DocumentGraph.GRAPH.name());
  }

  /** Whether the mailroom has ended. */
  boolean isMailroomClosed() {
    return client.run(PostmanCommand.MAILROOM).map(run -> run.status().isEnded()).orElse(false);
  }

  /** What the store says of a run; empty when no worker has begun it. */
  Optional<Found> found(String runId) {
    return client.run(runId).filter(run -> run.times() != null).map(this::found);
  }

  private Found found(RunView run) {
    Map<String, Row> rows = new HashMap<>();
    Set<String> ended = new HashSet<>();
    for (StepSummary step : client.steps(run.runId())) {
      rows.put(step.stepId(), new Row(step.status(), null));
      ended.add(step.stepId());
    }
    List<String> ids = List.copyOf(ended);
    int page = provider.info().limits().maxPageSize();
    for (int i = 0; i < ids.size(); i += page) {
      Set<String> some = Set.copyOf(ids.subList(i, Math.min(ids.size(), i + page)));
      for (Step step : tables.steps(run.runId(), some)) {
        rows.put(step.summary().stepId(), new Row(step.summary().status(), outputs(step)));
      }
    }
    JsonNode outputs = run.outputs();
    // read again, as the other outputs are: so equal numbers are equal
    return new Found(
        run.status(), outputs == null ? null : MAPPER.readTree(outputs.toString()), rows);
  }

  private static @Nullable JsonNode outputs(Step step) {
    return step.outputs() == null ? null : MAPPER.readTree(step.outputs().asUtf8());
  }

  /** The runs that nothing in the store will move, and the mailroom if it has left a letter. */
  List<String> stuck() {
    List<String> stuck = new ArrayList<>();
    @Nullable String token = null;
    do {
      Stuck page = client.recovery().findStuck(Duration.ZERO, PAGE, token);
      page.runs().stream().map(RunSummary::runId).forEach(stuck::add);
      token = page.nextPageToken();
    } while (token != null);
    if (!client
        .triggers()
        .pendingInputs(PostmanCommand.MAILROOM, MailroomGraph.ARRIVALS, 0, 1)
        .isEmpty()) {
      stuck.add(PostmanCommand.MAILROOM);
    }
    return stuck;
  }
}
