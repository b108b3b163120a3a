// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Passes calls of the audit log on; broken variants override one. */
class Audit implements AuditLog {

  final AuditLog inner;

  Audit(AuditLog inner) {
    this.inner = inner;
  }

  @Override
  public boolean offer(AuditEntry entry) {
    return inner.offer(entry);
  }

  @Override
  public AuditCounts counts() {
    return inner.counts();
  }

  @Override
  public boolean flush(Duration within) {
    return inner.flush(within);
  }

  @Override
  public AuditPage query(AuditQuery query) {
    AuditPage page = inner.query(query);
    return new AuditPage(rows(query, page.rows()), page.nextPageToken());
  }

  /** What is shown of a page. */
  List<AuditRecord> rows(AuditQuery query, List<AuditRecord> right) {
    return right;
  }

  @Override
  public int cleanUp(Instant storedBefore, int limit) {
    return inner.cleanUp(storedBefore, limit);
  }
}
