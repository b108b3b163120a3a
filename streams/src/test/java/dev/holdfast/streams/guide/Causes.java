// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Executed;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.guide.Orders.Command;
import dev.holdfast.streams.guide.Orders.Command.Add;
import dev.holdfast.streams.guide.Orders.Command.Pay;
import dev.holdfast.streams.guide.Orders.Event;
import dev.holdfast.streams.guide.Orders.Order;
import dev.holdfast.streams.workflow.Workflow;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.io.PrintStream;
import java.util.Map;

/** Who does what, in which conversation, and what follows from it. */
final class Causes {

  private Causes() {}

  static void run(EventSourcing events, PrintStream out) {
    Repository<Order, Command, Event> orders =
        events.repository(Orders.ORDER).in(EventContext.by("alice").with("conversation", "c-17"));
    orders.execute("18", new Add("lamp", 4_000));
    Executed<Order, Event> paid = orders.execute("18", new Pay());

    // A delivery, caused by the payment. Its events need no types of their own.
    Repository<WorkflowState, WorkflowEvent, WorkflowEvent> deliveries =
        events.repository(Workflow.named("delivery").completeIn("delivered").build());
    deliveries
        .in(paid.context())
        .execute("18", WorkflowEvent.to("Requested", "requested", Map.of()));

    out.println("in the conversation:");
    events.log().tagged("conversation", "c-17").forEach(event -> print(event, out));
    out.println("because of the payment:");
    String payment = paid.context().causationId();
    events.log().causedBy(payment).forEach(event -> print(event, out));
  }

  private static void print(StreamEvent event, PrintStream out) {
    out.println("  " + event.stream() + " " + event.content().type());
  }
}
