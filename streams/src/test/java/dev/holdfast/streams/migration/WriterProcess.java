// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Store;
import dev.holdfast.streams.migration.Stock.Event;
import dev.holdfast.streams.queue.QueueWorker;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An application in a JVM of its own: writes what comes into stock, or imports it, until its input
 * ends. Store, name, what it does and how it begins are its arguments.
 */
final class WriterProcess {

  static final int IDS = 30;

  private static final int MOST_MILLIS = 20;
  private static final Duration FOLLOW = Duration.ofSeconds(2);

  private WriterProcess() {}

  static ChildJvm launch(String url, String name, String what, int seed) throws IOException {
    return ChildJvm.launch(WriterProcess.class, url, name, what, Integer.toString(seed));
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    String url = arguments[0];
    String name = arguments[1];
    int seed = Integer.parseInt(arguments[3]);
    StockTable table = new StockTable(name.replace('-', '_'));
    try (Provider provider = open(url);
        EventSourcing events = EventSourcing.builder(provider).pageSize(10).build()) {
      Migration<Event, StockTable.Row> migration =
          Stock.migration(events, name, table, () -> Store.connect(url));
      if (arguments[2].equals("import")) {
        migration.importRows();
        return;
      }
      CountDownLatch unwanted = new CountDownLatch(1);
      Thread.ofPlatform().daemon().start(() -> awaitEnd(unwanted));
      Random random = new Random(seed);
      try (QueueWorker worker = StockContract.work(events, name);
          Connection connection = Store.connect(url)) {
        connection.setAutoCommit(false);
        for (int i = 0; !unwanted.await(random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS); i++) {
          String id = "item-" + random.nextInt(IDS);
          String entry = "w-%d-%d".formatted(seed, i);
          StockContract.add(migration, table, connection, id, entry, random.nextInt(100));
          followUp(migration, id, entry);
        }
      }
    }
  }

  /** A server on a busy machine may not answer at once. */
  private static Provider open(String url) {
    while (true) {
      try {
        return Providers.open(ProviderConfig.url(url).build());
      } catch (ProviderError.StoreUnavailable e) {
        System.err.println(e.getMessage() + "; trying again");
      }
    }
  }

  /** One who writes faster than workers follow would never let the two sides come to rest. */
  private static void followUp(Migration<Event, StockTable.Row> migration, String id, String entry)
      throws InterruptedException {
    if (migration.phase().writesNew()) {
      try {
        migration.await(id, entry, FOLLOW);
      } catch (TimeoutException e) {
        // It was written while there were no events, or its worker was killed.
      }
    }
  }

  private static void awaitEnd(CountDownLatch unwanted) {
    try {
      ChildJvm.awaitEnd();
    } catch (IOException e) {
      // likewise its end
    }
    unwanted.countDown();
  }
}
