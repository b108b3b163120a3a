// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.workflow.WorkflowEvent;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Something that is to happen to a ticket.
 *
 * @param id the id of the message, which makes it happen once
 * @param tenant whose ticket it is
 * @param ticket the id of the ticket; two tenants may have tickets of one id
 * @param event what is to happen
 * @param by who wants it
 * @param data what else is said
 */
public record Message(
    String id, String tenant, String ticket, String event, String by, Map<String, JsonNode> data) {

  /** Under which key an event says which message it is of. */
  public static final String ID = "message";

  /** Under which key an event says whose it is. */
  public static final String TENANT = "tenant";

  /** Copies the data. */
  public Message {
    data = Map.copyOf(data);
  }

  /** {@return the ticket among those of all tenants} */
  public TicketKey key() {
    return new TicketKey(tenant, ticket);
  }

  /** {@return the event that is to happen} */
  public WorkflowEvent command() {
    return TicketWorkflow.event(event, data);
  }

  /** {@return what its event says of its cause} */
  public EventContext context() {
    return EventContext.by(by).with(ID, id).with(TENANT, tenant);
  }

  /** {@return whether whoever wants it waits for the answer, and does not queue it} */
  public boolean isDirect() {
    return event.equals(Step.RATED.event());
  }
}
