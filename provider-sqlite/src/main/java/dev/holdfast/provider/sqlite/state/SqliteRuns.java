// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.jdbc.state.StateRows;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of runs. While a transaction writes there is no other one, so what is read before
 * writing still holds then. Stateless.
 */
final class SqliteRuns {

  private static final String FIND =
      "SELECT " + StateRows.RUN + ", r.run_key FROM holdfast_run r WHERE r.run_id = ?";

  /** Versions go on from the greatest one that was ever deleted (RUN-28). */
  static final String DELETED_VERSION = "SELECT version FROM holdfast_deleted_version WHERE id = 1";

  private static final String INSERT =
      """
      INSERT INTO holdfast_run (run_id, kind, status, version, attempt, created_at, updated_at, started_at, data)
      VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5, ?6, ?7)
      """;

  private static final String UPDATE =
      """
      UPDATE holdfast_run
         SET status = ?2, version = ?3, attempt = ?4, updated_at = ?5, started_at = ?6, suspended_at = ?7,
             ended_at = ?8, data = coalesce(?9, data), last_error = coalesce(?10, last_error)
       WHERE run_key = ?1
      """;

  private static final String SUSPEND =
      """
      UPDATE holdfast_run
         SET has_suspension = 1, suspension_step = ?2, suspension_reason = ?3,
             suspension_state = ?4, suspension_metadata = ?5
       WHERE run_key = ?1
      """;

  private static final String RAISE_DELETED_VERSION =
      """
      UPDATE holdfast_deleted_version
         SET version = max(version,
                           (SELECT version FROM holdfast_run WHERE run_key = ?1),
                           coalesce((SELECT max(version) FROM holdfast_step WHERE run_key = ?1), 0))
       WHERE id = 1
      """;

  private static final String DELETE_STEPS = "DELETE FROM holdfast_step WHERE run_key = ?";
  private static final String DELETE = "DELETE FROM holdfast_run WHERE run_key = ?";

  private SqliteRuns() {}

  /** A stored run with its number. */
  record Row(RunSummary run, long key) {}

  static @Nullable Row find(Session session, String operation, String runId) throws SQLException {
    return session.first(
        FIND, row -> new Row(StateRows.run(operation, row, 1), row.getLong(11)), runId);
  }

  private static Row seen(Session session, String operation, String runId, long seenVersion)
      throws SQLException {
    Row row = find(session, operation, runId);
    if (row == null) {
      throw unknown(operation, runId);
    }
    long found = row.run().version();
    if (found != seenVersion) {
      throw new VersionConflict(operation, runId, subject(runId), seenVersion, found);
    }
    return row;
  }

  static NotFound unknown(String operation, String runId) {
    return new NotFound(operation, runId, subject(runId) + " is unknown");
  }

  private static String subject(String runId) {
    return "run " + runId;
  }

  static RunWritten create(WriteTx tx, String operation, CreateRun create) throws SQLException {
    Session session = tx.session();
    Row present = find(session, operation, create.runId());
    if (present != null) {
      throw new VersionConflict(
          operation, create.runId(), subject(create.runId()), 0, present.run().version());
    }
    long now = tx.now();
    long version = firstVersion(session);
    Long startedAt = create.status() == RunStatus.RUNNING ? (Long) now : null;
    session.update(
        INSERT,
        create.runId(),
        create.kind(),
        create.status().name(),
        version,
        now,
        startedAt,
        bytes(create.data()));
    Instant at = StoreTime.fromMicros(now);
    return new RunWritten(
        new RunSummary(
            create.runId(),
            create.kind(),
            create.status(),
            version,
            1,
            new RunTimes(at, at, startedAt == null ? null : at, null, null)));
  }

  static long firstVersion(Session session) throws SQLException {
    Long deleted = session.number(DELETED_VERSION);
    return deleted == null ? 1 : deleted + 1;
  }

  static RunWritten change(WriteTx tx, String operation, RunChange change) throws SQLException {
    Row row = seen(tx.session(), operation, change.runId(), change.seenVersion());
    RunStatus from = row.run().status();
    RunStatus to = change.status();
    if (to == null ? from.isFinal() : !from.mayBecome(to)) {
      throw illegal(operation, row.run(), to == null ? from : to);
    }
    RunSummary after = after(row.run(), to, StoreTime.fromMicros(tx.now()));
    write(tx.session(), row.key(), after, change.data(), change.lastError());
    Suspension suspension = change.suspension();
    if (suspension != null) {
      tx.session()
          .update(
              SUSPEND,
              row.key(),
              suspension.stepId(),
              suspension.reason(),
              bytes(suspension.state()),
              bytes(suspension.metadata()));
    }
    return new RunWritten(after);
  }

  static RunWritten restart(WriteTx tx, String operation, RestartRun restart) throws SQLException {
    Row row = seen(tx.session(), operation, restart.runId(), restart.seenVersion());
    if (row.run().status() != RunStatus.FAILED) {
      throw illegal(operation, row.run(), RunStatus.RECOVERING);
    }
    List<String> steps = restart.steps().stream().sorted(IdOrder.BY_CODE_POINT).toList();
    SqliteSteps.beginAgain(tx, operation, restart.runId(), row.key(), steps);
    RunSummary after = after(row.run(), RunStatus.RECOVERING, StoreTime.fromMicros(tx.now()));
    write(tx.session(), row.key(), after, null, null);
    return new RunWritten(after);
  }

  static RunDeleted delete(WriteTx tx, String operation, DeleteRun delete) throws SQLException {
    Row row = seen(tx.session(), operation, delete.runId(), delete.seenVersion());
    RunStatus status = row.run().status();
    if (!status.isEnded()) {
      throw new InstanceBusy(operation, delete.runId(), "the run is " + status.label());
    }
    return new RunDeleted(
        delete(tx.session(), row.key()), InboxWriter.delete(tx.session(), delete.runId()));
  }

  /** Deletes a run, and returns how many steps it had. */
  static long delete(Session session, long key) throws SQLException {
    session.update(RAISE_DELETED_VERSION, key);
    int steps = session.update(DELETE_STEPS, key);
    session.update(DELETE, key);
    return steps;
  }

  private static void write(
      Session session, long key, RunSummary run, @Nullable Payload data, @Nullable String lastError)
      throws SQLException {
    session.update(
        UPDATE,
        key,
        run.status().name(),
        run.version(),
        run.attempt(),
        StoreTime.toMicros(run.times().updatedAt()),
        micros(run.times().startedAt()),
        micros(run.times().suspendedAt()),
        micros(run.times().endedAt()),
        bytes(data),
        lastError);
  }

  /** The row after a change that may lead to another status (RUN-09, RUN-11, RUN-17). */
  private static RunSummary after(RunSummary run, @Nullable RunStatus to, Instant now) {
    RunTimes was = run.times();
    boolean starts = to == RunStatus.RUNNING && was.startedAt() == null;
    Instant ended = to == null || !to.isEnded() ? null : now;
    return new RunSummary(
        run.runId(),
        run.kind(),
        to == null ? run.status() : to,
        run.version() + 1,
        to == RunStatus.RECOVERING ? run.attempt() + 1 : run.attempt(),
        new RunTimes(
            was.createdAt(),
            now,
            starts ? now : was.startedAt(),
            to == RunStatus.SUSPENDED ? now : was.suspendedAt(),
            to == null ? was.endedAt() : ended));
  }

  private static IllegalTransition illegal(String operation, RunSummary run, RunStatus to) {
    return new IllegalTransition(
        operation, run.runId(), subject(run.runId()), run.status().label(), to.label());
  }

  static @Nullable Long micros(@Nullable Instant moment) {
    return moment == null ? null : (Long) StoreTime.toMicros(moment);
  }

  static byte @Nullable [] bytes(@Nullable Payload payload) {
    return payload == null ? null : payload.toByteArray();
  }
}
