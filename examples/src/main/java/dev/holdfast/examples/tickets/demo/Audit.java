// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.examples.tickets.flow.Undisturbed;
import dev.holdfast.examples.tickets.flow.Undisturbed.Happened;
import dev.holdfast.examples.tickets.flow.Undisturbed.Letter;
import dev.holdfast.streams.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what an undisturbed run gives with what the store says: the events of each ticket, its
 * state, its row on the board, and the dead letters.
 */
final class Audit {

  private static final Found NOTHING = new Found(List.of(), TicketWorkflow.TICKET.initial(), null);
  private static final Letters NONE = new Letters(0, 0, 0);

  private final List<Finding> findings = new ArrayList<>();

  private Audit() {}

  /**
   * A ticket as the store has it.
   *
   * @param events what has happened
   * @param state how the library loads it
   * @param row what the board says, null for nothing
   */
  record Found(List<Happened> events, WorkflowState state, @Nullable StatusRow row) {}

  /** How often a message became a dead letter, was redriven, and was dropped. */
  record Letters(int died, int redriven, int dropped) {
    Letters plus(Letters more) {
      return new Letters(died + more.died, redriven + more.redriven, dropped + more.dropped);
    }
  }

  /**
   * Audits.
   *
   * @param right what should have come of it
   * @param found what the store says, by ticket
   * @param letters the dead letters, by message
   */
  static List<Finding> run(
      Undisturbed right, Map<TicketKey, Found> found, Map<String, Letters> letters) {
    Audit audit = new Audit();
    Set<TicketKey> tickets = new TreeSet<>(found.keySet());
    tickets.addAll(right.tickets().keySet());
    for (TicketKey key : tickets) {
      audit.ticket(key, right.tickets().get(key), found.getOrDefault(key, NOTHING));
    }
    Set<String> messages = new TreeSet<>(letters.keySet());
    messages.addAll(right.letters().keySet());
    for (String message : messages) {
      audit.letter(message, right.letters().get(message), letters.getOrDefault(message, NONE));
    }
    return List.copyOf(audit.findings);
  }

  private void ticket(TicketKey key, Undisturbed.@Nullable History right, Found found) {
    List<Happened> expected = right == null ? List.of() : right.events();
    Map<String, Integer> times = new HashMap<>();
    found.events().forEach(event -> times.merge(event.message(), 1, Integer::sum));
    boolean same = true;
    for (Happened event : expected) {
      int count = times.getOrDefault(event.message(), 0);
      if (count == 0) {
        add(Kind.LOST, key, "message %s has no event".formatted(event.message()));
      }
      same &= count == 1;
    }
    for (Map.Entry<String, Integer> message : times.entrySet()) {
      if (message.getValue() > 1) {
        same = false;
        add(
            Kind.TWICE,
            key,
            "message %s has %d events".formatted(message.getKey(), message.getValue()));
      }
    }
    if (same && !expected.equals(found.events())) {
      add(Kind.WRONG, key, "has the events %s; expected: %s".formatted(found.events(), expected));
    }
    WorkflowState state = TicketWorkflow.TICKET.initial();
    for (Happened event : found.events()) {
      state = TicketWorkflow.TICKET.evolve().evolve(state, event.event());
    }
    if (!state.equals(found.state())) {
      add(Kind.WRONG, key, "is %s; its events say %s".formatted(found.state(), state));
    }
    if (right != null && !right.state().equals(found.state())) {
      add(Kind.WRONG, key, "is %s; expected: %s".formatted(found.state(), right.state()));
    }
    StatusRow row = found.events().isEmpty() ? null : StatusRow.of(state);
    if (row == null ? found.row() != null : !row.equals(found.row())) {
      add(Kind.BOARD, key, "is %s on the board; its events say %s".formatted(found.row(), row));
    }
  }

  private void letter(String message, @Nullable Letter right, Letters found) {
    if (right == null) {
      add(Kind.WRONG, message, "became a dead letter and should not have");
    } else if (found.died() == 0) {
      add(Kind.LOST, message, "never became a dead letter");
    } else {
      int redriven = right == Letter.REDRIVEN ? 1 : 0;
      int dropped = 1 - redriven;
      if (found.redriven() < redriven || found.dropped() < dropped) {
        add(Kind.STUCK, message, "is a dead letter about which nobody has decided");
      } else if (found.died() > 1 || found.redriven() > redriven || found.dropped() > dropped) {
        add(Kind.TWICE, message, "died, was redriven and dropped: " + found);
      }
    }
  }

  private void add(Kind kind, Object subject, String detail) {
    findings.add(new Finding(kind, subject.toString(), detail));
  }
}
