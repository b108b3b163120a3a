// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import dev.holdfast.provider.support.InboxChecks;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.WaitingRunPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Inputs of trigger steps on the rows of inboxes: each read is one statement, which shows one
 * committed state (CHANGE-22). Thread-safe.
 */
public final class JdbcTriggers implements Triggers {

  private static final String PENDING_INPUTS =
      "SELECT "
          + InboxReader.MESSAGE
          + ", "
          + InboxReader.LOCKED
          + ", "
          + InboxReader.CURSOR
          + "\n  FROM :pending\n WHERE m.inbox_key = "
          + InboxReader.INBOX
          + " AND m.consumed_at IS NULL AND m.sequence > ?\n ORDER BY m.sequence\n LIMIT ?";

  private static final String CURSOR =
      """
      SELECT k.cursor_order, k.cursor_token
        FROM :schema.inbox k
       WHERE k.run_id = ? AND k.step_id = ? AND k.port = ? AND k.cursor_order IS NOT NULL
      """;

  /**
   * A walk along the inputs, not along the runs: most suspended runs have none. The limit keeps a
   * planner from joining whole tables.
   */
  private static final String WAITING =
      """
      SELECT m.input_of, count(*), min(m.appended_at)
        FROM :inputs
       WHERE m.input_of > ?
         AND EXISTS (SELECT 1 FROM :schema.run r
                      WHERE r.run_id = m.input_of AND r.status = 'SUSPENDED'
                      LIMIT 1 OFFSET 0)
       GROUP BY m.input_of
       ORDER BY m.input_of
       LIMIT ?
      """;

  private final AdminStore store;
  private final ChangeApplier changes;
  private final InboxChecks checks;
  private final String pendingInputs;
  private final String waiting;

  /**
   * Creates the calls of one handle.
   *
   * @param store the store to ask
   * @param changes applies deliveries
   * @param checks what it refuses
   */
  public JdbcTriggers(AdminStore store, ChangeApplier changes, RequestChecks checks) {
    this.store = store;
    this.changes = changes;
    this.checks = new InboxChecks(checks);
    pendingInputs =
        PENDING_INPUTS
            .replace(":pending", store.along(":schema.inbox_message m", "inbox_message_pending"))
            .replace(":now", store.now());
    waiting =
        WAITING.replace(":inputs", store.along(":schema.inbox_message m", "inbox_message_input"));
  }

  @Override
  public TriggerDelivered deliver(DeliverTrigger trigger) {
    return (TriggerDelivered) changes.apply("deliver", trigger);
  }

  @Override
  public List<TriggerInput> pendingInputs(
      String runId, String stepId, long afterSequence, int limit) {
    String operation = "pendingInputs";
    checks.checkStep(operation, runId, stepId);
    checks.checkRead(operation, afterSequence, limit);
    InboxKey key = new InboxKey(runId, stepId, PORT);
    List<Object> parameters = new ArrayList<>(store.nowParameters());
    parameters.addAll(InboxReader.parameters(key));
    parameters.add(afterSequence);
    parameters.add(limit);
    int behind = 1 + InboxReader.MESSAGE_COLUMNS;
    return store.query(
        operation,
        pendingInputs,
        parameters,
        row ->
            new TriggerInput(
                InboxReader.message(operation, key, row, 1, row.getBoolean(behind)),
                InboxReader.cursor(operation, runId, row, behind + 1)));
  }

  @Override
  public Optional<Cursor> cursor(String runId, String stepId) {
    String operation = "cursor";
    checks.checkStep(operation, runId, stepId);
    return store
        .query(
            operation,
            CURSOR,
            List.of(runId, stepId, PORT),
            row -> Objects.requireNonNull(InboxReader.cursor(operation, runId, row, 1)))
        .stream()
        .findFirst();
  }

  @Override
  public WaitingRunPage suspendedRunsWithPendingInputs(int limit, @Nullable String pageToken) {
    String operation = "suspendedRunsWithPendingInputs";
    checks.checkPageSize(operation, limit);
    String after = WaitingRunPlace.of(operation, pageToken);
    return WaitingRunPlace.page(
        store.query(
            operation,
            waiting,
            List.of(after == null ? "" : after, limit + 1),
            row ->
                new WaitingRun(
                    row.getString(1), row.getLong(2), StoreTime.fromMicros(row.getLong(3)))),
        limit);
  }
}
