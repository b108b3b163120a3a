// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import dev.holdfast.observability.Finding;
import dev.holdfast.observability.HealthReport;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report for programs. */
public final class HealthJson {

  private static final JsonMapper JSON = new JsonMapper();

  private HealthJson() {}

  /**
   * Makes a page of a report.
   *
   * @param good whether it is answered with 200
   */
  public static HttpPage.Answer page(HealthReport report, Predicate<HealthReport> good) {
    return new HttpPage.Answer(
        good.test(report) ? 200 : 503, "application/json; charset=utf-8", text(report));
  }

  private static String text(HealthReport report) {
    ObjectNode json = JSON.createObjectNode();
    json.put("ready", report.ready());
    json.put("live", report.live());
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : report.findings()) {
      findings
          .addObject()
          .put("kind", TagText.of(finding.kind()))
          .put("severity", TagText.of(finding.severity()))
          .put("text", finding.text())
          .put("whatToDo", finding.whatToDo());
    }
    return json.toString() + "\n";
  }
}
