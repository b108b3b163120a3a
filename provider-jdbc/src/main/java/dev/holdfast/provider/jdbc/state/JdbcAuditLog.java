// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.support.AuditPlace;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit log on the rows of a store. Has no thread before the first offer. Thread-safe. */
public final class JdbcAuditLog implements AuditLog, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcAuditLog.class);

  /** How long closing a handle waits for what its buffer has. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

  private final AuditRows rows;
  private final RequestChecks checks;
  private final AuditBuffer buffer = new AuditBuffer();
  private final AuditWriter writer;
  private final AtomicBoolean tooLargeTold = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * Creates the log of one handle.
   *
   * @param rows the rows of its store
   * @param checks what it refuses
   */
  public JdbcAuditLog(AuditRows rows, RequestChecks checks) {
    this.rows = rows;
    this.checks = checks;
    this.writer = new AuditWriter(buffer, rows);
  }

  @Override
  public boolean offer(AuditEntry entry) {
    if (!checks.fits(entry)) {
      buffer.refuse();
      if (tooLargeTold.compareAndSet(false, true)) {
        LOG.warn(
            "an audit entry of type {} has {} of data, more than this store takes; such entries are"
                + " dropped and counted",
            entry.type(),
            entry.data());
      }
      return false;
    }
    return switch (buffer.offer(entry)) {
      case ACCEPTED -> {
        writer.begin();
        yield true;
      }
      case FULL -> {
        writer.full();
        yield false;
      }
      case CLOSED -> false;
    };
  }

  @Override
  public AuditCounts counts() {
    return buffer.counts();
  }

  @Override
  public boolean flush(Duration within) {
    String operation = "flush";
    checks.checkWithin(operation, within);
    if (closed) {
      throw new InvalidRequest(operation, "the handle is closed; open a new one");
    }
    return buffer.flush(within);
  }

  @Override
  public AuditPage query(AuditQuery query) {
    String operation = "query";
    checks.check(operation, query);
    AuditPlace after = AuditPlace.of(operation, query);
    return AuditPlace.page(query, rows.read(operation, AuditSql.page(query, after)));
  }

  @Override
  public int cleanUp(Instant storedBefore, int limit) {
    String operation = "cleanUp";
    long bound = checks.checkCleanUp(operation, storedBefore, limit);
    return rows.cleanUp(operation, bound, limit);
  }

  /**
   * Stores what waits, within a few seconds, and drops the rest (AUDIT-05). To be called before the
   * connections of the handle are closed; does nothing the second time.
   */
  @Override
  public void close() {
    closed = true;
    int rest = buffer.close(CLOSE_WITHIN);
    if (rest > 0) {
      LOG.warn(
          "{} audit entries could not be stored before their handle was closed, and are dropped",
          rest);
    }
  }
}
