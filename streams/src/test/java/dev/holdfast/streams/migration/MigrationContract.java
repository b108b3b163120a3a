// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.streams.Difference;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.migration.OldTable.OldRow;
import dev.holdfast.streams.migration.Stock.Event;
import dev.holdfast.streams.migration.StockTable.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Phases, what they write and read, and what keeps them from going on. */
abstract class MigrationContract extends StockContract {

  private static final String COUNTED = "Counted";
  private static final String ADDED = "Added";

  @Test
  @Promise("ES-34")
  void eachPhaseWritesAndReadsWhatItSays() throws Exception {
    work();
    assertThat(migration.phase()).isEqualTo(Phase.OFF);
    add("pen", "a", 10);
    assertThat(types("pen")).isEmpty();

    migration.switchTo(Phase.DUAL, "release");
    addAndWait("pen", "b", 5);
    addAndWait("ink", "b", 1);
    // What was there before comes first, once, and as it was.
    assertThat(types("pen")).containsExactly(COUNTED, ADDED);
    assertThat(types("ink")).containsExactly(ADDED);
    assertThat(migration.read("pen")).contains(new Row(2, 15));

    forwardTo(Phase.READ_NEW);
    addAndWait("pen", "c", 5);
    store.execute("UPDATE " + table.name() + " SET amount = 99 WHERE id = 'pen'");
    assertThat(migration.read("pen")).contains(new Row(3, 20));
    assertThat(migration.readCounts().different()).isEqualTo(1);

    migration.switchTo(Phase.VALIDATED, "back");
    assertThat(migration.read("pen")).contains(new Row(3, 99));
    store.execute("UPDATE " + table.name() + " SET amount = 20 WHERE id = 'pen'");
    assertThat(migration.compare("pen")).isEmpty();
    migration.switchTo(Phase.READ_NEW, "forward");
    migration.switchTo(Phase.OLD_OFF, "done");
    addAndWait("pen", "d", 5);
    assertThat(migration.read("pen")).contains(new Row(4, 25));
    try (Connection connection = store.connect()) {
      assertThat(table.read(connection, "pen")).contains(new Row(3, 20));
    }
    assertThat(migration.status().switches())
        .extracting(PhaseSwitch::to)
        .containsExactly(
            Phase.DUAL,
            Phase.VALIDATED,
            Phase.READ_NEW,
            Phase.VALIDATED,
            Phase.READ_NEW,
            Phase.OLD_OFF);
  }

  @Test
  @Promise("ES-34")
  void eachPhaseButTheLastHasAWayBack() {
    for (Phase phase : List.of(Phase.DUAL, Phase.VALIDATED, Phase.READ_NEW)) {
      for (Phase former : Phase.values()) {
        if (former.compareTo(phase) < 0) {
          forwardTo(phase);
          migration.switchTo(former, "back");
          assertThat(migration.phase()).isEqualTo(former);
        }
      }
    }
    assertThatThrownBy(() -> migration.switchTo(Phase.OLD_OFF, "too far"))
        .isInstanceOf(SwitchRefusedException.class)
        .hasMessageContaining("phase by phase");
    forwardTo(Phase.OLD_OFF);
    assertThatThrownBy(() -> migration.switchTo(Phase.READ_NEW, "back"))
        .isInstanceOf(SwitchRefusedException.class)
        .hasMessageContaining("no way back");
    migration.switchTo(Phase.OLD_OFF, "again"); // it is there
  }

  /** Where one transaction writes at a time, nothing else can be written while it is under way. */
  @Test
  @Promise("ES-34")
  void theFirstCallOfAllMayBeInATransactionThatHasWritten() throws Exception {
    try (Connection connection = store.connect()) {
      connection.setAutoCommit(false);
      table.insert(connection, "ink", new Row(1, 1));
      migration.within(connection).write("pen", "a", new Event.Added(2), table.adding("pen", 2));
      connection.commit();
    }
    assertThat(migration.phase()).isEqualTo(Phase.OFF);
    assertThat(migration.read("ink")).contains(new Row(1, 1));
    assertThat(migration.read("pen")).contains(new Row(1, 2));
  }

  /** A process that has not heard of a switch writes what the new phase says. */
  @Test
  @Promise("ES-34")
  void aSwitchIsOneForAllProcesses() throws Exception {
    work();
    EventSourcing elsewhere = closing(EventSourcing.on(store.openHandle()));
    Migration<Event, Row> other = Stock.migration(elsewhere, name, table, store::connect);
    add("pen", "a", 1);
    for (Phase phase : List.of(Phase.DUAL, Phase.OFF, Phase.DUAL)) {
      other.switchTo(phase, "elsewhere");
      add("pen", "in-" + phase + "-" + migration.status().switches().size(), 1);
      assertThat(migration.phase()).isEqualTo(phase);
    }
    assertThat(migration.compare("pen")).isEmpty();
    assertThat(types("pen")).containsExactly(COUNTED, ADDED, COUNTED, ADDED);
  }

  /** What has begun under a phase ends before the next one, or is refused. */
  @Test
  @Promise("ES-34")
  void aSwitchWaitsForTransactionsOfItsPhase() throws Exception {
    work();
    EventSourcing elsewhere = closing(EventSourcing.on(store.openHandle()));
    Migration<Event, Row> other = Stock.migration(elsewhere, name, table, store::connect);
    CompletableFuture<Void> switched;
    try (Connection connection = store.connect()) {
      connection.setAutoCommit(false);
      migration.within(connection).write("pen", "a", new Event.Added(1), table.adding("pen", 1));
      switched =
          CompletableFuture.runAsync(() -> {
            while (other.phase() == Phase.OFF) {
              try {
                other.switchTo(Phase.DUAL, "now");
              } catch (ProviderError.Retryable e) {
                // the transaction is still open
              }
            }
          });
      assertThat(migration.phase()).isEqualTo(Phase.OFF);
      connection.commit();
    }
    switched.get();
    addAndWait("pen", "b", 1);
    assertThat(types("pen")).containsExactly(COUNTED, ADDED);
    assertThat(migration.compare("pen")).isEmpty();
  }

  @Test
  @Promise("ES-34")
  void rowAndEventCommitTogetherOrNotAtAll() throws Exception {
    work();
    migration.switchTo(Phase.DUAL, "release");
    try (Connection connection = store.connect()) {
      connection.setAutoCommit(false);
      migration.within(connection).write("pen", "a", new Event.Added(1), table.adding("pen", 1));
      connection.rollback();
    }
    addAndWait("pen", "b", 2);
    assertThat(types("pen")).containsExactly(ADDED);
    assertThat(migration.read("pen")).contains(new Row(1, 2));
    assertThatThrownBy(() -> add("pen", "pen", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key of an import");
  }

  @Test
  @Promise("ES-35")
  void aDifferenceIsFoundOnReadAndKeepsReadNewAway() throws Exception {
    work();
    insert("pen", 3, 30);
    insert("ink", 1, 7);
    forwardTo(Phase.VALIDATED);
    store.execute("UPDATE " + table.name() + " SET amount = 31 WHERE id = 'pen'");
    assertThat(migration.differences()).isEmpty();

    assertThat(migration.read("pen")).contains(new Row(3, 31));
    assertThat(migration.read("ink")).contains(new Row(1, 7));

    assertThat(migration.readCounts()).isEqualTo(new ReadCounts(2, 1, 0, 0));
    assertThat(migration.status().differences()).isEqualTo(1);
    assertThat(migration.differences())
        .extracting(Difference::toString)
        .containsExactly("pen /amount: 31, and not 30 (version 1)");
    assertThatThrownBy(() -> migration.switchTo(Phase.READ_NEW, "it looks good"))
        .isInstanceOf(SwitchRefusedException.class)
        .hasMessageContaining("1 id differs, such as [pen /amount: 31, and not 30 (version 1)]");
    assertThat(migration.phase()).isEqualTo(Phase.VALIDATED);

    migration.repair("pen");
    assertThat(migration.compare("pen")).isEmpty();
    migration.switchTo(Phase.READ_NEW, "set right");
    assertThat(migration.read("pen")).contains(new Row(3, 31));
  }

  @Test
  @Promise("ES-35")
  void differencesAreFoundInTheBackground() throws Exception {
    work();
    insert("pen", 3, 30);
    insert("ink", 1, 7);
    forwardTo(Phase.VALIDATED);
    LinkedBlockingQueue<Validation> told = new LinkedBlockingQueue<>();
    try (ValidationWatch watch = migration.validateEvery(Duration.ofMillis(5), told::add)) {
      assertThat(told.take().differences()).isEmpty();
      store.execute("UPDATE " + table.name() + " SET times = 4 WHERE id = 'pen'");
      store.execute("DELETE FROM " + table.name() + " WHERE id = 'ink'");
      insert("new", 1, 1); // past the migration
      List<String> keys = new ArrayList<>();
      while (keys.size() < 3) {
        keys = told.take().differences().stream().map(Difference::key).toList();
      }
      assertThat(keys).containsExactly("new", "pen", "ink");
    }
    assertThat(migration.status().differences()).isEqualTo(3);
    migration.switchTo(Phase.DUAL, "back to work");
    assertThatThrownBy(() -> migration.switchTo(Phase.VALIDATED, "again"))
        .isInstanceOf(SwitchRefusedException.class)
        .hasMessageContaining("3 ids differ");

    for (String id : List.of("new", "pen", "ink")) {
      migration.repair(id);
      assertThat(migration.compare(id)).isEmpty();
    }
    assertThat(migration.status().differences()).isZero();
    assertThatThrownBy(() -> migration.switchTo(Phase.VALIDATED, "again"))
        .isInstanceOf(SwitchRefusedException.class)
        .hasMessageContaining("validate first");
    assertThat(migration.validate()).isEqualTo(new Validation(3, 0, List.of()));
    migration.switchTo(Phase.VALIDATED, "now");
  }

  /** Without a worker nothing can be said, and nothing is taken for a difference. */
  @Test
  @Promise("ES-35")
  void whatIsOnItsWayIsNoDifference() throws Exception {
    migration.switchTo(Phase.DUAL, "release");
    add("pen", "a", 1);
    assertThat(migration.read("pen")).contains(new Row(1, 1));
    assertThat(migration.readCounts()).isEqualTo(new ReadCounts(1, 0, 1, 0));
    assertThat(migration.validate()).isEqualTo(new Validation(1, 1, List.of()));
    assertThatThrownBy(() -> migration.switchTo(Phase.VALIDATED, "too early"))
        .isInstanceOf(SwitchRefusedException.class);
    work();
    assertThat(migration.validate()).isEqualTo(new Validation(1, 0, List.of()));
    migration.switchTo(Phase.VALIDATED, "now");
  }

  /** However many ids are on their way, the pauses are those of one. */
  @Test
  void allThatIsOnItsWayIsLookedAtInEachRound() throws Exception {
    migration.switchTo(Phase.DUAL, "release");
    add("pen", "a", 1);
    add("ink", "b", 1);
    List<String> looks = new ArrayList<>();
    OldTable<Row> recorded =
        new OldTable<>() {
          @Override
          public Optional<Row> read(Connection connection, String id) throws SQLException {
            looks.add(id);
            return table.read(connection, id);
          }

          @Override
          public List<OldRow<Row>> page(Connection connection, @Nullable String after, int limit)
              throws SQLException {
            return table.page(connection, after, limit);
          }
        };
    assertThat(Stock.migration(events, name, recorded, store::connect).validate().unsettled())
        .isEqualTo(2);
    List<String> rounds = new ArrayList<>();
    for (String id : looks) {
      if (rounds.isEmpty() || !rounds.getLast().equals(id)) {
        rounds.add(id);
      }
    }
    assertThat(rounds).as("one after the other, again and again").hasSizeGreaterThan(8);
  }
}
