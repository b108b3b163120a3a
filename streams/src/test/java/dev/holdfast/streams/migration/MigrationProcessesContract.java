// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.migration.StockTable.Row;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes write through a migration, import, and are killed. */
@Timeout(540)
abstract class MigrationProcessesContract extends StockContract {

  private static final int ROWS = 600;

  private final List<WriterProcess> running = new ArrayList<>();
  private int launched;

  @Override
  protected EventSourcing library() {
    return EventSourcing.builder(provider).pageSize(10).build();
  }

  private void launch(String what) throws Exception {
    WriterProcess process = WriterProcess.launch(store.url(), name, what, launched++);
    running.add(process);
    closing(process::kill);
  }

  private void validated() {
    Validation validation = migration.validate();
    while (!validation.isClean()) {
      assertThat(validation.differences()).isEmpty();
      validation = migration.validate();
    }
  }

  @Test
  @Promise("ES-36")
  void anImportIsKilledAndRepeatedAndNoEventIsThereTwice() throws Exception {
    try (Connection connection = store.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < ROWS; i++) {
        table.insert(connection, "row-%03d".formatted(i), new Row(i, 10L * i));
      }
      connection.commit();
    }
    migration.switchTo(Phase.DUAL, "release");
    add("row-540", "early", 1);
    for (int kills = 0; kills < 3; kills++) {
      long before = migration.status().imported().rows();
      launch("import");
      await(() -> migration.status().imported().rows() > before);
      running.removeLast().kill();
      assertThat(migration.status().isImportComplete()).isFalse();
    }
    add("row-541", "meanwhile", 1);

    Imported all = migration.importRows();

    assertThat(all).isEqualTo(new Imported(ROWS, ROWS - 2, 2));
    assertThat(migration.status().isImportComplete()).isTrue();
    assertThat(migration.importRows()).isEqualTo(new Imported(ROWS, 0, ROWS));
    work();
    validated();
    for (int i = 0; i < ROWS; i++) {
      List<StreamEvent> events = stream("row-%03d".formatted(i));
      assertThat(events).hasSize(i == 540 || i == 541 ? 2 : 1);
      assertThat(events.getFirst().content().type()).isEqualTo("Counted");
    }
    migration.switchTo(Phase.VALIDATED, "compared");
  }

  /** Both directions: what was written without events, and what was removed without them. */
  @Test
  @Promise("ES-36")
  void whatChangedWhileEventsWereOffIsImportedAgain() throws Exception {
    work();
    insert("same", 1, 1);
    insert("gone", 1, 1);
    insert("changed", 1, 1);
    forwardTo(Phase.VALIDATED);
    migration.switchTo(Phase.OFF, "back");
    store.execute("DELETE FROM " + table.name() + " WHERE id = 'gone'");
    add("changed", "a", 1);
    add("fresh", "a", 1);

    migration.switchTo(Phase.DUAL, "forward");
    assertThat(migration.importRows()).isEqualTo(new Imported(4, 3, 1));
    validated();
    assertThat(types("same")).containsExactly("Counted");
    assertThat(types("gone")).containsExactly("Counted", "Delisted");
    assertThat(types("changed")).containsExactly("Counted", "Counted");
    assertThat(types("fresh")).containsExactly("Counted");
  }
}
