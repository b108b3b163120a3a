// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.demo.ReportText;
import dev.holdfast.examples.demo.ReportText.Promise;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The summary for people and for programs. */
final class Reports {

  private final Summary summary;
  private final ReportText out = new ReportText();

  private Reports(Summary summary) {
    this.summary = summary;
  }

  /** The summary for people. */
  static String text(Summary summary) {
    Reports report = new Reports(summary);
    report.documents();
    report.workers();
    report.audit();
    report.places();
    return report.out.toString();
  }

  private void documents() {
    line("");
    line(
        "%-28s%8s"
            .formatted(
                "Documents of %d texts".formatted(summary.documents()),
                "%,d".formatted(summary.plan().runs())));
    line("  %-26s%,8d".formatted("published", summary.published()));
    line("  %-26s%,8d".formatted("declined", summary.plan().runs() - summary.published()));
    line("  %-26s%,8d".formatted("seen by a person", summary.reviewed()));
    line("%-28s%8s".formatted("Letters to the mailroom", "%,d".formatted(summary.letters())));
    line("");
  }

  private void workers() {
    out.kills(summary.kills(), "effects");
    out.calls(summary.tally(), summary.processes(), "after a lock was lost", finds(Kind.TWICE));
  }

  private boolean finds(Kind kind) {
    return summary.findings().stream().anyMatch(finding -> finding.kind() == kind);
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

  /** What holds when there is no such finding. */
  private static String promise(Kind kind) {
    return switch (kind) {
      case STUCK -> "nothing stuck: every run ended, and nothing of it is open";
      case LOST -> "nothing lost: every step ended as in an undisturbed run, with its effect";
      case TWICE -> "nothing twice: each step has one effect, however often it was tried";
      case WRONG ->
          "nothing wrong: all outputs are those of an undisturbed run, and there is no more";
    };
  }

  private void places() {
    line("Database  " + summary.store().shown());
    line("Ledger    " + summary.place().ledger());
    if (summary.store().provider().equals("sqlite")) {
      line(
          "Look at   ./holdfast run %s --url sqlite:%s"
              .formatted(summary.example(), summary.place().database()));
    }
  }

  /** What the audit has looked for, and how often it was not so. */
  private static List<Promise> promises(Summary summary) {
    return ReportText.promises(
        Kind.values(),
        Reports::promise,
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
        .put("runs", summary.plan().runs())
        .put("published", summary.published())
        .put("reviewed", summary.reviewed())
        .put("letters", summary.letters())
        .put("kills", summary.workersKilled())
        .put("workers", summary.processes())
        .put("seed", summary.plan().seed())
        .put("effects", summary.tally().effects())
        .put("calls", summary.tally().calls())
        .put("repeatedAfterKill", summary.tally().afterKill())
        .put("repeatedAfterLostLock", summary.tally().afterLostLock())
        .put("provider", summary.store().provider())
        .put("database", summary.store().shown())
        .put("ledger", summary.place().ledger().toString())
        .put("seconds", summary.seconds());
    ReportText.put(object, promises(summary), summary.findings());
    return mapper.writeValueAsString(object);
  }
}
