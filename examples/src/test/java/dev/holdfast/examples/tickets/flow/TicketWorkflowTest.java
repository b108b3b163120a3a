// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import dev.holdfast.examples.tickets.flow.TicketWorkflow.NotPossibleException;
import dev.holdfast.examples.tickets.flow.TicketWorkflow.UnknownPriorityException;
import dev.holdfast.streams.test.AggregateTest;
import dev.holdfast.streams.workflow.WorkflowEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** The rules of tickets, without a store. */
class TicketWorkflowTest {

  private static WorkflowEvent event(String name) {
    return TicketWorkflow.event(name, Map.of());
  }

  private static WorkflowEvent happened(String name, String from, String to) {
    return new WorkflowEvent(name, from, to, Map.of());
  }

  @Test
  void aTicketGoesItsWay() {
    AggregateTest.of(TicketWorkflow.TICKET)
        .given()
        .when(event("Created"))
        .then(happened("Created", "none", "new"))
        .when(event("Assigned"))
        .then(happened("Assigned", "new", "open"))
        .when(event("Asked"))
        .then(happened("Asked", "open", "waiting"))
        .when(event("Commented"))
        .then(happened("Commented", "waiting", "waiting"))
        .when(event("Answered"))
        .then(happened("Answered", "waiting", "open"))
        .when(event("Closed"))
        .thenRefused(NotPossibleException.class)
        .when(event("Resolved"))
        .then(happened("Resolved", "open", "resolved"))
        .when(event("Closed"))
        .then(happened("Closed", "resolved", "closed"))
        .thenComplete()
        .when(event("Reopened"))
        .then(happened("Reopened", "closed", "reopened"));
  }

  @Test
  void nothingHappensToATicketThatIsNotThere() {
    AggregateTest.of(TicketWorkflow.TICKET)
        .given()
        .when(event("Commented"))
        .thenRefused(NotPossibleException.class);
  }

  @Test
  void onlyTheFixedRulesKnowThePriority() {
    WorkflowEvent urgent =
        TicketWorkflow.event(
            "Prioritized",
            Map.of(TicketWorkflow.PRIORITY, JsonNodeFactory.instance.stringNode("urgent")));
    WorkflowEvent created = happened("Created", "none", "new");
    AggregateTest.of(TicketWorkflow.aggregate(TicketWorkflow.FIRST))
        .given(created)
        .when(urgent)
        .thenRefused(UnknownPriorityException.class);
    AggregateTest.of(TicketWorkflow.TICKET)
        .given(created)
        .when(urgent)
        .then(new WorkflowEvent("Prioritized", "new", "new", urgent.payload()));
  }
}
