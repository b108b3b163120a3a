// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.streams.internal.Patience;
import dev.holdfast.streams.internal.json.Jsons;
import dev.holdfast.streams.migration.Ledger.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Imports the old table page by page. Each page, its events and how far the import has come are one
 * commit (ES-36). One thread.
 */
final class Importer<R> {

  private static final String KEY = "import";

  /**
   * How far an import has come.
   *
   * @param epoch since which beginning of events
   * @param after the id of the last row that was seen, null for none
   * @param version the version of the row that says so
   */
  record Progress(
      int epoch, @Nullable String after, boolean isComplete, Imported imported, long version) {

    private RowChange put() {
      ObjectNode json = Jsons.MAPPER.createObjectNode();
      json.put("epoch", epoch).put("after", after).put("complete", isComplete);
      json.put("rows", imported.rows()).put("imported", imported.imported());
      json.put("present", imported.present());
      Payload value = Jsons.write(Jsons.MAPPER, json);
      return new RowChange.Put(KEY, value, version);
    }
  }

  private final Ledger ledger;
  private final Sides<?, ?, R> sides;
  private final Writer<?, ?, R> writer;
  private final Patience patience;
  private final String migration;

  Importer(
      String migration,
      Ledger ledger,
      Sides<?, ?, R> sides,
      Writer<?, ?, R> writer,
      Patience patience) {
    this.migration = migration;
    this.ledger = ledger;
    this.sides = sides;
    this.writer = writer;
    this.patience = patience;
  }

  static Progress progress(Ledger ledger) {
    ProjectionRow row = ledger.row(KEY);
    if (row == null) {
      return new Progress(0, null, false, Imported.NONE, 0);
    }
    JsonNode json = Jsons.read(Jsons.MAPPER, row.value());
    JsonNode after = json.path("after");
    return new Progress(
        json.required("epoch").intValue(),
        after.isString() ? after.stringValue() : null,
        json.required("complete").booleanValue(),
        new Imported(
            json.required("rows").longValue(),
            json.required("imported").longValue(),
            json.required("present").longValue()),
        row.version());
  }

  Imported run() {
    Seen seen = ledger.read();
    require(seen.phase());
    Progress before = progress(ledger);
    boolean goesOn = before.epoch() == seen.epoch() && !before.isComplete();
    String after = goesOn ? before.after() : null;
    Imported total = goesOn ? before.imported() : Imported.NONE;
    while (true) {
      List<String> page = new ArrayList<>();
      sides.page(after).forEach(row -> page.add(row.id()));
      if (page.isEmpty()) {
        break;
      }
      String last = page.getLast();
      Imported soFar = total;
      total = step(page, soFar, last, false);
      after = last;
    }
    List<String> removed = new ArrayList<>();
    if (seen.epoch() > 1) {
      sides.streams(
          id -> {
            if (sides.old(id) == null && sides.current(id).row() != null) {
              removed.add(id);
            }
          });
    }
    return step(removed, total, after, true);
  }

  private void require(Phase phase) {
    if (!phase.writesBoth()) {
      throw new IllegalStateException(
          "migration %s is %s; rows are imported while both sides are written, so that none is missed"
              .formatted(migration, phase));
    }
  }

  /** Shards are taken in the order of a switch, so that the two do not wait for each other. */
  private Imported step(
      List<String> ids, Imported total, @Nullable String after, boolean isComplete) {
    List<String> sorted = new ArrayList<>(ids);
    sorted.sort(Comparator.comparingInt(ledger::shardOf));
    return patience.call(
        () ->
            sides.transaction(
                connection -> {
                  Seen held = ledger.hold(connection, 0, ledger.read());
                  require(held.phase());
                  Progress progress = progress(ledger);
                  Imported counted = total;
                  for (String id : sorted) {
                    ledger.hold(connection, ledger.shardOf(id), held);
                    counted = counted.plus(writer.isImported(connection, held, id));
                  }
                  Progress next =
                      new Progress(held.epoch(), after, isComplete, counted, progress.version());
                  if (!ledger.isPut(connection, 0, held, next.put())) {
                    throw new ProviderError.StoreContention(
                        "importRows", "another process imports at the same time", null);
                  }
                  return counted;
                }));
  }
}
