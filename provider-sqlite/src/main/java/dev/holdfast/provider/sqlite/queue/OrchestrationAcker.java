// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.sqlite.queue.InstanceTable.AckedState;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies the result of one turn. */
public final class OrchestrationAcker {

  private static final String OPERATION = "ackOrchestrationItem";

  private OrchestrationAcker() {}

  /**
   * Applies an ack that passed the checks which need no store. A refusal before the first write is
   * returned; a later one is thrown, which undoes all of it.
   */
  public static AckResult ack(WriteTx tx, OrchestrationAck ack) throws SQLException {
    LockToken token = ack.lockToken();
    Session session = tx.session();
    InstanceRow instance = InstanceTable.find(session, token.instanceId());
    // A repeat is recognised before the lock end is checked (ATOM-08).
    if (instance != null && instance.ackedEpoch() == token.epoch()) {
      return AckResult.alreadyApplied();
    }
    long now = tx.now();
    if (instance == null || !instance.isLive(token.epoch(), now)) {
      return AckResult.rejected(Locks.lost(OPERATION, token, instance));
    }
    ProviderError.Permanent refusal = check(session, instance, ack);
    if (refusal != null) {
      return AckResult.rejected(refusal);
    }
    MessageTable.deleteBatch(session, instance);
    return apply(tx, instance, ack, now);
  }

  /**
   * Applies a turn ahead, for an instance that nothing has locked and of which nothing is visible.
   * A refusal may be returned or thrown; its caller undoes what was written.
   *
   * @param ack the turn, under a token that was drawn for it
   */
  static AckResult ackAhead(WriteTx tx, InstanceRow instance, OrchestrationAck ack, long now)
      throws SQLException {
    ProviderError.Permanent refusal = check(tx.session(), instance, ack);
    return refusal == null ? apply(tx, instance, ack, now) : AckResult.rejected(refusal);
  }

  private static ProviderError.@Nullable Permanent check(
      Session session, InstanceRow instance, OrchestrationAck ack) throws SQLException {
    ExecutionMetadata metadata = ack.metadata();
    if (!instance.born()
        && metadata.name() == null
        && (!(metadata.customStatus() instanceof CustomStatusChange.Keep)
            || !metadata.keyValues().isEmpty())) {
      return new InvalidRequest(
          OPERATION,
          instance.id(),
          "changes values of an instance that does not exist; give its name too");
    }
    if (!metadata.keyValues().isEmpty()) {
      InvalidRequest tooMany =
          KeyValueTable.refusal(session, OPERATION, instance, metadata.keyValues());
      if (tooMany != null) {
        return tooMany;
      }
    }
    return checkDelta(session, instance, ack);
  }

  /** Checks that event ids ascend and are above the last stored one (ATOM-05, ATOM-06). */
  private static ProviderError.@Nullable Permanent checkDelta(
      Session session, InstanceRow instance, OrchestrationAck ack) throws SQLException {
    if (ack.historyDelta().isEmpty()) {
      return null;
    }
    long executionId = ack.executionId();
    long last = HistoryTable.lastEventId(session, instance, executionId);
    Set<Long> inDelta = new HashSet<>();
    for (HistoryEvent event : ack.historyDelta()) {
      long id = event.eventId();
      if (id <= last) {
        boolean taken =
            inDelta.contains(id) || HistoryTable.exists(session, instance, executionId, id);
        return taken
            ? new DuplicateEvent(OPERATION, instance.id(), executionId, id)
            : new InvalidRequest(
                OPERATION,
                instance.id(),
                "event %d comes after event %d of execution %d; history only grows at its end"
                    .formatted(id, last, executionId));
      }
      inDelta.add(id);
      last = id;
    }
    return null;
  }

  /** Writes everything but the end of the batch, and releases the lock. */
  private static AckResult apply(WriteTx tx, InstanceRow instance, OrchestrationAck ack, long now)
      throws SQLException {
    Session session = tx.session();
    ExecutionMetadata metadata = ack.metadata();
    // Stored times never run backwards within an instance, even if the clock does (CLOCK-05).
    long stamp = Math.max(now, instance.updatedAt());

    if (!instance.born() && metadata.name() == null) {
      // Before new messages are stored, which may use the ids of those that were consumed
      // (QUEUE-10).
      MessageIdTable.forgetUnqueued(session, instance);
    }
    CustomStatusTable.change(session, instance, metadata);
    KeyValueTable.change(session, instance, metadata.keyValues(), ends(instance, ack), stamp);
    ExecutionTable.store(session, instance, ack.executionId(), metadata, stamp);
    HistoryTable.append(session, instance, ack.executionId(), ack.historyDelta());
    if (ActivityTable.insert(tx, instance, ack.activities(), now) > 0) {
      throw new InvalidRequest(
          OPERATION,
          instance.id(),
          "schedules an activity whose identity is queued already, or twice; choose another"
              + " activity id");
    }
    ActivityTable.delete(session, instance, ack.cancelledActivities());
    for (OrchestratorMessage message : ack.messages()) {
      Enqueuer.store(tx, OPERATION, message, now, null);
    }

    Long rest = MessageTable.nextVisibleAt(session, instance);
    InstanceTable.releaseAcked(
        tx,
        instance,
        new AckedState(
            metadata.name(),
            metadata.version(),
            metadata.parentInstanceId(),
            stamp,
            ack.executionId(),
            ack.lockToken().epoch(),
            now,
            rest == null ? null : Math.max(now, rest),
            Pins.encode(metadata.runtimeVersion()),
            metadata.status() == ExecutionStatus.CONTINUED_AS_NEW));
    if (rest != null) {
      tx.orchestrationMayBeReady(instance.key());
    }
    List<ActivityItem> claimed = handOut(tx, instance, ack, now);
    return claimed.isEmpty() ? AckResult.applied() : new AckResult.Applied(claimed, null);
  }

  /** {@return whether an ack ends the execution that is current after it} */
  private static boolean ends(InstanceRow instance, OrchestrationAck ack) {
    ExecutionStatus status = ack.metadata().status();
    return status != null && status.isEnded() && ack.executionId() >= instance.executionId();
  }

  /**
   * Claims what was scheduled, as far as asked for, and wakes waiting fetches for the rest
   * (CLAIM-04).
   */
  private static List<ActivityItem> handOut(
      WriteTx tx, InstanceRow instance, OrchestrationAck ack, long now) throws SQLException {
    Set<ActivityIdentity> cancelled = Set.copyOf(ack.cancelledActivities());
    List<ActivityTask> scheduled =
        ack.activities().stream().filter(task -> !cancelled.contains(task.identity())).toList();
    EagerActivities eager = ack.eager();
    List<ActivityItem> claimed =
        eager == null ? List.of() : WorkerQueue.claim(tx, instance, scheduled, eager, now);
    if (claimed.size() < scheduled.size()) {
      tx.activitiesMayBeReady();
    }
    return claimed;
  }
}
