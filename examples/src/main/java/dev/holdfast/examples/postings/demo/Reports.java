// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.demo.ReportText;
import dev.holdfast.examples.demo.ReportText.Promise;
import dev.holdfast.examples.postings.flow.Actor;
import dev.holdfast.examples.postings.flow.Circuits;
import dev.holdfast.examples.postings.flow.Measures;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.examples.postings.flow.PostingState;
import dev.holdfast.examples.postings.flow.Stage;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The summary for people and for programs. */
final class Reports {

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final Summary summary;
  private final ReportText out = new ReportText();

  private Reports(Summary summary) {
    this.summary = summary;
  }

  /** The summary for people. */
  static String text(Summary summary) {
    Reports report = new Reports(summary);
    report.postings();
    report.metrics();
    report.workers();
    report.repair();
    report.rebuild();
    report.travel();
    report.audit();
    report.places();
    return report.out.toString();
  }

  private void postings() {
    line("");
    count("Postings", summary.plan().postings());
    count("  scored", summary.stages().getOrDefault(Stage.SCORED, 0L));
    count("  given up by a model", summary.stages().getOrDefault(Stage.GIVEN_UP, 0L));
    count("  refused (dead letters)", summary.refused());
    count("Events", summary.events());
    count("  in streams", summary.streams());
    line("");
  }

  private void count(String what, long count) {
    line("%-28s%,8d".formatted(what, count));
  }

  private void metrics() {
    line(
        "%-12s%8s%8s%12s%12s%10s%10s%10s"
            .formatted(
                "Actor", "calls", "failed", "tokens in", "tokens out", "time", "p50", "p95"));
    for (Actor actor : Actor.values()) {
      metrics(actor.label(), Measures.key(actor));
    }
    metrics("all", Measures.ALL);
    line("");
    line(
        "Circuit breakers, which open after %d failures in a row, opened: %s."
            .formatted(
                Circuits.FAILURES,
                summary.circuits().entrySet().stream()
                    .map(circuit -> "%s %d".formatted(circuit.getKey(), circuit.getValue()))
                    .collect(Collectors.joining(", "))));
    Replays replays = summary.replays();
    line(
        "Snapshots every %d versions: %d of %d feeds were replayed from one, reading %,d of %,d events."
            .formatted(
                WorkerCommand.SNAPSHOT_EVERY,
                replays.fromSnapshot(),
                replays.streams(),
                replays.eventsRead(),
                replays.eventsInAll()));
    line("");
  }

  private void metrics(String name, String key) {
    Measures row = summary.metrics().getOrDefault(key, Measures.NONE);
    line(
        "%-12s%,8d%,8d%,12d%,12d%8.1f s%,7d ms%,7d ms"
            .formatted(
                name,
                row.calls(),
                row.failures(),
                row.promptTokens(),
                row.answerTokens(),
                row.millis() / 1000.0,
                row.p50(),
                row.p95()));
  }

  private void workers() {
    out.kills(summary.kills(), "effects");
    out.calls(summary.tally(), summary.processes(), "when others took over", finds(Kind.TWICE));
    line("");
  }

  private void repair() {
    Repair repair = summary.repair();
    line("A projection was broken behind its back");
    line(
        "  verify compared %,d rows with %,d events and found:"
            .formatted(repair.rows(), repair.events()));
    repair.differences().forEach(difference -> line("    " + difference));
    line(
        "  renewed %d rows; %s"
            .formatted(
                repair.renewed(),
                repair.findings().isEmpty() ? "no difference is left" : "NOT ALL IS WELL"));
    line("");
  }

  private void rebuild() {
    Rebuild.Outcome rebuild = summary.rebuild();
    line("Its rows were rebuilt beside the live ones, with corrected code");
    line(
        "  build %d left out what has just %d points: %,d postings are shortlisted instead of %,d"
            .formatted(
                PostingRow.MISTAKEN,
                PostingRow.GOOD,
                summary.shortlistedAfter(),
                summary.shortlistedBefore()));
    line(
        "  generation %d was made of %,d events in %.1f s, while %,d more were appended"
            .formatted(
                rebuild.generation(),
                rebuild.events(),
                rebuild.duration().toMillis() / 1000.0,
                rebuild.appendedMeanwhile()));
    line(
        "  readers saw all rows each time: %,d times the former, %,d times the new; the former are dropped"
            .formatted(rebuild.sawBefore(), rebuild.sawAfter()));
    line("");
  }

  private void travel() {
    TimeTravel travel = summary.travel();
    line(
        "Back at %s the postings were: %s"
            .formatted(
                MOMENT.format(travel.moment()),
                travel.stages().entrySet().stream()
                    .map(stage -> "%,d %s".formatted(stage.getValue(), stage.getKey().label()))
                    .collect(Collectors.joining(", "))));
    PostingState then = travel.then();
    PostingState now = travel.now();
    if (then != null && now != null) {
      line(
          "  %s, %s in %s, was %s then (version %d), and is %s now%s"
              .formatted(
                  travel.example(),
                  now.title(),
                  now.place(),
                  then.stage().label(),
                  travel.version(),
                  now.stage().label(),
                  now.score() == null ? "" : " with %d points".formatted(now.score())));
    }
    line("");
  }

  private boolean finds(Kind kind) {
    return summary.findings().stream().anyMatch(finding -> finding.kind() == kind);
  }

  private void audit() {
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
      case STUCK -> "nothing stuck: every posting ended, and no queue has anything left";
      case LOST -> "nothing lost: every event, cause and effect of an undisturbed run is there";
      case TWICE -> "nothing twice: each event and each effect is there once";
      case WRONG -> "nothing wrong: events, chains of causes, states, rows and metrics are right";
    };
  }

  private void places() {
    line("Database  " + summary.store().shown());
    line("Ledger    " + summary.place().ledger());
    if (summary.store().provider().equals("sqlite") && !summary.travel().example().isEmpty()) {
      line(
          "Look at   ./holdfast stream posting %s --url sqlite:%s"
              .formatted(summary.travel().example(), summary.place().database()));
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
        .put("postings", summary.plan().postings())
        .put("scored", summary.stages().getOrDefault(Stage.SCORED, 0L))
        .put("givenUp", summary.stages().getOrDefault(Stage.GIVEN_UP, 0L))
        .put("refused", summary.refused())
        .put("events", summary.events())
        .put("streams", summary.streams())
        .put("kills", summary.kills().size())
        .put("workers", summary.processes())
        .put("seed", summary.plan().seed())
        .put("effects", summary.tally().effects())
        .put("calls", summary.tally().calls())
        .put("repeatedAfterKill", summary.tally().afterKill())
        .put("repeatedByOthers", summary.tally().afterLostLock())
        .put("replayedFromSnapshot", summary.replays().fromSnapshot())
        .put("damageFound", summary.repair().differences().size())
        .put("rowsRenewed", summary.repair().renewed())
        .put("rebuiltEvents", summary.rebuild().events())
        .put("appendedMeanwhile", summary.rebuild().appendedMeanwhile())
        .put("readsOfFormerRows", summary.rebuild().sawBefore())
        .put("readsOfNewRows", summary.rebuild().sawAfter())
        .put("shortlistedBefore", summary.shortlistedBefore())
        .put("shortlistedAfter", summary.shortlistedAfter())
        .put("travelledTo", summary.travel().moment().toString())
        .put("provider", summary.store().provider())
        .put("database", summary.store().shown())
        .put("ledger", summary.place().ledger().toString())
        .put("seconds", summary.seconds());
    ObjectNode metrics = object.putObject("metrics");
    summary
        .metrics()
        .forEach((key, row) -> {
          ObjectNode actor = metrics.putObject(key);
          actor
              .put("calls", row.calls())
              .put("failures", row.failures())
              .put("promptTokens", row.promptTokens())
              .put("answerTokens", row.answerTokens())
              .put("millis", row.millis())
              .put("p50", row.p50())
              .put("p95", row.p95());
        });
    ReportText.put(object, promises(summary), summary.findings());
    return mapper.writeValueAsString(object);
  }
}
