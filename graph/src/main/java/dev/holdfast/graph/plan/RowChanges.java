// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.state.Triggers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What decisions change in the rows of a run, for the list of one ack: each change shows the
 * version that was read, or that an earlier one of the list makes. Not thread-safe.
 */
public final class RowChanges {

  private final RunRows rows;
  private final List<Change> changes = new ArrayList<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final Map<String, StepStatus> statuses = new HashMap<>();
  private long runVersion;

  private RowChanges(RunRows rows) {
    this.rows = rows;
    this.runVersion = rows.run().version();
  }

  /**
   * Returns the changes that decisions make.
   *
   * @param decisions what was decided for these rows
   * @param rows the rows
   * @return the changes, in an order in which they can be applied; of the run's row they change the
   *     status, the suspended step and the error, and not the data
   */
  public static List<Change> of(List<Decision> decisions, RunRows rows) {
    RowChanges changes = new RowChanges(rows);
    decisions.forEach(changes::add);
    return List.copyOf(changes.changes);
  }

  private void add(Decision decision) {
    switch (decision) {
      case Decision.BeginRun begin -> run(RunStatus.RUNNING, null, null);
      case Decision.Schedule schedule -> step(schedule.stepId(), StepStatus.SCHEDULED, null, null);
      case Decision.Open(String id, Integer items) -> open(id, items);
      case Decision.Receive(String id, var message, var input, var task) -> {
        outputs(id, StepStatus.SCHEDULED, Map.of(Inboxes.RECEIVED, input));
        consume(message);
      }
      case Decision.Consume(var message) -> consume(message);
      case Decision.Fire(String id, Instant time) -> {
        InboxKey key = new InboxKey(rows.run().runId(), id, Triggers.PORT);
        changes.add(new AppendInbox(key, Inboxes.at(time)));
        outputs(id, null, Map.of(Inboxes.FIRED, time.toString()));
      }
      case Decision.AwaitInput(String id, String reason) ->
          change(
              id,
              StepStatus.SUSPENDED,
              StepChange.of(rows.run().runId(), id, version(id))
                  .suspension(Suspension.builder().stepId(id).reason(text(reason)).build()));
      case Decision.Reopen(String id) -> step(id, StepStatus.SCHEDULED, null, null);
      case Decision.Skip skip -> step(skip.stepId(), StepStatus.SKIPPED, null, null);
      case Decision.Complete complete -> step(complete.stepId(), StepStatus.COMPLETED, null, null);
      case Decision.Fail(String id, String reason) -> {
        if (status(id) == StepStatus.IDLE) {
          open(id, null); // only what was begun can fail
        }
        step(id, StepStatus.FAILED, reason, false);
      }
      case Decision.TimeOut(String id, String reason, boolean retryable) ->
          step(id, StepStatus.FAILED, reason, retryable);
      case Decision.Cancel(String id, String reason) ->
          step(id, StepStatus.CANCELLED, reason, null);
      case Decision.SuspendRun(List<String> ids) ->
          run(
              RunStatus.SUSPENDED,
              Suspension.builder().stepId(ids.isEmpty() ? null : ids.getFirst()).build(),
              null);
      case Decision.CompleteRun complete -> run(RunStatus.COMPLETED, null, null);
      case Decision.FailRun(List<String> ids, String reason) -> run(RunStatus.FAILED, null, reason);
    }
  }

  private void run(RunStatus status, @Nullable Suspension suspension, @Nullable String error) {
    changes.add(
        new RunChange(
            rows.run().runId(),
            runVersion,
            status,
            null,
            suspension,
            error == null ? null : text(error)));
    runVersion++;
  }

  private void open(String id, @Nullable Integer items) {
    Payload outputs =
        items == null ? null : Payload.utf8(Jsons.write(Map.of(PlannedRows.ITEMS, items)));
    change(
        id,
        StepStatus.SCHEDULED,
        StepChange.of(rows.run().runId(), id, version(id)).outputs(outputs));
  }

  private void outputs(String id, @Nullable StepStatus status, Map<String, Object> outputs) {
    change(
        id,
        status,
        StepChange.of(rows.run().runId(), id, version(id))
            .outputs(Payload.utf8(Jsons.write(outputs))));
  }

  private void consume(InboxMessage message) {
    changes.add(ConsumeInbox.pending(message.key(), message.sequence()));
  }

  private void step(
      String id, StepStatus status, @Nullable String error, @Nullable Boolean retryable) {
    change(
        id,
        status,
        StepChange.of(rows.run().runId(), id, version(id))
            .lastError(error == null ? null : text(error))
            .retryable(retryable));
  }

  private void change(String id, @Nullable StepStatus status, StepChange.Builder change) {
    if (status != null) {
      change.status(status);
      statuses.put(id, status);
    }
    changes.add(change.build());
    versions.put(id, version(id) + 1);
  }

  private long version(String id) {
    StepSummary row = rows.steps().get(id);
    return versions.getOrDefault(id, row == null ? 0 : row.version());
  }

  private StepStatus status(String id) {
    StepSummary row = rows.steps().get(id);
    return statuses.getOrDefault(id, row == null ? StepStatus.IDLE : row.status());
  }

  /** Names in a reason may be long; the row's text may not. */
  private static String text(String reason) {
    if (reason.length() <= 4_096) {
      return reason;
    }
    int end = Character.isHighSurrogate(reason.charAt(4_094)) ? 4_094 : 4_095;
    return reason.substring(0, end) + "…";
  }
}
