// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import dev.holdfast.examples.tickets.flow.TicketWorkflow.NotPossibleException;
import dev.holdfast.examples.tickets.flow.TicketWorkflow.Rules;
import dev.holdfast.examples.tickets.flow.TicketWorkflow.UnknownPriorityException;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What comes of the messages when nobody is killed: computed one after the other, without a store
 * and without the library's loads.
 */
public final class Undisturbed {

  private final Map<TicketKey, History> tickets = new TreeMap<>();
  private final Map<String, Letter> letters = new LinkedHashMap<>();
  private final List<Message> unknown = new ArrayList<>();

  private Undisturbed() {}

  /**
   * What has happened, and of which message.
   *
   * @param message the id of the message
   * @param event what has happened
   */
  public record Happened(String message, WorkflowEvent event) {}

  /** What becomes of a dead letter. */
  public enum Letter {
    /** It is processed after the fix. */
    REDRIVEN,
    /** It is given up. */
    DROPPED
  }

  /** A ticket, event by event. Not thread-safe. */
  public static final class History {
    private final List<Happened> events = new ArrayList<>();
    private WorkflowState state = TicketWorkflow.TICKET.initial();

    private void decide(Message message, Rules rules) {
      for (WorkflowEvent event : rules.decide(state, message.command())) {
        events.add(new Happened(message.id(), event));
        state = TicketWorkflow.TICKET.evolve().evolve(state, event);
      }
    }

    /** {@return what happens, in this order} */
    public List<Happened> events() {
      return List.copyOf(events);
    }

    /** {@return how it ends} */
    public WorkflowState state() {
      return state;
    }
  }

  /** Computes it for the tenants without a former table. */
  public static Undisturbed of(TicketFile file) {
    Undisturbed right = new Undisturbed();
    file.beforeFix().forEach(message -> right.decide(message, TicketWorkflow.FIRST));
    right.unknown.forEach(message -> right.decide(message, TicketWorkflow.FIXED));
    file.afterFix().forEach(message -> right.decide(message, TicketWorkflow.FIXED));
    return right;
  }

  private void decide(Message message, Rules rules) {
    History history = tickets.computeIfAbsent(message.key(), key -> new History());
    try {
      history.decide(message, rules);
    } catch (UnknownPriorityException e) {
      unknown.add(message);
      letters.put(message.id(), Letter.REDRIVEN);
    } catch (NotPossibleException e) {
      if (!message.isDirect()) {
        letters.put(message.id(), Letter.DROPPED);
      }
    }
  }

  /** {@return the tickets} */
  public Map<TicketKey, History> tickets() {
    return tickets;
  }

  /** {@return the messages that become dead letters, and what becomes of them} */
  public Map<String, Letter> letters() {
    return letters;
  }

  /** {@return how many of these messages come to an event under the rules before the fix} */
  public int eventsBeforeFix(TicketFile file) {
    return (int)
        file.beforeFix().stream().filter(message -> !letters.containsKey(message.id())).count();
  }

  /** {@return how many of these messages are dead letters before the fix} */
  public int lettersBeforeFix(TicketFile file) {
    return (int)
        file.beforeFix().stream().filter(message -> letters.containsKey(message.id())).count();
  }

  /** {@return of how many dead letters this becomes} */
  public int count(Letter letter) {
    return (int) letters.values().stream().filter(letter::equals).count();
  }

  /** {@return how many events there are in all} */
  public int events() {
    return tickets.values().stream().mapToInt(history -> history.events.size()).sum();
  }
}
