// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.jdbc.JdbcErrors;
import dev.holdfast.tck.jdbc.StoreTap;
import dev.holdfast.tck.words.Parked;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** The kit's tap between a provider and its driver, on a real driver. */
class StoreTapTest {

  @TempDir Path directory;
  private final StoreTap tap = new StoreTap(JdbcErrors.standard(), false);
  private Connection plain;
  private Connection tapped;
  private Statement statement;

  @BeforeEach
  void open() throws SQLException {
    plain = DriverManager.getConnection(url());
    try (Statement create = plain.createStatement()) {
      create.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)");
    }
    tapped = tap.wrap(DriverManager.getConnection(url()));
    statement = tapped.createStatement();
  }

  @AfterEach
  void close() throws SQLException {
    statement.close();
    tapped.close();
    plain.close();
  }

  private String url() {
    return "jdbc:sqlite:" + directory.resolve("store.db");
  }

  private long rows() throws SQLException {
    try (Statement count = plain.createStatement();
        ResultSet result = count.executeQuery("SELECT count(*) FROM t")) {
      return result.getLong(1);
    }
  }

  @Test
  void countsStatementsCommitsRoundTripsAndRows() throws SQLException {
    statement.execute("BEGIN");
    statement.executeUpdate("INSERT INTO t VALUES (1)");
    try (PreparedStatement insert = tapped.prepareStatement("INSERT INTO t VALUES (?)")) {
      for (int n = 2; n <= 4; n++) {
        insert.setInt(1, n);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    statement.execute("COMMIT");
    try (ResultSet all = statement.executeQuery("SELECT n FROM t")) {
      while (all.next()) {
        assertThat(all.getInt(1)).isPositive();
      }
    }

    assertThat(tap.soFar()).isEqualTo(new Traffic(6, 1, 5, 4));
    assertThat(rows()).isEqualTo(4);
  }

  @Test
  void aWriteOutsideATransactionIsItsOwnCommit() throws SQLException {
    statement.executeUpdate("INSERT INTO t VALUES (1)");

    assertThat(tap.soFar()).isEqualTo(new Traffic(1, 1, 1, 0));
  }

  @Test
  void countsTheCommitOfTheConnection() throws SQLException {
    tapped.setAutoCommit(false);
    statement.executeUpdate("INSERT INTO t VALUES (1)");
    tapped.commit();

    assertThat(tap.soFar()).isEqualTo(new Traffic(1, 1, 2, 0));
    tapped.commit();
    assertThat(tap.soFar().commits()).as("nothing to commit").isEqualTo(1);
  }

  @Test
  void aStatementThatIsCutBeforehandUndoesItsTransaction() throws SQLException {
    statement.execute("BEGIN");
    statement.executeUpdate("INSERT INTO t VALUES (1)");
    tap.arm(Fault.atStatement(2, Moment.BEFORE, Kind.CONNECTION_LOST));
    statement.executeUpdate("INSERT INTO t VALUES (2)");

    assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t VALUES (3)"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08006"));
    assertThat(tap.struck()).isTrue();
    assertThat(rows()).isZero();
  }

  @Test
  void aLostConnectionStaysLost() throws SQLException {
    tap.arm(Fault.atStatement(1, Moment.AFTER, Kind.CONNECTION_LOST));
    assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).isInstanceOf(SQLException.class);

    assertThat(tapped.isClosed()).isTrue();
    assertThat(tapped.isValid(0)).isFalse();
    assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> tapped.prepareStatement("SELECT 1")).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> tapped.rollback()).isInstanceOf(SQLException.class);
  }

  @Test
  void theAnswerOfACommitCanBeLost() throws SQLException {
    tap.arm(Fault.atCommit(1, Moment.AFTER, Kind.CONNECTION_LOST));
    statement.execute("BEGIN");
    statement.executeUpdate("INSERT INTO t VALUES (1)");

    assertThatThrownBy(() -> statement.execute("COMMIT")).isInstanceOf(SQLException.class);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void aCommitCanFailBeforeItReachedTheStore() throws SQLException {
    tap.arm(Fault.atCommit(1, Moment.BEFORE, Kind.CONNECTION_LOST));
    tapped.setAutoCommit(false);
    statement.executeUpdate("INSERT INTO t VALUES (1)");

    assertThatThrownBy(tapped::commit).isInstanceOf(SQLException.class);
    assertThat(rows()).isZero();
  }

  @Test
  void contentionLeavesTheConnectionAsItIs() throws SQLException {
    tap.arm(Fault.atStatement(1, Moment.BEFORE, Kind.CONTENTION));
    assertThatThrownBy(() -> statement.execute("BEGIN")).isInstanceOf(SQLException.class);

    statement.execute("BEGIN");
    statement.executeUpdate("INSERT INTO t VALUES (1)");
    statement.execute("COMMIT");
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void aFaultThatIsDisarmedDoesNotHappen() throws SQLException {
    tap.arm(Fault.atStatement(1, Moment.BEFORE, Kind.UNKNOWN_CODE));
    tap.disarm();

    statement.execute("SELECT 1");
    assertThat(tap.struck()).isFalse();
  }

  /** Inserts a row through a connection of its own; false when the commit failed. */
  private boolean insert(int number) {
    try (Connection connection = tap.wrap(DriverManager.getConnection(url()));
        Statement insert = connection.createStatement()) {
      insert.execute("BEGIN");
      insert.executeUpdate("INSERT INTO t VALUES (" + number + ")");
      insert.execute("COMMIT");
      return true;
    } catch (SQLException cut) {
      return false;
    }
  }

  @Test
  void commitsAreHeldOneByOneAndCutOrLetGo() throws SQLException {
    CommitHold hold = tap.commitHold();
    try (CommitHold.Held first = hold.take();
        CommitHold.Held second = hold.take()) {
      Parked<Boolean> cut = Parked.beginning(() -> insert(1));
      assertThat(Waiting.until(first::isReached, Duration.ofMinutes(1))).isTrue();
      assertThat(first.cut()).isTrue();
      assertThat(cut.answer()).isFalse();
      assertThat(rows()).isZero();

      Parked<Boolean> letGo = Parked.beginning(() -> insert(2));
      assertThat(Waiting.until(second::isReached, Duration.ofMinutes(1))).isTrue();
      assertThat(rows()).isZero();
      second.close();
      assertThat(letGo.answer()).isTrue();
      assertThat(second.cut()).isFalse();
    }
    assertThat(insert(3)).isTrue();
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void aStatementStandsInItsTurn() throws SQLException {
    try (CommitHold.Held standing = tap.standBefore(2).orElseThrow()) {
      Parked<Boolean> call = Parked.beginning(() -> insert(1));
      assertThat(Waiting.until(standing::isReached, Duration.ofMinutes(1))).isTrue();
      assertThat(rows()).isZero();
      standing.close();
      assertThat(call.answer()).isTrue();
    }
  }

  @Test
  void wrapsTheConnectionsOfADataSource() throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(url());
    DataSource wrapped = tap.wrap(source);
    try (Connection connection = wrapped.getConnection();
        Statement query = connection.createStatement()) {
      query.execute("SELECT 1");
      assertThat(query.getConnection()).isEqualTo(connection);
    }
    assertThat(tap.soFar().statements()).isEqualTo(1);
  }
}
