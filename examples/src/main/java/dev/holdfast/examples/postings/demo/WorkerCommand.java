// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.postings.flow.Actor;
import dev.holdfast.examples.postings.flow.Feeds;
import dev.holdfast.examples.postings.flow.Measures;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.examples.postings.flow.Stages;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.ProjectionRunner;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.RunnerSettings;
import dev.holdfast.streams.queue.QueueEngine;
import dev.holdfast.streams.queue.QueuePolicy;
import dev.holdfast.streams.queue.QueueWorker;
import dev.holdfast.worker.LeftWork;
import dev.holdfast.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A worker process: processes the queues, follows the log as each of the actors, and keeps the rows
 * of the projections, wherever it is its turn. It works until it is told to stop with SIGTERM,
 * until its standard input ends, which means that whoever started it is gone, or until somebody
 * kills it.
 */
@Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {

  /** Every how many versions of a stream there is a snapshot. */
  static final int SNAPSHOT_EVERY = 10;

  /** How often an entry is tried. */
  static final QueuePolicy POLICY =
      QueuePolicy.defaults()
          .withAttempts(3)
          .withBackoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  /** Work of a killed worker comes back after this long. */
  private static final Duration LOCK_FOR = Duration.ofSeconds(3);

  private static final RunnerSettings RUNNER =
      RunnerSettings.defaults().withLease(Duration.ofSeconds(3));

  private static final int TURNS = 16;
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  /** A worker may be killed again and again while it has the same queue. */
  private static final int MAX_DELIVERIES = 1_000;

  /** What is left to others at first, so that not one worker is all the actors. */
  private static final Duration OTHERS_FIRST = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);

  private final List<ProjectionRunner> runners = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch done = new CountDownLatch(1);

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Option(names = "--ledger", required = true)
  private Path ledger = Path.of("");

  @Option(names = "--build", required = true)
  private int build;

  @Override
  public Integer call() throws SQLException, IOException, InterruptedException {
    Store store = Store.ofEnvironment(provider);
    Effects effects = new Effects(ledger);
    Provider handle = Providers.open(store.config());
    EventSourcing events =
        EventSourcing.builder(handle).snapshotEvery(SNAPSHOT_EVERY).build();
    QueueWorker queues =
        QueueEngine.builder(events)
            .queue(Postings.POSTINGS)
            .queue(Feeds.FEEDS)
            .policy(POLICY)
            .build()
            .start(
                WorkerSettings.defaults()
                    .withLockFor(LOCK_FOR)
                    .withConcurrency(TURNS, 1)
                    .withMaxDeliveries(MAX_DELIVERIES)
                    .withCloseGrace(CLOSE_GRACE));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> close(queues, events, handle, effects), "close"));
    Thread.ofPlatform().daemon().name("end").start(this::awaitEnd);
    follow(events, new Followers(events, queues, effects));
    LOG.info("working on {}, rows of build {}", store, build);
    done.await();
    return 0; // The shutdown hook closes.
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

  /** Begins with some of the actors, and offers itself for the others when those have somebody. */
  private void follow(EventSourcing events, Followers followers) throws InterruptedException {
    List<Projector<?, ?>> all = new ArrayList<>();
    for (Actor actor : Actor.values()) {
      all.add(followers.of(actor));
    }
    all.add(followers.closer());
    all.add(Projector.on(events, PostingRow.projection(build)));
    all.add(Projector.on(events, Measures.METRICS));
    all.add(Projector.on(events, Stages.STAGES));
    int begin = (int) (ProcessHandle.current().pid() % all.size());
    Collections.rotate(all, -begin);
    int some = all.size() / 3;
    all.subList(0, some).forEach(this::start);
    if (!done.await(OTHERS_FIRST.toMillis(), TimeUnit.MILLISECONDS)) {
      all.subList(some, all.size()).forEach(this::start);
    }
  }

  private void start(Projector<?, ?> projector) {
    RunnerSettings settings =
        projector.projection().name().startsWith(Followers.PREFIX)
            ? RUNNER.withPageSize(Followers.PAGE)
            : RUNNER;
    runners.add(projector.start(settings));
  }

  private void close(
      QueueWorker queues, EventSourcing events, Provider handle, Effects effects) {
    List.copyOf(runners).forEach(ProjectionRunner::close);
    LeftWork left = queues.close(CLOSE_GRACE);
    events.close();
    handle.close();
    try {
      effects.close();
    } catch (SQLException e) {
      LOG.warn("the ledger did not close", e);
    }
    LOG.info("closed; left to others: {}", left.isNothing() ? "nothing" : left);
  }
}
