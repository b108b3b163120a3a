// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.support.InboxChecks;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Inboxes on the rows of a store: each read is one statement, which shows one committed state
 * (CHANGE-22). Thread-safe.
 */
public final class JdbcDurableInbox implements DurableInbox {

  private static final String PENDING =
      "SELECT "
          + InboxReader.MESSAGE
          + "\n  FROM :pending\n WHERE m.inbox_key = "
          + InboxReader.INBOX
          + """

             AND m.consumed_at IS NULL AND m.sequence > ? AND m.locked_until <= (SELECT :now)
           ORDER BY m.sequence
           LIMIT ?
          """;

  private static final String MESSAGE =
      "SELECT "
          + InboxReader.MESSAGE
          + ", "
          + InboxReader.LOCKED
          + "\n  FROM :schema.inbox_message m\n WHERE m.inbox_key = "
          + InboxReader.INBOX
          + " AND m.sequence = ?";

  /** Time is read once, for all rows. */
  private static final String COUNTS =
      """
      WITH n AS MATERIALIZED (SELECT :now AS now)
      SELECT k.step_id, k.port, max(k.last_sequence), count(m.sequence), count(m.consumed_at),
             count(CASE WHEN m.consumed_at IS NULL AND m.locked_until > (SELECT n.now FROM n) THEN 1 END),
             coalesce(sum(length(m.payload)), 0),
             min(CASE WHEN m.consumed_at IS NULL AND m.locked_until <= (SELECT n.now FROM n) THEN m.appended_at END)
        FROM :schema.inbox k
        LEFT JOIN :schema.inbox_message m ON m.inbox_key = k.inbox_key
       WHERE k.run_id = ?
       GROUP BY k.step_id, k.port
       ORDER BY k.step_id, k.port
      """;

  private final AdminStore store;
  private final InboxRows rows;
  private final ChangeApplier changes;
  private final InboxChecks checks;
  private final String pending;
  private final String message;
  private final String counts;

  /**
   * Creates the calls of one handle.
   *
   * @param store the store to ask
   * @param rows the rows that calls change
   * @param changes applies appends and consumptions
   * @param checks what it refuses
   */
  public JdbcDurableInbox(
      AdminStore store, InboxRows rows, ChangeApplier changes, RequestChecks checks) {
    this.store = store;
    this.rows = rows;
    this.changes = changes;
    this.checks = new InboxChecks(checks);
    pending =
        PENDING
            .replace(":pending", store.along(":schema.inbox_message m", "inbox_message_pending"))
            .replace(":now", store.now());
    message = MESSAGE.replace(":now", store.now());
    counts = COUNTS.replace(":now", store.now());
  }

  @Override
  public Duration idMemory() {
    return InboxRows.ID_MEMORY;
  }

  @Override
  public InboxAppended append(AppendInbox append) {
    return (InboxAppended) changes.apply("append", append);
  }

  @Override
  public InboxConsumed consume(ConsumeInbox consume) {
    return (InboxConsumed) changes.apply("consume", consume);
  }

  @Override
  public List<InboxMessage> pending(InboxKey key, long afterSequence, int limit) {
    String operation = "pending";
    checks.checkRead(operation, afterSequence, limit);
    List<Object> parameters = new ArrayList<>(InboxReader.parameters(key));
    parameters.add(afterSequence);
    parameters.addAll(store.nowParameters());
    parameters.add(limit);
    return store.query(
        operation, pending, parameters, row -> InboxReader.message(operation, key, row, 1, false));
  }

  @Override
  public Optional<InboxMessage> message(InboxKey key, long sequence) {
    String operation = "message";
    checks.checkSequence(operation, sequence);
    List<Object> parameters = new ArrayList<>(store.nowParameters());
    parameters.addAll(InboxReader.parameters(key));
    parameters.add(sequence);
    return store
        .query(
            operation,
            message,
            parameters,
            row ->
                InboxReader.message(
                    operation, key, row, 1, row.getBoolean(1 + InboxReader.MESSAGE_COLUMNS)))
        .stream()
        .findFirst();
  }

  @Override
  public List<InboxItem> fetch(InboxKey key, int max, Duration lockFor) {
    String operation = "fetch";
    checks.checkFetch(operation, max, lockFor);
    return rows.fetch(operation, key, max, lockFor);
  }

  @Override
  public Set<InboxToken> renew(Collection<InboxToken> tokens, Duration extendFor) {
    String operation = "renew";
    checks.checkExtension(operation, extendFor);
    return rows.renew(operation, List.copyOf(tokens), extendFor);
  }

  @Override
  public void abandon(InboxToken token) {
    rows.abandon("abandon", token);
  }

  @Override
  public List<InboxCounts> counts(String runId) {
    String operation = "counts";
    checks.checkRunId(operation, runId);
    List<Object> parameters = new ArrayList<>(store.nowParameters());
    parameters.add(runId);
    return store.query(operation, counts, parameters, row -> counts(operation, runId, row));
  }

  private static InboxCounts counts(String operation, String runId, ResultSet row)
      throws SQLException {
    return Decoding.decode(
        operation,
        runId,
        "an inbox of the run",
        () -> {
          long consumed = row.getLong(5);
          long locked = row.getLong(6);
          long oldest = row.getLong(8);
          Instant oldestSince = row.wasNull() ? null : StoreTime.fromMicros(oldest);
          return new InboxCounts(
              new InboxKey(runId, row.getString(1), row.getString(2)),
              row.getLong(4) - consumed - locked,
              locked,
              consumed,
              row.getLong(7),
              row.getLong(3),
              oldestSince);
        });
  }

  @Override
  public int cleanUp(Instant consumedBefore, int limit) {
    String operation = "cleanUp";
    long bound = checks.checkCleanUp(operation, consumedBefore, limit);
    return rows.cleanUp(operation, bound, limit);
  }

  @Override
  public int cleanUp(InboxKey key, long belowSequence, int limit) {
    String operation = "cleanUp";
    checks.checkCleanUp(operation, belowSequence, limit);
    return rows.cleanUp(operation, key, belowSequence, limit);
  }
}
