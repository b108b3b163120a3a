// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.support.ListForms;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A handle on a {@link ReferenceStore}: the core of the contract and what it declares, in memory.
 * Several handles may work on one store. Thread-safe.
 */
public final class ReferenceProvider implements Provider {

  /** The id of the provider. */
  public static final String ID = "reference";

  /** The version of the provider. */
  public static final String VERSION = "1";

  private static final ProviderInfo INFO =
      new ProviderInfo(
          ID,
          VERSION,
          ProviderInfo.SPEC_VERSION,
          Set.of(
              Feature.INSTANCE_ADMIN,
              Feature.INSTANCE_DELETION,
              Feature.EXECUTION_PRUNING,
              Feature.EAGER_DISPATCH,
              Feature.TURNS_AHEAD,
              Feature.TAGS,
              Feature.SESSIONS,
              Feature.VERSION_FILTER,
              Feature.CUSTOM_STATUS,
              Feature.KEY_VALUES,
              Feature.CHANGES,
              Feature.STATE_TABLES,
              Feature.INBOX,
              Feature.TRIGGERS,
              Feature.LEASES,
              Feature.AUDIT_LOG,
              Feature.EVENT_STREAMS,
              Feature.SNAPSHOTS,
              Feature.PROJECTIONS,
              Feature.EVENT_ARCHIVE),
          Limits.floor(),
          ReferenceStore.WAKE_UP_BOUND.multipliedBy(4));

  private final ReferenceStore store;
  private final RequestChecks checks = new RequestChecks(INFO);
  private final OpenHandle handle;
  private final ReferenceAudit audit;
  private final Map<Class<?>, Capability> capabilities;
  private final Mailbox mailbox;
  private final OrchestratorQueue orchestrations;
  private final TurnAck turnAck;
  private final TurnsAhead turnsAhead;
  private final WorkerQueue activities;

  ReferenceProvider(ReferenceStore store) {
    this.store = store;
    handle = new OpenHandle(store);
    audit = new ReferenceAudit(store, handle, checks);
    ReferenceChanges changes = new ReferenceChanges(store, handle, checks);
    capabilities =
        Map.ofEntries(
            Map.entry(AuditLog.class, audit),
            Map.entry(InstanceAdmin.class, new ReferenceAdmin(store, handle, checks)),
            Map.entry(
                InstanceDeletion.class,
                new ReferenceDeletion(store, handle, checks, INFO.limits().defaultBulkSize())),
            Map.entry(
                ExecutionPruning.class,
                new ReferencePruning(store, handle, checks, INFO.limits().defaultBulkSize())),
            Map.entry(StateTables.class, new ReferenceStateTables(store, handle, checks)),
            Map.entry(DurableInbox.class, new ReferenceInbox(store, handle, checks)),
            Map.entry(Triggers.class, new ReferenceTriggers(store, handle, checks)),
            Map.entry(EventStreams.class, new ReferenceEventStreams(store, handle, checks)),
            Map.entry(Snapshots.class, new ReferenceSnapshots(store, handle, checks)),
            Map.entry(StreamArchive.class, new ReferenceArchive(store, handle, checks)),
            Map.entry(Leases.class, new ReferenceLeases(store, handle, checks)),
            Map.entry(Projections.class, new ReferenceProjections(store, handle, checks, changes)),
            Map.entry(Changes.class, changes),
            Map.entry(CustomStatus.class, (CustomStatus) this::readCustomStatus),
            Map.entry(KeyValues.class, new ReferenceKeyValues(store, handle, checks)),
            Map.entry(Sessions.class, sessions));
    mailbox = new Mailbox(store);
    orchestrations = new OrchestratorQueue(store);
    activities = new WorkerQueue(store, mailbox, checks);
    turnAck = new TurnAck(store, mailbox, checks);
    turnsAhead = new TurnsAhead(store, orchestrations, turnAck);
  }

  @Override
  public ProviderInfo info() {
    return INFO;
  }

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    String operation = "fetchOrchestrationItems";
    requireOpen(operation);
    checks.check(operation, request);
    VersionFilter versions = request.versionFilter();
    if (versions != null && versions.ranges().isEmpty()) {
      return List.of();
    }
    return store.waiting(
        request.waitUpTo(), handle::isClosed, () -> orchestrations.fetch(operation, request));
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    String operation = "ackOrchestrationItem";
    if (!ack.changes().isEmpty()) {
      store.beforeApply();
    }
    return acking(operation, () -> turnAck.apply(operation, ack));
  }

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    String operation = "fetchActivityItems";
    requireOpen(operation);
    checks.check(operation, request);
    return store.waiting(
        request.waitUpTo(), handle::isClosed, () -> activities.fetch(operation, request));
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return ackActivityItems("ackActivityItem", List.of(ack)).get(0);
  }

  @Override
  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    return ackActivityItems("ackActivityItems", List.copyOf(acks));
  }

  /**
   * Turns ahead come behind their own ack, each instance once; claims behind the last one, so that
   * an instance comes with all completions of the list.
   */
  private List<AckResult> ackActivityItems(String operation, List<ActivityAck> acks) {
    return store.atomically(() -> {
      Set<String> gone = new HashSet<>();
      List<AckResult> answers =
          new ArrayList<>(
              ListForms.each(acks, ack -> acking(operation, () -> acked(operation, ack, gone))));
      Set<String> seen = new HashSet<>();
      for (int i = acks.size() - 1; i >= 0; i--) {
        ActivityAck ack = acks.get(i);
        EagerInstance eager = ack.eager();
        if (eager != null
            && ack.completion() != null
            && answers.get(i) instanceof AckResult.Applied applied
            && seen.add(ack.lockToken().instanceId())
            && !(applied.turnAhead() instanceof AckResult.Applied)) {
          answers.set(i, claimed(operation, ack.lockToken().instanceId(), eager, applied));
        }
      }
      return answers;
    });
  }

  /** Applies an ack with its turn ahead, unless its instance has gone ahead before. */
  private AckResult acked(String operation, ActivityAck ack, Set<String> gone) {
    long since = store.nextNumber();
    AckResult result = activities.ack(operation, ack);
    EagerInstance eager = ack.eager();
    String instanceId = ack.lockToken().instanceId();
    if (eager == null
        || gone.contains(instanceId)
        || !ack.changes().isEmpty()
        || !(result instanceof AckResult.Applied)) {
      return result;
    }
    AckResult ahead = turnsAhead.apply(operation, instanceId, since, eager);
    if (ahead instanceof AckResult.Applied) {
      gone.add(instanceId);
    }
    return new AckResult.Applied(List.of(), null, ahead);
  }

  private AckResult claimed(
      String operation, String instanceId, EagerInstance eager, AckResult.Applied applied) {
    return applied.withEagerInstance(
        orchestrations.claim(operation, instanceId, eager).orElse(null));
  }

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    String operation = "renew";
    checks.checkExtension(operation, extendFor);
    List<LockToken> asked = List.copyOf(tokens);
    return whole(operation, () -> live(asked, extendFor));
  }

  private Set<LockToken> live(List<LockToken> tokens, Duration extendFor) {
    Set<LockToken> live = new LinkedHashSet<>();
    for (LockToken token : tokens) {
      boolean renewed =
          switch (token) {
            case LockToken.OfInstance instance -> orchestrations.renew(instance, extendFor);
            case LockToken.OfActivity activity -> activities.renew(activity, extendFor);
          };
      if (renewed) {
        live.add(token);
      }
    }
    return live;
  }

  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    String operation = "abandon";
    doing(
        operation,
        () -> {
          switch (token) {
            case LockToken.OfInstance instance -> orchestrations.abandon(operation, instance, how);
            case LockToken.OfActivity activity -> activities.abandon(operation, activity, how);
          }
        });
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    checks.check("enqueue", message);
    return whole(
        "enqueue",
        () -> {
          boolean repeated = mailbox.isRepeat(message);
          put("enqueue", List.of(message));
          return EnqueueResult.of(!repeated);
        });
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    String operation = "enqueue";
    checks.check(operation, eager);
    checks.check(operation, message);
    return whole(
        operation,
        () -> {
          boolean repeated = mailbox.isRepeat(message);
          long since = store.nextNumber();
          put(operation, List.of(message));
          return repeated ? EnqueueResult.of(false) : stored(operation, message, eager, since);
        });
  }

  private EnqueueResult stored(
      String operation, OrchestratorMessage message, EagerInstance eager, long since) {
    String instanceId = message.instanceId();
    AckResult ahead =
        message.start() == null ? null : turnsAhead.apply(operation, instanceId, since, eager);
    return new EnqueueResult(
        true,
        ahead instanceof AckResult.Applied
            ? null
            : orchestrations.claim(operation, instanceId, eager).orElse(null),
        ahead);
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    put("enqueueAll", List.copyOf(messages));
  }

  private void put(String operation, List<OrchestratorMessage> messages) {
    checks.check(operation, messages);
    doing(
        operation,
        () -> {
          Instant now = store.now();
          mailbox.check(operation, messages, now);
          mailbox.putAll(operation, messages, now);
        });
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    String operation = "readHistory";
    checks.checkRead(operation, instanceId, executionId, afterEventId, limit);
    return whole(
        operation,
        () -> {
          InstanceState instance = store.instances.get(instanceId);
          return Histories.page(
              operation,
              instanceId,
              instance == null ? null : instance.executions.get(executionId),
              afterEventId,
              limit);
        });
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    String operation = "latestExecutionId";
    checks.checkInstanceId(operation, instanceId);
    return whole(
        operation,
        () -> {
          InstanceState instance = store.instances.get(instanceId);
          return instance == null || instance.executions.isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(instance.currentExecution());
        });
  }

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    String operation = "describeInstance";
    checks.checkInstanceId(operation, instanceId);
    return whole(operation, () -> Descriptions.of(store, instanceId));
  }

  @Override
  public List<EndedInstance> readEnded(EndedRead request) {
    requireOpen("readEnded");
    if (request.instanceIds().isEmpty()) {
      return List.of();
    }
    return store.waiting(
        request.waitUpTo(),
        handle::isClosed,
        () -> request.instanceIds().stream().flatMap(id -> Ends.of(store, id).stream()).toList());
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    String operation = "reportProblem";
    checks.checkProblem(operation, problem);
    doing(
        operation,
        () -> {
          switch (token) {
            case LockToken.OfInstance ofInstance ->
                orchestrations.report(operation, ofInstance, problem);
            case LockToken.OfActivity ofActivity ->
                activities.report(operation, ofActivity, problem);
          }
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
    return whole(
        operation,
        () ->
            Optional.ofNullable(store.instances.get(instanceId))
                .map(instance -> instance.customStatus)
                .filter(status -> status.version() > lastSeenVersion));
  }

  private final Sessions sessions =
      new Sessions() {
        @Override
        public int renewSessions(Set<String> owners, Duration extendFor, Duration idleTimeout) {
          String operation = "renewSessions";
          checks.checkSessions(operation, owners, extendFor, idleTimeout);
          return whole(
              operation, () -> store.sessions.renew(owners, extendFor, idleTimeout, store.now()));
        }

        @Override
        public boolean releaseSession(String owner, String sessionId) {
          String operation = "releaseSession";
          checks.checkSession(operation, owner, sessionId);
          return whole(operation, () -> store.sessions.release(owner, sessionId, store.now()));
        }

        @Override
        public int cleanupSessions() {
          return whole(
              "cleanupSessions", () -> store.sessions.cleanUp(sessionsOfActivities(), store.now()));
        }
      };

  private Set<String> sessionsOfActivities() {
    Set<String> queued = new HashSet<>();
    store
        .activities
        .values()
        .forEach(activity -> {
          if (activity.task.sessionId() != null) {
            queued.add(activity.task.sessionId());
          }
        });
    return queued;
  }

  @Override
  public void close() {
    audit.close();
    handle.close();
  }

  private AckResult acking(String operation, Supplier<AckResult> work) {
    try {
      return whole(operation, work);
    } catch (Permanent error) {
      return AckResult.rejected(error);
    }
  }

  private void doing(String operation, Runnable work) {
    whole(
        operation,
        () -> {
          work.run();
          return true;
        });
  }

  private <T> T whole(String operation, Supplier<T> work) {
    return handle.whole(operation, work);
  }

  private void requireOpen(String operation) {
    handle.requireOpen(operation);
  }
}
