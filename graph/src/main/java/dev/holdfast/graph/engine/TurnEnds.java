// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.plan.Decision;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.Suspension;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Completes the change with which a run ends or is suspended by what its steps say. */
final class TurnEnds {

  /** How many of many failed steps are quoted. */
  private static final int QUOTED = 3;

  private final RowReader reader;

  TurnEnds(RowReader reader) {
    this.reader = reader;
  }

  /** Returns the same change with the data of the run. */
  static RunChange withData(RunChange change, Payload data) {
    return new RunChange(
        change.runId(),
        change.seenVersion(),
        change.status(),
        data,
        change.suspension(),
        change.lastError());
  }

  /** Says with what the steps have failed. */
  RunChange failed(RunChange change, List<String> stepIds, String reason) {
    List<String> quoted = stepIds.subList(0, Math.min(QUOTED, stepIds.size()));
    Map<String, Step> rows = reader.whole(change.runId(), quoted);
    StringBuilder text = new StringBuilder(reason);
    for (String id : quoted) {
      Step row = rows.get(id);
      if (row != null && row.lastError() != null) {
        text.append(stepIds.size() == 1 ? ": " : "\n" + id + ": ").append(row.lastError());
      }
    }
    return new RunChange(
        change.runId(),
        change.seenVersion(),
        change.status(),
        null,
        null,
        Texts.fit(text.toString()));
  }

  /** Says which step has suspended the run, and why; its state stays in the row of the step. */
  RunChange suspended(RunChange change, List<String> stepIds, List<Decision> decisions) {
    String first = stepIds.getFirst();
    Suspension own = Objects.requireNonNull(change.suspension());
    Suspension why = null;
    for (Decision decision : decisions) {
      if (decision instanceof Decision.AwaitInput(String id, String reason) && id.equals(first)) {
        why = Suspension.builder().reason(reason).build(); // of this very turn
      }
    }
    if (why == null) {
      Step row = reader.whole(change.runId(), List.of(first)).get(first);
      why = row == null ? null : row.suspension();
    }
    return new RunChange(
        change.runId(),
        change.seenVersion(),
        change.status(),
        null,
        own.toBuilder()
            .reason(why == null ? null : why.reason())
            .metadata(why == null ? null : why.metadata())
            .build(),
        null);
  }
}
