// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.provider.Provider;
import dev.holdfast.streams.Difference;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.migration.Imported;
import dev.holdfast.streams.migration.Phase;
import dev.holdfast.streams.migration.SwitchRefusedException;
import dev.holdfast.streams.migration.Validation;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The process of who migrates: leads tenants from their table to events, while the former
 * application goes on, and once back and forward again. On the way somebody changes a row by hand,
 * which has to be found. It remembers nothing: one that takes its place looks where the migration
 * stands. It stays until its standard input ends.
 */
@Command(name = "migrator", hidden = true)
final class MigratorCommand implements Callable<Integer> {

  /** How often it switches, the way back and forward again included. */
  static final int SWITCHES = 6;

  /** The steps of notes. */
  static final String IMPORTED = "imported";

  static final String DIFFERENCE = "difference";
  static final String REFUSED = "refused";

  /** What somebody writes by hand. */
  static final String BY_HAND = "(changed by hand)";

  private static final long LOOK_EVERY_MILLIS = 50;

  private static final Logger LOG = LoggerFactory.getLogger(MigratorCommand.class);

  @Mixin private Input input = new Input();

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    TicketFile file = input.file();
    Store store = Store.ofEnvironment(input.provider());
    Database database = new Database(store);
    try (Provider handle = store.open();
        EventSourcing events = WorkerCommand.library(handle)) {
      for (String tenant : file.formerTenants()) {
        migrate(Former.of(tenant, events, database), file.of(tenant).size(), file.tampered(tenant));
      }
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end matters.
      }
    }
    return 0;
  }

  /**
   * Leads a tenant all the way.
   *
   * @param messages how many messages there will be: it goes on as they come
   * @param tampered the ticket that somebody changes by hand
   */
  private static void migrate(Former former, int messages, String tampered)
      throws SQLException, InterruptedException {
    int switches = switches(former);
    while (switches < SWITCHES) {
      switch (switches) {
        case 0 -> {
          awaitShare(former, messages, 10);
          former.migration().switchTo(Phase.DUAL, "the release that writes both is everywhere");
        }
        case 1 -> {
          Imported imported = former.migration().importRows();
          former.note(
              IMPORTED,
              "%d rows: %d imported, %d were events already"
                  .formatted(imported.rows(), imported.imported(), imported.present()));
          awaitShare(former, messages, 30);
          tamper(former, tampered);
          awaitShare(former, messages, 45);
          validated(former);
        }
        case 2 -> former.migration().switchTo(Phase.READ_NEW, "nothing differs");
        case 3 -> {
          awaitShare(former, messages, 60);
          former.migration().switchTo(Phase.DUAL, "the way back, tried before it is needed");
        }
        case 4 -> {
          awaitShare(former, messages, 75);
          validated(former);
        }
        default -> {
          awaitShare(former, messages, 80);
          former.migration().switchTo(Phase.READ_NEW, "forward again");
        }
      }
      switches = switches(former);
      LOG.info("{}: {} after {} switches", former.tenant(), former.migration().phase(), switches);
    }
  }

  private static int switches(Former former) {
    return former.migration().status().switches().size();
  }

  /** Waits until the former application has come so far, in percent. */
  private static void awaitShare(Former former, int messages, int share)
      throws SQLException, InterruptedException {
    while (former.with(former.table()::written) * 100 < messages * share) {
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  /** A row is changed past the application, which is found, refuses the switch, and is repaired. */
  private static void tamper(Former former, String ticket)
      throws SQLException, InterruptedException {
    while (true) {
      boolean known = !former.with(c -> former.table().notes(c, DIFFERENCE)).isEmpty();
      if (!known) {
        former.with(c -> former.table().tamper(c, ticket, BY_HAND));
      }
      Validation validation = former.migration().validate();
      if (!validation.differences().isEmpty()) {
        former.note(DIFFERENCE, validation.differences().toString());
        refused(former);
        validation.differences().stream()
            .map(Difference::key)
            .distinct()
            .forEach(former.migration()::repair);
        return;
      }
      if (known && validation.isClean()) {
        return; // repaired by one that was killed since
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private static void refused(Former former) throws SQLException {
    try {
      former.migration().switchTo(Phase.VALIDATED, "it differs, and this must not be possible");
    } catch (SwitchRefusedException e) {
      former.note(REFUSED, String.valueOf(e.getMessage()));
    }
  }

  /** Compares until nothing differs and nothing is on its way, and then says so. */
  private static void validated(Former former) throws InterruptedException {
    while (former.migration().phase() != Phase.VALIDATED) {
      Validation validation = former.migration().validate();
      LOG.info(
          "{}: {} rows, {} on their way, {}",
          former.tenant(),
          validation.rows(),
          validation.unsettled(),
          validation.differences());
      if (validation.isClean()) {
        try {
          former.migration().switchTo(Phase.VALIDATED, "compared");
        } catch (SwitchRefusedException e) {
          LOG.info("once more: {}", e.getMessage());
        }
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }
}
