// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Statuses;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.state.LeaseInfo;
import tools.jackson.databind.node.ObjectNode;

/** The rows of a store as objects for programs. The names of their members are kept. */
final class Rows {

  private Rows() {}

  static ObjectNode summary(InstanceSummary row) {
    return JsonText.object()
        .put("instanceId", row.instanceId())
        .put("name", row.name())
        .put("version", row.version())
        .put("executionId", row.executionId())
        .put("status", Statuses.word(row.status()))
        .put("parentInstanceId", row.parentInstanceId())
        .put("createdAt", JsonText.moment(row.createdAt()))
        .put("updatedAt", JsonText.moment(row.updatedAt()))
        .put("completedAt", JsonText.moment(row.completedAt()));
  }

  static ObjectNode execution(ExecutionDetails row) {
    ObjectNode object =
        JsonText.object()
            .put("executionId", row.executionId())
            .put("status", Statuses.word(row.status()))
            .put("startedAt", JsonText.moment(row.startedAt()))
            .put("completedAt", JsonText.moment(row.completedAt()))
            .put("events", row.eventCount());
    JsonText.put(object, "output", row.output());
    return object;
  }

  static ObjectNode problem(Problem row) {
    return JsonText.object()
        .put("activityId", row.activityId())
        .put("activityName", row.activityName())
        .put("text", row.text())
        .put("reportedAt", JsonText.moment(row.reportedAt()));
  }

  static ObjectNode audit(AuditRecord row) {
    AuditEntry entry = row.entry();
    ObjectNode object =
        JsonText.object()
            .put("sequence", row.sequence())
            .put("storedAt", JsonText.moment(row.storedAt()))
            .put("runId", entry.runId())
            .put("stepId", entry.stepId())
            .put("type", entry.type())
            .put("happenedAt", JsonText.moment(entry.happenedAt()));
    JsonText.put(object, "data", entry.data());
    return object;
  }

  static ObjectNode lease(LeaseInfo row) {
    return JsonText.object()
        .put("name", row.name())
        .put("holder", row.holder())
        .put("acquiredAt", JsonText.moment(row.acquiredAt()))
        .put("until", JsonText.moment(row.until()));
  }

  /** {@return the orchestration with its version} */
  static String code(InstanceSummary row) {
    return row.version() == null ? row.name() : row.name() + "@" + row.version();
  }
}
