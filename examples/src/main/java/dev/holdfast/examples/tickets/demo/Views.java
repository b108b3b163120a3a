// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.flow.Message;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.event.EventMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at the log as each tenant sees it, and as somebody does who read along. */
final class Views {

  private final EventSourcing events;
  private final List<Finding> findings = new ArrayList<>();

  private Views(EventSourcing events) {
    this.events = events;
  }

  /**
   * Checks.
   *
   * @param seen what somebody has seen who read along
   */
  static List<Finding> check(EventSourcing events, List<String> tenants, List<StreamEvent> seen) {
    Views views = new Views(events);
    List<StreamEvent> log = events.log().all(LogFilter.all());
    if (!log.equals(seen)) {
      views.add(
          Kind.LOG,
          "the log",
          "has %d events; %d were seen by who read along, or others"
              .formatted(log.size(), seen.size()));
    }
    Map<String, String> owners = new HashMap<>();
    for (String tenant : tenants) {
      views.tenant(tenant, owners);
    }
    for (StreamEvent event : log) {
      boolean ours = event.stream().category().startsWith("~");
      if (ours && !owners.containsKey(event.content().eventId())) {
        views.add(Kind.TENANT, event.stream().toString(), "belongs to nobody");
      }
    }
    // names that others begin with, or that look like a category
    views.nothing(tenants.getFirst().substring(0, 1));
    views.nothing(tenants.getFirst() + "~" + TicketWorkflow.CATEGORY);
    views.nothing("~" + tenants.getFirst());
    return List.copyOf(views.findings);
  }

  /** {@return who sees an event, by its id} */
  static Map<String, String> owners(EventSourcing events, List<String> tenants) {
    Map<String, String> owners = new HashMap<>();
    for (String tenant : tenants) {
      for (StreamEvent event : events.forTenant(tenant).log().all(LogFilter.all())) {
        owners.put(event.content().eventId(), tenant);
      }
    }
    return owners;
  }

  private void tenant(String tenant, Map<String, String> owners) {
    for (StreamEvent event : events.forTenant(tenant).log().all(LogFilter.all())) {
      String other = owners.put(event.content().eventId(), tenant);
      if (other != null) {
        add(Kind.TENANT, tenant, "sees %s, and so does %s".formatted(event.stream(), other));
      }
      String said = EventMetadata.read(event.content().metadata()).get(Message.TENANT);
      if (said != null && !said.equals(tenant)) {
        add(Kind.TENANT, tenant, "sees %s of %s".formatted(event.stream(), said));
      }
    }
  }

  private void nothing(String name) {
    List<StreamEvent> strange = events.forTenant(name).log().all(LogFilter.all());
    if (!strange.isEmpty()) {
      add(Kind.TENANT, name, "is no tenant, and sees %d events".formatted(strange.size()));
    }
  }

  private void add(Kind kind, String subject, String detail) {
    findings.add(new Finding(kind, subject, detail));
  }
}
