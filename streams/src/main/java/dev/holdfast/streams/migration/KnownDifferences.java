// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.streams.Difference;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The differences that are known, for all processes, and their number. The number is a row of its
 * own that every change goes through, so that a switch can demand that none came meanwhile (ES-35).
 * Thread-safe.
 */
final class KnownDifferences {

  private static final String COUNT = "differences";
  private static final String ONE = "difference/";

  /** How many ids there are with a difference, and the version of the row that says so. */
  record Count(long ids, long version) {

    /** What refuses a change when the number has changed. */
    RowChange guard() {
      return put(ids, version);
    }
  }

  private final Ledger ledger;

  KnownDifferences(Ledger ledger) {
    this.ledger = ledger;
  }

  private static RowChange put(long ids, long seen) {
    Payload value = Jsons.write(Jsons.MAPPER, Jsons.MAPPER.createObjectNode().put("ids", ids));
    return new RowChange.Put(COUNT, value, seen);
  }

  Count count() {
    ProjectionRow row = ledger.row(COUNT);
    return row == null
        ? new Count(0, 0)
        : new Count(
            Jsons.read(Jsons.MAPPER, row.value()).required("ids").longValue(), row.version());
  }

  /** Notes what differs of an id, or that nothing does any more. */
  void note(String id, List<Difference> found) {
    String key = Keys.of(ONE, id);
    boolean settled = false;
    while (!settled) {
      Count count = count();
      ProjectionRow row = ledger.row(key);
      Payload value = found.isEmpty() ? null : write(id, found);
      boolean isSame = row == null ? value == null : Objects.equals(row.value(), value);
      settled = isSame || ledger.isUpdated(changes(key, value, row, count));
    }
  }

  private static List<RowChange> changes(
      String key, @Nullable Payload value, @Nullable ProjectionRow row, Count count) {
    long seen = row == null ? 0 : row.version();
    long more = (value == null ? 0L : 1L) - (row == null ? 0L : 1L);
    return List.of(
        value == null ? new RowChange.Remove(key, seen) : new RowChange.Put(key, value, seen),
        put(count.ids() + more, count.version()));
  }

  /** All of them, by id. */
  List<Difference> all() {
    List<Difference> all = new ArrayList<>();
    ledger.rows(ONE).forEach(row -> all.addAll(read(row.value())));
    return all;
  }

  private static Payload write(String id, List<Difference> found) {
    ObjectNode json = Jsons.MAPPER.createObjectNode().put("id", id);
    ArrayNode fields = json.putArray("fields");
    for (Difference difference : found) {
      ObjectNode field = fields.addObject();
      field.put("field", difference.field()).put("version", difference.version());
      if (difference.stored() != null) {
        field.set("old", difference.stored());
      }
      if (difference.other() != null) {
        field.set("new", difference.other());
      }
    }
    return Jsons.write(Jsons.MAPPER, json);
  }

  private static List<Difference> read(Payload value) {
    JsonNode json = Jsons.read(Jsons.MAPPER, value);
    String id = json.required("id").stringValue();
    List<Difference> found = new ArrayList<>();
    for (JsonNode field : json.required("fields")) {
      found.add(
          new Difference(
              id,
              field.required("field").stringValue(),
              field.get("old"),
              field.get("new"),
              field.required("version").longValue()));
    }
    return found;
  }
}
