// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Locks ready instances and loads what they have to process. Thread-safe. */
public final class OrchestrationFetches extends FetchBatch<OrchestrationFetch, OrchestrationItem> {

  private static final String OPERATION = "fetchOrchestrationItems";

  private static final String SQL =
      "SELECT "
          + ItemColumn.ALL
          + """
           FROM :fn.fetch_orchestrations(
                 p_max => ?, p_lock_for => ?, p_inline => ?, p_since => ?, p_max_bytes => ?, p_codes => ?,
                 p_versions => ?::integer[])
          """;
  private static final String ONE =
      "SELECT "
          + ItemColumn.ALL
          + """
           FROM :fn.fetch_orchestration_one(
                 p_lock_for => ?, p_inline => ?, p_since => ?, p_max_bytes => ?)
          """;

  private static final String AWAIT = "SELECT :fn.await_ready(p_key => ?)";

  /** Which instances a fetch can take; null for any code or any version. */
  private record Selection(
      @Nullable Set<OrchestrationCode> served, @Nullable VersionFilter versions) {}

  private final Database database;
  private final InstanceLocks locks;
  private final ReadySince.ByCode<Selection> readySince = new ReadySince.ByCode<>();

  public OrchestrationFetches(Database database, InstanceLocks locks) {
    this.database = database;
    this.locks = locks;
  }

  @Override
  boolean isAlike(OrchestrationFetch request, OrchestrationFetch other) {
    return request.lockFor().equals(other.lockFor())
        && request.inlineHistory() == other.inlineHistory()
        && request.maxBytes() == other.maxBytes()
        && Objects.equals(request.served(), other.served())
        && Objects.equals(request.versionFilter(), other.versionFilter());
  }

  @Override
  int max(OrchestrationFetch request) {
    return request.max();
  }

  @Override
  Look<OrchestrationItem> look(OrchestrationFetch request, int max) {
    Set<OrchestrationCode> served = request.served();
    VersionFilter versions = request.versionFilter();
    Selection selection =
        served == null && versions == null ? null : new Selection(served, versions);
    ReadySince since = readySince.of(selection);
    boolean one = max == 1 && selection == null;
    return database.write(
        OPERATION,
        one ? ONE : SQL,
        (connection, statement) -> {
          int next = 1;
          if (!one) {
            statement.setInt(next++, max);
          }
          statement.setLong(next++, MessageColumns.micros(request.lockFor()));
          statement.setInt(next++, request.inlineHistory());
          ReadySince.Look look = since.next();
          statement.setLong(next++, look.since());
          MessageColumns.setMaxBytes(statement, next++, request.maxBytes());
          if (!one) {
            MessageColumns.setTexts(connection, statement, next++, codes(served));
            statement.setString(next, Versions.encode(versions));
          }
          try (ResultSet rows = statement.executeQuery()) {
            look.ended();
            return new Answer(since).read(rows);
          }
        });
  }

  /**
   * Encodes code as fetch_orchestrations takes it; no name and no version contains a line break.
   */
  private static @Nullable List<String> codes(@Nullable Set<OrchestrationCode> served) {
    return served == null
        ? null
        : served.stream()
            .map(code -> code.version() == null ? code.name() : code.name() + "\n" + code.version())
            .toList();
  }

  /** The parts of one result; see fetch_orchestrations. */
  private final class Answer {
    private final ReadySince readySince;
    private final Instances instances = new Instances();
    private long microsUntilReady = Long.MAX_VALUE;
    private @Nullable BooleanSupplier busy;

    Answer(ReadySince readySince) {
      this.readySince = readySince;
    }

    Look<OrchestrationItem> read(ResultSet rows) throws SQLException {
      while (rows.next()) {
        if (!instances.read(rows)) {
          long now = ItemColumn.STORE_TIME.number(rows);
          readySince.served(now);
          long readyAt = ItemColumn.READY_AT.number(rows);
          microsUntilReady = rows.wasNull() ? Long.MAX_VALUE : Math.max(0, readyAt - now);
          long busyKey = ItemColumn.INSTANCE_KEY.number(rows);
          busy = rows.wasNull() ? null : () -> awaitReady(busyKey);
        }
      }
      List<OrchestrationItem> items = new ArrayList<>();
      List<Unreadable> unreadable = new ArrayList<>();
      instances.all().stream().findFirst().ifPresent(first -> readySince.served(first.readyAt));
      for (Raw instance : instances.all()) {
        try {
          items.add(instance.item());
        } catch (CorruptData e) {
          unreadable.add(new Unreadable(e, () -> giveBack(instance)));
        }
      }
      return new Look<>(items, unreadable, microsUntilReady, busy);
    }
  }

  /** The instances of a result, put together from their parts. */
  static final class Instances {
    private final Map<Long, Raw> byKey = new LinkedHashMap<>();

    /** Reads a part; returns false when it is no part of an instance. */
    boolean read(ResultSet rows) throws SQLException {
      long key = ItemColumn.INSTANCE_KEY.number(rows);
      switch (ItemColumn.PART.text(rows)) {
        case "i" -> byKey.put(key, Raw.read(rows));
        case "m" -> get(key).readMessage(rows);
        case "e" -> get(key).readEvent(rows);
        case "v" -> get(key).readValue(rows);
        default -> {
          return false;
        }
      }
      return true;
    }

    Raw get(long instanceKey) {
      return Objects.requireNonNull(byKey.get(instanceKey));
    }

    Collection<Raw> all() {
      return byKey.values();
    }
  }

  private boolean awaitReady(long instanceKey) {
    return database.write(
        OPERATION,
        AWAIT,
        (connection, statement) -> {
          statement.setLong(1, instanceKey);
          return Codes.flag(statement);
        });
  }

  /** Gives an instance back as if it had not been fetched (FETCH-02). */
  private void giveBack(Raw instance) {
    try {
      locks.abandon(OPERATION, instance.token, AbandonOptions.now().uncounted());
    } catch (LockLost e) {
      // The lock has ended by itself meanwhile.
    }
  }

  /** What was read of one instance; the first thing that cannot be read makes all of it corrupt. */
  static final class Raw {
    private final String id;
    private final LockToken.OfInstance token;
    private final long executionId;
    private final int deliveryCount;
    private final long lastEventId;
    private final long now;
    private final long readyAt;
    private final @Nullable String name;
    private final @Nullable String version;
    private final List<Stored> messages = new ArrayList<>();
    private final List<HistoryEvent> events = new ArrayList<>();
    private final Map<String, KeyValue> values = new HashMap<>();
    private @Nullable CorruptData corruption;

    private record Stored(long seq, OrchestratorMessage message) {}

    private Raw(ResultSet row) throws SQLException {
      id = ItemColumn.INSTANCE_ID.text(row);
      token = new LockToken.OfInstance(id, ItemColumn.TOKEN.number(row));
      executionId = ItemColumn.EXECUTION_ID.number(row);
      deliveryCount = (int) ItemColumn.DELIVERY_COUNT.number(row);
      lastEventId = ItemColumn.LAST_EVENT_ID.number(row);
      now = ItemColumn.STORE_TIME.number(row);
      readyAt = ItemColumn.READY_AT.number(row);
      name = ItemColumn.NAME.text(row);
      version = ItemColumn.VERSION.text(row);
    }

    static Raw read(ResultSet row) throws SQLException {
      return new Raw(row);
    }

    void readMessage(ResultSet row) throws SQLException {
      try {
        messages.add(
            Decoding.decode(
                OPERATION,
                id,
                "a queued message",
                () -> {
                  String startName = ItemColumn.NAME.text(row);
                  return new Stored(
                      ItemColumn.SEQ.number(row),
                      OrchestratorMessage.builder(
                              id,
                              ItemColumn.KIND.text(row),
                              Decoding.payload(row, ItemColumn.DATA.place()))
                          .due(Due.at(StoreTime.fromMicros(ItemColumn.VISIBLE_AT.number(row))))
                          .start(
                              startName == null
                                  ? null
                                  : new ExecutionStart(
                                      startName,
                                      ItemColumn.VERSION.text(row),
                                      ItemColumn.PARENT_INSTANCE_ID.text(row)))
                          .messageId(ItemColumn.MESSAGE_ID.text(row))
                          .discardIfUnknown(row.getBoolean(ItemColumn.DISCARD_IF_UNKNOWN.place()))
                          .build());
                }));
      } catch (CorruptData e) {
        corruption = e;
      }
    }

    void readEvent(ResultSet row) throws SQLException {
      try {
        events.add(
            Histories.event(
                OPERATION,
                id,
                executionId,
                row,
                ItemColumn.EVENT_ID.place(),
                ItemColumn.KIND.place(),
                ItemColumn.DATA.place(),
                ItemColumn.RECORDED_AT.place()));
      } catch (CorruptData e) {
        corruption = e;
      }
    }

    void readValue(ResultSet row) throws SQLException {
      try {
        values.put(
            ItemColumn.NAME.text(row),
            KeyValueReads.value(
                OPERATION,
                id,
                row,
                ItemColumn.NAME.place(),
                ItemColumn.STORE_TIME.place(),
                ItemColumn.DATA.place()));
      } catch (CorruptData e) {
        corruption = e;
      }
    }

    LockToken.OfInstance token() {
      return token;
    }

    OrchestrationItem item() throws SQLException {
      if (corruption != null) {
        throw corruption;
      }
      // In insertion order, whatever became visible first (FETCH-05).
      messages.sort(Comparator.comparingLong(Stored::seq));
      List<OrchestratorMessage> batch = messages.stream().map(Stored::message).toList();
      ExecutionStart start = name != null ? null : firstStart(batch);
      return Decoding.decode(
          OPERATION,
          id,
          "the instance row",
          () ->
              new OrchestrationItem(
                  id,
                  start == null ? name : start.name(),
                  start == null ? version : start.version(),
                  executionId,
                  history(),
                  batch,
                  values,
                  deliveryCount,
                  token,
                  StoreTime.fromMicros(now)));
    }

    /**
     * Finds the first start in the batch, which gives the name while the row has none (CREATE-07).
     */
    private static @Nullable ExecutionStart firstStart(List<OrchestratorMessage> batch) {
      return batch.stream()
          .map(OrchestratorMessage::start)
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }

    private History history() {
      long reached = events.isEmpty() ? 0 : events.get(events.size() - 1).eventId();
      return new History(lastEventId, events, reached >= lastEventId);
    }
  }
}
