// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a store by a policy: finds what goes, and gives it to a {@link Removal} in batches.
 * Runs come before instances, which take their runs along, and former executions only of instances
 * that run, which no rule removes: so nothing is counted twice. Not thread-safe.
 */
final class Sweep {

  private final Parts store;
  private final RetentionPolicy policy;
  private final Removal removal;
  private final Instant now;
  private final Holds holds;
  private final List<String> notes = new ArrayList<>();

  Sweep(Provider provider, RetentionPolicy policy, Removal removal, Instant now) {
    this.store = new Parts(provider);
    this.policy = policy;
    this.removal = removal;
    this.now = now;
    this.holds = new Holds(policy.holds(), () -> store.need(InstanceAdmin.class));
  }

  /** {@return the report of one that did nothing, because another process is at it} */
  static RetentionReport nothing(String heldBy) {
    return new RetentionReport(
        heldBy, 0, Sums.NO_INSTANCES, Sums.NO_EXECUTIONS, 0L, 0, 0, List.of());
  }

  RetentionReport run() {
    long runs = runs();
    InstanceDeletion.Counts instances = instances();
    ExecutionPruning.Counts executions = executions();
    Long inbox = inbox();
    long audit = audit();
    long snapshots = new SnapshotSweep(store, removal).run(policy.snapshots());
    return new RetentionReport(null, runs, instances, executions, inbox, audit, snapshots, notes);
  }

  /** The moment before which something may have ended to go by any of these times. */
  private Optional<Instant> latest(Stream<Optional<Duration>> times) {
    return times.flatMap(Optional::stream).min(Duration::compareTo).map(this::before);
  }

  /** A time that leads beyond all moments is never over. */
  private Instant before(Duration time) {
    return time.compareTo(Duration.between(Instant.EPOCH, now)) > 0
        ? Instant.EPOCH
        : now.minus(time);
  }

  private boolean isOver(@Nullable Instant ended, Optional<Duration> after) {
    return ended != null && after.isPresent() && ended.isBefore(before(after.get()));
  }

  private InstanceDeletion.Counts instances() {
    Optional<Instant> latest =
        latest(policy.instances().stream().map(rule -> Optional.ofNullable(rule.after())));
    if (latest.isEmpty()) {
      return Sums.NO_INSTANCES;
    }
    InstanceFilter finished =
        InstanceFilter.builder()
            .statuses(InstanceRule.FINISHED.toArray(ExecutionStatus[]::new))
            .completedAt(new TimeRange(null, latest.get()))
            .rootsOnly()
            .build();
    InstanceDeletion.Counts[] all = {Sums.NO_INSTANCES};
    each(
        finished,
        row ->
            isOver(row.completedAt(), policy.after(row.name(), row.status()))
                && !holds.hasTreeOf(row.instanceId(), row.parentInstanceId()),
        roots -> all[0] = Sums.of(all[0], removal.instances(roots, latest.get())));
    return all[0];
  }

  private ExecutionPruning.Counts executions() {
    ExecutionPruning.Counts[] all = {Sums.NO_EXECUTIONS};
    for (ExecutionRule rule : Set.copyOf(policy.executions())) {
      InstanceFilter.Builder running = InstanceFilter.builder().statuses(ExecutionStatus.RUNNING);
      if (rule.name() != null) {
        running.name(rule.name());
      }
      Duration after = rule.after();
      ExecutionPruning.Options options =
          new ExecutionPruning.Options(rule.keepLast(), after == null ? null : before(after));
      each(
          running.build(),
          row ->
              row.executionId() > rule.keepLast()
                  && isFirst(rule, row.name())
                  && !holds.hasTreeOf(row.instanceId(), row.parentInstanceId()),
          ids -> all[0] = Sums.of(all[0], removal.executions(ids, options)));
    }
    return all[0];
  }

  private boolean isFirst(ExecutionRule rule, String name) {
    return policy.executions().stream()
        .filter(one -> one.name() == null || one.name().equals(name))
        .findFirst()
        .filter(rule::equals)
        .isPresent();
  }

  /** Goes through a list of instances, and hands those that go over in batches. */
  private void each(
      InstanceFilter filter, Predicate<InstanceSummary> goes, Consumer<List<String>> remove) {
    InstanceAdmin admin = store.need(InstanceAdmin.class);
    InstanceQuery query = new InstanceQuery(filter, true, store.page(), null);
    List<String> batch = new ArrayList<>();
    while (removal.mayGoOn()) {
      InstancePage page = admin.list(query);
      for (InstanceSummary row : page.rows()) {
        if (goes.test(row)) {
          batch.add(row.instanceId());
          if (batch.size() == removal.batch()) {
            if (!removal.mayGoOn()) {
              return;
            }
            remove.accept(batch);
            batch.clear();
          }
        }
      }
      String next = page.nextPageToken();
      if (next == null) {
        if (!batch.isEmpty()) {
          remove.accept(batch);
        }
        return;
      }
      query = query.from(next);
    }
  }

  private long runs() {
    Optional<Instant> latest =
        latest(policy.runs().stream().map(rule -> Optional.ofNullable(rule.after())));
    if (latest.isEmpty()) {
      return 0;
    }
    StateTables tables = store.need(StateTables.class);
    RunQuery query =
        RunQuery.builder(store.page())
            .statuses(
                Arrays.stream(RunStatus.values())
                    .filter(RunStatus::isEnded)
                    .toArray(RunStatus[]::new))
            .updatedAt(new TimeRange(null, latest.get()))
            .oldestFirst(true)
            .build();
    long all = 0;
    while (removal.mayGoOn()) {
      RunPage page = tables.runs(query);
      all += runs(page.rows().stream().filter(this::goes).toList());
      String next = page.nextPageToken();
      if (next == null) {
        break;
      }
      query = query.from(next);
    }
    return all;
  }

  private boolean goes(RunSummary run) {
    return isOver(run.times().endedAt(), policy.after(run.kind(), run.status()))
        && !holds.named().contains(run.runId());
  }

  private long runs(List<RunSummary> going) {
    long all = 0;
    for (int i = 0; i < going.size() && removal.mayGoOn(); i += removal.batch()) {
      all += removal.runs(going.subList(i, Math.min(going.size(), i + removal.batch())));
    }
    return all;
  }

  /**
   * Inboxes are cleaned up all together. As long as one of what is held has consumed messages, none
   * is: what a hold protects must not go because nobody could tell it apart.
   */
  private @Nullable Long inbox() {
    Duration time = policy.inbox();
    if (time == null) {
      return 0L;
    }
    DurableInbox inbox = store.need(DurableInbox.class);
    for (String held : holds.named()) {
      if (inbox.counts(held).stream().mapToLong(InboxCounts::consumed).sum() > 0) {
        notes.add("consumed messages of all inboxes stay, because \"%s\" is held".formatted(held));
        return 0L;
      }
    }
    return removal.inbox(before(time));
  }

  /** The log is cleaned up from its beginning, so the oldest record that is held ends that. */
  private long audit() {
    Duration time = policy.audit();
    if (time == null) {
      return 0;
    }
    AuditLog audit = store.need(AuditLog.class);
    Instant before = before(time);
    for (String held : holds.named()) {
      AuditQuery first = AuditQuery.oldest(AuditFilter.builder().runId(held).build(), 1);
      Optional<Instant> stored =
          audit.query(first).rows().stream().findFirst().map(AuditRecord::storedAt);
      if (stored.isPresent() && stored.get().isBefore(before)) {
        before = stored.get();
        notes.add("audit records from %s on stay, because \"%s\" is held".formatted(before, held));
      }
    }
    return removal.audit(before);
  }
}
