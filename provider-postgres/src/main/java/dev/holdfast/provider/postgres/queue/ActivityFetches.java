// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.WorkSignal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Locks activities that are ready. Thread-safe. */
public final class ActivityFetches extends FetchBatch<ActivityFetch, ActivityItem> {

  private static final String OPERATION = "fetchActivityItems";

  private static final String SQL =
      "SELECT "
          + ActivityColumn.ALL
          + """
           FROM :fn.fetch_activities(
                 p_max => ?, p_lock_for => ?, p_since => ?, p_max_bytes => ?, p_names => ?)
          """;

  private static final String ROUTED =
      "SELECT "
          + ActivityColumn.ALL
          + """
           FROM :fn.fetch_routed_activities(
                 p_max => ?, p_lock_for => ?, p_since => ?, p_max_bytes => ?, p_names => ?,
                 p_untagged => ?, p_any => ?, p_tags => ?, p_owner => ?, p_lease => ?, p_most => ?)
          """;

  private static final String AWAIT =
      "SELECT :fn.await_activity(p_key => ?, p_execution => ?, p_activity => ?)";

  private final Database database;
  private final ActivityLocks locks;
  private final ReadySince.ByCode<Object> readySince = new ReadySince.ByCode<>();

  public ActivityFetches(Database database, ActivityLocks locks) {
    this.database = database;
    this.locks = locks;
  }

  @Override
  boolean isAlike(ActivityFetch request, ActivityFetch other) {
    return request.lockFor().equals(other.lockFor())
        && request.maxBytes() == other.maxBytes()
        && request.tagFilter().equals(other.tagFilter())
        && Objects.equals(request.session(), other.session())
        && Objects.equals(request.served(), other.served());
  }

  @Override
  int max(ActivityFetch request) {
    return request.max();
  }

  @Override
  Look<ActivityItem> look(ActivityFetch request, int max) {
    if (request.tagFilter().equals(TagFilter.none())) {
      return new Look<>(List.of(), List.of(), Long.MAX_VALUE, null); // it serves nothing (QUEUE-23)
    }
    boolean routed = request.isRouted();
    Set<String> served = request.served();
    ReadySince since = readySince.of(routed ? WorkSignal.filterOf(request) : served);
    return database.write(
        OPERATION,
        routed ? ROUTED : SQL,
        (connection, statement) -> {
          statement.setInt(1, max);
          statement.setLong(2, MessageColumns.micros(request.lockFor()));
          ReadySince.Look look = since.next();
          // What another owner had comes to be free without becoming ready again.
          statement.setLong(3, request.session() == null ? look.since() : 0);
          MessageColumns.setMaxBytes(statement, 4, request.maxBytes());
          MessageColumns.setTexts(connection, statement, 5, served);
          if (routed) {
            Route.bind(request, connection, statement, 6);
          }
          try (ResultSet rows = statement.executeQuery()) {
            look.ended();
            return read(rows, since);
          }
        });
  }

  /** An item and its place in the queue: since when it was ready, and its place in a tie. */
  private record Placed(long readySince, long seq, ActivityItem item) {}

  private Look<ActivityItem> read(ResultSet rows, ReadySince readySince) throws SQLException {
    List<Placed> placed = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    long microsUntilReady = Long.MAX_VALUE;
    BooleanSupplier busy = null;
    while (rows.next()) {
      if (ActivityColumn.PART.text(rows).equals("n")) {
        long now = ActivityColumn.STORE_TIME.number(rows);
        readySince.served(now);
        long readyAt = ActivityColumn.READY_AT.number(rows);
        microsUntilReady = rows.wasNull() ? Long.MAX_VALUE : Math.max(0, readyAt - now);
        long instanceKey = ActivityColumn.INSTANCE_KEY.number(rows);
        if (!rows.wasNull()) {
          long executionId = ActivityColumn.EXECUTION_ID.number(rows);
          long activityId = ActivityColumn.ACTIVITY_ID.number(rows);
          busy = () -> awaitActivity(instanceKey, executionId, activityId);
        }
        continue;
      }
      ActivityIdentity identity =
          new ActivityIdentity(
              ActivityColumn.INSTANCE_ID.text(rows),
              ActivityColumn.EXECUTION_ID.number(rows),
              ActivityColumn.ACTIVITY_ID.number(rows));
      LockToken.OfActivity token =
          new LockToken.OfActivity(identity, ActivityColumn.TOKEN.number(rows));
      try {
        placed.add(
            new Placed(
                ActivityColumn.READY_AT.number(rows),
                ActivityColumn.SEQ.number(rows),
                item(rows, identity, token)));
      } catch (CorruptData e) {
        unreadable.add(new Unreadable(e, () -> giveBack(token)));
      }
    }
    placed.sort(Comparator.comparingLong(Placed::readySince).thenComparingLong(Placed::seq));
    if (!placed.isEmpty()) {
      readySince.served(placed.get(0).readySince());
    }
    return new Look<>(
        placed.stream().map(Placed::item).toList(), unreadable, microsUntilReady, busy);
  }

  private static ActivityItem item(
      ResultSet row, ActivityIdentity identity, LockToken.OfActivity token) throws SQLException {
    return Decoding.decode(
        OPERATION,
        identity.instanceId(),
        "activity %d of execution %d".formatted(identity.activityId(), identity.executionId()),
        () ->
            new ActivityItem(
                ActivityTask.builder(
                        identity,
                        ActivityColumn.NAME.text(row),
                        Decoding.payload(row, ActivityColumn.INPUT.place()),
                        ActivityColumn.ORCHESTRATION_NAME.text(row))
                    .orchestrationVersion(ActivityColumn.ORCHESTRATION_VERSION.text(row))
                    .tag(ActivityColumn.TAG.text(row))
                    .sessionId(ActivityColumn.SESSION_ID.text(row))
                    .build(),
                (int) ActivityColumn.DELIVERY_COUNT.number(row),
                token));
  }

  private boolean awaitActivity(long instanceKey, long executionId, long activityId) {
    return database.write(
        OPERATION,
        AWAIT,
        (connection, statement) -> {
          statement.setLong(1, instanceKey);
          statement.setLong(2, executionId);
          statement.setLong(3, activityId);
          return Codes.flag(statement);
        });
  }

  /** Gives an activity back as if it had not been fetched (FETCH-02). */
  private void giveBack(LockToken.OfActivity token) {
    try {
      locks.abandon(OPERATION, token, AbandonOptions.now().uncounted());
    } catch (LockLost e) {
      // The lock has ended by itself meanwhile.
    }
  }
}
