// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.demo.ChildJvm;
import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.StoreChoice;
import dev.holdfast.examples.demo.StoreHost;
import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.OrdersFile;
import dev.holdfast.examples.orders.ledger.ApprovalDesk;
import dev.holdfast.examples.orders.ledger.Books;
import dev.holdfast.examples.orders.ledger.Ledger;
import dev.holdfast.examples.orders.ledger.OrderBook;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.HoldfastClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of the demo, from the file to the audit. */
final class DemoRun {

  private final @Nullable Path input;
  private final StoreChoice choice;
  private final @Nullable String database;
  private final int workers;
  private final boolean withKill;
  private final Progress progress;

  DemoRun(
      @Nullable Path input,
      StoreChoice choice,
      @Nullable String database,
      int workers,
      boolean withKill,
      Progress progress) {
    this.input = input;
    this.choice = choice;
    this.database = database;
    this.workers = workers;
    this.withKill = withKill;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws BadInputException when the input or the database cannot be worked with
   * @throws DemoFailedException when it cannot go on
   */
  Summary run() throws IOException, SQLException, InterruptedException {
    long began = System.nanoTime();
    Catalog catalog = Catalog.shipped();
    OrdersFile file = OrdersFile.read(input, catalog);
    Place place = Place.of(database, "orders.db", choice.isFile());
    ChildJvm jvm = new ChildJvm(Main.class);
    try (Ledger ledger = ledger(place, catalog);
        StoreHost host = StoreHost.open(choice, place, jvm, progress);
        HoldfastClient client = client(host.store())) {
      host.remember();
      int before = OrderBook.accept(ledger, file.name(), file.orders());
      int total = file.orders().size();
      progress.say(
          "%,d order%s%s."
              .formatted(
                  total,
                  total == 1 ? "" : "s",
                  before > 0 ? ", %d of them known".formatted(before) : ""));
      Instances instances = new Instances(client, file.orders());
      if (before > 0) {
        instances.takeOver();
      }
      Approver approver = new Approver(new ApprovalDesk(ledger), client, file.orders());
      Fleet fleet =
          new Fleet("worker", () -> worker(jvm, place, host.store()), place.workerLog(), progress);
      Supervisor supervisor = new Supervisor(fleet, ledger, instances, approver, progress, total);
      Optional<Kill> kill = supervisor.run(workers, withKill);
      progress.clear();
      Books books = Books.read(ledger);
      List<Problem> problems = Audit.run(file, catalog, instances.endings(), books);
      double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
      return new Summary(
          file,
          place,
          host.store(),
          before > 0,
          fleet.started(),
          kill,
          instances.endings(),
          books,
          problems,
          seconds);
    } finally {
      progress.clear();
    }
  }

  private static ProcessBuilder worker(ChildJvm jvm, Place place, Store store) {
    return store.told(
        jvm.running(
            place.workerLog(),
            "worker",
            "--provider",
            store.provider(),
            "--ledger",
            place.ledger().toString()));
  }

  private static Ledger ledger(Place place, Catalog catalog) {
    try {
      return Ledger.open(place.ledger(), catalog, Duration.ZERO);
    } catch (SQLException e) {
      throw new BadInputException(
          "the ledger %s cannot be opened: %s".formatted(place.ledger(), firstLine(e)), e);
    }
  }

  private static HoldfastClient client(Store store) {
    try {
      return HoldfastClient.connect(store.config());
    } catch (ProviderError e) {
      throw new BadInputException(
          "the database %s cannot be opened: %s".formatted(store.shown(), firstLine(e)), e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
