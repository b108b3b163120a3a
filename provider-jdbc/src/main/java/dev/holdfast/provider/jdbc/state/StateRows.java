// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of runs and steps as values. What no type takes is corrupt and names its run. Stateless. */
public final class StateRows {

  /** What a summary of a run {@code r} is read from. */
  public static final String RUN =
      """
      r.run_id, r.kind, r.status, r.version, r.attempt,
             r.created_at, r.updated_at, r.started_at, r.suspended_at, r.ended_at\
      """;

  /** What a summary of a step {@code s} is read from, behind the id of its run. */
  static final String STEP_BEHIND_RUN =
      """
      s.step_id, s.status, s.version, s.attempt, s.retryable,
             s.created_at, s.updated_at, s.scheduled_at, s.started_at, s.suspended_at, s.ended_at\
      """;

  /** What a summary of a step {@code s} of a run {@code r} is read from. */
  public static final String STEP = "r.run_id, " + STEP_BEHIND_RUN;

  /** How many columns {@link #RUN} has. */
  static final int RUN_COLUMNS = 10;

  /** How many columns {@link #STEP} has. */
  static final int STEP_COLUMNS = 12;

  private static final String REST =
      """
      %1$s.last_error, %1$s.has_suspension, %1$s.suspension_step, %1$s.suspension_reason,
             %1$s.suspension_state IS NOT NULL, %1$s.suspension_state,
             %1$s.suspension_metadata IS NOT NULL, %1$s.suspension_metadata,
             %1$s.%2$s IS NOT NULL, %1$s.%2$s\
      """;

  /** What a whole run is read from. */
  static final String WHOLE_RUN = RUN + ", " + REST.formatted("r", "data");

  /** What a whole step is read from. */
  static final String WHOLE_STEP = STEP + ", " + REST.formatted("s", "outputs");

  private static final byte[] NO_BYTES = {};

  private StateRows() {}

  /**
   * Reads the columns of {@link #RUN}.
   *
   * @param operation the SPI call, for errors
   * @param row the row
   * @param first the first of the columns, from 1
   * @return the summary
   * @throws SQLException when the store fails
   */
  public static RunSummary run(String operation, ResultSet row, int first) throws SQLException {
    String runId = row.getString(first);
    return Decoding.decode(
        operation,
        runId,
        "the row of the run",
        () ->
            new RunSummary(
                Objects.requireNonNull(runId),
                row.getString(first + 1),
                runStatus(operation, runId, row.getString(first + 2)),
                row.getLong(first + 3),
                row.getInt(first + 4),
                new RunTimes(
                    StoreTime.fromMicros(row.getLong(first + 5)),
                    StoreTime.fromMicros(row.getLong(first + 6)),
                    moment(row, first + 7),
                    moment(row, first + 8),
                    moment(row, first + 9))));
  }

  /**
   * Reads the columns of {@link #STEP}.
   *
   * @param operation the SPI call, for errors
   * @param row the row
   * @param first the first of the columns, from 1
   * @return the summary
   * @throws SQLException when the store fails
   */
  public static StepSummary step(String operation, ResultSet row, int first) throws SQLException {
    String runId = row.getString(first);
    String stepId = row.getString(first + 1);
    return Decoding.decode(
        operation,
        runId,
        "the row of step " + stepId,
        () ->
            new StepSummary(
                Objects.requireNonNull(runId),
                Objects.requireNonNull(stepId),
                stepStatus(operation, runId, row.getString(first + 2)),
                row.getLong(first + 3),
                row.getInt(first + 4),
                flag(row, first + 5),
                new StepTimes(
                    StoreTime.fromMicros(row.getLong(first + 6)),
                    StoreTime.fromMicros(row.getLong(first + 7)),
                    moment(row, first + 8),
                    moment(row, first + 9),
                    moment(row, first + 10),
                    moment(row, first + 11))));
  }

  static Run wholeRun(String operation, ResultSet row) throws SQLException {
    RunSummary summary = run(operation, row, 1);
    int rest = 1 + RUN_COLUMNS;
    return Decoding.decode(
        operation,
        summary.runId(),
        "the row of the run",
        () -> new Run(summary, payload(row, rest + 8), suspension(row, rest), row.getString(rest)));
  }

  static Step wholeStep(String operation, ResultSet row) throws SQLException {
    StepSummary summary = step(operation, row, 1);
    int rest = 1 + STEP_COLUMNS;
    return Decoding.decode(
        operation,
        summary.runId(),
        "the row of step " + summary.stepId(),
        () ->
            new Step(summary, payload(row, rest + 8), suspension(row, rest), row.getString(rest)));
  }

  static RunStatus runStatus(String operation, @Nullable String runId, String stored) {
    for (RunStatus status : RunStatus.values()) {
      if (status.name().equals(stored)) {
        return status;
      }
    }
    throw new CorruptData(
        operation, runId, "the status of the run cannot be read: " + stored, null);
  }

  static StepStatus stepStatus(String operation, String runId, String stored) {
    for (StepStatus status : StepStatus.values()) {
      if (status.name().equals(stored)) {
        return status;
      }
    }
    throw new CorruptData(operation, runId, "the status of a step cannot be read: " + stored, null);
  }

  private static @Nullable Suspension suspension(ResultSet row, int rest) throws SQLException {
    return row.getBoolean(rest + 1)
        ? new Suspension(
            row.getString(rest + 2),
            row.getString(rest + 3),
            payload(row, rest + 4),
            payload(row, rest + 6))
        : null;
  }

  /** Reads whether there is a payload, and the payload; drivers read an empty one as null. */
  private static @Nullable Payload payload(ResultSet row, int first) throws SQLException {
    if (!row.getBoolean(first)) {
      return null;
    }
    byte[] bytes = row.getBytes(first + 1);
    return Payload.of(bytes == null ? NO_BYTES : bytes);
  }

  private static @Nullable Instant moment(ResultSet row, int column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? null : StoreTime.fromMicros(micros);
  }

  private static @Nullable Boolean flag(ResultSet row, int column) throws SQLException {
    boolean flag = row.getBoolean(column);
    return row.wasNull() ? null : (Boolean) flag;
  }
}
