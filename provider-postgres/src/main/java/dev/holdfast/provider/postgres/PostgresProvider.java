// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.provider.jdbc.admin.JdbcExecutionPruning;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceAdmin;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceDeletion;
import dev.holdfast.provider.jdbc.batch.CallBatcher;
import dev.holdfast.provider.jdbc.state.JdbcAuditLog;
import dev.holdfast.provider.jdbc.state.JdbcDurableInbox;
import dev.holdfast.provider.jdbc.state.JdbcLeases;
import dev.holdfast.provider.jdbc.state.JdbcStateTables;
import dev.holdfast.provider.jdbc.state.JdbcTriggers;
import dev.holdfast.provider.jdbc.stream.EventLabels;
import dev.holdfast.provider.jdbc.stream.JdbcEventStreams;
import dev.holdfast.provider.jdbc.stream.JdbcProjections;
import dev.holdfast.provider.jdbc.stream.JdbcSnapshots;
import dev.holdfast.provider.jdbc.stream.WaitingLog;
import dev.holdfast.provider.jdbc.wait.WaitingFetch;
import dev.holdfast.provider.postgres.admin.PostgresAdminStore;
import dev.holdfast.provider.postgres.admin.PostgresDeleter;
import dev.holdfast.provider.postgres.admin.PostgresPruner;
import dev.holdfast.provider.postgres.changes.PostgresChanges;
import dev.holdfast.provider.postgres.connect.CallersConnections;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.Owner;
import dev.holdfast.provider.postgres.queue.ActivityAcks;
import dev.holdfast.provider.postgres.queue.ActivityFetches;
import dev.holdfast.provider.postgres.queue.ActivityLocks;
import dev.holdfast.provider.postgres.queue.CallersEnqueue;
import dev.holdfast.provider.postgres.queue.CustomStatuses;
import dev.holdfast.provider.postgres.queue.Descriptions;
import dev.holdfast.provider.postgres.queue.Ends;
import dev.holdfast.provider.postgres.queue.Enqueues;
import dev.holdfast.provider.postgres.queue.Histories;
import dev.holdfast.provider.postgres.queue.InstanceLocks;
import dev.holdfast.provider.postgres.queue.KeyValueReads;
import dev.holdfast.provider.postgres.queue.OrchestrationAcks;
import dev.holdfast.provider.postgres.queue.OrchestrationFetches;
import dev.holdfast.provider.postgres.queue.PostgresSessions;
import dev.holdfast.provider.postgres.queue.Renewals;
import dev.holdfast.provider.postgres.state.PostgresAuditRows;
import dev.holdfast.provider.postgres.state.PostgresInboxRows;
import dev.holdfast.provider.postgres.state.PostgresLeaseRows;
import dev.holdfast.provider.postgres.stream.PostgresProjectionRows;
import dev.holdfast.provider.postgres.stream.PostgresSnapshotPruning;
import dev.holdfast.provider.postgres.stream.PostgresStreamArchive;
import dev.holdfast.provider.postgres.stream.Stalls;
import dev.holdfast.provider.postgres.wait.Ready;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.WorkSignal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A handle on one store in PostgreSQL: checks requests and hands them to the operations.
 * Thread-safe.
 */
final class PostgresProvider implements Provider {

  private final RequestChecks checks = new RequestChecks(PostgresInfo.INFO);
  private final Database database;
  private final @Nullable Owner owner;
  private final Ready ready;
  private final InstanceLocks instanceLocks;
  private final ActivityLocks activityLocks;
  private final Renewals renewals;
  private final Histories histories;
  private final Descriptions descriptions;
  private final Ends ends;
  private final JdbcAuditLog audit;
  private final Map<Class<?>, Capability> capabilities;
  private final WaitingFetch<OrchestrationFetch, OrchestrationItem> orchestrationFetch;
  private final WaitingFetch<ActivityFetch, ActivityItem> activityFetch;
  private final Acks<OrchestrationAck> orchestrationAcks;
  private final Acks<ActivityAck> activityAcks;
  private final CallBatcher<Enqueues.Request, EnqueueResult> enqueues;

  /**
   * Creates the handle.
   *
   * @param takeover see {@link PostgresOptions}; null without listening
   * @param owner the owner for which its connections take locks; null for none
   */
  PostgresProvider(
      Database database, boolean listen, @Nullable Duration takeover, @Nullable Owner owner) {
    this.database = database;
    this.owner = owner;
    ready =
        new Ready(
            database, PostgresInfo.SHORTEST_LOOK, PostgresInfo.LONGEST_LOOK, listen, takeover);
    if (owner != null) {
      // The listening connection stays open, and by it other processes see that this one lives.
      ready.listen();
    }
    instanceLocks = new InstanceLocks(database);
    activityLocks = new ActivityLocks(database);
    renewals = new Renewals(database);
    histories = new Histories(database);
    descriptions = new Descriptions(database);
    ends = new Ends(database);
    PostgresAdminStore store = new PostgresAdminStore(database);
    audit = new JdbcAuditLog(new PostgresAuditRows(database), checks);
    PostgresChanges changes =
        new PostgresChanges(database, checks, ready::orchestrationsMayBe, ready::eventsMayBe);
    CallersConnections callers = new CallersConnections(database);
    capabilities =
        Map.ofEntries(
            Map.entry(AuditLog.class, audit),
            Map.entry(InstanceAdmin.class, new JdbcInstanceAdmin(store, checks)),
            Map.entry(
                InstanceDeletion.class,
                new JdbcInstanceDeletion(
                    store,
                    checks,
                    new PostgresDeleter(database),
                    PostgresInfo.INFO.limits().defaultBulkSize())),
            Map.entry(
                ExecutionPruning.class,
                new JdbcExecutionPruning(
                    store,
                    checks,
                    new PostgresPruner(database),
                    PostgresInfo.INFO.limits().defaultBulkSize())),
            Map.entry(CustomStatus.class, new CustomStatuses(database, checks)),
            Map.entry(KeyValues.class, new KeyValueReads(database, checks)),
            Map.entry(
                Sessions.class, new PostgresSessions(database, checks, ready::activitiesMayBe)),
            Map.entry(TransactionalEnqueue.class, new CallersEnqueue(database, callers, checks)),
            Map.entry(StateTables.class, new JdbcStateTables(store, checks)),
            Map.entry(
                DurableInbox.class,
                new JdbcDurableInbox(store, new PostgresInboxRows(database), changes, checks)),
            Map.entry(Triggers.class, new JdbcTriggers(store, changes, checks)),
            Map.entry(Leases.class, new JdbcLeases(new PostgresLeaseRows(database), checks)),
            Map.entry(
                Snapshots.class,
                new JdbcSnapshots(store, changes, new PostgresSnapshotPruning(database), checks)),
            Map.entry(
                Projections.class,
                new JdbcProjections(
                    store, new PostgresProjectionRows(database, callers), changes, checks)),
            Map.entry(StreamArchive.class, new PostgresStreamArchive(database, checks)),
            Map.entry(
                EventStreams.class,
                new JdbcEventStreams(
                    store,
                    new Stalls(database)::now,
                    changes,
                    new WaitingLog(ready.events(), database::isClosed, ready::listen),
                    checks,
                    EventLabels.STANDARD)),
            Map.entry(Changes.class, changes),
            Map.entry(CommitCounts.class, (CommitCounts) this::commitCounts));
    orchestrationFetch =
        new WaitingFetch<>(
            ready.orchestrations(),
            database::isClosed,
            ready::listen,
            WorkSignal::filterOf,
            new CallBatcher<>(
                    "fetchOrchestrationItems", new OrchestrationFetches(database, instanceLocks))
                ::call);
    activityFetch =
        new WaitingFetch<>(
            ready.activities(),
            database::isClosed,
            ready::listen,
            WorkSignal::filterOf,
            new CallBatcher<>("fetchActivityItems", new ActivityFetches(database, activityLocks))
                ::call);
    orchestrationAcks =
        new Acks<>(
            ack -> checks.check("ackOrchestrationItem", ack),
            new CallBatcher<>(
                "ackOrchestrationItem",
                new OrchestrationAcks(database, ready::orchestrationsMayBe)));
    activityAcks =
        new Acks<>(
            ack -> checks.check("ackActivityItem", ack),
            new CallBatcher<>(
                "ackActivityItem",
                new ActivityAcks(database, instanceLocks, checks, ready::orchestrationsMayBe)));
    enqueues =
        new CallBatcher<>(
            "enqueue",
            new Enqueues(database, instanceLocks, checks, ready::orchestrationsMayBe, "enqueue"));
  }

  private List<CommitCounts.OfCalls> commitCounts() {
    return List.of(orchestrationAcks.sizes(), activityAcks.sizes(), enqueues.sizes());
  }

  @Override
  public ProviderInfo info() {
    return PostgresInfo.INFO;
  }

  // ---- orchestrator queue ----

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    checks.check("fetchOrchestrationItems", request);
    database.checkOpen("fetchOrchestrationItems");
    VersionFilter versions = request.versionFilter();
    if (versions != null && versions.ranges().isEmpty()) {
      return List.of(); // nothing will ever match (VERSION-03)
    }
    return orchestrationFetch.fetch(request, request.waitUpTo());
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return ackOrchestrationItems(List.of(ack)).get(0);
  }

  @Override
  public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
    List<AckResult> results = orchestrationAcks.run(acks);
    try {
      tellAppended(results);
      made(Unclaimed.by(acks, results));
      ready.tellEnded(ready.ended().signal(acks, results));
    } catch (RuntimeException | Error e) {
      ready.anythingMayBe(e);
    }
    return results;
  }

  private void tellAppended(List<AckResult> results) {
    for (AckResult result : results) {
      if (result instanceof AckResult.Applied applied
          && PostgresChanges.haveAppended(applied.results())) {
        ready.eventsMayBe();
        return;
      }
    }
  }

  private void made(Unclaimed unclaimed) {
    if (unclaimed.instances()) {
      ready.orchestrationsMayBe();
    }
    if (unclaimed.activities()) {
      ready.activitiesMayBe();
    }
  }

  // ---- worker queue ----

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    checks.check("fetchActivityItems", request);
    database.checkOpen("fetchActivityItems");
    return activityFetch.fetch(request, request.waitUpTo());
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return ackActivityItems(List.of(ack)).get(0);
  }

  @Override
  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    List<AckResult> results = activityAcks.run(acks);
    try {
      tellAppended(results);
      made(Unclaimed.byActivities(acks, results));
      ready.tellEnded(ready.ended().signalAhead(acks, results));
    } catch (RuntimeException | Error e) {
      ready.anythingMayBe(e);
    }
    return results;
  }

  // ---- locks of both queues ----

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    String operation = "renew";
    checks.checkExtension(operation, extendFor);
    database.checkOpen(operation);
    return renewals.renew(operation, tokens, extendFor);
  }

  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    String operation = "abandon";
    switch (token) {
      case LockToken.OfInstance instance -> {
        instanceLocks.abandon(operation, instance, how);
        ready.orchestrationsMayBe();
      }
      case LockToken.OfActivity activity -> {
        activityLocks.abandon(operation, activity, how);
        ready.activitiesMayBe();
      }
    }
  }

  // ---- messages and history ----

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return enqueueAll("enqueue", List.of(message));
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    String operation = "enqueue";
    checks.check(operation, message);
    checks.check(operation, eager);
    database.checkOpen(operation);
    EnqueueResult result = enqueues.call(new Enqueues.Request(List.of(message), eager));
    try {
      made(Unclaimed.by(eager, result));
      ready.tellEnded(ready.ended().signalAhead(message.instanceId(), eager, result.turnAhead()));
    } catch (RuntimeException | Error e) {
      ready.anythingMayBe(e);
    }
    return result;
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    enqueueAll("enqueueAll", messages);
  }

  private EnqueueResult enqueueAll(String operation, List<OrchestratorMessage> messages) {
    checks.check(operation, messages);
    database.checkOpen(operation);
    EnqueueResult last = enqueues.call(new Enqueues.Request(messages, null));
    ready.orchestrationsMayBe();
    return last;
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    checks.checkRead("readHistory", instanceId, executionId, afterEventId, limit);
    return histories.read(instanceId, executionId, afterEventId, limit);
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    checks.checkInstanceId("latestExecutionId", instanceId);
    return histories.latestExecutionId(instanceId);
  }

  // ---- features and end ----

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    checks.checkInstanceId("describeInstance", instanceId);
    return descriptions.of(instanceId);
  }

  @Override
  public List<EndedInstance> readEnded(EndedRead request) {
    database.checkOpen("readEnded");
    return ready.ended().read(request, ready::listen, ends::read);
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    checks.checkProblem("reportProblem", problem);
    database.checkOpen("reportProblem");
    descriptions.report(token, problem);
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return Optional.ofNullable(type.cast(capabilities.get(type)));
  }

  @Override
  public void close() {
    try {
      ready.close();
      audit.close();
      if (owner != null) {
        owner.leave(database);
      }
    } finally {
      database.close();
    }
  }
}
