// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.demo.MigrationAudit.Story;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.migration.Migration;
import dev.holdfast.streams.migration.OldTable.OldRow;
import dev.holdfast.streams.queue.EventQueue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tenants with a former table, as whoever runs the demo sees them. Not thread-safe. */
final class Formers {

  private static final int PAGE = 1_000;

  /** It begins, which is a switch too, and then goes its way. */
  private static final int PHASES = 1 + MigratorCommand.SWITCHES;

  private final TicketFile file;
  private final EventSourcing events;
  private final List<Former> all;

  private Formers(TicketFile file, EventSourcing events, List<Former> all) {
    this.file = file;
    this.events = events;
    this.all = all;
  }

  /** Makes their tables, and begins their migrations, which are off then. */
  static Formers create(TicketFile file, EventSourcing events, Database database)
      throws SQLException {
    List<Former> all = new ArrayList<>();
    for (String tenant : file.formerTenants()) {
      all.add(Former.of(tenant, events, database));
    }
    if (!all.isEmpty()) {
      try (Connection connection = database.open()) {
        connection.setAutoCommit(false);
        StatusTable.create(connection, file.rows());
        connection.commit();
      }
    }
    all.forEach(former -> former.migration().phase());
    return new Formers(file, events, all);
  }

  /** Tells whether all is written, all have gone their way, and no event is on its way. */
  boolean isOver(Tail tail) throws SQLException {
    if (tail.phases() < all.size() * PHASES) {
      return false;
    }
    for (Former former : all) {
      int messages = file.of(former.tenant()).size();
      var queue =
          EventQueue.on(
              events.forTenant(former.tenant()), TicketWorkflow.queued(TicketWorkflow.FIXED));
      if (former.with(former.table()::written) < messages
          || !rows(former).keySet().stream().allMatch(queue::isIdle)) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, StatusRow> rows(Former former) throws SQLException {
    Map<String, StatusRow> rows = new LinkedHashMap<>();
    List<OldRow<StatusRow>> page;
    String after = null;
    do {
      String from = after;
      page = former.with(connection -> former.table().page(connection, from, PAGE));
      for (OldRow<StatusRow> row : page) {
        rows.put(row.id(), row.row());
        after = row.id();
      }
    } while (page.size() == PAGE);
    return rows;
  }

  /** {@return how they came over} */
  List<Story> stories() throws SQLException {
    List<Story> stories = new ArrayList<>();
    for (Former former : all) {
      Migration<?, ?> migration = former.migration();
      Map<String, String> notes = new HashMap<>();
      for (String step :
          List.of(
              MigratorCommand.IMPORTED,
              MigratorCommand.DIFFERENCE,
              MigratorCommand.REFUSED,
              OfficeCommand.WRONG_READ)) {
        former.with(connection -> former.table().notes(connection, step)).stream()
            .findFirst()
            .ifPresent(said -> notes.put(step, said));
      }
      stories.add(new Story(former.tenant(), migration.status().switches(), notes, rows(former)));
    }
    return stories;
  }
}
