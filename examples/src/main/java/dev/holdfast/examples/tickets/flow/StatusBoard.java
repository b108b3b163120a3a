// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import dev.holdfast.streams.projection.ProjectedEvent;
import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Row;
import dev.holdfast.streams.projection.Rows;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** How all tickets stand: a row for each, what a help desk has on the wall. */
public final class StatusBoard {

  /** The projection. */
  public static final Projection<WorkflowEvent, StatusRow> BOARD =
      Projection.builder("ticket-status", WorkflowEvent.class, StatusRow.class)
          .events(TicketWorkflow.TICKET.events())
          .categories(TicketWorkflow.CATEGORY)
          .handler(StatusBoard::changes);

  private StatusBoard() {}

  private static List<Row<StatusRow>> changes(
      ProjectedEvent<WorkflowEvent> event, Rows<StatusRow> rows) {
    String ticket = event.stream().id();
    StatusRow before = rows.get(ticket).orElse(new StatusRow(Step.NONE, null, null, null));
    return List.of(Row.put(ticket, after(before, event.data())));
  }

  /** {@return the row of a ticket after an event} */
  public static StatusRow after(StatusRow before, WorkflowEvent event) {
    WorkflowState state = new WorkflowState(before.status(), fields(before));
    return StatusRow.of(TicketWorkflow.TICKET.evolve().evolve(state, event));
  }

  private static Map<String, JsonNode> fields(StatusRow row) {
    Map<String, JsonNode> fields = new HashMap<>();
    put(fields, "subject", row.subject());
    put(fields, TicketWorkflow.PRIORITY, row.priority());
    put(fields, "assignee", row.assignee());
    return fields;
  }

  private static void put(Map<String, JsonNode> fields, String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, JsonNodeFactory.instance.stringNode(value));
    }
  }
}
