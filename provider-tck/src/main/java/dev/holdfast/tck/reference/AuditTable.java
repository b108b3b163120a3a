// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.support.AuditPlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Audit records in the order in which they were stored. Runs under the store's lock. */
final class AuditTable {

  private final List<AuditRecord> records = new ArrayList<>();

  /** Stores an entry; the number is greater than every earlier one. */
  void add(long sequence, Instant now, AuditEntry entry) {
    Instant last = records.isEmpty() ? now : records.getLast().storedAt();
    records.add(new AuditRecord(sequence, now.isBefore(last) ? last : now, entry));
  }

  /** All that a query asks for behind a place, whatever its limit. */
  List<AuditRecord> find(AuditQuery query, @Nullable AuditPlace after) {
    Comparator<AuditRecord> order = Comparator.comparingLong(AuditRecord::sequence);
    Comparator<AuditRecord> asked = query.newestFirst() ? order.reversed() : order;
    return records.stream()
        .filter(row -> matches(query.filter(), row))
        .filter(row ->
            after == null
                || (query.newestFirst()
                    ? row.sequence() < after.sequence()
                    : row.sequence() > after.sequence()))
        .sorted(asked)
        .toList();
  }

  private static boolean matches(AuditFilter filter, AuditRecord row) {
    AuditEntry entry = row.entry();
    Instant from = filter.storedAt().from();
    Instant to = filter.storedAt().to();
    return (filter.runId() == null || filter.runId().equals(entry.runId()))
        && (filter.types().isEmpty() || filter.types().contains(entry.type()))
        && (filter.stepId() == null || filter.stepId().equals(entry.stepId()))
        && row.sequence() >= filter.sequences().from()
        && row.sequence() < filter.sequences().to()
        && (from == null || !row.storedAt().isBefore(from))
        && (to == null || row.storedAt().isBefore(to));
  }

  /** Removes the oldest ones that were stored before a moment. */
  int cleanUp(Instant storedBefore, int limit) {
    List<AuditRecord> old =
        records.stream().filter(row -> row.storedAt().isBefore(storedBefore)).limit(limit).toList();
    records.removeAll(old);
    return old.size();
  }
}
