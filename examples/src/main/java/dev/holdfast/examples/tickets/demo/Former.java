// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.Step;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.migration.Migration;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

/**
 * A tenant with a former table: the table, and the way from it to events. Thread-safe.
 *
 * @param tenant whose it is
 * @param database the database of the store
 * @param table the table
 * @param migration the way
 */
record Former(
    String tenant,
    Database database,
    StatusTable table,
    Migration<WorkflowEvent, StatusRow> migration) {

  /** A tenant on a store. */
  static Former of(String tenant, EventSourcing events, Database database) {
    StatusTable table = new StatusTable(tenant);
    return new Former(
        tenant,
        database,
        table,
        Migration.builder(
                "ticket-status",
                events.forTenant(tenant),
                TicketWorkflow.queued(TicketWorkflow.FIXED),
                table,
                database::open)
            .row(Former::row)
            .imports((ticket, row) -> imported(row))
            .build());
  }

  private static @Nullable StatusRow row(WorkflowState ticket) {
    return ticket.current().equals(Step.NONE) ? null : StatusRow.of(ticket);
  }

  /** The event that says all of a row; what it does not have is not there any more. */
  private static WorkflowEvent imported(@Nullable StatusRow row) {
    Map<String, JsonNode> fields = new HashMap<>();
    fields.put("subject", text(row == null ? null : row.subject()));
    fields.put(TicketWorkflow.PRIORITY, text(row == null ? null : row.priority()));
    fields.put("assignee", text(row == null ? null : row.assignee()));
    return WorkflowEvent.to(Step.IMPORTED.event(), row == null ? Step.NONE : row.status(), fields);
  }

  private static JsonNode text(@Nullable String value) {
    return value == null ? NullNode.getInstance() : JsonNodeFactory.instance.stringNode(value);
  }

  /** Something that is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Does something with a connection, each statement a transaction of its own. */
  <T> T with(Work<T> work) throws SQLException {
    try (Connection connection = database.open()) {
      return work.in(connection);
    }
  }

  /** Notes something about a step, unless it is noted. */
  void note(String step, String said) throws SQLException {
    with(connection -> {
      table.note(connection, step, said);
      return true;
    });
  }
}
