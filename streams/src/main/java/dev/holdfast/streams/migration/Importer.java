// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.Payload;
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
    Progress at = begin();
    while (!at.isComplete()) {
      at = step(at);
    }
    return at.imported();
  }

  /** Goes on where an import was, or begins another one. */
  private Progress begin() {
    while (true) {
      Seen seen = ledger.read();
      require(seen.phase());
      Progress at = progress(ledger);
      if (at.epoch() == seen.epoch() && !at.isComplete()) {
        return at;
      }
      Progress fresh = new Progress(seen.epoch(), null, false, Imported.NONE, at.version());
      if (ledger.isUpdated(List.of(fresh.put()))) {
        return progress(ledger);
      }
    }
  }

  private void require(Phase phase) {
    if (!phase.writesBoth()) {
      throw new IllegalStateException(
          "migration %s is %s; rows are imported while both sides are written, so that none is missed"
              .formatted(migration, phase));
    }
  }

  /** Imports the next page, unless another process does; returns how far all have come then. */
  private Progress step(Progress at) {
    List<String> ids = new ArrayList<>();
    sides.page(at.after()).forEach(row -> ids.add(row.id()));
    boolean isLast = ids.isEmpty();
    String after = isLast ? at.after() : ids.getLast();
    if (isLast && at.epoch() > 1) {
      ids.addAll(removed());
    }
    // In the order in which a switch takes the shards, so that the two never wait for each other.
    ids.sort(Comparator.comparingInt(ledger::shardOf));
    try {
      patience.call(() ->
          sides.transaction(connection -> {
            Seen held = ledger.hold(connection, 0, ledger.read());
            require(held.phase());
            Imported counted = at.imported();
            for (String id : ids) {
              ledger.hold(connection, ledger.shardOf(id), held);
              counted = counted.plus(writer.isImported(connection, held, id));
            }
            Progress next = new Progress(at.epoch(), after, isLast, counted, at.version());
            if (held.epoch() != at.epoch() || !ledger.isPut(connection, 0, held, next.put())) {
              throw new OvertakenException(); // which rolls the page back
            }
            return counted;
          }));
    } catch (OvertakenException e) {
      // What the other one has come to is read below.
    }
    Progress now = progress(ledger);
    return now.epoch() == at.epoch() ? now : begin();
  }

  /** The ids of which only the events know. */
  private List<String> removed() {
    List<String> removed = new ArrayList<>();
    sides.streams(id -> {
      if (sides.old(id) == null && sides.current(id).row() != null) {
        removed.add(id);
      }
    });
    return removed;
  }

  /** Another process has imported this page. */
  private static final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OvertakenException() {
      super("another process imports", null, false, false);
    }
  }
}
