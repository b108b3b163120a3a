// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.flow.OrderActivities;
import dev.holdfast.examples.orders.ledger.Ledger;
import dev.holdfast.runtime.CloseReport;
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
 * The worker process. It works until it is told to stop with SIGTERM, until its standard input
 * ends, which means that whoever started it is gone, or until somebody kills it.
 */
@Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {

  /** Work of a killed worker comes back after this long. */
  private static final Duration LOCK_FOR = Duration.ofSeconds(3);

  /** How long a simulated service takes to answer, on average. */
  private static final Duration SERVICE_LATENCY = Duration.ofMillis(120);

  private static final int CONCURRENT_ACTIVITIES = 32;
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(WorkerCommand.class);

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Option(names = "--ledger", required = true)
  private Path ledgerFile = Path.of("");

  @Override
  public Integer call() throws SQLException, IOException {
    Store store = Store.ofEnvironment(provider);
    Ledger ledger = Ledger.open(ledgerFile, Catalog.shipped(), SERVICE_LATENCY);
    Holdfast.Builder builder =
        Holdfast.builder(store.config())
            .lockFor(LOCK_FOR)
            .maxConcurrentActivities(CONCURRENT_ACTIVITIES);
    Holdfast holdfast = OrderActivities.register(builder, ledger).start();
    LOG.info("working on {}", store);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(holdfast, ledger), "close"));
    while (System.in.read() >= 0) {
      // Nothing is ever said; only the end matters.
    }
    return 0; // The shutdown hook closes.
  }

  private static void close(Holdfast holdfast, Ledger ledger) {
    CloseReport report = holdfast.close(CLOSE_GRACE);
    try {
      ledger.close();
    } catch (SQLException e) {
      LOG.warn("the ledger did not close", e);
    }
    LOG.info("closed; left to others: {}", report.isClean() ? "nothing" : report);
  }
}
