// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deletes trees, each call by id in one transaction and bulk tree by tree, each in a transaction
 * that decides what goes. Bulk looks for roots that have ended, oldest completion first, and passes
 * by those whose tree turns out to run. Thread-safe.
 */
public final class JdbcInstanceDeletion implements InstanceDeletion {

  private static final int AT_ONCE = 200;

  /** What came of a deletion. */
  public sealed interface Outcome {
    /**
     * All was deleted.
     *
     * @param counts what
     */
    record Deleted(Counts counts) implements Outcome {}

    /**
     * Nothing is known of an id.
     *
     * @param instanceId the id
     */
    record Unknown(String instanceId) implements Outcome {}

    /**
     * A child was asked for without its root.
     *
     * @param rootId the root
     */
    record Child(String rootId) implements Outcome {}

    /**
     * A member runs.
     *
     * @param instanceId the member
     */
    record Busy(String instanceId) implements Outcome {}
  }

  /** Deletes trees in one transaction. */
  @FunctionalInterface
  public interface Deleter {
    /**
     * Decides and deletes, all or nothing.
     *
     * @param operation the SPI call
     * @param instanceIds the roots, each once; children may be among them together with their roots
     * @param force whether what runs is deleted too
     * @param ackedEpoch the last ack of the only root; with another one it counts as unknown. Null
     *     for any
     * @return what came of it
     */
    Outcome delete(
        String operation, List<String> instanceIds, boolean force, @Nullable Long ackedEpoch);
  }

  private final AdminStore store;
  private final RequestChecks checks;
  private final Deleter deleter;
  private final int defaultLimit;

  /**
   * Creates it for a store.
   *
   * @param store the store
   * @param checks the provider's checks
   * @param deleter deletes
   * @param defaultLimit how many roots a bulk call takes when no limit is given
   */
  public JdbcInstanceDeletion(
      AdminStore store, RequestChecks checks, Deleter deleter, int defaultLimit) {
    this.store = store;
    this.checks = checks;
    this.deleter = deleter;
    this.defaultLimit = defaultLimit;
  }

  @Override
  public Counts delete(List<String> instanceIds, boolean force) {
    String operation = "delete";
    Set<String> ids = new LinkedHashSet<>(instanceIds);
    ids.forEach(id -> checks.checkInstanceId(operation, id));
    return switch (deleter.delete(operation, List.copyOf(ids), force, null)) {
      case Outcome.Deleted(Counts counts) -> counts;
      case Outcome.Unknown(String id) ->
          throw new NotFound(operation, id, "the store knows no such instance");
      case Outcome.Child(String root) ->
          throw new InvalidRequest(
              operation, root, "children go with their root only; delete \"%s\"".formatted(root));
      case Outcome.Busy(String id) ->
          throw new InstanceBusy(operation, id, "it runs; only with force is it deleted");
    };
  }

  @Override
  public Counts deleteBulk(BulkFilter filter) {
    String operation = "deleteBulk";
    Bulk bulk = new Bulk(operation, filter.limit() == null ? defaultLimit : filter.limit());
    if (!filter.instanceIds().isEmpty()) {
      filter.instanceIds().stream()
          .flatMap(id -> candidates(operation, filter, id, Candidate.BEFORE_ALL).stream())
          .sorted(Candidate.OLDEST_FIRST)
          .forEach(bulk::take);
      return bulk.sum;
    }
    Candidate last = Candidate.BEFORE_ALL;
    List<Candidate> candidates;
    do {
      candidates = candidates(operation, filter, null, last);
      for (Candidate candidate : candidates) {
        last = candidate;
        bulk.take(candidate);
      }
    } while (candidates.size() == AT_ONCE && bulk.left > 0);
    return bulk.sum;
  }

  /** One bulk call under way. */
  private final class Bulk {
    private final String operation;
    private int left;
    private Counts sum = new Counts(0, 0, 0, 0, 0);

    Bulk(String operation, int limit) {
      this.operation = operation;
      this.left = limit;
    }

    /** Deletes the tree of a root, unless something of it runs, or it is not what it was. */
    void take(Candidate root) {
      if (left > 0
          && deleter.delete(operation, List.of(root.instanceId()), false, root.ackedEpoch())
              instanceof Outcome.Deleted(Counts more)) {
        left--;
        sum =
            new Counts(
                sum.instances() + more.instances(),
                sum.executions() + more.executions(),
                sum.events() + more.events(),
                sum.messages() + more.messages(),
                sum.activities() + more.activities());
      }
    }
  }

  private record Candidate(long completedAt, long key, String instanceId, long ackedEpoch) {
    static final Candidate BEFORE_ALL = new Candidate(Long.MIN_VALUE, Long.MIN_VALUE, "", 0);
    static final Comparator<Candidate> OLDEST_FIRST =
        Comparator.comparingLong(Candidate::completedAt).thenComparingLong(Candidate::key);
  }

  /** Roots that have ended and match, behind another one in the order of their ends. */
  private List<Candidate> candidates(
      String operation, BulkFilter filter, @Nullable String id, Candidate behind) {
    StringBuilder sql =
        new StringBuilder("SELECT x.completed_at, i.instance_key, i.instance_id, i.acked_epoch\n")
            .append(ListSql.INSTANCES)
            .append(
                " WHERE x.completed_at IS NOT NULL AND (x.completed_at, x.instance_key) > (?, ?)")
            .append(" AND i.name IS NOT NULL AND ")
            .append(ListSql.ROOTS)
            .append(
                Arrays.stream(ExecutionStatus.values())
                    .filter(EndedInstance::isEnd)
                    .filter(
                        status -> filter.statuses().isEmpty() || filter.statuses().contains(status))
                    .map(ExecutionStatus::name)
                    .collect(Collectors.joining("', '", " AND x.status IN ('", "')")));
    List<@Nullable Object> parameters = new ArrayList<>();
    parameters.add(behind.completedAt());
    parameters.add(behind.key());
    if (id != null) {
      sql.append(" AND i.instance_id = ?");
      parameters.add(id);
    }
    if (filter.name() != null) {
      sql.append(" AND i.name = ?");
      parameters.add(filter.name());
    }
    if (filter.completedBefore() != null) {
      sql.append(" AND x.completed_at < ?");
      parameters.add(StoreTime.toMicros(filter.completedBefore()));
    }
    sql.append(" ORDER BY x.completed_at, x.instance_key LIMIT ?");
    parameters.add(AT_ONCE);
    return store.query(
        operation,
        sql.toString(),
        parameters,
        row -> new Candidate(row.getLong(1), row.getLong(2), row.getString(3), row.getLong(4)));
  }
}
