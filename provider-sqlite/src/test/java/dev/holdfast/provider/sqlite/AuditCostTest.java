// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.SequenceRange;
import dev.holdfast.tck.fixture.PlanReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of query of the audit log walks along an index, and ends with its page (AUDIT-07). */
class AuditCostTest {

  private static final int RECORDS = 10_000;
  private static final Instant LONG_AGO = Instant.parse("1970-01-01T00:00:00.005Z");
  private static final TimeRange SINCE = new TimeRange(LONG_AGO, null);

  @TempDir Path directory;

  @Test
  void noQueryReadsMoreThanItsPage() throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      PlanReader reader = store.planReader().orElseThrow();
      try (Provider provider = reader.open()) {
        fill(file);
        AuditLog audit = provider.capability(AuditLog.class).orElseThrow();

        // A page of several types is sorted out of one page of each.
        assertThat(reader.badPlans(() -> makeEveryCall(audit)))
            .allMatch(bad -> bad.contains("UNION ALL"));

        execute(file, "DROP INDEX holdfast_audit_record_time");
        assertThat(reader.badPlans(() -> audit.cleanUp(LONG_AGO, 1))).isNotEmpty();
      }
    }
  }

  private static void makeEveryCall(AuditLog audit) {
    AuditEntry entry = new AuditEntry("run", "type", "step", LONG_AGO, Payload.empty());
    assertThat(audit.offer(entry)).isTrue();
    assertThat(audit.flush(Duration.ofMinutes(1))).isTrue();
    for (AuditFilter filter :
        List.of(
            AuditFilter.all(),
            AuditFilter.builder().runId("run 1").build(),
            AuditFilter.builder().stepId("step 1").build(),
            AuditFilter.builder().types(Set.of("type 1")).build(),
            AuditFilter.builder().types(Set.of("type 1", "type 2")).build(),
            AuditFilter.builder().storedAt(SINCE).build(),
            AuditFilter.builder().sequences(SequenceRange.after(-100)).build(),
            AuditFilter.builder()
                .runId("run 1")
                .types(Set.of("type 1", "type 2"))
                .storedAt(SINCE)
                .build())) {
      for (boolean newest : List.of(true, false)) {
        AuditQuery query = new AuditQuery(filter, newest, 1, null);
        AuditPage page = audit.query(query);
        assertThat(page.rows()).hasSize(1);
        String token = page.nextPageToken();
        assertThat(token).isNotNull();
        assertThat(audit.query(query.from(token)).rows()).hasSize(1);
      }
    }
    assertThat(audit.cleanUp(LONG_AGO, 10)).isEqualTo(10);
  }

  private static void fill(Path file) throws SQLException {
    execute(
        file,
        """
        INSERT INTO holdfast_audit_record (sequence, stored_at, run_id, type, step_id, happened_at, data)
        WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n LIMIT %1$d)
        SELECT -k, %1$d - k, 'run ' || (k %% 10), 'type ' || (k %% 7), 'step ' || (k %% 10), 0, x'' FROM n
        """
            .formatted(RECORDS));
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
