// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.documents.flow.Desk;
import dev.holdfast.examples.documents.flow.DocumentGraph;
import dev.holdfast.examples.documents.flow.DocumentGraph.Draft;
import dev.holdfast.examples.documents.flow.DocumentGraph.Verdict;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.StepNotSuspendedException;
import dev.holdfast.graph.StepView;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepStatus;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * The process of the person who approves: looks for runs that wait, and answers them. It has no
 * code of any step, and runs until its standard input ends or somebody stops it. One that comes
 * after it answers what is still open, and perhaps again what is answered, which counts once.
 */
@Command(name = "approver", hidden = true)
final class ApproverCommand implements Callable<Integer> {

  private static final long LOOK_EVERY_MILLIS = 100;
  private static final int PAGE = 100;

  private static final Logger LOG = LoggerFactory.getLogger(ApproverCommand.class);
  private static final JsonMapper MAPPER = new JsonMapper();

  private final CountDownLatch done = new CountDownLatch(1);
  private final Set<String> answered = new HashSet<>();

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Override
  public Integer call() throws InterruptedException {
    Thread.ofPlatform().daemon().name("end").start(this::awaitEnd);
    try (Provider handle = Providers.open(Store.ofEnvironment(provider).config())) {
      GraphClient client = Graphs.client(handle);
      StateTables tables = handle.capability(StateTables.class).orElseThrow();
      do {
        answer(client, tables);
      } while (!done.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
    }
    return 0;
  }

  private void awaitEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end matters.
      }
    } catch (IOException e) {
      LOG.warn("standard input is broken", e);
    } finally {
      done.countDown();
    }
  }

  private void answer(GraphClient client, StateTables tables) {
    RunQuery query =
        RunQuery.builder(PAGE)
            .statuses(RunStatus.SUSPENDED)
            .kinds(DocumentGraph.GRAPH.name())
            .build();
    RunPage page = tables.runs(query);
    while (true) {
      for (RunSummary run : page.rows()) {
        if (!answered.contains(run.runId())) {
          client
              .step(run.runId(), DocumentGraph.REVIEW_STEP)
              .filter(step -> step.status() == StepStatus.SUSPENDED)
              .ifPresent(step -> answer(client, step));
        }
      }
      if (page.nextPageToken() == null) {
        return;
      }
      page = tables.runs(query.from(page.nextPageToken()));
    }
  }

  private void answer(GraphClient client, StepView review) {
    Verdict verdict = Desk.verdict(MAPPER.treeToValue(review.state(), Draft.class));
    try {
      client.resumeStep(
          review.runId(),
          review.stepId(),
          Map.of("approved", verdict.approved(), "note", verdict.note()));
    } catch (StepNotSuspendedException e) {
      LOG.debug("somebody was faster", e);
    }
    answered.add(review.runId());
  }
}
