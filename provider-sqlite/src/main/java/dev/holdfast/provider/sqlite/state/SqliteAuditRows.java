// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.jdbc.state.AuditRows;
import dev.holdfast.provider.jdbc.state.AuditSql;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The audit records in one file. Sequence numbers come from the counter of the store. There is one
 * writer, so they grow in the order of commits. Thread-safe.
 */
public final class SqliteAuditRows implements AuditRows {

  private static final String LAST =
      """
      SELECT stored_at
        FROM holdfast_audit_record
       WHERE sequence = (SELECT max(sequence) FROM holdfast_audit_record)
      """;

  private static final String INSERT =
      """
      INSERT INTO holdfast_audit_record (sequence, stored_at, run_id, type, step_id, happened_at, data)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String CLEAN_UP =
      """
      DELETE FROM holdfast_audit_record
       WHERE sequence IN (SELECT sequence FROM holdfast_audit_record
                           WHERE stored_at < ?
                           ORDER BY stored_at, sequence
                           LIMIT ?)
      """;

  private final Database database;

  /** Creates it. */
  public SqliteAuditRows(Database database) {
    this.database = database;
  }

  @Override
  public void insert(String operation, List<AuditEntry> entries) {
    long bytes = entries.stream().mapToLong(entry -> entry.data().size()).sum();
    database.writeLater(operation, bytes, tx -> insert(tx, entries));
  }

  private static int insert(WriteTx tx, List<AuditEntry> entries) throws SQLException {
    Long last = tx.session().number(LAST);
    long now = last == null ? tx.now() : Math.max(last, tx.now());
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (AuditEntry entry : entries) {
      rows.add(
          new @Nullable Object[] {
            tx.next(),
            now,
            entry.runId(),
            entry.type(),
            entry.stepId(),
            StoreTime.toMicros(entry.happenedAt()),
            entry.data().toByteArray()
          });
    }
    return tx.session().updateEach(INSERT, rows);
  }

  @Override
  public List<AuditRecord> read(String operation, AuditSql.Query query) {
    String sql = query.text().replace(":schema.", "holdfast_");
    return database.read(
        operation, session -> session.list(sql, AuditSql::record, query.parameters().toArray()));
  }

  @Override
  public int cleanUp(String operation, long storedBefore, int most) {
    return database.write(operation, tx -> tx.session().update(CLEAN_UP, storedBefore, most));
  }
}
