// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.migration.OldTable.OldRow;
import dev.holdfast.streams.migration.StockTable.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes write through a migration, import, and are killed. */
@Timeout(540)
abstract class MigrationProcessesContract extends StockContract {

  /** With a way back from each phase, and somebody killed each time; else once in each phase. */
  private static final boolean LONG = Boolean.getBoolean("streams.migration.long");

  private static final List<Phase> FORWARD =
      List.of(Phase.DUAL, Phase.VALIDATED, Phase.READ_NEW, Phase.OLD_OFF);

  private static final int PROGRESS = 15;
  private static final int ROWS = 600;

  private final List<ChildJvm> running = new ArrayList<>();
  private final Set<Phase> killedIn = EnumSet.noneOf(Phase.class);
  private int launched;

  @Override
  protected EventSourcing library() {
    return EventSourcing.builder(provider).pageSize(10).build();
  }

  private void launch(String what) throws Exception {
    ChildJvm process = WriterProcess.launch(store.url(), name, what, launched++);
    running.add(process);
    closing(process::kill);
  }

  private List<OldRow<Row>> rows() throws SQLException {
    try (Connection connection = store.connect()) {
      return table.page(connection, null, 1_000);
    }
  }

  private long written() {
    try {
      return rows().stream().mapToLong(row -> row.row().times()).sum();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private long appended() {
    long events = 0;
    for (int i = 0; i < WriterProcess.IDS; i++) {
      events += stream("item-" + i).size();
    }
    return events;
  }

  /** The writers get on in the phase; one of them is killed there, and another one comes. */
  private void goOnInThisPhase() throws Exception {
    Phase phase = migration.phase();
    getOn(phase);
    if (killedIn.add(phase) || LONG) {
      running.removeFirst().kill();
      launch("write");
      getOn(phase);
    }
  }

  private void getOn(Phase phase) throws InterruptedException {
    long before = phase.writesOld() ? written() : appended();
    await(() -> {
      assertThat(running).allMatch(ChildJvm::isAlive);
      return (phase.writesOld() ? written() : appended()) >= before + PROGRESS;
    });
  }

  /** An import is killed when it has seen a page or two, if it has not ended by then. */
  private void importAndKill() throws Exception {
    launch("import");
    ChildJvm imports = running.removeLast();
    await(() -> migration.status().imported().rows() > 0 || !imports.isAlive());
    imports.kill();
    migration.importRows();
  }

  private void validated() {
    Validation validation = migration.validate();
    while (!validation.isClean()) {
      assertThat(validation.differences()).isEmpty();
      validation = migration.validate();
    }
  }

  /** Forward, back from a phase, and forward again; nobody stands still for a switch. */
  @Test
  @Promise({"ES-34", "ES-35", "ES-36"})
  void oldAndNewAgreeWhoeverIsKilledInWhicheverPhase() throws Exception {
    launch("write");
    launch("write");
    goOnInThisPhase();
    for (Phase last : LONG ? FORWARD : List.of(Phase.READ_NEW, Phase.OLD_OFF)) {
      migration.switchTo(Phase.DUAL, "to " + last);
      goOnInThisPhase();
      importAndKill();
      validated();
      for (Phase next : FORWARD) {
        if (next != Phase.DUAL && next.compareTo(last) <= 0) {
          validated();
          migration.switchTo(next, "to " + last);
          goOnInThisPhase();
        }
      }
      if (last != Phase.OLD_OFF) {
        validated();
        migration.switchTo(Phase.OFF, "back from " + last);
        goOnInThisPhase();
      }
    }
    List<OldRow<Row>> stands = rows();
    goOnInThisPhase();
    for (ChildJvm process : running) {
      assertThat(process.end()).isZero();
    }
    assertThat(killedIn).containsExactly(Phase.values());
    assertThat(rows()).isEqualTo(stands);
    for (int i = 0; i < WriterProcess.IDS; i++) {
      assertThat(stream("item-" + i))
          .extracting(event -> event.content().eventId())
          .doesNotHaveDuplicates();
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
