// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.support.StoreTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Changes of runs and steps, as the store takes them. Used by one thread. */
final class StateChanges {

  /** What the store calls these kinds of change; see apply_changes. */
  static final int WHAT = 2;

  static final List<Parameter> PARAMETERS =
      List.of(
          Type.INTEGER.named("s_what"),
          Type.TEXT.named("s_run"),
          Type.TEXT.named("s_step"),
          Type.BIGINT.named("s_version"),
          Type.TEXT.named("s_status"),
          Type.BYTEA.named("s_payload"),
          Type.BOOLEAN.named("s_suspends"),
          Type.TEXT.named("s_suspension_step"),
          Type.TEXT.named("s_suspension_reason"),
          Type.BYTEA.named("s_suspension_state"),
          Type.BYTEA.named("s_suspension_metadata"),
          Type.TEXT.named("s_error"),
          Type.BOOLEAN.named("s_retryable"),
          Type.TEXT.named("s_steps"));

  private static final String SEPARATOR = "\u001f";

  private final Columns columns = new Columns(PARAMETERS);

  Columns columns() {
    return columns;
  }

  void add(StateChange change) {
    switch (change) {
      case CreateRun create ->
          add(
              1,
              create.runId(),
              create.kind(),
              0,
              create.status(),
              create.data(),
              null,
              null,
              null,
              null);
      case RunChange run ->
          add(
              2,
              run.runId(),
              null,
              run.seenVersion(),
              run.status(),
              run.data(),
              run.suspension(),
              run.lastError(),
              null,
              null);
      case RestartRun restart ->
          add(
              3,
              restart.runId(),
              null,
              restart.seenVersion(),
              null,
              null,
              null,
              null,
              null,
              json(restart));
      case DeleteRun delete ->
          add(4, delete.runId(), null, delete.seenVersion(), null, null, null, null, null, null);
      case EnsureStep ensure ->
          add(5, ensure.runId(), ensure.stepId(), 0, null, null, null, null, null, null);
      case StepChange step ->
          add(
              6,
              step.runId(),
              step.stepId(),
              step.seenVersion(),
              step.status(),
              step.outputs(),
              step.suspension(),
              step.lastError(),
              step.retryable(),
              null);
    }
  }

  private void add(
      int what,
      String runId,
      @Nullable String stepId,
      long seenVersion,
      @Nullable Enum<?> status,
      @Nullable Payload payload,
      @Nullable Suspension suspension,
      @Nullable String lastError,
      @Nullable Boolean retryable,
      @Nullable String steps) {
    columns.add(
        what,
        runId,
        stepId,
        seenVersion,
        status == null ? null : status.name(),
        bytes(payload),
        suspension != null,
        suspension == null ? null : suspension.stepId(),
        suspension == null ? null : suspension.reason(),
        suspension == null ? null : bytes(suspension.state()),
        suspension == null ? null : bytes(suspension.metadata()),
        lastError,
        retryable,
        steps);
  }

  private static byte @Nullable [] bytes(@Nullable Payload payload) {
    return payload == null ? null : payload.toByteArray();
  }

  /** Control characters stand in no identifier. */
  private static String json(RestartRun restart) {
    return restart.steps().stream()
        .map(id -> '"' + id.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  static ChangeResult result(StateChange change, StoredResults stored) {
    long number = stored.nextNumber();
    String text = stored.nextText();
    return switch (change) {
      case CreateRun create -> new RunWritten(run(text));
      case RunChange run -> new RunWritten(run(text));
      case RestartRun restart -> new RunWritten(run(text));
      case DeleteRun delete -> new RunDeleted(number, Long.parseLong(text));
      case EnsureStep ensure -> new StepWritten(step(text), number == 1);
      case StepChange step -> new StepWritten(step(text), number == 1);
    };
  }

  private static RunSummary run(String text) {
    String[] parts = text.split(SEPARATOR, -1);
    return new RunSummary(
        parts[0],
        parts[1],
        RunStatus.valueOf(parts[2]),
        Long.parseLong(parts[3]),
        Integer.parseInt(parts[4]),
        new RunTimes(
            at(parts[5]), at(parts[6]), moment(parts[7]), moment(parts[8]), moment(parts[9])));
  }

  private static StepSummary step(String text) {
    String[] parts = text.split(SEPARATOR, -1);
    return new StepSummary(
        parts[0],
        parts[1],
        StepStatus.valueOf(parts[2]),
        Long.parseLong(parts[3]),
        Integer.parseInt(parts[4]),
        parts[5].isEmpty() ? null : (Boolean) parts[5].startsWith("t"),
        new StepTimes(
            at(parts[6]),
            at(parts[7]),
            moment(parts[8]),
            moment(parts[9]),
            moment(parts[10]),
            moment(parts[11])));
  }

  private static Instant at(String micros) {
    return Objects.requireNonNull(moment(micros));
  }

  private static @Nullable Instant moment(String micros) {
    return micros.isEmpty() ? null : StoreTime.fromMicros(Long.parseLong(micros));
  }

  /**
   * Tells why a change was refused.
   *
   * @param state what was raised, see refuse_state
   * @param message and with which words
   * @return the refusal, null when it is about something else
   */
  static @Nullable Permanent refusal(
      String operation, StateChange change, String state, @Nullable String message) {
    String words = Objects.requireNonNullElse(message, "");
    return switch (state) {
      case SqlErrors.OTHER_VERSION ->
          new VersionConflict(
              operation,
              change.runId(),
              subject(change),
              seenVersion(change),
              Long.parseLong(words));
      case SqlErrors.STATE_UNKNOWN ->
          new NotFound(
              operation,
              change.runId(),
              words.isEmpty()
                  ? "run " + change.runId() + " is unknown"
                  : "step " + change.runId() + "/" + words + " is unknown");
      case SqlErrors.ILLEGAL_TRANSITION ->
          new IllegalTransition(
              operation,
              change.runId(),
              subject(change),
              words.toLowerCase(Locale.ROOT),
              to(change, words).toLowerCase(Locale.ROOT));
      case SqlErrors.RUN_BUSY ->
          new InstanceBusy(
              operation, change.runId(), "the run is " + words.toLowerCase(Locale.ROOT));
      case SqlErrors.STATE_UNREADABLE ->
          new CorruptData(
              operation,
              change.runId(),
              "the status of " + subject(change) + " cannot be read: " + words,
              null);
      default -> null;
    };
  }

  private static String subject(StateChange change) {
    return switch (change) {
      case StepChange step -> "step " + step.runId() + "/" + step.stepId();
      case EnsureStep step -> "step " + step.runId() + "/" + step.stepId();
      case CreateRun run -> "run " + run.runId();
      case RunChange run -> "run " + run.runId();
      case RestartRun run -> "run " + run.runId();
      case DeleteRun run -> "run " + run.runId();
    };
  }

  private static long seenVersion(StateChange change) {
    return switch (change) {
      case StepChange step -> step.seenVersion();
      case RunChange run -> run.seenVersion();
      case RestartRun restart -> restart.seenVersion();
      case DeleteRun delete -> delete.seenVersion();
      case CreateRun create -> 0;
      case EnsureStep ensure -> 0;
    };
  }

  private static String to(StateChange change, String from) {
    return switch (change) {
      case StepChange step -> step.status() == null ? from : step.status().name();
      case RunChange run -> run.status() == null ? from : run.status().name();
      case RestartRun restart -> RunStatus.RECOVERING.name();
      case CreateRun create -> from;
      case DeleteRun delete -> from;
      case EnsureStep ensure -> from;
    };
  }
}
