// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.streams.internal.json.Jsons;
import dev.holdfast.streams.migration.Ledger.Seen;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the last whole comparison came to, for all processes. Thread-safe. */
final class Validations {

  private static final String KEY = "validation";

  private final Ledger ledger;

  Validations(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Notes what a comparison came to that was begun in a phase. */
  void note(Seen begun, Validation validation) {
    ObjectNode json = Jsons.MAPPER.createObjectNode();
    json.put("at", begun.at().toString()).put("clean", validation.isClean());
    json.put("rows", validation.rows()).put("unsettled", validation.unsettled());
    ledger.isUpdated(List.of(RowChange.put(KEY, Jsons.write(Jsons.MAPPER, json))));
  }

  /** Whether the last one was begun in this phase, and has found nothing. */
  boolean isClean(Seen seen) {
    ProjectionRow row = ledger.row(KEY);
    if (row == null) {
      return false;
    }
    JsonNode json = Jsons.read(Jsons.MAPPER, row.value());
    return json.required("at").stringValue().equals(seen.at().toString())
        && json.required("clean").booleanValue();
  }
}
