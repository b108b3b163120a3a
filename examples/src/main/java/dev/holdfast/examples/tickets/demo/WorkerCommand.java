// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.tickets.flow.StatusBoard;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.provider.Provider;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.ProjectionRunner;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.RunnerSettings;
import dev.holdfast.streams.queue.QueueEngine;
import dev.holdfast.streams.queue.QueuePolicy;
import dev.holdfast.streams.queue.QueueWorker;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.worker.LeftWork;
import dev.holdfast.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A worker process: processes the queues of all tenants, and keeps their boards. It works until it
 * is told to stop with SIGTERM, until its standard input ends, which means that whoever started it
 * is gone, or until somebody kills it.
 */
@Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {

  /** Work of a killed worker comes back after this long. */
  private static final Duration LOCK_FOR = Duration.ofSeconds(3);

  private static final int QUEUES = 8;
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  /** A worker may be killed again and again while it has the same queue. */
  private static final int MAX_DELIVERIES = 1_000;

  /** Workers of one store are to have the same. */
  private static final QueuePolicy POLICY =
      QueuePolicy.defaults().withBackoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private static final RunnerSettings RUNNER =
      RunnerSettings.defaults().withLease(LOCK_FOR).withPause(Duration.ofMillis(200));

  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Option(names = "--tenants", required = true, split = ",")
  private List<String> tenants = List.of();

  @Option(names = "--decisions", required = true)
  private Path decisions = Path.of("");

  @Option(names = "--fixed")
  private boolean fixed;

  @Override
  public Integer call() throws IOException {
    Store store = Store.ofEnvironment(provider);
    Provider handle = store.open();
    EventSourcing events = library(handle);
    var rules = fixed ? TicketWorkflow.FIXED : TicketWorkflow.FIRST;
    QueueWorker worker =
        QueueEngine.builder(events)
            .queue(TicketWorkflow.queued(Decisions.in(decisions).counted(rules)))
            .policy(POLICY)
            .build()
            .start(
                WorkerSettings.defaults()
                    .withLockFor(LOCK_FOR)
                    .withConcurrency(QUEUES, 1)
                    .withMaxDeliveries(MAX_DELIVERIES)
                    .withCloseGrace(CLOSE_GRACE));
    List<ProjectionRunner> boards = new ArrayList<>();
    for (String tenant : tenants) {
      boards.add(board(events, tenant).start(RUNNER));
    }
    LOG.info("working on {}, priorities {}", store, rules.priorities());
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> close(worker, boards, events, handle), "close"));
    while (System.in.read() >= 0) {
      // Nothing is ever said; only the end matters.
    }
    return 0; // The shutdown hook closes.
  }

  /** The library as all processes of the demo use it. */
  static EventSourcing library(Provider handle) {
    return EventSourcing.builder(handle)
        .snapshotEvery(Past.SNAPSHOT_EVERY)
        .keepSnapshots(Past.KEPT)
        .build();
  }

  /** The board of a tenant, which several workers keep together. */
  static Projector<WorkflowEvent, StatusRow> board(EventSourcing events, String tenant) {
    return Projector.on(events.forTenant(tenant), StatusBoard.BOARD, 2);
  }

  private static void close(
      QueueWorker worker, List<ProjectionRunner> boards, EventSourcing events, Provider handle) {
    LeftWork left = worker.close(CLOSE_GRACE);
    boards.forEach(ProjectionRunner::close);
    LOG.info("did {}; snapshots {}", worker.counts(), events.snapshotCounts());
    events.close();
    handle.close();
    LOG.info("closed; left to others: {}", left.isNothing() ? "nothing" : left);
  }
}
