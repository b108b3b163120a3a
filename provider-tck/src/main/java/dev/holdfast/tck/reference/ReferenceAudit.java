// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.support.AuditPlace;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The audit log of one handle: a buffer that each call empties into the store, unless another call
 * has the store or writes of audit records fail. Has no thread. Thread-safe.
 */
final class ReferenceAudit implements AuditLog {

  /** The most entries that wait. */
  private static final int ROOM = 1_000;

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks checks;
  // The lock of the store, where it is needed, is taken before that of this.
  private final Deque<AuditEntry> waiting = new ArrayDeque<>();
  private long offered;
  private long stored;
  private long dropped;
  private boolean closed;

  ReferenceAudit(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    this.checks = checks;
  }

  @Override
  public boolean offer(AuditEntry entry) {
    boolean taken = take(entry);
    store.within(Duration.ZERO, this::write);
    return taken;
  }

  private synchronized boolean take(AuditEntry entry) {
    offered++;
    if (closed || waiting.size() == ROOM || !checks.fits(entry)) {
      dropped++;
      return false;
    }
    return waiting.add(entry);
  }

  private synchronized void write() {
    while (!store.auditFails() && !waiting.isEmpty()) {
      store.audit.add(store.nextNumber(), store.now(), waiting.remove());
      stored++;
    }
  }

  @Override
  public synchronized AuditCounts counts() {
    return new AuditCounts(offered, stored, dropped, waiting.size());
  }

  @Override
  public boolean flush(Duration within) {
    String operation = "flush";
    checks.checkWithin(operation, within);
    handle.requireOpen(operation);
    store.within(within, this::write);
    return counts().waiting() == 0;
  }

  @Override
  public AuditPage query(AuditQuery query) {
    String operation = "query";
    checks.check(operation, query);
    AuditPlace after = AuditPlace.of(operation, query);
    return handle.whole(operation, () -> AuditPlace.page(query, store.audit.find(query, after)));
  }

  @Override
  public int cleanUp(Instant storedBefore, int limit) {
    String operation = "cleanUp";
    Instant bound = StoreTime.fromMicros(checks.checkCleanUp(operation, storedBefore, limit));
    return handle.whole(operation, () -> store.audit.cleanUp(bound, limit));
  }

  /** Stores what waits, and drops what cannot be stored now. */
  void close() {
    store.within(CLOSE_WITHIN, this::write);
    synchronized (this) {
      closed = true;
      dropped += waiting.size();
      waiting.clear();
    }
  }
}
