// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.Holdfast;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A worker process. It works until it is told to stop with SIGTERM, until its standard input ends,
 * which means that whoever started it is gone, or until somebody kills it.
 */
@Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {

  /** Work of a killed worker comes back after this long. */
  private static final Duration LOCK_FOR = Duration.ofSeconds(5);

  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  private static final Duration OPEN_WITHIN = Duration.ofMinutes(1);
  private static final Duration BREATHER = Duration.ofMillis(200);

  /** A worker may be killed again and again while it has the same work. */
  private static final int MAX_DELIVERIES = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Option(names = "--effects", required = true)
  private Path effects = Path.of("");

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    Store store = Store.ofEnvironment(provider);
    try (Effects books = new Effects(effects);
        Holdfast holdfast = start(store, new Steps(books))) {
      LOG.info("working on {}", store);
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end matters.
      }
      LOG.info("closed: {}", holdfast.close(CLOSE_GRACE));
    }
    return 0;
  }

  /** Starts as soon as the database is there: it may be the one that was just killed. */
  private static Holdfast start(Store store, Steps steps) throws InterruptedException {
    long began = System.nanoTime();
    while (true) {
      try {
        return steps
            .register(Holdfast.builder(store.config()))
            .lockFor(LOCK_FOR)
            .maxDeliveries(MAX_DELIVERIES)
            .closeOnShutdown(true)
            .start();
      } catch (ProviderError.StoreUnavailable e) {
        if (System.nanoTime() - began > OPEN_WITHIN.toNanos()) {
          throw e;
        }
        LOG.info("the database is not there yet: {}", e.getMessage());
        Thread.sleep(BREATHER);
      }
    }
  }
}
