// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.time.Duration;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report for programs. Fields are added and never change their meaning. Thread-safe. */
final class JsonReport {

  private static final int FORMAT = 1;

  private final JsonMapper mapper = new JsonMapper();

  String write(Report report) {
    ObjectNode root = mapper.createObjectNode();
    root.put("format", FORMAT);
    root.put("finished", report.finished());
    root.put("verdict", report.verdict().name());
    root.put("because", report.because());
    root.put("exitCode", report.verdict().exitCode());
    provider(root.putObject("provider"), report.subject());
    report.problems().forEach(root.putArray("problems")::add);
    ArrayNode readFirst = root.putArray("readFirst");
    report.readFirst().forEach(rule -> readFirst.add(rule.rule().id()));
    ArrayNode levels = root.putArray("levels");
    report.levels().forEach(level -> level(levels.addObject(), level));
    run(root.putObject("run"), report.surroundings());
    versions(root.putObject("versions"), report.surroundings().versions());
    ArrayNode waivers = root.putArray("waivers");
    for (Waiver waiver : report.waivers()) {
      waivers
          .addObject()
          .put("rule", waiver.ruleId())
          .put("reason", waiver.reason())
          .put("until", waiver.until().toString());
    }
    ArrayNode rules = root.putArray("rules");
    report.rules().forEach(rule -> rule(rules.addObject(), rule));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  private static void provider(ObjectNode node, Subject subject) {
    node.put("id", subject.id());
    node.put("version", subject.version());
    node.put("specVersion", subject.specVersion());
    ArrayNode features = node.putArray("features");
    new TreeSet<>(subject.declared()).forEach(feature -> features.add(feature.name()));
  }

  private static void level(ObjectNode node, LevelResult level) {
    node.put("level", level.level().name());
    node.put("declared", level.declared());
    node.put("verdict", level.verdict().name());
    node.put("because", level.because());
    ObjectNode counts = node.putObject("counts");
    for (RuleStatus status : RuleStatus.values()) {
      counts.put(status.name(), level.counts().getOrDefault(status, 0L));
    }
  }

  private static void run(ObjectNode node, Surroundings run) {
    node.put("startedAt", run.startedAt().toString());
    node.put("millis", run.took().toMillis());
    node.put("seed", run.seed());
    node.put("rules", run.selection());
    node.put("rerun", run.rerun());
    node.put("cores", run.cores());
    node.put("clock", run.clock());
    node.put("roundTripMicros", micros(run.roundTrip()));
    ArrayNode samples = node.putArray("roundTripSamplesMicros");
    run.roundTripSamples().forEach(sample -> samples.add(micros(sample)));
    node.put("repeatedBecauseSlow", run.slowedDown());
    node.put("storesAtOnce", run.storesAtOnce());
  }

  private static void versions(ObjectNode node, Versions versions) {
    node.put("kit", versions.kit());
    node.put("spec", versions.spec());
    node.put("spi", versions.spi());
    node.put("junit", versions.junit());
    node.put("jvm", versions.jvm());
    node.put("os", versions.os());
  }

  private static void rule(ObjectNode node, RuleResult rule) {
    node.put("id", rule.rule().id());
    node.put("level", rule.rule().level().name());
    node.put("strength", rule.rule().strength().name());
    node.put("since", rule.rule().since());
    node.put("status", rule.status().name());
    node.put("reason", rule.reason());
    node.put("micros", micros(rule.took()));
    node.put("reference", rule.rule().reference());
    node.put("sentence", rule.rule().sentence());
    ArrayNode tests = node.putArray("tests");
    for (TestResult test : rule.tests()) {
      tests
          .addObject()
          .put("test", test.test())
          .put("status", test.status().name())
          .put("micros", micros(test.took()))
          .put("detail", test.detail());
    }
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
