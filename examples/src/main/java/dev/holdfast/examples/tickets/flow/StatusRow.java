// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import dev.holdfast.streams.workflow.WorkflowState;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a ticket stands: a row of the table that was there before there were events, and of the
 * projection that takes its place. What happened is not in it.
 *
 * @param status the state
 * @param subject what it is about, absent when nobody said
 * @param priority how urgent it is, absent when nobody said
 * @param assignee who takes care of it, absent when nobody does
 */
public record StatusRow(
    String status, @Nullable String subject, @Nullable String priority, @Nullable String assignee) {

  /** {@return how a ticket stands} */
  public static StatusRow of(WorkflowState ticket) {
    return new StatusRow(
        ticket.current(),
        text(ticket.data(), "subject"),
        text(ticket.data(), TicketWorkflow.PRIORITY),
        text(ticket.data(), "assignee"));
  }

  private static @Nullable String text(Map<String, JsonNode> data, String field) {
    JsonNode value = data.get(field);
    return value == null || value.isNull() ? null : value.asString();
  }
}
