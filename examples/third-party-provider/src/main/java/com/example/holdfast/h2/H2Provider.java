// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import com.example.holdfast.h2.db.Database;
import com.example.holdfast.h2.db.Tx;
import com.example.holdfast.h2.queue.Activities;
import com.example.holdfast.h2.queue.CustomStatuses;
import com.example.holdfast.h2.queue.Descriptions;
import com.example.holdfast.h2.queue.Ends;
import com.example.holdfast.h2.queue.Histories;
import com.example.holdfast.h2.queue.Messages;
import com.example.holdfast.h2.queue.Turns;
import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
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
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.CustomStatus.Reading;
import dev.holdfast.provider.jdbc.wait.Polled;
import dev.holdfast.provider.jdbc.wait.WaitingFetch;
import dev.holdfast.provider.support.EndedSignal;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.WorkSignal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One handle. Every call is checked, becomes one transaction, and wakes those who wait when it
 * wrote. List forms are the inherited loops. Thread-safe.
 */
final class H2Provider implements Provider {

  static final String ID = "h2";
  static final String VERSION = "0.1.0";

  private static final Duration SHORTEST_LOOK = Duration.ofMillis(5);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(200);

  private static final ProviderInfo INFO =
      new ProviderInfo(
          ID,
          VERSION,
          ProviderInfo.SPEC_VERSION,
          Set.of(Feature.VERSION_FILTER, Feature.TAGS, Feature.CUSTOM_STATUS),
          Limits.floor(),
          // Five times what a waiting fetch needs to notice by itself.
          LONGEST_LOOK.multipliedBy(5));

  private final Database database;
  private final RequestChecks checks = new RequestChecks(INFO);
  private final WorkSignal instances = new WorkSignal(SHORTEST_LOOK, LONGEST_LOOK);
  private final WorkSignal activities = new WorkSignal(SHORTEST_LOOK, LONGEST_LOOK);
  private final EndedSignal ended = new EndedSignal(SHORTEST_LOOK, LONGEST_LOOK);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CustomStatus customStatus = this::readCustomStatus;
  private final WaitingFetch<OrchestrationFetch, OrchestrationItem> instanceFetch =
      new WaitingFetch<>(instances, closed::get, () -> {}, WorkSignal::filterOf, this::poll);
  private final WaitingFetch<ActivityFetch, ActivityItem> activityFetch =
      new WaitingFetch<>(activities, closed::get, () -> {}, WorkSignal::filterOf, this::poll);

  H2Provider(Database database) {
    this.database = database;
  }

  @Override
  public ProviderInfo info() {
    return INFO;
  }

  // ---- orchestrator queue

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    String operation = "fetchOrchestrationItems";
    requireOpen(operation);
    checks.check(operation, request);
    return instanceFetch.fetch(request, request.waitUpTo());
  }

  private Polled<OrchestrationItem> poll(OrchestrationFetch request) {
    return Polled.of(
        fetch(
            "fetchOrchestrationItems",
            tx -> Turns.anyReady(tx, request),
            tx -> Turns.fetch(tx, request)));
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    AckResult result = ack("ackOrchestrationItem", tx -> Turns.ack(tx, checks, ack));
    ended.signal(List.of(ack), List.of(result));
    return result;
  }

  // ---- worker queue

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    String operation = "fetchActivityItems";
    requireOpen(operation);
    checks.check(operation, request);
    return activityFetch.fetch(request, request.waitUpTo());
  }

  private Polled<ActivityItem> poll(ActivityFetch request) {
    return Polled.of(
        fetch(
            "fetchActivityItems",
            tx -> Activities.anyReady(tx, request),
            tx -> Activities.fetch(tx, request)));
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return ack("ackActivityItem", tx -> Activities.ack(tx, checks, ack));
  }

  // ---- locks of both queues

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    String operation = "renew";
    requireOpen(operation);
    checks.checkExtension(operation, extendFor);
    List<LockToken> asked = List.copyOf(tokens);
    return asked.isEmpty() ? Set.of() : write(operation, tx -> renew(tx, asked, extendFor));
  }

  private static Set<LockToken> renew(Tx tx, List<LockToken> tokens, Duration extendFor)
      throws SQLException {
    Set<LockToken> held = new HashSet<>();
    for (LockToken token : tokens) {
      boolean renewed =
          switch (token) {
            case LockToken.OfInstance instance -> Turns.renew(tx, instance, extendFor);
            case LockToken.OfActivity activity -> Activities.renew(tx, activity, extendFor);
          };
      if (renewed) {
        held.add(token);
      }
    }
    return held;
  }

  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    Objects.requireNonNull(how, "how");
    write(
        "abandon",
        tx -> {
          switch (token) {
            case LockToken.OfInstance instance -> Turns.abandon(tx, instance, how);
            case LockToken.OfActivity activity -> Activities.abandon(tx, activity, how);
          }
          return true;
        });
  }

  // ---- messages and history

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return EnqueueResult.of(enqueue("enqueue", List.of(message)));
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    enqueue("enqueueAll", List.copyOf(messages));
  }

  private boolean enqueue(String operation, List<OrchestratorMessage> messages) {
    checks.check(operation, messages);
    return write(operation, tx -> Messages.putAll(tx, messages));
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    String operation = "readHistory";
    requireOpen(operation);
    checks.checkRead(operation, instanceId, executionId, afterEventId, limit);
    return database.read(
        operation, tx -> Histories.page(tx, instanceId, executionId, afterEventId, limit));
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    String operation = "latestExecutionId";
    requireOpen(operation);
    checks.checkInstanceId(operation, instanceId);
    return database.read(operation, tx -> Histories.latest(tx, instanceId));
  }

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    String operation = "describeInstance";
    requireOpen(operation);
    checks.checkInstanceId(operation, instanceId);
    return database.read(operation, tx -> Descriptions.of(tx, instanceId));
  }

  @Override
  public List<EndedInstance> readEnded(EndedRead request) {
    String operation = "readEnded";
    requireOpen(operation);
    return ended.read(request, () -> {}, ids -> database.read(operation, tx -> Ends.of(tx, ids)));
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    String operation = "reportProblem";
    checks.checkProblem(operation, problem);
    write(
        operation,
        tx -> {
          switch (token) {
            case LockToken.OfInstance instance -> Turns.report(tx, instance, problem);
            case LockToken.OfActivity activity -> Activities.report(tx, activity, problem);
          }
          return true;
        });
  }

  // ---- features and end

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return type == CustomStatus.class ? Optional.of(type.cast(customStatus)) : Optional.empty();
  }

  private Optional<Reading> readCustomStatus(String instanceId, long lastSeenVersion) {
    String operation = "readCustomStatus";
    requireOpen(operation);
    checks.checkInstanceId(operation, instanceId);
    checks.checkLastSeenVersion(operation, lastSeenVersion);
    return database.read(operation, tx -> CustomStatuses.read(tx, instanceId, lastSeenVersion));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      ended.close();
      instances.close();
      activities.close();
      database.close();
    }
  }

  // ---- what the calls have in common

  /** Looks without the writer's lock first, so that waiting writes nothing. */
  private <T> List<T> fetch(
      String operation, Database.Work<Boolean> anyReady, Database.Work<List<T>> work) {
    return database.read(operation, anyReady) ? database.write(operation, work) : List.of();
  }

  private AckResult ack(String operation, Database.Work<AckResult> work) {
    try {
      return write(operation, work);
    } catch (ProviderError.Permanent e) {
      return AckResult.rejected(e);
    }
  }

  private <T> T write(String operation, Database.Work<T> work) {
    requireOpen(operation);
    T answer = database.write(operation, work);
    instances.signal();
    activities.signal();
    return answer;
  }

  private void requireOpen(String operation) {
    if (closed.get()) {
      throw new InvalidRequest(operation, "this handle is closed; open a new one");
    }
  }
}
