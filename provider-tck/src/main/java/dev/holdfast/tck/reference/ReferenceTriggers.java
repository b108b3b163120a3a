// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.InboxChecks;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.WaitingRunPlace;
import dev.holdfast.tck.reference.Inbox.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Inputs of trigger steps. Thread-safe. */
final class ReferenceTriggers implements Triggers {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks requests;
  private final InboxChecks checks;

  ReferenceTriggers(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    requests = checks;
    this.checks = new InboxChecks(checks);
  }

  @Override
  public TriggerDelivered deliver(DeliverTrigger trigger) {
    String operation = "deliver";
    requests.check(operation, List.of(trigger), null);
    store.beforeApply();
    return (TriggerDelivered)
        handle.whole(operation, () -> ChangeDraft.alone(operation, store, trigger));
  }

  @Override
  public List<TriggerInput> pendingInputs(
      String runId, String stepId, long afterSequence, int limit) {
    String operation = "pendingInputs";
    checks.checkStep(operation, runId, stepId);
    checks.checkRead(operation, afterSequence, limit);
    return handle.whole(
        operation,
        () -> {
          Instant now = store.now();
          return store.inboxes.above(new InboxKey(runId, stepId, PORT), afterSequence).stream()
              .filter(placed -> !placed.row().isConsumed())
              .limit(limit)
              .map(placed -> new TriggerInput(placed.message(now), placed.row().cursor()))
              .toList();
        });
  }

  @Override
  public Optional<Cursor> cursor(String runId, String stepId) {
    String operation = "cursor";
    checks.checkStep(operation, runId, stepId);
    return handle.whole(
        operation,
        () -> Optional.ofNullable(store.inboxes.read(new InboxKey(runId, stepId, PORT)).cursor()));
  }

  @Override
  public WaitingRunPage suspendedRunsWithPendingInputs(int limit, @Nullable String pageToken) {
    String operation = "suspendedRunsWithPendingInputs";
    checks.checkPageSize(operation, limit);
    String after = WaitingRunPlace.of(operation, pageToken);
    return handle.whole(
        operation,
        () -> {
          Map<String, List<Row>> open = new HashMap<>();
          for (Run run : store.runs.runs()) {
            String runId = run.summary().runId();
            if (run.summary().status() == RunStatus.SUSPENDED
                && (after == null || IdOrder.BY_CODE_POINT.compare(runId, after) > 0)) {
              open.put(runId, new ArrayList<>());
            }
          }
          store.inboxes.each((key, inbox) -> {
            List<Row> inputs = open.get(key.runId());
            if (inputs != null && key.port().equals(PORT)) {
              inbox.rows.values().stream().filter(row -> !row.isConsumed()).forEach(inputs::add);
            }
          });
          return WaitingRunPlace.page(
              open.entrySet().stream()
                  .flatMap(run -> waiting(run).stream())
                  .sorted(Comparator.comparing(WaitingRun::runId, IdOrder.BY_CODE_POINT))
                  .toList(),
              limit);
        });
  }

  /** What waits for a run. */
  private static Optional<WaitingRun> waiting(Map.Entry<String, List<Row>> inputs) {
    return inputs.getValue().stream()
        .map(Row::appendedAt)
        .min(Comparator.naturalOrder())
        .map(oldest -> new WaitingRun(inputs.getKey(), inputs.getValue().size(), oldest));
  }
}
