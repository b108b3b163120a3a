// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.demo.Audit.Found;
import dev.holdfast.examples.tickets.demo.Audit.Letters;
import dev.holdfast.examples.tickets.flow.Message;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.examples.tickets.flow.Undisturbed.Happened;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventMetadata;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the store says when all is over. */
final class Evidence {

  private Evidence() {}

  /** {@return the tickets of a tenant} */
  static Map<TicketKey, Found> tickets(EventSourcing events, String tenant) {
    EventSourcing view = events.forTenant(tenant);
    LogFilter filter = LogFilter.builder().categories(TicketWorkflow.CATEGORY).build();
    Map<String, List<Happened>> happened = new HashMap<>();
    for (StreamEvent event : view.log().all(filter)) {
      String message = EventMetadata.read(event.content().metadata()).get(Message.ID);
      WorkflowEvent data =
          TicketWorkflow.TICKET
              .events()
              .decode(
                  new EncodedEvent(
                      event.content().type(),
                      event.content().schemaVersion(),
                      event.content().data()))
              .orElseThrow();
      happened
          .computeIfAbsent(event.stream().id(), any -> new ArrayList<>())
          .add(new Happened(message == null ? "of nobody" : message, data));
    }
    Map<String, StatusRow> rows = WorkerCommand.board(events, tenant).rows();
    Repository<WorkflowState, WorkflowEvent, WorkflowEvent> tickets =
        view.repository(TicketWorkflow.TICKET);
    Map<TicketKey, Found> found = new TreeMap<>();
    happened.forEach((ticket, of) ->
        found.put(
            new TicketKey(tenant, ticket),
            new Found(of, tickets.load(ticket).state(), rows.get(ticket))));
    rows.forEach((ticket, row) ->
        found.computeIfAbsent(
            new TicketKey(tenant, ticket),
            any -> new Found(List.of(), TicketWorkflow.TICKET.initial(), row)));
    return found;
  }

  /** {@return what became of dead letters, by message} */
  static Map<String, Letters> letters(List<StreamEvent> log) {
    Map<String, Letters> letters = new HashMap<>();
    for (StreamEvent event : log) {
      Letters one =
          switch (event.content().type()) {
            case Tail.DIED -> new Letters(1, 0, 0);
            case Tail.REDRIVEN -> new Letters(0, 1, 0);
            case Tail.DROPPED -> new Letters(0, 0, 1);
            default -> new Letters(0, 0, 0);
          };
      event.content().tags().stream()
          .filter(tag -> tag.key().equals("entry"))
          .forEach(tag -> letters.merge(tag.value(), one, Letters::plus));
    }
    return letters;
  }
}
