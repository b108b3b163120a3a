// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.jdbc.state.StateRows;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of steps, see {@link SqliteRuns}. Stateless. */
final class SqliteSteps {

  private static final String RUN_KEY = "SELECT run_key FROM holdfast_run WHERE run_id = ?";

  private static final String FIND =
      "SELECT "
          + StateRows.STEP
          + """

            FROM holdfast_run r
            JOIN holdfast_step s ON s.run_key = r.run_key
           WHERE r.run_key = ? AND s.step_id = ?
          """;

  private static final String INSERT =
      """
      INSERT INTO holdfast_step (run_key, step_id, status, version, attempt, created_at, updated_at, scheduled_at,
                                 outputs, last_error, retryable)
      VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5, ?6, ?7, ?8, ?9)
      """;

  private static final String UPDATE =
      """
      UPDATE holdfast_step
         SET status = ?3, version = ?4, attempt = ?5, updated_at = ?6, scheduled_at = ?7, started_at = ?8,
             suspended_at = ?9, ended_at = ?10, outputs = coalesce(?11, outputs),
             last_error = coalesce(?12, last_error), retryable = ?13
       WHERE run_key = ?1 AND step_id = ?2
      """;

  private static final String SUSPEND =
      """
      UPDATE holdfast_step
         SET has_suspension = 1, suspension_step = ?3, suspension_reason = ?4,
             suspension_state = ?5, suspension_metadata = ?6
       WHERE run_key = ?1 AND step_id = ?2
      """;

  private static final String BEGIN_AGAIN =
      """
      UPDATE holdfast_step
         SET attempt = attempt + (status <> 'IDLE'), status = 'IDLE', version = version + 1, updated_at = ?3,
             scheduled_at = NULL, started_at = NULL, ended_at = NULL, outputs = NULL
       WHERE run_key = ?1 AND step_id = ?2
      """;

  private SqliteSteps() {}

  private static long runKey(Session session, String operation, String runId) throws SQLException {
    Long key = session.number(RUN_KEY, runId);
    if (key == null) {
      throw SqliteRuns.unknown(operation, runId);
    }
    return key;
  }

  private static @Nullable StepSummary find(
      Session session, String operation, long runKey, String stepId) throws SQLException {
    return session.first(FIND, row -> StateRows.step(operation, row, 1), runKey, stepId);
  }

  private static String subject(String runId, String stepId) {
    return "step " + runId + "/" + stepId;
  }

  private static NotFound unknown(String operation, String runId, String stepId) {
    return new NotFound(operation, runId, subject(runId, stepId) + " is unknown");
  }

  static StepWritten ensure(WriteTx tx, String operation, EnsureStep ensure) throws SQLException {
    long runKey = runKey(tx.session(), operation, ensure.runId());
    StepSummary present = find(tx.session(), operation, runKey, ensure.stepId());
    if (present != null) {
      return new StepWritten(present, false);
    }
    StepChange change =
        StepChange.of(ensure.runId(), ensure.stepId(), 0).status(StepStatus.IDLE).build();
    return create(tx, runKey, change, StepStatus.IDLE);
  }

  static StepWritten change(WriteTx tx, String operation, StepChange change) throws SQLException {
    String runId = change.runId();
    long runKey = runKey(tx.session(), operation, runId);
    StepSummary present = find(tx.session(), operation, runKey, change.stepId());
    String subject = subject(runId, change.stepId());
    if (present == null && change.seenVersion() > 0) {
      throw unknown(operation, runId, change.stepId());
    }
    long found = present == null ? 0 : present.version();
    if (found != change.seenVersion()) {
      throw new VersionConflict(operation, runId, subject, change.seenVersion(), found);
    }
    StepStatus to = change.status();
    if (present == null) {
      if (to == null || !to.mayBegin()) {
        throw new IllegalTransition(
            operation, runId, subject, "none", to == null ? "none" : to.label());
      }
      return create(tx, runKey, change, to);
    }
    StepStatus from = present.status();
    if (to == null ? from.isFinal() : !from.mayBecome(to)) {
      throw new IllegalTransition(
          operation, runId, subject, from.label(), (to == null ? from : to).label());
    }
    StepSummary after = after(present, change, StoreTime.fromMicros(tx.now()));
    StepTimes times = after.times();
    tx.session()
        .update(
            UPDATE,
            runKey,
            after.stepId(),
            after.status().name(),
            after.version(),
            after.attempt(),
            StoreTime.toMicros(times.updatedAt()),
            SqliteRuns.micros(times.scheduledAt()),
            SqliteRuns.micros(times.startedAt()),
            SqliteRuns.micros(times.suspendedAt()),
            SqliteRuns.micros(times.endedAt()),
            SqliteRuns.bytes(change.outputs()),
            change.lastError(),
            after.retryable());
    suspend(tx.session(), runKey, change);
    return new StepWritten(after, false);
  }

  private static StepWritten create(WriteTx tx, long runKey, StepChange change, StepStatus status)
      throws SQLException {
    long now = tx.now();
    long version = SqliteRuns.firstVersion(tx.session());
    boolean scheduled = status == StepStatus.SCHEDULED;
    tx.session()
        .update(
            INSERT,
            runKey,
            change.stepId(),
            status.name(),
            version,
            now,
            scheduled ? (Long) now : null,
            SqliteRuns.bytes(change.outputs()),
            change.lastError(),
            change.retryable());
    suspend(tx.session(), runKey, change);
    Instant at = StoreTime.fromMicros(now);
    return new StepWritten(
        new StepSummary(
            change.runId(),
            change.stepId(),
            status,
            version,
            1,
            change.retryable(),
            new StepTimes(at, at, scheduled ? at : null, null, null, null)),
        true);
  }

  private static void suspend(Session session, long runKey, StepChange change) throws SQLException {
    Suspension suspension = change.suspension();
    if (suspension != null) {
      session.update(
          SUSPEND,
          runKey,
          change.stepId(),
          suspension.stepId(),
          suspension.reason(),
          SqliteRuns.bytes(suspension.state()),
          SqliteRuns.bytes(suspension.metadata()));
    }
  }

  /** Makes steps idle, whatever they are (RUN-12). */
  static void beginAgain(
      WriteTx tx, String operation, String runId, long runKey, List<String> stepIds)
      throws SQLException {
    long now = tx.now();
    for (String stepId : stepIds) {
      if (tx.session().update(BEGIN_AGAIN, runKey, stepId, now) == 0) {
        throw unknown(operation, runId, stepId);
      }
    }
  }

  /** The row after a change (STEP-07, STEP-08, STEP-11). */
  private static StepSummary after(StepSummary step, StepChange change, Instant now) {
    StepStatus to = change.status();
    boolean again = to != null && step.status().beginsAttempt(to);
    return new StepSummary(
        step.runId(),
        step.stepId(),
        to == null ? step.status() : to,
        step.version() + 1,
        again ? step.attempt() + 1 : step.attempt(),
        change.retryable() == null ? step.retryable() : change.retryable(),
        to == null ? touched(step.times(), now) : moved(step.times(), to, again, now));
  }

  private static StepTimes touched(StepTimes was, Instant now) {
    return new StepTimes(
        was.createdAt(), now, was.scheduledAt(), was.startedAt(), was.suspendedAt(), was.endedAt());
  }

  private static StepTimes moved(StepTimes was, StepStatus to, boolean again, Instant now) {
    Instant scheduledAt = again ? null : was.scheduledAt();
    Instant startedAt = again ? null : was.startedAt();
    return new StepTimes(
        was.createdAt(),
        now,
        to == StepStatus.SCHEDULED && scheduledAt == null ? now : scheduledAt,
        to == StepStatus.RUNNING && startedAt == null ? now : startedAt,
        to == StepStatus.SUSPENDED ? now : was.suspendedAt(),
        to.isEnded() ? now : null);
  }
}
