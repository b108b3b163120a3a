// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.state.StepChange;
import java.sql.SQLException;

/** Writes changes of runs and steps. What does not fit is thrown, which undoes the call. */
public final class StateWriter {

  private static final String RUN_KEY = "SELECT run_key FROM holdfast_run WHERE run_id = ?";

  private StateWriter() {}

  /** Writes one change and returns what it has done. */
  public static ChangeResult write(WriteTx tx, String operation, StateChange change)
      throws SQLException {
    return switch (change) {
      case CreateRun create -> SqliteRuns.create(tx, operation, create);
      case RunChange run -> SqliteRuns.change(tx, operation, run);
      case RestartRun restart -> SqliteRuns.restart(tx, operation, restart);
      case DeleteRun delete -> SqliteRuns.delete(tx, operation, delete);
      case EnsureStep ensure -> SqliteSteps.ensure(tx, operation, ensure);
      case StepChange step -> SqliteSteps.change(tx, operation, step);
    };
  }

  /**
   * Deletes the run of a deleted instance with its steps, if there is one, and the inboxes of its
   * id (RUN-27).
   */
  public static void deleteWithInstance(Session session, String instanceId) throws SQLException {
    Long key = session.number(RUN_KEY, instanceId);
    if (key != null) {
      SqliteRuns.delete(session, key);
    }
    InboxWriter.delete(session, instanceId);
  }
}
