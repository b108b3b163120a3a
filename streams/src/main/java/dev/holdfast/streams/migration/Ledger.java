// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowAnswer;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.event.Reserved;
import dev.holdfast.streams.internal.Own;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.streams.internal.json.Jsons;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a migration keeps in the store: rows of a projection of its own. The checkpoints of its
 * shards are moved by each switch and by nothing else, so that an update that names them is one
 * that compares the phase, in any transaction, and holds it there until the end (ES-34).
 * Thread-safe.
 */
final class Ledger {

  private static final int GENERATION = 1;
  private static final int MOST_SHARDS = 16;
  private static final int ATTEMPTS = 20;
  private static final String PHASE = "phase";

  /**
   * A phase, as it was found.
   *
   * @param at where all checkpoints are in it
   * @param epoch how often events were begun to be written
   * @param version the version of its row
   */
  record Seen(Phase phase, int epoch, LogPosition at, long version) {}

  private final StoreAccess store;
  private final Projections projections;
  private final Changes changes;
  private final String migration;
  private final String name;
  private final StreamId stream;
  private final int shards;

  Ledger(StoreAccess store, String migration) {
    this.store = store;
    this.migration = migration;
    projections = required(store, Projections.class, Feature.PROJECTIONS);
    changes = required(store, Changes.class, Feature.CHANGES);
    name = store.tenant().storedCategory(Own.MIGRATION + migration);
    stream = store.tenant().stored(Own.MIGRATIONS, migration);
    shards = Math.min(MOST_SHARDS, store.streams().limits().maxShards());
  }

  static <T extends Capability> T required(StoreAccess store, Class<T> type, Feature feature) {
    return store
        .provider()
        .capability(type)
        .orElseThrow(() -> new ProviderError.NotSupported("Migration", feature));
  }

  int shardOf(String id) {
    return Math.floorMod(id.hashCode(), shards);
  }

  /** Reads the phase; begins with {@link Phase#OFF} where there is none. */
  Seen read() {
    while (true) {
      try {
        RowAnswer answer = answer(PHASE);
        ProjectionRow row = answer.row();
        if (row != null) {
          JsonNode json = Jsons.read(Jsons.MAPPER, row.value());
          return new Seen(
              Phase.valueOf(json.required("phase").stringValue()),
              json.required("epoch").intValue(),
              answer.checkpoints().getFirst(),
              row.version());
        }
        begin();
      } catch (ProviderError.NotFound e) {
        create();
      }
    }
  }

  private void create() {
    try {
      projections.create(name, 0, shards, LogPosition.START);
    } catch (ProviderError.VersionConflict | ProviderError.OutcomeUnknown e) {
      // Another process has made it, or this call has; the next read says so.
    }
  }

  /** The event of the first phase makes the log longer, so that the first switch can move. */
  private void begin() {
    Seen none = new Seen(Phase.OFF, 0, LogPosition.START, 0);
    apply(none, Phase.OFF, LogPosition.START, "the migration was defined", List.of());
  }

  /**
   * Goes to another phase, all processes at once.
   *
   * @param guards rows that have to be as they were seen, or the switch is refused
   * @return whether it was this call; false when the phase or a guard has changed meanwhile
   */
  boolean isSwitched(Seen seen, Phase to, String reason, List<RowChange> guards) {
    // The last switch has appended an event behind where it moved to: this head is behind both.
    LogPosition head = store.call(streams -> streams.head()).position();
    return apply(seen, to, head, reason, guards);
  }

  private boolean apply(
      Seen seen, Phase to, LogPosition moved, String reason, List<RowChange> guards) {
    boolean begins = seen.phase() == Phase.OFF && to == Phase.DUAL;
    ObjectNode row = Jsons.MAPPER.createObjectNode();
    row.put("phase", to.name()).put("epoch", seen.epoch() + (begins ? 1 : 0));
    ObjectNode said = Jsons.MAPPER.createObjectNode();
    said.put("from", seen.phase().name()).put("to", to.name()).put("reason", reason);
    List<RowChange> rows = new ArrayList<>(guards);
    rows.add(new RowChange.Put(PHASE, Jsons.write(Jsons.MAPPER, row), seen.version()));
    List<Change> all = new ArrayList<>();
    all.add(
        AppendEvents.of(
            stream, Expected.any(), NewEvent.of(Reserved.PHASE, Jsons.write(Jsons.MAPPER, said))));
    for (int shard = 0; shard < shards; shard++) {
      all.add(
          UpdateProjection.advancing(
              name,
              GENERATION,
              shard == 0 ? rows : List.of(),
              new Advance(shard, seen.at(), moved)));
    }
    try {
      store.patience().call(() -> changes.apply(all));
      return true;
    } catch (ProviderError.VersionConflict e) {
      return false;
    }
  }

  /**
   * Compares the phase in the transaction of a caller, and holds it there until its end: a switch
   * waits for it, and what is written there belongs to this phase.
   *
   * @param seen what the caller believes; what has changed is read again
   * @return the phase that is held
   * @throws ProviderError.StoreContention when the transaction does not see the present phase
   */
  Seen hold(Connection connection, int shard, Seen seen) {
    Seen believed = seen;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        update(connection, shard, believed, List.of());
        return believed;
      } catch (ProviderError.VersionConflict e) {
        believed = read();
      }
    }
    throw new ProviderError.StoreContention(
        "Migration",
        "the phase of migration %s was switched after this transaction began; roll it back and repeat it"
            .formatted(migration),
        null);
  }

  /**
   * Puts a row in the transaction of a caller that holds the phase, if it is as it was seen.
   *
   * @return whether it was
   */
  boolean isPut(Connection connection, int shard, Seen held, RowChange row) {
    try {
      update(connection, shard, held, List.of(row));
      return true;
    } catch (ProviderError.VersionConflict e) {
      if (e.foundPosition() != null) {
        throw e;
      }
      return false;
    }
  }

  private void update(Connection connection, int shard, Seen seen, List<RowChange> rows) {
    projections.update(
        connection,
        UpdateProjection.advancing(
            name, GENERATION, rows, new Advance(shard, seen.at(), seen.at())),
        null);
  }

  /** Changes rows; false when one of them is not as it was seen. */
  boolean isUpdated(List<RowChange> rows) {
    try {
      store
          .patience()
          .call(() -> projections.update(UpdateProjection.inline(name, GENERATION, rows), null));
      return true;
    } catch (ProviderError.VersionConflict e) {
      return false;
    }
  }

  private RowAnswer answer(String key) {
    return store.patience().call(() -> projections.row(name, GENERATION, key));
  }

  @Nullable ProjectionRow row(String key) {
    return answer(key).row();
  }

  /** Reads all rows of one kind. */
  List<ProjectionRow> rows(String prefix) {
    List<ProjectionRow> rows = new ArrayList<>();
    String after = null;
    do {
      RowRead read = new RowRead(name, GENERATION, prefix, after, store.pageSize());
      RowPage page = store.patience().call(() -> projections.rows(read));
      rows.addAll(page.rows());
      after = page.nextKey();
    } while (after != null);
    return rows;
  }

  /** All switches, oldest first. */
  List<PhaseSwitch> switches() {
    List<PhaseSwitch> switches = new ArrayList<>();
    long from = 1;
    while (true) {
      long next = from;
      StreamPage page =
          store.call(s -> s.readStream(stream, next, Direction.FORWARDS, store.pageSize()));
      for (StreamEvent event : page.events()) {
        JsonNode said = Jsons.read(Jsons.MAPPER, event.content().data());
        Phase before = Phase.valueOf(said.required("from").stringValue());
        Phase to = Phase.valueOf(said.required("to").stringValue());
        if (before != to) {
          String reason = Objects.requireNonNull(said.required("reason").stringValue());
          switches.add(new PhaseSwitch(before, to, reason, event.recordedAt()));
        }
        from = event.version() + 1;
      }
      if (page.complete()) {
        return switches;
      }
    }
  }
}
