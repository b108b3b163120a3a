// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.ReportText;
import dev.holdfast.examples.demo.ReportText.Promise;
import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.demo.MigrationAudit.Story;
import dev.holdfast.streams.ReplayDebug;
import dev.holdfast.streams.migration.Phase;
import dev.holdfast.streams.migration.PhaseSwitch;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The summary for people and for programs. */
final class Reports {

  private static final List<String> STATES =
      List.of("new", "open", "waiting", "resolved", "closed", "reopened");
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final Summary summary;
  private final ReportText out = new ReportText();

  private Reports(Summary summary) {
    this.summary = summary;
  }

  /** The summary for people. */
  static String text(Summary summary) {
    Reports report = new Reports(summary);
    report.tickets();
    report.history();
    report.migrations();
    report.work();
    report.audit();
    report.places();
    return report.out.toString();
  }

  private void tickets() {
    line("");
    StringBuilder head = new StringBuilder("%-12s".formatted("Tickets"));
    STATES.forEach(state -> head.append("%10s".formatted(state)));
    line(head.append("%10s".formatted("all")).toString());
    summary.states().forEach(this::tenant);
    line("");
  }

  private void tenant(String tenant, Map<String, Integer> counts) {
    StringBuilder row = new StringBuilder("  %-10s".formatted(tenant));
    int all = 0;
    for (String state : STATES) {
      int count = counts.getOrDefault(state, 0);
      all += count;
      row.append("%10s".formatted(count == 0 ? "·" : Integer.toString(count)));
    }
    line(row.append("%10d".formatted(all)).toString());
  }

  private void history() {
    line(
        "Ticket %s of %s, replayed until each of its versions"
            .formatted(summary.example().ticket(), summary.example().tenant()));
    line("  %3s  %-12s  %-12s %-16s %-10s %s".formatted("", "at", "event", "by", "state", "read"));
    for (Past.Line each : summary.history()) {
      line(
          "  %3d  %-12s  %-12s %-16s %-10s %s"
              .formatted(
                  each.event().version(),
                  MILLIS.format(each.event().recordedAt()),
                  each.event().type(),
                  Objects.requireNonNullElse(each.event().metadata().actor(), ""),
                  each.state().current(),
                  read(each.debug())));
    }
    line("");
  }

  private void migrations() {
    for (Story story : summary.stories()) {
      line("From the table of %s to events".formatted(story.tenant()));
      for (PhaseSwitch each : story.switches()) {
        line(
            "  %s  %-9s → %-9s  %s"
                .formatted(
                    ReportText.time(each.at()), word(each.from()), word(each.to()), each.reason()));
        if (each.from() == Phase.OFF) {
          noted(story, MigratorCommand.IMPORTED, "imported ");
          noted(story, MigratorCommand.DIFFERENCE, "found    ");
        }
      }
      line("");
    }
  }

  private void noted(Story story, String step, String said) {
    String note = story.notes().get(step);
    if (note != null) {
      line("            %s %s".formatted(said, note));
    }
  }

  private static String word(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String read(ReplayDebug debug) {
    String events = debug.eventsRead() == 1 ? "1 event" : debug.eventsRead() + " events";
    Long snapshot = debug.snapshotVersion();
    if (snapshot == null) {
      return events;
    }
    String from = "snapshot " + snapshot;
    return debug.eventsRead() == 0 ? from : from + " and " + events;
  }

  private void work() {
    out.kills(summary.kills(), "events");
    line(
        "%,d messages came to %,d events; %d workers decided %,d times."
            .formatted(
                summary.messages(), summary.events(), summary.processes(), summary.decisions()));
    line(
        "%d dead letters were redriven after the fix, and %d dropped."
            .formatted(summary.redriven(), summary.dropped()));
    Past.Figures past = summary.past();
    line(
        "%,d states of the past were replayed, %,d of them from a snapshot, which spared %,d events."
            .formatted(past.replays(), past.fromSnapshot(), past.spared()));
  }

  private void audit() {
    line("");
    out.audit(
        promises(summary),
        summary.findings(),
        summary.holds(),
        summary.seconds(),
        summary.plan().seed());
  }

  private void places() {
    line("Database  " + summary.store().shown());
    line("Log       " + summary.place().workerLog());
    if (summary.store().provider().equals("sqlite")) {
      line("Look at   ./holdfast streams --url sqlite:%s".formatted(summary.place().database()));
    }
  }

  /** What the audit has looked for, and how often it was not so. */
  private static List<Promise> promises(Summary summary) {
    return ReportText.promises(
        Kind.values(),
        Kind::promise,
        summary.findings().stream().map(finding -> finding.kind()).toList());
  }

  private void line(String line) {
    out.line(line);
  }

  /** The summary for programs: one object. */
  static String json(Summary summary) {
    JsonMapper mapper = new JsonMapper();
    ObjectNode object = mapper.createObjectNode();
    object
        .put("auditHolds", summary.holds())
        .put("tickets", summary.tickets())
        .put("messages", summary.messages())
        .put("events", summary.events())
        .put("redriven", summary.redriven())
        .put("dropped", summary.dropped())
        .put("decisions", summary.decisions())
        .put("kills", summary.workersKilled())
        .put("workers", summary.processes())
        .put("seed", summary.plan().seed())
        .put("replays", summary.past().replays())
        .put("replaysFromSnapshot", summary.past().fromSnapshot())
        .put("snapshots", summary.past().snapshots())
        .put("provider", summary.store().provider())
        .put("database", summary.store().shown())
        .put("seconds", summary.seconds());
    ObjectNode migrations = object.putObject("migrations");
    for (Story story : summary.stories()) {
      var switches = migrations.putArray(story.tenant());
      story.switches().forEach(each -> switches.add(each.from() + " to " + each.to()));
    }
    ReportText.put(object, promises(summary), summary.findings());
    return mapper.writeValueAsString(object);
  }
}
