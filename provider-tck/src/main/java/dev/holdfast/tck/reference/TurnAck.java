// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.feature.CustomStatus.Reading;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies the result of a turn: checks all of it, then writes all of it. Runs under the store's
 * lock.
 */
final class TurnAck {

  private static final int MOST_KEYS = Limits.floor().maxKeysPerInstance();

  private final ReferenceStore store;
  private final Mailbox mailbox;
  private final RequestChecks checks;

  private final WorkerQueue activities;

  TurnAck(ReferenceStore store, Mailbox mailbox, RequestChecks checks) {
    this.store = store;
    this.mailbox = mailbox;
    this.checks = checks;
    activities = new WorkerQueue(store, mailbox, checks);
  }

  /** Applies an ack and claims what it asks for, or throws the permanent error that rejects it. */
  AckResult apply(String operation, OrchestrationAck ack) {
    LockToken.OfInstance token = checks.instanceToken(operation, ack.lockToken());
    Instant now = store.now();
    InstanceState instance = store.instances.get(token.instanceId());
    // A repeat is recognised before the lock end is looked at.
    if (instance != null && instance.lock.wasAckedBy(token.epoch())) {
      return AckResult.alreadyApplied();
    }
    if (instance == null || !instance.lock.isLive(token.epoch(), now)) {
      throw new LockLost(operation, token, "it does not hold the lock now");
    }
    check(operation, ack);
    ChangeDraft changes = drafted(operation, ack, now);
    write(operation, instance, ack, now);
    changes.write();
    EagerActivities eager = ack.eager();
    List<ActivityItem> claimed =
        eager == null ? List.of() : activities.claim(ack.activities(), eager);
    return new AckResult.Applied(claimed, null, null, changes.results());
  }

  /** Drafts the changes of an ack, behind its own messages; throws what is wrong with one. */
  private ChangeDraft drafted(String operation, OrchestrationAck ack, Instant now) {
    ChangeDraft draft = new ChangeDraft(operation, mailbox, now);
    if (!ack.changes().isEmpty()) {
      draft.behind(ack.messages());
      draft.add(ack.changes());
    }
    return draft;
  }

  /** Throws what is wrong with the content of an ack, whoever holds the lock. */
  void check(String operation, OrchestrationAck ack) {
    InstanceState instance = store.instance(ack.lockToken().instanceId());
    checks.check(operation, ack);
    checkExists(operation, instance, ack);
    checkKeys(operation, instance, ack);
    checkDuplicates(operation, instance, ack);
    checkAscending(operation, instance, ack);
    checkActivities(operation, instance, ack.activities());
    mailbox.check(operation, ack.messages(), store.now());
  }

  /** All errors with which an ack could be rejected, were they looked for in another order. */
  Set<Class<? extends ProviderError>> refusals(String operation, OrchestrationAck ack) {
    LockToken.OfInstance token = checks.instanceToken(operation, ack.lockToken());
    Instant now = store.now();
    InstanceState instance = store.instance(token.instanceId());
    // The content of a repeat is not compared, but what no ack may say can be refused even so.
    boolean repeat = instance.lock.wasAckedBy(token.epoch());
    Set<Class<? extends ProviderError>> found = new HashSet<>();
    if (!repeat && !instance.lock.isLive(token.epoch(), now)) {
      found.add(LockLost.class);
    }
    Runnable inItself = () -> checks.check(operation, ack);
    List<Runnable> all =
        repeat
            ? List.of(inItself)
            : List.of(
                inItself,
                () -> checkExists(operation, instance, ack),
                () -> checkKeys(operation, instance, ack),
                () -> checkDuplicates(operation, instance, ack),
                () -> checkAscending(operation, instance, ack),
                () -> checkActivities(operation, instance, ack.activities()),
                () -> mailbox.check(operation, ack.messages(), now),
                () -> drafted(operation, ack, now));
    for (Runnable check : all) {
      try {
        check.run();
      } catch (Permanent error) {
        found.add(error.getClass());
      }
    }
    return found;
  }

  private void write(String operation, InstanceState instance, OrchestrationAck ack, Instant now) {
    instance.problem = null;
    instance.row = InstanceRow.after(instance.row, ack.metadata(), now);
    instance.customStatus = changed(instance.customStatus, ack.metadata().customStatus());
    instance.values.change(ack.metadata().keyValues(), now);
    if (ends(instance, ack)) {
      instance.values.merge();
    }
    instance.batch.forEach(instance::consume);
    instance.batch = List.of();
    ExecutionState execution =
        instance.executions.computeIfAbsent(ack.executionId(), id -> new ExecutionState(now));
    execution.update(ack.metadata(), now);
    ack.historyDelta().forEach(execution::append);
    for (ActivityTask task : ack.activities()) {
      store.activities.put(task.identity(), new ActivityState(task, store.nextNumber(), now));
    }
    ack.cancelledActivities().forEach(store.activities::remove);
    mailbox.putAll(operation, ack.messages(), now);
    instance.lock.acked(now, store.nextNumber());
  }

  /** Whether an ack ends the execution that is current after it. */
  private static boolean ends(InstanceState instance, OrchestrationAck ack) {
    ExecutionStatus status = ack.metadata().status();
    return status != null
        && status.isEnded()
        && (instance.executions.isEmpty() || ack.executionId() >= instance.executions.lastKey());
  }

  /** What an instance shows, and its key-values, need an instance. */
  private static void checkExists(String operation, InstanceState instance, OrchestrationAck ack) {
    if (instance.row == null
        && ack.metadata().name() == null
        && (!(ack.metadata().customStatus() instanceof CustomStatusChange.Keep)
            || !ack.metadata().keyValues().isEmpty())) {
      throw new InvalidRequest(
          operation, instance.id, "there is no instance whose values could change");
    }
  }

  private static void checkKeys(String operation, InstanceState instance, OrchestrationAck ack) {
    List<KeyValueMutation> changes = ack.metadata().keyValues();
    if (changes.stream().anyMatch(change -> change instanceof KeyValueMutation.Set)) {
      int keys = instance.values.keysAfter(changes);
      if (keys > MOST_KEYS) {
        throw RequestChecks.tooManyKeys(operation, instance.id, keys, MOST_KEYS);
      }
    }
  }

  private static Reading changed(Reading status, CustomStatusChange change) {
    return switch (change) {
      case CustomStatusChange.Keep keep -> status;
      case CustomStatusChange.Set(Payload value) -> new Reading(value, status.version() + 1);
      case CustomStatusChange.Clear clear -> new Reading(null, status.version() + 1);
    };
  }

  private static void checkDuplicates(
      String operation, InstanceState instance, OrchestrationAck ack) {
    @Nullable ExecutionState execution = instance.executions.get(ack.executionId());
    Set<Long> stored = new HashSet<>(execution == null ? Set.of() : execution.events.keySet());
    for (HistoryEvent event : ack.historyDelta()) {
      if (!stored.add(event.eventId())) {
        throw new DuplicateEvent(operation, instance.id, ack.executionId(), event.eventId());
      }
    }
  }

  private static void checkAscending(
      String operation, InstanceState instance, OrchestrationAck ack) {
    @Nullable ExecutionState execution = instance.executions.get(ack.executionId());
    long last = execution == null ? 0 : execution.lastEventId();
    for (HistoryEvent event : ack.historyDelta()) {
      if (event.eventId() <= last) {
        throw new InvalidRequest(
            operation,
            instance.id,
            "event %d does not stand above event %d".formatted(event.eventId(), last));
      }
      last = event.eventId();
    }
  }

  private void checkActivities(
      String operation, InstanceState instance, List<ActivityTask> activities) {
    Set<ActivityIdentity> queued = new HashSet<>(store.activities.keySet());
    for (ActivityTask task : activities) {
      if (!queued.add(task.identity())) {
        throw new InvalidRequest(
            operation,
            instance.id,
            "activity %d of execution %d is queued"
                .formatted(task.activityId(), task.executionId()));
      }
    }
  }
}
