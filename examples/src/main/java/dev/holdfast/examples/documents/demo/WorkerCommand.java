// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.documents.flow.Desk;
import dev.holdfast.examples.documents.flow.DocumentSteps;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.StepContext;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.worker.LeftWork;
import dev.holdfast.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * A worker process. It works until it is told to stop with SIGTERM, until its standard input ends,
 * which means that whoever started it is gone, or until somebody kills it.
 */
@Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {

  /** Work of a killed worker comes back after this long. */
  private static final Duration LOCK_FOR = Duration.ofSeconds(3);

  /** The longest way to the world outside, and the longest way back. */
  private static final int LATENCY_MILLIS = 40;

  private static final int TURNS = 8;
  private static final int STEPS = 16;
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  /** A worker may be killed again and again while it does the same step. */
  private static final int MAX_DELIVERIES = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);
  private static final JsonMapper MAPPER = new JsonMapper();

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Option(names = "--ledger", required = true)
  private Path ledger = Path.of("");

  @Option(names = "--documents", required = true)
  private Path documents = Path.of("");

  @Override
  public Integer call() throws SQLException, IOException {
    Store store = Store.ofEnvironment(provider);
    Effects effects = new Effects(ledger);
    Provider handle = Providers.open(store.config());
    Graphs graphs =
        DocumentSteps.register(
                Graphs.builder(handle),
                new Desk(documents),
                (context, outputs) -> effect(effects, context, outputs))
            .settings(
                WorkerSettings.defaults()
                    .withLockFor(LOCK_FOR)
                    .withConcurrency(TURNS, STEPS)
                    .withMaxDeliveries(MAX_DELIVERIES)
                    .withCloseGrace(CLOSE_GRACE))
            .closeOnShutdown(false)
            .start();
    LOG.info("working on {}", store);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(graphs, handle, effects), "close"));
    while (System.in.read() >= 0) {
      // Nothing is ever said; only the end matters.
    }
    return 0; // The shutdown hook closes.
  }

  /** There and back takes time, in which a worker can be killed before and after the effect. */
  private static void effect(Effects effects, StepContext context, Object outputs)
      throws SQLException, InterruptedException {
    Thread.sleep(ThreadLocalRandom.current().nextInt(LATENCY_MILLIS));
    effects.record(
        context.idempotencyKey(),
        context.runId(),
        context.stepId(),
        context.attempt(),
        MAPPER.writeValueAsString(outputs));
    Thread.sleep(ThreadLocalRandom.current().nextInt(LATENCY_MILLIS));
  }

  private static void close(Graphs graphs, Provider handle, Effects effects) {
    LeftWork left = graphs.close(CLOSE_GRACE);
    handle.close();
    try {
      effects.close();
    } catch (SQLException e) {
      LOG.warn("the ledger did not close", e);
    }
    LOG.info("closed; left to others: {}", left.isNothing() ? "nothing" : left);
  }
}
