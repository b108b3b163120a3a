// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import dev.holdfast.examples.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tickets in a file of JSON lines: rows of the former table, and messages in the order in which
 * they come. Tenants that have rows are those that come over from the table.
 *
 * @param rows the rows, by ticket
 * @param messages the messages
 */
public record TicketFile(Map<TicketKey, StatusRow> rows, List<Message> messages) {

  private static final String SHIPPED = "tickets.jsonl";

  /** So many of a hundred messages come before the rules are fixed. */
  private static final int BEFORE_FIX = 60;

  private static final JsonMapper MAPPER = new JsonMapper();

  /** Copies both. */
  public TicketFile {
    rows = Map.copyOf(rows);
    messages = List.copyOf(messages);
  }

  /** {@return the tickets that come with the examples} */
  public static TicketFile shipped() throws IOException {
    try (InputStream in = TicketFile.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException(SHIPPED + " does not come with the examples");
      }
      return parse(SHIPPED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads a file.
   *
   * @throws BadInputException when it cannot be read; names the line where it is one
   */
  public static TicketFile of(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static TicketFile parse(String file, String text) {
    Map<TicketKey, StatusRow> rows = new LinkedHashMap<>();
    List<Message> messages = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode json = MAPPER.readTree(line);
        if (json.has("row")) {
          rows.put(key(json), row(json.required("row")));
        } else if (ids.add(string(json, "id"))) {
          messages.add(message(json));
        } else {
          throw new IllegalArgumentException("its id was there before");
        }
      } catch (JacksonException | IllegalArgumentException e) {
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        throw new BadInputException("line %d of %s: %s".formatted(number, file, why), e);
      }
    }
    if (messages.isEmpty()) {
      throw new BadInputException(file + " has no messages");
    }
    return new TicketFile(rows, messages);
  }

  private static TicketKey key(JsonNode json) {
    return new TicketKey(string(json, "tenant"), string(json, "ticket"));
  }

  private static StatusRow row(JsonNode json) {
    return new StatusRow(
        string(json, "status"),
        optional(json, "subject"),
        optional(json, "priority"),
        optional(json, "assignee"));
  }

  private static Message message(JsonNode json) {
    Map<String, JsonNode> data = new HashMap<>();
    json.path("data").forEachEntry(data::put);
    String event = Step.named(string(json, "event")).event();
    TicketKey key = key(json);
    return new Message(
        string(json, "id"), key.tenant(), key.ticket(), event, string(json, "by"), data);
  }

  private static String string(JsonNode json, String field) {
    String value = optional(json, field);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("it has no \"%s\"".formatted(field));
    }
    return value;
  }

  private static @Nullable String optional(JsonNode json, String field) {
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value.asString();
  }

  /**
   * Leaves out all but some tickets, as many of each tenant as there are of others.
   *
   * @param tickets how many are left
   */
  public TicketFile first(int tickets) {
    Map<String, List<TicketKey>> byTenant = new LinkedHashMap<>();
    for (TicketKey key : tickets()) {
      byTenant.computeIfAbsent(key.tenant(), any -> new ArrayList<>()).add(key);
    }
    Set<TicketKey> left = new HashSet<>();
    for (int i = 0; left.size() < tickets && i < tickets; i++) {
      for (List<TicketKey> of : byTenant.values()) {
        if (i < of.size() && left.size() < tickets) {
          left.add(of.get(i));
        }
      }
    }
    Map<TicketKey, StatusRow> some = new LinkedHashMap<>(rows);
    some.keySet().retainAll(left);
    return new TicketFile(
        some, messages.stream().filter(message -> left.contains(message.key())).toList());
  }

  /** {@return all tickets, in the order of their first messages; those of rows alone come last} */
  public Set<TicketKey> tickets() {
    Set<TicketKey> tickets = new LinkedHashSet<>();
    messages.forEach(message -> tickets.add(message.key()));
    rows.keySet().stream().sorted().forEach(tickets::add);
    return tickets;
  }

  /** {@return the tenants, in the order of their names} */
  public List<String> tenants() {
    return tickets().stream().map(TicketKey::tenant).distinct().sorted().toList();
  }

  /** Tells whether a tenant comes over from the former table. */
  public boolean isMigrated(String tenant) {
    return rows.keySet().stream().anyMatch(key -> key.tenant().equals(tenant));
  }

  /** {@return the tenants that come over from the former table} */
  public List<String> formerTenants() {
    return tenants().stream().filter(this::isMigrated).toList();
  }

  /** {@return the messages of a tenant, in their order} */
  public List<Message> of(String tenant) {
    return messages.stream().filter(message -> message.tenant().equals(tenant)).toList();
  }

  /** {@return the ticket of the former table that somebody changes by hand} */
  public String tampered(String tenant) {
    return rows.keySet().stream()
        .filter(key -> key.tenant().equals(tenant))
        .sorted()
        .findFirst()
        .orElseThrow()
        .ticket();
  }

  /** {@return the messages of tenants without a former table that come before the fix} */
  public List<Message> beforeFix() {
    List<Message> all = unmigrated();
    return all.subList(0, all.size() * BEFORE_FIX / 100);
  }

  /** {@return the messages of tenants without a former table that come after the fix} */
  public List<Message> afterFix() {
    List<Message> all = unmigrated();
    return all.subList(all.size() * BEFORE_FIX / 100, all.size());
  }

  /** {@return the messages of tenants that come over from the former table} */
  public List<Message> migrated() {
    return messages.stream().filter(message -> isMigrated(message.tenant())).toList();
  }

  private List<Message> unmigrated() {
    return messages.stream().filter(message -> !isMigrated(message.tenant())).toList();
  }
}
