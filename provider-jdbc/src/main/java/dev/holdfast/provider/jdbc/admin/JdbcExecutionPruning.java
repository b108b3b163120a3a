// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prunes instances one by one, each in a transaction that decides what goes. Bulk looks for
 * instances that have something to lose, so that a call ends. Thread-safe.
 */
public final class JdbcExecutionPruning implements ExecutionPruning {

  /**
   * Which executions {@code x} of an instance {@code i} go. Parameters: twice the bound or null,
   * then how many stay.
   */
  public static final String GOES =
      """
      x.execution_id < i.execution_id
         AND x.status <> 'RUNNING'
         AND (CAST(? AS bigint) IS NULL OR x.completed_at < ?)
         AND ? <= (SELECT count(*) FROM :schema.execution n
                    WHERE n.instance_key = x.instance_key AND n.execution_id > x.execution_id)\
      """;

  private static final int AT_ONCE = 200;

  /** Removes executions of one instance. */
  @FunctionalInterface
  public interface Pruner {
    /**
     * Decides and removes, in one transaction.
     *
     * @param operation the SPI call
     * @param instanceId the instance
     * @param keepLast how many executions stay
     * @param completedBefore the bound, in microseconds since 1970; null for none
     * @return what was removed; null when the store knows nothing of the instance
     */
    @Nullable Counts prune(
        String operation, String instanceId, int keepLast, @Nullable Long completedBefore);
  }

  private final AdminStore store;
  private final RequestChecks checks;
  private final Pruner pruner;
  private final int defaultLimit;

  /**
   * Creates it for a store.
   *
   * @param store the store
   * @param checks the provider's checks
   * @param pruner removes
   * @param defaultLimit how many instances a bulk call takes when no limit is given
   */
  public JdbcExecutionPruning(
      AdminStore store, RequestChecks checks, Pruner pruner, int defaultLimit) {
    this.store = store;
    this.checks = checks;
    this.pruner = pruner;
    this.defaultLimit = defaultLimit;
  }

  @Override
  public Counts prune(String instanceId, Options options) {
    String operation = "prune";
    checks.checkInstanceId(operation, instanceId);
    Counts counts = prune(operation, instanceId, options);
    if (counts == null) {
      throw new NotFound(operation, instanceId, "the store knows no such instance");
    }
    return counts;
  }

  private @Nullable Counts prune(String operation, String instanceId, Options options) {
    return pruner.prune(operation, instanceId, options.keepLast(), bound(options));
  }

  private static @Nullable Long bound(Options options) {
    return options.completedBefore() == null ? null : StoreTime.toMicros(options.completedBefore());
  }

  @Override
  public Counts pruneBulk(BulkFilter filter, Options options) {
    String operation = "pruneBulk";
    long left = filter.limit() == null ? defaultLimit : filter.limit();
    Counts sum = new Counts(0, 0, 0);
    if (filter.instanceIds().isEmpty()) {
      long after = Long.MIN_VALUE;
      List<Candidate> candidates;
      do {
        candidates = candidates(operation, filter, options, null, after);
        for (Candidate candidate : candidates) {
          after = candidate.key();
          if (sum.instances() < left) {
            sum = add(sum, prune(operation, candidate.instanceId(), options));
          }
        }
      } while (candidates.size() == AT_ONCE && sum.instances() < left);
      return sum;
    }
    for (String id : filter.instanceIds()) {
      if (sum.instances() < left
          && !candidates(operation, filter, options, id, Long.MIN_VALUE).isEmpty()) {
        sum = add(sum, prune(operation, id, options));
      }
    }
    return sum;
  }

  private static Counts add(Counts sum, @Nullable Counts more) {
    return more == null
        ? sum
        : new Counts(
            sum.instances() + more.instances(),
            sum.executions() + more.executions(),
            sum.events() + more.events());
  }

  private record Candidate(long key, String instanceId) {}

  /** Instances that match and have something to lose, in the order of their numbers. */
  private List<Candidate> candidates(
      String operation, BulkFilter filter, Options options, @Nullable String id, long after) {
    StringBuilder sql =
        new StringBuilder("SELECT i.instance_key, i.instance_id\n")
            .append(ListSql.INSTANCES)
            .append(" WHERE i.execution_id > 1 AND i.name IS NOT NULL AND i.instance_key > ?");
    List<@Nullable Object> parameters = new ArrayList<>();
    parameters.add(after);
    if (id != null) {
      sql.append(" AND i.instance_id = ?");
      parameters.add(id);
    }
    if (filter.name() != null) {
      sql.append(" AND i.name = ?");
      parameters.add(filter.name());
    }
    if (!filter.statuses().isEmpty()) {
      sql.append(
          filter.statuses().stream()
              .sorted()
              .map(ExecutionStatus::name)
              .collect(Collectors.joining("', '", " AND x.status IN ('", "')")));
    }
    if (filter.completedBefore() != null) {
      sql.append(" AND x.completed_at < ?");
      parameters.add(StoreTime.toMicros(filter.completedBefore()));
    }
    sql.append(
            " AND EXISTS (SELECT 1 FROM :schema.execution x WHERE x.instance_key = i.instance_key"
                + " AND ")
        .append(GOES)
        .append(") ORDER BY i.instance_key LIMIT ?");
    parameters.add(bound(options));
    parameters.add(bound(options));
    parameters.add(options.keepLast());
    parameters.add(AT_ONCE);
    return store.query(
        operation,
        sql.toString(),
        parameters,
        row -> new Candidate(row.getLong(1), row.getString(2)));
  }
}
