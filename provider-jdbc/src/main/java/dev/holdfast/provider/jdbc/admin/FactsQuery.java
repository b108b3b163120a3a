// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import dev.holdfast.provider.admin.LockFacts;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads why an instance is, or is not, moving (ADMIN-24 to ADMIN-27). Thread-safe. */
final class FactsQuery {

  /** One row per problem, or one; all have the same facts. */
  private static final String FACTS =
      """
      WITH t AS MATERIALIZED (
        SELECT :now AS now
      ), asked AS (
        SELECT CAST(? AS text) AS instance_id
      ), posted AS MATERIALIZED (
        SELECT p.visible_at, p.start_name FROM :posted p WHERE p.instance_id = (SELECT q.instance_id FROM asked q)
      ), i AS MATERIALIZED (
        SELECT i.*
          FROM asked q
          LEFT JOIN :schema.instance i ON i.instance_id = q.instance_id
         WHERE :heard_of OR EXISTS (SELECT 1 FROM posted)
      ), waits AS (
        SELECT m.visible_at, m.start_name
          FROM :schema.message m WHERE m.instance_key = (SELECT i.instance_key FROM i)
         UNION ALL
        SELECT p.visible_at, p.start_name FROM posted p
      ), queued AS MATERIALIZED (
        SELECT count(*) AS waiting,
               count(CASE WHEN m.visible_at <= t.now THEN 1 END) AS visible,
               count(m.start_name) AS starts,
               count(CASE WHEN m.visible_at <= t.now THEN m.start_name END) AS visible_starts,
               min(m.visible_at) AS first_at,
               min(CASE WHEN m.visible_at > t.now THEN m.visible_at END) AS next_at
          FROM waits m CROSS JOIN t
      ), pending AS MATERIALIZED (
        SELECT count(*) AS activities, min(a.seq) AS first_seq
          FROM :schema.activity a WHERE a.instance_key = (SELECT i.instance_key FROM i)
      ), problems AS MATERIALIZED (
        SELECT 0 AS part, 0 AS activity_id, i.name AS name, i.problem, i.problem_at, 0 AS seq
          FROM i WHERE i.problem IS NOT NULL
         UNION ALL
        SELECT 1, a.activity_id, a.name, a.problem, a.problem_at, a.seq
          FROM :schema.activity a
         WHERE a.instance_key = (SELECT i.instance_key FROM i) AND a.problem IS NOT NULL
         ORDER BY 1, 5, 6
         LIMIT 10
      )
      SELECT i.execution_id, x.status,
             CASE WHEN r.lock_epoch > 0 AND r.locked_until > t.now THEN r.locked_until END,
             CASE WHEN r.lock_epoch = 0 AND r.locked_until > t.now THEN r.locked_until END,
             :lock_holder, coalesce(r.delivery_count, 0),
             q.waiting, q.visible, q.starts, q.visible_starts, q.first_at, q.next_at,
             n.activities, a.execution_id, a.activity_id, a.name, coalesce(a.scheduled_at, x.started_at),
             a.delivery_count, a.lock_epoch > 0, CASE WHEN a.ready_at > t.now THEN a.ready_at END, :activity_holder,
             p.part, p.activity_id, p.name, p.problem, p.problem_at,
             a.tag, a.session_id, s.owner, s.lease_until, :pin
        FROM i
       CROSS JOIN t
       CROSS JOIN queued q
       CROSS JOIN pending n
        LEFT JOIN :schema.execution x ON x.instance_key = i.instance_key AND x.execution_id = i.execution_id
        LEFT JOIN :locks r ON r.instance_key = i.instance_key
        LEFT JOIN :schema.activity a ON a.instance_key = i.instance_key AND a.seq = n.first_seq
        LEFT JOIN :schema.session s ON s.session_id = a.session_id AND s.lease_until > t.now
        LEFT JOIN problems p ON 1 = 1
       ORDER BY p.part, p.problem_at, p.seq
      """;

  private final AdminStore store;
  private final String sql;

  FactsQuery(AdminStore store, String heardOf) {
    this.store = store;
    sql =
        FACTS
            .replace(":now", store.now())
            .replace(":heard_of", heardOf)
            .replace(":posted", store.posted())
            .replace(":lock_holder", store.holderOf("r.owner"))
            .replace(":activity_holder", store.holderOf(store.activityOwner()))
            .replace(":locks", store.locks())
            .replace(":pin", store.pin());
  }

  private record Row(InstanceFacts facts, Optional<Problem> problem) {}

  Optional<InstanceFacts> read(String operation, String instanceId) {
    List<Object> parameters = new ArrayList<>(store.nowParameters());
    parameters.add(instanceId);
    List<Row> rows =
        store.query(
            operation,
            sql,
            parameters,
            row -> new Row(facts(operation, instanceId, row), problem(row)));
    return rows.stream()
        .findFirst()
        .map(row ->
            with(row.facts(), rows.stream().flatMap(one -> one.problem().stream()).toList()));
  }

  private InstanceFacts facts(String operation, String instanceId, ResultSet row)
      throws SQLException {
    long executionId = row.getLong(1);
    String status = row.getString(2);
    Instant heldUntil = Rows.moment(row, 4);
    long waiting = row.getLong(7);
    long visible = row.getLong(8);
    boolean reachable = executionId > 0 || row.getLong(10) > 0;
    return new InstanceFacts(
        executionId,
        status == null ? null : Rows.status(operation, instanceId, status),
        lock(Rows.moment(row, 3), row.getString(5)),
        heldUntil,
        row.getInt(6),
        waiting,
        reachable && heldUntil == null ? visible : 0,
        next(heldUntil, Rows.moment(row, 11), Rows.moment(row, 12)),
        Rows.pin(operation, instanceId, row.getString(31)),
        executionId == 0 && waiting > 0 && row.getLong(9) == 0,
        row.getLong(13),
        activity(instanceId, row),
        List.of());
  }

  /** When the next message becomes visible, or the delay of an abandon ends that keeps one back. */
  private static @Nullable Instant next(
      @Nullable Instant heldUntil, @Nullable Instant first, @Nullable Instant next) {
    if (heldUntil == null || first == null) {
      return next;
    }
    return first.isAfter(heldUntil) ? first : heldUntil;
  }

  private @Nullable LockFacts lock(@Nullable Instant until, @Nullable String holder) {
    return until == null ? null : new LockFacts(until, store.holder(holder));
  }

  private @Nullable ActivityFacts activity(String instanceId, ResultSet row) throws SQLException {
    String name = row.getString(16);
    if (name == null) {
      return null;
    }
    boolean held = row.getBoolean(19);
    Instant until = Rows.moment(row, 20);
    return new ActivityFacts(
        new ActivityIdentity(instanceId, row.getLong(14), row.getLong(15)),
        name,
        StoreTime.fromMicros(row.getLong(17)),
        row.getInt(18),
        held ? lock(until, row.getString(21)) : null,
        held ? null : until,
        row.getString(27),
        row.getString(28),
        row.getString(29),
        Rows.moment(row, 30));
  }

  private static Optional<Problem> problem(ResultSet row) throws SQLException {
    boolean own = row.getLong(22) == 0;
    String text = row.getString(25);
    return text == null
        ? Optional.empty()
        : Optional.of(
            new Problem(
                own ? null : (Long) row.getLong(23),
                own ? null : row.getString(24),
                text,
                Objects.requireNonNull(Rows.moment(row, 26))));
  }

  private static InstanceFacts with(InstanceFacts facts, List<Problem> problems) {
    return new InstanceFacts(
        facts.executionId(),
        facts.status(),
        facts.lock(),
        facts.heldUntil(),
        facts.deliveryCount(),
        facts.waitingMessages(),
        facts.deliverableMessages(),
        facts.nextVisibleAt(),
        facts.pinnedVersion(),
        facts.missingStart(),
        facts.pendingActivities(),
        facts.oldestActivity(),
        problems.subList(0, Math.min(problems.size(), InstanceDescription.MAX_PROBLEMS)));
  }
}
