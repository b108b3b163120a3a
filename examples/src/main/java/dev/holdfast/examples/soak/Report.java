// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.demo.Finding;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The summary for people and for programs. Stateless. */
final class Report {

  private static final int FINDINGS_SHOWN = 10;

  private Report() {}

  /** The summary for people. */
  static String text(Summary summary) {
    StringBuilder out = new StringBuilder("\n");
    line(out, "Instances", "");
    summary
        .instances()
        .forEach((kind, count) ->
            line(out, "  " + kind.toLowerCase(Locale.ROOT), "%,d".formatted(count)));
    line(out, "Histories replayed", "%,d".formatted(summary.histories()));
    line(out, "  events", "%,d".formatted(summary.events()));
    line(out, "Effects", "%,d".formatted(summary.tally().effects()));
    line(out, "  calls for them", "%,d".formatted(summary.tally().calls()));
    line(out, "  repeated after a kill", "%,d".formatted(summary.tally().afterKill()));
    line(out, "  repeated by a living worker", "%,d".formatted(summary.tally().afterLostLock()));
    line(out, "Workers killed", "%,d".formatted(summary.kills()));
    line(out, "Restarts of the database", "%,d".formatted(summary.restarts()));
    line(out, "Calls that were tried again", "%,d".formatted(summary.triedAgain()));
    out.append('\n');
    List<Finding> findings = summary.findings();
    if (findings.isEmpty()) {
      out.append(
          "The audit holds: each instance has ended as it should, each history can be replayed, and"
              + " each effect is there once.\n");
    } else {
      out.append("The audit does not hold: %,d findings.%n".formatted(findings.size()));
      findings.stream()
          .limit(FINDINGS_SHOWN)
          .forEach(finding -> out.append("  %s  %s%n".formatted(finding.kind(), finding)));
    }
    out.append(
        "%nSeed %d, %.0f s, %s; log of the workers: %s%n"
            .formatted(
                summary.plan().seed(),
                summary.seconds(),
                summary.store(),
                summary.place().workerLog()));
    return out.toString();
  }

  private static void line(StringBuilder out, String what, String value) {
    out.append("%-30s%10s".formatted(what, value).stripTrailing()).append('\n');
  }

  /** The summary for programs. */
  static String json(Summary summary) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("holds", summary.holds());
    json.put("seed", summary.plan().seed());
    json.put("seconds", summary.seconds());
    ObjectNode instances = json.putObject("instances");
    summary
        .instances()
        .forEach((kind, count) -> instances.put(kind.toLowerCase(Locale.ROOT), count));
    json.put("histories", summary.histories());
    json.put("events", summary.events());
    json.put("effects", summary.tally().effects());
    json.put("calls", summary.tally().calls());
    json.put("repeatedAfterKill", summary.tally().afterKill());
    json.put("repeatedByLivingWorker", summary.tally().afterLostLock());
    json.put("workersKilled", summary.kills());
    json.put("restarts", summary.restarts());
    json.put("triedAgain", summary.triedAgain());
    var findings = json.putArray("findings");
    summary
        .findings()
        .forEach(finding ->
            findings
                .addObject()
                .put("kind", finding.kind().name())
                .put("subject", finding.subject())
                .put("detail", finding.detail()));
    return json.toPrettyString();
  }
}
