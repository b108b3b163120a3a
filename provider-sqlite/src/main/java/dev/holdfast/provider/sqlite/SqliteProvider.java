// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

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
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.SchemaMode;
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
import dev.holdfast.provider.sqlite.admin.SqliteAdminStore;
import dev.holdfast.provider.sqlite.admin.SqliteDeleter;
import dev.holdfast.provider.sqlite.admin.SqlitePruner;
import dev.holdfast.provider.sqlite.changes.ChangeWriter;
import dev.holdfast.provider.sqlite.changes.Fences;
import dev.holdfast.provider.sqlite.changes.SqliteChanges;
import dev.holdfast.provider.sqlite.owner.Owners;
import dev.holdfast.provider.sqlite.queue.ActivityFetcher;
import dev.holdfast.provider.sqlite.queue.AheadTurns;
import dev.holdfast.provider.sqlite.queue.CustomStatusTable;
import dev.holdfast.provider.sqlite.queue.EagerFetcher;
import dev.holdfast.provider.sqlite.queue.EndedReader;
import dev.holdfast.provider.sqlite.queue.Enqueuer;
import dev.holdfast.provider.sqlite.queue.Found;
import dev.holdfast.provider.sqlite.queue.HeldLocks;
import dev.holdfast.provider.sqlite.queue.HistoryReader;
import dev.holdfast.provider.sqlite.queue.InstanceDescriber;
import dev.holdfast.provider.sqlite.queue.Memory;
import dev.holdfast.provider.sqlite.queue.OrchestrationAcker;
import dev.holdfast.provider.sqlite.queue.OrchestrationFetcher;
import dev.holdfast.provider.sqlite.queue.Selection;
import dev.holdfast.provider.sqlite.queue.WorkerQueue;
import dev.holdfast.provider.sqlite.schema.Schema;
import dev.holdfast.provider.sqlite.state.SqliteAuditRows;
import dev.holdfast.provider.sqlite.state.SqliteInboxRows;
import dev.holdfast.provider.sqlite.state.SqliteLeaseRows;
import dev.holdfast.provider.sqlite.store.AfterWrites;
import dev.holdfast.provider.sqlite.store.Connector;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.SqlErrors;
import dev.holdfast.provider.sqlite.store.SqliteFile;
import dev.holdfast.provider.sqlite.store.WriteCombiner.ReadyListener;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.sqlite.stream.SnapshotWriter;
import dev.holdfast.provider.sqlite.stream.SqliteProjectionRows;
import dev.holdfast.provider.sqlite.stream.SqliteStreamArchive;
import dev.holdfast.provider.sqlite.stream.Stalls;
import dev.holdfast.provider.sqlite.wait.QueueFetch;
import dev.holdfast.provider.sqlite.wait.QueueFetch.Search;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.support.EndedSignal;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.WorkSignal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A handle on one SQLite store: checks requests and hands them to queues and tables. Thread-safe.
 */
final class SqliteProvider implements Provider {

  private final Database database;
  private final @Nullable Owners owners;
  private final WorkSignal orchestrationsReady;
  private final WorkSignal activitiesReady;
  private final WorkSignal eventsAppended;
  private final QueueFetch<OrchestrationItem> orchestrationFetch;
  private final QueueFetch<ActivityItem> activityFetch;
  private final EndedSignal ended =
      new EndedSignal(SqliteInfo.SHORTEST_LOOK, SqliteInfo.LONGEST_LOOK);
  private final Memory<Selection> instancesPassedBy = new Memory<>();
  private final Memory<Set<String>> activitiesPassedBy = new Memory<>();
  private final Acks<OrchestrationAck> orchestrationAcks;
  private final Acks<ActivityAck> activityAcks;
  private final ProviderInfo info;
  private final RequestChecks checks;
  private final JdbcAuditLog audit;
  private final Map<Class<?>, Capability> capabilities;

  private SqliteProvider(
      Database database,
      @Nullable Owners owners,
      Runnable beforeLook,
      WorkSignal orchestrations,
      WorkSignal activities,
      WorkSignal events) {
    this.database = database;
    this.owners = owners;
    info = database.isReachedByCallers() ? SqliteInfo.OF_FILE : SqliteInfo.IN_MEMORY;
    checks = new RequestChecks(info);
    this.orchestrationsReady = orchestrations;
    this.activitiesReady = activities;
    this.eventsAppended = events;
    this.orchestrationFetch =
        new QueueFetch<>(database, orchestrations, "fetchOrchestrationItems", beforeLook);
    this.activityFetch = new QueueFetch<>(database, activities, "fetchActivityItems", beforeLook);
    this.orchestrationAcks =
        new Acks<>(
            database,
            "ackOrchestrationItem",
            ack -> checks.check("ackOrchestrationItem", ack),
            PayloadSizes::of,
            acks ->
                (tx, ack) ->
                    ChangeWriter.writeBehind(
                        tx, "ackOrchestrationItem", OrchestrationAcker.ack(tx, ack), ack.changes()),
            Acks.Claims.none());
    SqliteAdminStore store = new SqliteAdminStore(database, owners);
    this.capabilities = new HashMap<>();
    capabilities.put(InstanceAdmin.class, new JdbcInstanceAdmin(store, checks));
    capabilities.put(
        InstanceDeletion.class,
        new JdbcInstanceDeletion(
            store, checks, new SqliteDeleter(database), info.limits().defaultBulkSize()));
    capabilities.put(
        ExecutionPruning.class,
        new JdbcExecutionPruning(
            store, checks, new SqlitePruner(database), info.limits().defaultBulkSize()));
    capabilities.put(CustomStatus.class, (CustomStatus) this::readCustomStatus);
    SqliteChanges changes = new SqliteChanges(database, checks);
    capabilities.put(Changes.class, changes);
    capabilities.put(StateTables.class, new JdbcStateTables(store, checks));
    capabilities.put(
        DurableInbox.class,
        new JdbcDurableInbox(store, new SqliteInboxRows(database), changes, checks));
    capabilities.put(Triggers.class, new JdbcTriggers(store, changes, checks));
    capabilities.put(
        EventStreams.class,
        new JdbcEventStreams(
            store,
            new Stalls(database)::now,
            changes,
            new WaitingLog(events, database::isClosed, () -> {}),
            checks,
            EventLabels.STANDARD));
    capabilities.put(
        Snapshots.class,
        new JdbcSnapshots(
            store,
            changes,
            (operation, stream, schema, keep) ->
                database.write(operation, tx -> SnapshotWriter.prune(tx, stream, schema, keep)),
            checks));
    capabilities.put(StreamArchive.class, new SqliteStreamArchive(database, checks));
    capabilities.put(
        Projections.class,
        new JdbcProjections(
            store, new SqliteProjectionRows(database, Fences::requireLive), changes, checks));
    capabilities.put(Leases.class, new JdbcLeases(new SqliteLeaseRows(database), checks));
    audit = new JdbcAuditLog(new SqliteAuditRows(database), checks);
    capabilities.put(AuditLog.class, audit);
    capabilities.put(CommitCounts.class, (CommitCounts) () -> List.of(database.commitSizes()));
    capabilities.put(KeyValues.class, new SqliteKeyValues(database, checks));
    capabilities.put(Sessions.class, new SqliteSessions(database, checks));
    if (database.isReachedByCallers()) {
      capabilities.put(TransactionalEnqueue.class, new CallersEnqueue(database, checks));
    }
    this.activityAcks =
        new Acks<>(
            database,
            "ackActivityItem",
            ack -> checks.check("ackActivityItem", ack),
            PayloadSizes::of,
            this::applying,
            SqliteProvider::claimsOf);
  }

  private Acks.Apply<ActivityAck> applying(List<ActivityAck> acks) {
    AheadTurns.Order order = AheadTurns.orderOf(acks);
    return (tx, ack) ->
        ChangeWriter.writeBehind(
            tx,
            "ackActivityItem",
            WorkerQueue.ack(
                tx, checks.activityToken("ackActivityItem", ack.lockToken()), ack, checks, order),
            ack.changes());
  }

  private static @Nullable AfterWrites<AckResult> claimsOf(List<ActivityAck> acks) {
    return acks.stream().anyMatch(ack -> ack.eager() != null)
        ? (tx, outcomes) -> EagerFetcher.claim(tx, acks, outcomes)
        : null;
  }

  static SqliteProvider open(ProviderConfig config, SqliteOptions options, Connector connector) {
    SqliteFile file =
        new SqliteFile(
            options.file(), options.synchronous(), options.busyTimeoutMillis(), connector);
    file.checkPlace();
    if (config.schemaMode() == SchemaMode.CHECK_ONLY && !file.exists()) {
      throw new Misconfigured(
          "open",
          "there is no database at %s to check; open it once without check-only"
              .formatted(file.inMemory() ? "a place in memory" : file.path()));
    }
    try {
      Session writer = file.openWriter();
      try {
        new Schema(writer, config.clock()).open(config.schemaMode());
      } catch (SQLException | RuntimeException | Error e) {
        writer.close();
        throw e;
      }
      WorkSignal orchestrations = new WorkSignal(SqliteInfo.SHORTEST_LOOK, SqliteInfo.LONGEST_LOOK);
      WorkSignal activities = new WorkSignal(SqliteInfo.SHORTEST_LOOK, SqliteInfo.LONGEST_LOOK);
      WorkSignal events = new WorkSignal(SqliteInfo.SHORTEST_LOOK, SqliteInfo.LONGEST_LOOK);
      Path path = file.path();
      Owners owners = path == null ? null : Owners.enter(path).orElse(null);
      Database database =
          new Database(
              file,
              writer,
              config.clock(),
              owners == null ? Owners.NOBODY : owners.id(),
              new ReadyListener() {
                @Override
                public void ready(boolean orchestrationsMayBeReady, boolean activitiesMayBeReady) {
                  if (orchestrationsMayBeReady) {
                    orchestrations.signal();
                  }
                  if (activitiesMayBeReady) {
                    activities.signal();
                  }
                }

                @Override
                public void appended() {
                  events.signal();
                }
              });
      if (path == null || owners == null) {
        return new SqliteProvider(database, null, () -> {}, orchestrations, activities, events);
      }
      DeadOwners dead = new DeadOwners(database, owners, path);
      dead.look();
      return new SqliteProvider(
          database, owners, dead::lookIfDue, orchestrations, activities, events);
    } catch (SQLException e) {
      if (SqlErrors.isNotADatabase(e)) {
        throw new Misconfigured(
            "open", file.path() + " is not a SQLite database; name another file", e);
      }
      throw SqlErrors.classify("open", file.path(), e);
    }
  }

  @Override
  public ProviderInfo info() {
    return info;
  }

  // ---- orchestrator queue ----

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    checks.check("fetchOrchestrationItems", request);
    VersionFilter versions = request.versionFilter();
    if (versions != null && versions.ranges().isEmpty()) {
      database.checkOpen("fetchOrchestrationItems");
      return List.of(); // nothing will ever match (VERSION-03)
    }
    return orchestrationFetch.fetch(
        request.waitUpTo(),
        new Search<>() {
          @Override
          public Object filter() {
            return WorkSignal.filterOf(request);
          }

          @Override
          public @Nullable Long nextReadyAt(Session session, long now) throws SQLException {
            return OrchestrationFetcher.nextReadyAt(session, request, instancesPassedBy, now);
          }

          @Override
          public Found<OrchestrationItem> find(WriteTx tx) throws SQLException {
            return OrchestrationFetcher.fetch(tx, request, instancesPassedBy);
          }
        });
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return ackOrchestrationItems(List.of(ack)).get(0);
  }

  @Override
  public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
    List<AckResult> results = orchestrationAcks.run(acks);
    ended.signal(acks, results);
    return results;
  }

  // ---- worker queue ----

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    checks.check("fetchActivityItems", request);
    return activityFetch.fetch(
        request.waitUpTo(),
        new Search<>() {
          @Override
          public Object filter() {
            return WorkSignal.filterOf(request);
          }

          @Override
          public @Nullable Long nextReadyAt(Session session, long now) throws SQLException {
            return ActivityFetcher.nextReadyAt(session, request, activitiesPassedBy, now);
          }

          @Override
          public Found<ActivityItem> find(WriteTx tx) throws SQLException {
            return ActivityFetcher.fetch(tx, request, activitiesPassedBy);
          }
        });
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return ackActivityItems(List.of(ack)).get(0);
  }

  @Override
  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    List<AckResult> results = activityAcks.run(acks);
    ended.signalAhead(acks, results);
    return results;
  }

  // ---- locks of both queues ----

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    String operation = "renew";
    checks.checkExtension(operation, extendFor);
    database.checkOpen(operation);
    List<LockToken> asked = List.copyOf(tokens);
    return asked.isEmpty()
        ? Set.of()
        : database.renew(operation, tx -> HeldLocks.renew(tx, asked, extendFor));
  }

  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    String operation = "abandon";
    database.write(
        operation,
        tx -> {
          HeldLocks.abandon(tx, operation, token, how);
          return null;
        });
  }

  // ---- messages and history ----

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    String operation = "enqueue";
    checks.check(operation, message);
    return EnqueueResult.of(
        database.write(
            operation, message.body().size(), tx -> Enqueuer.enqueue(tx, operation, message)));
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    String operation = "enqueue";
    checks.check(operation, message);
    checks.check(operation, eager);
    EnqueueResult result =
        database.write(
            operation,
            message.body().size() + PayloadSizes.ofTurn(eager),
            tx -> EagerFetcher.enqueue(tx, operation, message, eager, checks));
    ended.signalAhead(message.instanceId(), eager, result.turnAhead());
    return result;
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    enqueueAll("enqueueAll", messages);
  }

  private void enqueueAll(String operation, List<OrchestratorMessage> messages) {
    checks.check(operation, messages);
    database.write(
        operation,
        PayloadSizes.of(messages),
        tx -> {
          for (OrchestratorMessage message : messages) {
            Enqueuer.enqueue(tx, operation, message);
          }
          return null;
        });
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    String operation = "readHistory";
    checks.checkRead(operation, instanceId, executionId, afterEventId, limit);
    return database.read(
        operation,
        session -> HistoryReader.read(session, instanceId, executionId, afterEventId, limit));
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    String operation = "latestExecutionId";
    checks.checkInstanceId(operation, instanceId);
    return database.read(
        operation, session -> HistoryReader.latestExecutionId(session, instanceId));
  }

  // ---- features and end ----

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    String operation = "describeInstance";
    checks.checkInstanceId(operation, instanceId);
    return database.read(operation, session -> InstanceDescriber.describe(session, instanceId));
  }

  @Override
  public List<EndedInstance> readEnded(EndedRead request) {
    String operation = "readEnded";
    database.checkOpen(operation);
    return ended.read(
        request,
        () -> {},
        ids -> database.read(operation, session -> EndedReader.read(session, ids)));
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    String operation = "reportProblem";
    checks.checkProblem(operation, problem);
    database.write(
        operation,
        tx -> {
          InstanceDescriber.report(tx, operation, token, problem);
          return null;
        });
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return Optional.ofNullable(type.cast(capabilities.get(type)));
  }

  private Optional<CustomStatus.Reading> readCustomStatus(String instanceId, long lastSeenVersion) {
    String operation = "readCustomStatus";
    checks.checkInstanceId(operation, instanceId);
    checks.checkLastSeenVersion(operation, lastSeenVersion);
    return database.read(
        operation, session -> CustomStatusTable.read(session, instanceId, lastSeenVersion));
  }

  @Override
  public void close() {
    try {
      ended.close();
      audit.close();
      database.close();
      if (owners != null) {
        owners.close();
      }
    } finally {
      orchestrationsReady.close();
      activitiesReady.close();
      eventsAppended.close();
    }
  }
}
