// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseAnswer.Held;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.tck.fixture.PlanReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of leases beside a hundred thousand that have ended (LEASE-15). */
class LeaseCostTest {

  private static final int ENDED = 100_000;
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir Path directory;

  @Test
  void noCallReadsWhatHasEnded() throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      PlanReader reader = store.planReader().orElseThrow();
      try (Provider provider = reader.open()) {
        fill(file);
        Leases leases = provider.capability(Leases.class).orElseThrow();

        assertThat(reader.badPlans(() -> makeEveryCall(leases))).isEmpty();

        drop(file, "holdfast_lease_end");
        assertThat(reader.badPlans(() -> leases.expired(1, null))).isNotEmpty();
      }
    }
  }

  private static void makeEveryCall(Leases leases) {
    LeaseToken token = ((Acquired) leases.acquire("report", "A", LONG)).token();
    assertThat(leases.acquire("report", "B", LONG)).isInstanceOf(Held.class);
    assertThat(leases.lease("report")).isPresent();
    leases.renew(token, LONG.multipliedBy(2));
    assertThat(leases.renewAll(List.of(token), LONG.multipliedBy(3))).containsExactly(token);
    LeasePage page = leases.expired(10, null);
    assertThat(leases.expired(10, page.nextPageToken()).rows()).hasSize(10);
    assertThat(leases.cleanUp(Instant.parse("9999-12-31T00:00:00Z"), 10)).isEqualTo(10);
    assertThat(leases.release(token)).isTrue();
  }

  private static void fill(Path file) throws SQLException {
    execute(
        file,
        """
        INSERT INTO holdfast_lease (name, holder, epoch, acquired_at, lease_until)
        WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n LIMIT %d)
        SELECT 'ended-' || k, 'filled', k, 0, k FROM n
        """
            .formatted(ENDED));
  }

  private static void drop(Path file, String index) throws SQLException {
    execute(file, "DROP INDEX " + index);
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
