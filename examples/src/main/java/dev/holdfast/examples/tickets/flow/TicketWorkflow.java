// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.Decide;
import dev.holdfast.streams.queue.QueuedAggregate;
import dev.holdfast.streams.workflow.Workflow;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A ticket as a workflow: the library's own aggregate of states and fields, with rules of its own
 * for what may happen when. A command is the event that is to happen.
 */
public final class TicketWorkflow {

  /** The category of its streams. */
  public static final String CATEGORY = "ticket";

  /** The field that says how urgent a ticket is. */
  public static final String PRIORITY = "priority";

  /** The rules, as they were written first. */
  public static final Rules FIRST = new Rules(Set.of("low", "normal", "high"));

  /** The rules after the fix: forms on the web had a fourth priority long before. */
  public static final Rules FIXED = new Rules(Set.of("low", "normal", "high", "urgent"));

  /** The aggregate under the rules after the fix. */
  public static final Aggregate<WorkflowState, WorkflowEvent, WorkflowEvent> TICKET =
      aggregate(FIXED);

  private TicketWorkflow() {}

  /**
   * What may happen to a ticket.
   *
   * @param priorities the priorities that are known
   */
  public record Rules(Set<String> priorities)
      implements Decide<WorkflowState, WorkflowEvent, WorkflowEvent> {

    /**
     * Decides.
     *
     * @throws NotPossibleException when it cannot happen in this state, now or ever
     * @throws UnknownPriorityException when these rules do not know the priority
     */
    @Override
    public List<WorkflowEvent> decide(WorkflowState ticket, WorkflowEvent asked) {
      Step step = Step.named(asked.name());
      if (!step.isPossibleIn(ticket.current())) {
        throw new NotPossibleException(
            "a ticket that is %s cannot be %s"
                .formatted(ticket.current(), asked.name().toLowerCase(Locale.ROOT)));
      }
      JsonNode priority = asked.payload().get(PRIORITY);
      if (priority != null && !priorities.contains(priority.asString())) {
        throw new UnknownPriorityException(
            "the priority \"%s\" is unknown".formatted(priority.asString()));
      }
      String to = asked.to() == null ? ticket.current() : asked.to();
      return List.of(new WorkflowEvent(asked.name(), ticket.current(), to, asked.payload()));
    }
  }

  /** It cannot happen, whoever decides. */
  public static final class NotPossibleException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NotPossibleException(String message) {
      super(message);
    }
  }

  /** The rules do not know a priority; others may. */
  public static final class UnknownPriorityException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnknownPriorityException(String message) {
      super(message);
    }
  }

  /** The aggregate under certain rules. */
  public static Aggregate<WorkflowState, WorkflowEvent, WorkflowEvent> aggregate(
      Decide<WorkflowState, WorkflowEvent, WorkflowEvent> rules) {
    return Workflow.named(CATEGORY)
        .begins(Step.NONE)
        .completeIn("closed")
        .builder()
        .decide(rules)
        .build();
  }

  /** The aggregate under certain rules, with a queue; a command is stored as its event is. */
  public static QueuedAggregate<WorkflowState, WorkflowEvent, WorkflowEvent> queued(
      Decide<WorkflowState, WorkflowEvent, WorkflowEvent> rules) {
    Aggregate<WorkflowState, WorkflowEvent, WorkflowEvent> aggregate = aggregate(rules);
    return new QueuedAggregate<>(aggregate, aggregate.events());
  }

  /** The event that is to happen. */
  public static WorkflowEvent event(String name, Map<String, JsonNode> data) {
    return new WorkflowEvent(name, null, Step.named(name).to(), data);
  }
}
