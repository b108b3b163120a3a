// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditRecord;
import java.util.List;

/**
 * The table {@code audit_record} of a store, with the columns {@code sequence}, {@code stored_at},
 * {@code run_id}, {@code type}, {@code step_id}, {@code happened_at} and {@code data}. Arguments
 * are checked before. Each call is one transaction. Thread-safe.
 *
 * <p>Both {@code sequence} and {@code stored_at} grow in the order of commits, {@code stored_at}
 * not strictly: so a range of time is a range of sequence numbers, and a reader that goes on behind
 * the last one it has seen misses nothing.
 */
public interface AuditRows {

  /**
   * Stores entries, in order, all or none.
   *
   * @param operation what to call it in errors
   * @param entries the entries, at least one
   */
  void insert(String operation, List<AuditEntry> entries);

  /**
   * Runs one query for records, which sees one committed state.
   *
   * @param operation the SPI call, for errors
   * @param query the query, in which {@code :schema.audit_record} means the table; its columns are
   *     those above, in that order
   * @return the records
   */
  List<AuditRecord> read(String operation, AuditSql.Query query);

  /**
   * Deletes records stored before a moment, in the order of their sequence numbers.
   *
   * @param operation the SPI call, for errors
   * @param storedBefore the bound, excluded, in microseconds since 1970
   * @param most the most rows
   * @return how many
   */
  int cleanUp(String operation, long storedBefore, int most);
}
