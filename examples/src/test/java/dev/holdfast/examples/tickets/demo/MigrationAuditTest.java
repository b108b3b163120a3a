// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.tickets.demo.Audit.Found;
import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.demo.MigrationAudit.Story;
import dev.holdfast.examples.tickets.flow.Message;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.Undisturbed.Happened;
import dev.holdfast.streams.migration.Phase;
import dev.holdfast.streams.migration.PhaseSwitch;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A migration that went as it should, and then not. */
class MigrationAuditTest {

  private static final String TENANT = "initech";
  private static final List<Phase> WAY =
      List.of(
          Phase.OFF,
          Phase.DUAL,
          Phase.VALIDATED,
          Phase.READ_NEW,
          Phase.DUAL,
          Phase.VALIDATED,
          Phase.READ_NEW);

  private final Map<TicketKey, Found> found = new TreeMap<>();
  private final Map<String, String> notes = new HashMap<>();
  private final List<PhaseSwitch> switches = new ArrayList<>();
  private TicketFile file;
  private Map<String, StatusRow> rows;
  private TicketKey tampered;

  @BeforeEach
  void allIsWell() throws IOException {
    file = TicketFile.shipped().first(30);
    rows = new HashMap<>(MigrationAudit.expected(file, TENANT));
    tampered = new TicketKey(TENANT, file.tampered(TENANT));
    rows.forEach((ticket, row) -> {
      List<Happened> events = new ArrayList<>();
      events.add(imported(row));
      file.of(TENANT).stream()
          .filter(message -> message.ticket().equals(ticket))
          .forEach(message -> events.add(happened(message)));
      if (ticket.equals(tampered.ticket())) {
        events.add(imported(row));
      }
      found.put(new TicketKey(TENANT, ticket), new Found(events, state(row), row));
    });
    for (int i = 1; i < WAY.size(); i++) {
      switches.add(new PhaseSwitch(WAY.get(i - 1), WAY.get(i), "why", Instant.EPOCH));
    }
    notes.put(MigratorCommand.DIFFERENCE, "[%s /subject: …]".formatted(tampered.ticket()));
    notes.put(MigratorCommand.REFUSED, "it differs");
  }

  private static Happened imported(StatusRow row) {
    return new Happened("of nobody", WorkflowEvent.to("Imported", row.status(), Map.of()));
  }

  private static Happened happened(Message message) {
    JsonNode id = JsonNodeFactory.instance.stringNode(message.id());
    return new Happened(
        "of nobody", new WorkflowEvent(message.event(), null, null, Map.of(Message.ID, id)));
  }

  private static WorkflowState state(StatusRow row) {
    Map<String, JsonNode> data = new HashMap<>();
    put(data, "subject", row.subject());
    put(data, "priority", row.priority());
    put(data, "assignee", row.assignee());
    return new WorkflowState(row.status(), data);
  }

  private static void put(Map<String, JsonNode> data, String name, @Nullable String value) {
    if (value != null) {
      data.put(name, JsonNodeFactory.instance.stringNode(value));
    }
  }

  private List<Kind> kinds() {
    return MigrationAudit.run(file, new Story(TENANT, switches, notes, rows), found).stream()
        .map(Finding::kind)
        .toList();
  }

  /** One with messages, so that there is something to lose. */
  private TicketKey busy() {
    return file.of(TENANT).getLast().key();
  }

  @Test
  void nothingIsFoundWhereAllIsWell() {
    assertThat(rows).hasSizeGreaterThan(5);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void aRowOfTheTableThatDiffersIsFound() {
    rows.put(busy().ticket(), new StatusRow("lost", null, null, null));
    assertThat(kinds()).containsExactly(Kind.MIGRATION);
  }

  @Test
  void aRowOfTheBoardThatDiffersIsFound() {
    found.computeIfPresent(busy(), (key, was) -> new Found(was.events(), was.state(), null));
    assertThat(kinds()).containsExactly(Kind.MIGRATION);
  }

  @Test
  void aMessageWithoutEventIsLostAndOneWithTwoIsTwice() {
    found.computeIfPresent(
        busy(),
        (key, was) -> {
          List<Happened> events = new ArrayList<>(was.events());
          events.removeLast();
          return new Found(events, was.state(), was.row());
        });
    assertThat(kinds()).contains(Kind.LOST);
    found.computeIfPresent(
        busy(),
        (key, was) -> {
          List<Happened> events = new ArrayList<>(was.events());
          events.add(happened(file.of(TENANT).getLast()));
          events.add(happened(file.of(TENANT).getLast()));
          return new Found(events, was.state(), was.row());
        });
    assertThat(kinds()).contains(Kind.TWICE);
  }

  @Test
  void aRowThatWasImportedAgainIsFound() {
    found.computeIfPresent(
        busy(),
        (key, was) -> {
          List<Happened> events = new ArrayList<>(was.events());
          events.add(imported(was.row()));
          return new Found(events, was.state(), was.row());
        });
    assertThat(kinds()).containsExactly(Kind.MIGRATION);
  }

  @Test
  void anotherWayAndWhatWasNotFoundAreFound() {
    switches.removeLast();
    notes.clear();
    notes.put(OfficeCommand.WRONG_READ, "another one was read");
    assertThat(kinds())
        .containsExactly(Kind.MIGRATION, Kind.MIGRATION, Kind.MIGRATION, Kind.MIGRATION);
  }
}
