// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.ReadyWork;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.admin.TreeMember;
import dev.holdfast.provider.support.PageToken;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.util.List;
import java.util.Optional;

/**
 * The questions of an operator, each one query and so one committed state (ADMIN-30). Thread-safe.
 */
public final class JdbcInstanceAdmin implements InstanceAdmin {

  private static final String INSTANCE =
      "SELECT "
          + ListSql.COLUMNS
          + ", x.output IS NOT NULL, x.output\n"
          + ListSql.INSTANCES
          + " WHERE i.instance_id = ? AND i.name IS NOT NULL";

  /** Whether anything is stored of an instance {@code i} besides its id. */
  public static final String HEARD_OF =
      """
      (i.execution_id > 0
       OR EXISTS (SELECT 1 FROM :schema.message m WHERE m.instance_key = i.instance_key)
       OR EXISTS (SELECT 1 FROM :schema.activity a WHERE a.instance_key = i.instance_key))\
      """;

  /** The same of an id {@code q}, of which callers may have posted what is not in the queue yet. */
  private static final String HEARD_OF_OR_POSTED =
      "(" + HEARD_OF + " OR EXISTS (SELECT 1 FROM :posted p WHERE p.instance_id = q.instance_id))";

  private static final String EXECUTIONS =
      """
      SELECT x.execution_id, x.status, x.output IS NOT NULL, x.output, x.started_at, x.completed_at,
             (SELECT count(*) FROM :schema.history h
               WHERE h.instance_key = x.instance_key AND h.execution_id = x.execution_id),
             CASE WHEN x.execution_id = i.execution_id THEN :pin END
        FROM (SELECT CAST(? AS text) AS instance_id) q
        LEFT JOIN :schema.instance i ON i.instance_id = q.instance_id
        LEFT JOIN :schema.execution x ON x.instance_key = i.instance_key
       WHERE
      """
          + HEARD_OF_OR_POSTED;

  private static final String PARENT =
      "SELECT i.parent_instance_id FROM :schema.instance i WHERE i.instance_id = ? AND i.name IS"
          + " NOT NULL";

  private static final String CHILDREN =
      """
      SELECT c.instance_id
        FROM :schema.instance i
        LEFT JOIN :schema.instance c ON c.parent_instance_id = i.instance_id
       WHERE i.instance_id = ? AND i.name IS NOT NULL
       ORDER BY c.instance_id
      """;

  /** Rows that were found before end the recursion, so a circle does too (ADMIN-18). */
  private static final String TREE =
      """
      WITH RECURSIVE below (instance_id, parent_instance_id) AS (
        SELECT i.instance_id, i.parent_instance_id
          FROM :schema.instance i WHERE i.instance_id = ? AND i.name IS NOT NULL
         UNION
        SELECT c.instance_id, c.parent_instance_id
          FROM below b JOIN :schema.instance c ON c.parent_instance_id = b.instance_id)
      SELECT instance_id, parent_instance_id FROM below
      """;

  private static final String METRICS =
      """
      SELECT s.status, s.instances, e.executions, h.events
        FROM (SELECT count(*) AS executions FROM :schema.execution) e
       CROSS JOIN (SELECT count(*) AS events FROM :schema.history) h
        LEFT JOIN (SELECT x.status, count(*) AS instances
                     FROM :schema.instance i
                     JOIN :schema.execution x
                       ON x.instance_key = i.instance_key AND x.execution_id = i.execution_id
                    WHERE i.name IS NOT NULL
                    GROUP BY x.status) s ON 1 = 1
      """;

  private static final String STATS =
      """
      SELECT count(CASE WHEN h.execution_id = i.execution_id THEN 1 END),
             coalesce(sum(CASE WHEN h.execution_id = i.execution_id THEN length(h.data) END), 0),
             count(h.event_id),
             coalesce(sum(length(h.data)), 0),
             (SELECT count(*) FROM :schema.message m WHERE m.instance_key = i.instance_key)
               + (SELECT count(*) FROM :posted p WHERE p.instance_id = q.instance_id),
             (SELECT count(*) FROM :schema.activity a WHERE a.instance_key = i.instance_key),
             (SELECT count(CASE WHEN k.changed_at IS NULL THEN k.merged ELSE k.value END)
                FROM :schema.key_value k WHERE k.instance_key = i.instance_key),
             (SELECT coalesce(sum(length(CASE WHEN k.changed_at IS NULL THEN k.merged ELSE k.value END)), 0)
                FROM :schema.key_value k WHERE k.instance_key = i.instance_key)
        FROM (SELECT CAST(? AS text) AS instance_id) q
        LEFT JOIN :schema.instance i ON i.instance_id = q.instance_id
        LEFT JOIN :schema.history h ON h.instance_key = i.instance_key
       WHERE
      """
          + HEARD_OF_OR_POSTED
          + " GROUP BY q.instance_id, i.instance_key, i.execution_id";

  private final AdminStore store;
  private final RequestChecks checks;
  private final String executions;
  private final String stats;
  private final FactsQuery facts;
  private final DepthsQuery depths;
  private final ReadyQuery ready;

  /**
   * Creates it for a store.
   *
   * @param store the store
   * @param checks the provider's checks
   */
  public JdbcInstanceAdmin(AdminStore store, RequestChecks checks) {
    this.store = store;
    this.checks = checks;
    executions = EXECUTIONS.replace(":pin", store.pin()).replace(":posted", store.posted());
    stats = STATS.replace(":posted", store.posted());
    facts = new FactsQuery(store, HEARD_OF);
    depths = new DepthsQuery(store);
    ready = new ReadyQuery(store);
  }

  @Override
  public InstancePage list(InstanceQuery query) {
    String operation = "list";
    checks.check(operation, query);
    PagedSql.Query sql = ListSql.page(operation, query, store);
    List<InstanceSummary> rows =
        store.query(
            operation,
            sql.text().replace(":locks", store.locks()),
            sql.parameters(),
            row -> Rows.summary(operation, row));
    if (rows.size() <= query.limit()) {
      return new InstancePage(rows, null);
    }
    List<InstanceSummary> page = rows.subList(0, query.limit());
    InstanceSummary last = page.get(page.size() - 1);
    return new InstancePage(
        page, new PageToken(StoreTime.toMicros(last.createdAt()), last.instanceId()).encode(query));
  }

  @Override
  public InstanceDetails instance(String instanceId) {
    String operation = "instance";
    return existing(
            operation,
            instanceId,
            INSTANCE,
            row -> new InstanceDetails(Rows.summary(operation, row), Rows.payload(row, 10)))
        .get(0);
  }

  @Override
  public ExecutionDetails execution(String instanceId, long executionId) {
    String operation = "execution";
    checks.checkExecution(operation, instanceId, executionId);
    List<ExecutionDetails> found =
        store.query(
            operation,
            executions + " AND x.execution_id = ?",
            List.of(instanceId, executionId),
            row -> Rows.execution(operation, instanceId, row, 1));
    if (found.isEmpty()) {
      throw new NotFound(operation, instanceId, "there is no execution " + executionId);
    }
    return found.get(0);
  }

  @Override
  public List<ExecutionDetails> executions(String instanceId) {
    String operation = "executions";
    return existing(
            operation,
            instanceId,
            executions + " ORDER BY x.execution_id",
            row ->
                row.getString(2) == null
                    ? Optional.<ExecutionDetails>empty()
                    : Optional.of(Rows.execution(operation, instanceId, row, 1)))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public List<TreeMember> tree(String instanceId) {
    return Levels.of(
        instanceId,
        existing(
            "tree", instanceId, TREE, row -> new TreeMember(row.getString(1), row.getString(2))));
  }

  @Override
  public List<String> children(String instanceId) {
    return texts("children", instanceId, CHILDREN).stream().flatMap(Optional::stream).toList();
  }

  @Override
  public Optional<String> parent(String instanceId) {
    return texts("parent", instanceId, PARENT).get(0);
  }

  private List<Optional<String>> texts(String operation, String instanceId, String sql) {
    return existing(operation, instanceId, sql, row -> Optional.ofNullable(row.getString(1)));
  }

  @Override
  public StoreMetrics metrics() {
    return Metrics.sum(store.query("metrics", METRICS, List.of(), Metrics::part));
  }

  @Override
  public QueueDepths queueDepths() {
    return depths.read("queueDepths");
  }

  @Override
  public Optional<ReadyWork> readyWork() {
    return Optional.of(ready.read("readyWork"));
  }

  @Override
  public InstanceStats stats(String instanceId) {
    return existing(
            "stats",
            instanceId,
            stats,
            row ->
                new InstanceStats(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getLong(7),
                    row.getLong(8)))
        .get(0);
  }

  @Override
  public InstanceFacts facts(String instanceId) {
    String operation = "facts";
    checks.checkInstanceId(operation, instanceId);
    return facts.read(operation, instanceId).orElseThrow(() -> unknown(operation, instanceId));
  }

  /** Runs a query about an instance, which has rows if the instance is there. */
  private <T> List<T> existing(
      String operation, String instanceId, String sql, AdminStore.RowReader<T> reader) {
    checks.checkInstanceId(operation, instanceId);
    List<T> rows = store.query(operation, sql, List.of(instanceId), reader);
    if (rows.isEmpty()) {
      throw unknown(operation, instanceId);
    }
    return rows;
  }

  private static NotFound unknown(String operation, String instanceId) {
    return new NotFound(operation, instanceId, "the store knows no such instance");
  }
}
