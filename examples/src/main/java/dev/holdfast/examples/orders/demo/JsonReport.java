// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.demo.Problem.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The summary for programs: one object. */
final class JsonReport {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonReport() {}

  static String of(Summary summary) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("auditHolds", summary.holds());
    json.put("orders", summary.file().orders().size());
    json.put("completed", summary.completed());
    json.put("failed", summary.failed());
    json.put("rejectedLines", summary.file().rejected().size());
    json.put("killedAt", summary.kill().map(kill -> kill.at().toString()).orElse(null));
    json.put("killedPid", summary.kill().map(Kill::pid).orElse(null));
    json.put("killedAfterOrders", summary.kill().map(Kill::afterOrders).orElse(null));
    json.put("duplicates", summary.count(Kind.DUPLICATE));
    json.put("lost", summary.count(Kind.LOST));
    json.put("wrong", summary.count(Kind.WRONG));
    json.put("stockMismatches", summary.count(Kind.STOCK));
    json.put("seconds", Math.round(summary.seconds() * 10) / 10.0);
    json.put("resumed", summary.resumed());
    json.put("provider", summary.store().provider());
    json.put("workers", summary.workers());
    Map<String, Object> outcomes = new LinkedHashMap<>();
    summary
        .outcomes()
        .forEach((o, n) -> outcomes.put(o.name().toLowerCase(Locale.ROOT).replace('_', '-'), n));
    json.put("outcomes", outcomes);
    json.put("money", summary.money());
    json.put("stock", summary.books().stock());
    json.put("calls", summary.books().calls());
    json.put("rejected", summary.file().rejected());
    json.put("problems", summary.problems());
    json.put("input", summary.file().name());
    json.put("database", summary.store().shown());
    json.put("ledger", summary.place().ledger().toString());
    return MAPPER.writeValueAsString(json);
  }
}
