// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.demo.Audit.Found;
import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.flow.Message;
import dev.holdfast.examples.tickets.flow.StatusBoard;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.Step;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.examples.tickets.flow.TicketWorkflow.NotPossibleException;
import dev.holdfast.examples.tickets.flow.Undisturbed.Happened;
import dev.holdfast.streams.migration.Phase;
import dev.holdfast.streams.migration.PhaseSwitch;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares the former table of a tenant, its events and its board with what an undisturbed run
 * gives, and the way of the migration with the one that was to be gone.
 */
final class MigrationAudit {

  private static final List<List<Phase>> WAY =
      List.of(
          List.of(Phase.OFF, Phase.DUAL),
          List.of(Phase.DUAL, Phase.VALIDATED),
          List.of(Phase.VALIDATED, Phase.READ_NEW),
          List.of(Phase.READ_NEW, Phase.DUAL),
          List.of(Phase.DUAL, Phase.VALIDATED),
          List.of(Phase.VALIDATED, Phase.READ_NEW));

  private final String tenant;
  private final List<Finding> findings = new ArrayList<>();

  private MigrationAudit(String tenant) {
    this.tenant = tenant;
  }

  /**
   * How a migration went.
   *
   * @param tenant whose it is
   * @param switches from which phase to which
   * @param notes what was noted on the way, by step
   * @param rows the former table at the end
   */
  record Story(
      String tenant,
      List<PhaseSwitch> switches,
      Map<String, String> notes,
      Map<String, StatusRow> rows) {}

  /**
   * Audits.
   *
   * @param found what the store says, by ticket
   */
  static List<Finding> run(TicketFile file, Story story, Map<TicketKey, Found> found) {
    MigrationAudit audit = new MigrationAudit(story.tenant());
    audit.rows(expected(file, story.tenant()), story.rows(), found);
    audit.events(file, found);
    audit.way(file.tampered(story.tenant()), story);
    return List.copyOf(audit.findings);
  }

  /** {@return how the tickets of a tenant end, when nobody is killed} */
  static Map<String, StatusRow> expected(TicketFile file, String tenant) {
    Map<String, StatusRow> rows = new LinkedHashMap<>();
    String tampered = file.tampered(tenant);
    file.rows()
        .forEach((key, row) -> {
          if (key.tenant().equals(tenant)) {
            boolean isTampered = key.ticket().equals(tampered);
            rows.put(
                key.ticket(),
                isTampered
                    ? new StatusRow(
                        row.status(),
                        row.subject() + " " + MigratorCommand.BY_HAND,
                        row.priority(),
                        row.assignee())
                    : row);
          }
        });
    for (Message message : file.of(tenant)) {
      StatusRow row =
          rows.getOrDefault(message.ticket(), new StatusRow(Step.NONE, null, null, null));
      try {
        WorkflowState state = new WorkflowState(row.status(), Map.of());
        for (WorkflowEvent event : TicketWorkflow.FIXED.decide(state, message.command())) {
          row = StatusBoard.after(row, event);
        }
        rows.put(message.ticket(), row);
      } catch (NotPossibleException e) {
        continue; // the former application refuses it
      }
    }
    return rows;
  }

  private void rows(
      Map<String, StatusRow> right, Map<String, StatusRow> old, Map<TicketKey, Found> found) {
    Set<String> tickets = new TreeSet<>(right.keySet());
    tickets.addAll(old.keySet());
    found.keySet().forEach(key -> tickets.add(key.ticket()));
    for (String ticket : tickets) {
      StatusRow expected = right.get(ticket);
      compare(ticket, "in the table", old.get(ticket), expected);
      Found events = found.get(new TicketKey(tenant, ticket));
      compare(ticket, "on the board", events == null ? null : events.row(), expected);
      StatusRow state = events == null ? null : StatusRow.of(events.state());
      compare(ticket, "by its events", state, expected);
    }
  }

  private void compare(
      String ticket, String where, @Nullable StatusRow row, @Nullable StatusRow right) {
    if (row == null ? right != null : !row.equals(right)) {
      add(Kind.MIGRATION, ticket, "is %s %s; expected: %s".formatted(row, where, right));
    }
  }

  private void events(TicketFile file, Map<TicketKey, Found> found) {
    Map<String, Integer> times = new HashMap<>();
    found.forEach((key, ticket) -> {
      int imports = 0;
      for (Happened each : ticket.events()) {
        JsonNode message = each.event().payload().get(Message.ID);
        if (each.event().name().equals(Step.IMPORTED.event())) {
          imports++;
        } else if (message == null) {
          add(Kind.WRONG, key.ticket(), "has an event of no message: " + each.event());
        } else {
          times.merge(message.asString(), 1, Integer::sum);
        }
      }
      imports(file, key, ticket, imports);
    });
    boolean written = false;
    for (Message message : file.of(tenant)) {
      int count = times.getOrDefault(message.id(), 0);
      if (count > 1) {
        add(Kind.TWICE, message.ticket(), message.id() + " has %d events".formatted(count));
      } else if (count == 0 && written && isPossible(message, found)) {
        add(Kind.LOST, message.ticket(), message.id() + " has no event, and earlier ones have");
      }
      written |= count > 0;
    }
  }

  /** What the former application refuses has no event; only a file of one's own has such. */
  private static boolean isPossible(Message message, Map<TicketKey, Found> found) {
    return found.containsKey(message.key());
  }

  /** A row is imported once, before all else; the one that was changed by hand, again. */
  private void imports(TicketFile file, TicketKey key, Found ticket, int imports) {
    boolean isRow = file.rows().containsKey(key);
    boolean isTampered = key.ticket().equals(file.tampered(tenant));
    boolean isFirst =
        !ticket.events().isEmpty()
            && ticket.events().getFirst().event().name().equals(Step.IMPORTED.event());
    if (isRow != isFirst || (isTampered ? imports < 2 : imports > 1)) {
      add(Kind.MIGRATION, key.ticket(), "was imported %d times: %s".formatted(imports, ticket));
    }
  }

  private void way(String tampered, Story story) {
    List<List<Phase>> gone =
        story.switches().stream().map(each -> List.of(each.from(), each.to())).toList();
    if (!gone.equals(WAY)) {
      add(Kind.MIGRATION, tenant, "went %s; expected: %s".formatted(gone, WAY));
    }
    Map<String, String> notes = story.notes();
    String difference = notes.getOrDefault(MigratorCommand.DIFFERENCE, "nothing");
    if (!difference.contains(tampered + " /subject")) {
      add(Kind.MIGRATION, tampered, "was changed by hand; the comparison has found " + difference);
    }
    if (!notes.containsKey(MigratorCommand.REFUSED)) {
      add(Kind.MIGRATION, tampered, "differed, and the switch was not refused");
    }
    String wrong = notes.get(OfficeCommand.WRONG_READ);
    if (wrong != null) {
      add(Kind.MIGRATION, tenant, wrong);
    }
  }

  private void add(Kind kind, String subject, String detail) {
    findings.add(new Finding(kind, tenant + " " + subject, detail));
  }
}
