// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.jdbc.row.LockLoss;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Lock;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Place;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations of the worker queue, except the fetch. */
public final class WorkerQueue {

  private static final String ACK = "ackActivityItem";

  private WorkerQueue() {}

  /**
   * Locks activities that the transaction has just scheduled, in their order, as far as a fetch
   * with the same filter would.
   */
  static List<ActivityItem> claim(
      WriteTx tx,
      InstanceRow instance,
      List<ActivityTask> scheduled,
      EagerActivities eager,
      long now)
      throws SQLException {
    long until = StoreTime.plus(now, eager.lockFor());
    List<ActivityItem> items = new ArrayList<>();
    for (ActivityTask task : scheduled) {
      if (items.size() < eager.max()
          && eager.tagFilter().matches(task.tag())
          && mayTake(tx, eager.session(), task, now)) {
        items.add(lock(tx, Place.of(instance, task.identity()), task, 0, until));
      }
    }
    return items;
  }

  private static boolean mayTake(
      WriteTx tx, @Nullable SessionClaim claim, ActivityTask task, long now) throws SQLException {
    String sessionId = task.sessionId();
    return sessionId == null || (claim != null && SessionTable.take(tx, claim, sessionId, now));
  }

  /** Locks one activity. */
  static ActivityItem lock(
      WriteTx tx, Place place, ActivityTask task, int deliveriesBefore, long until)
      throws SQLException {
    LockToken token = new LockToken.OfActivity(task.identity(), tx.next());
    ActivityTable.lock(tx, place, token.epoch(), until);
    return new ActivityItem(task, deliveriesBefore + 1, token);
  }

  /**
   * Removes a finished activity, and enqueues its completion or applies the turn that follows from
   * it. A completion that is refused throws, which undoes everything.
   */
  public static AckResult ack(
      WriteTx tx,
      LockToken.OfActivity token,
      ActivityAck ack,
      RequestChecks checks,
      AheadTurns.Order order)
      throws SQLException {
    Session session = tx.session();
    InstanceRow instance = InstanceTable.find(session, token.instanceId());
    Lock lock = instance == null ? null : lockOf(session, instance, token);
    long now = tx.now();
    if (instance == null || lock == null || !lock.isLive(token.epoch(), now)) {
      boolean repeated = instance != null && MessageTable.hasCompletionOf(session, instance, token);
      return repeated ? AckResult.alreadyApplied() : AckResult.rejected(lost(ACK, token, lock));
    }
    ActivityTable.delete(session, instance, List.of(token.activity()));
    SessionTable.used(tx, lock.sessionId(), now);
    OrchestratorMessage completion = ack.completion();
    if (completion == null) {
      return AckResult.applied();
    }
    // A turn ahead was computed without the changes, so it is not used beside them.
    EagerInstance eager = order.isFirst(ack) && ack.changes().isEmpty() ? ack.eager() : null;
    AckResult turn =
        eager == null ? null : AheadTurns.apply(tx, ACK, instance, completion, eager, checks);
    if (!(turn instanceof AckResult.Applied)) {
      Enqueuer.store(tx, ACK, completion, now, token);
    }
    return turn == null ? AckResult.applied() : new AckResult.Applied(List.of(), null, turn);
  }

  /** Prolongs a live lock; never shortens it (EXPIRY-05). Returns whether it was live. */
  static boolean renew(WriteTx tx, LockToken.OfActivity token, Duration extendFor)
      throws SQLException {
    Session session = tx.session();
    long now = tx.now();
    InstanceRow instance = InstanceTable.find(session, token.instanceId());
    Lock lock = instance == null ? null : lockOf(session, instance, token);
    if (instance == null || lock == null || !lock.isLive(token.epoch(), now)) {
      return false;
    }
    SessionTable.used(tx, lock.sessionId(), now);
    long until = StoreTime.plus(now, extendFor);
    if (until > lock.readyAt()) {
      ActivityTable.extend(session, Place.of(instance, token.activity()), until);
    }
    return true;
  }

  /** Returns where an activity under a live lock is stored, or throws {@link LockLost}. */
  static Place live(WriteTx tx, String operation, LockToken.OfActivity token) throws SQLException {
    Session session = tx.session();
    InstanceRow instance = InstanceTable.find(session, token.instanceId());
    Lock lock = instance == null ? null : lockOf(session, instance, token);
    if (instance == null || lock == null || !lock.isLive(token.epoch(), tx.now())) {
      throw lost(operation, token, lock);
    }
    return Place.of(instance, token.activity());
  }

  /**
   * Gives an activity back; also after the lock end, while no other worker took it over
   * (EXPIRY-10).
   */
  static void abandon(WriteTx tx, String operation, LockToken.OfActivity token, AbandonOptions how)
      throws SQLException {
    Session session = tx.session();
    InstanceRow instance = InstanceTable.find(session, token.instanceId());
    Lock lock = instance == null ? null : lockOf(session, instance, token);
    if (instance == null || lock == null || lock.epoch() != token.epoch()) {
      throw lost(operation, token, lock);
    }
    ActivityTable.abandon(
        session,
        Place.of(instance, token.activity()),
        StoreTime.plus(tx.now(), how.delay()),
        how.countDelivery() ? lock.deliveryCount() : Math.max(0, lock.deliveryCount() - 1));
    tx.activitiesMayBeReady();
  }

  private static @Nullable Lock lockOf(
      Session session, InstanceRow instance, LockToken.OfActivity token) throws SQLException {
    return ActivityTable.lockOf(session, Place.of(instance, token.activity()));
  }

  private static LockLost lost(String operation, LockToken token, @Nullable Lock lock) {
    LockLoss loss;
    if (lock == null) {
      loss = LockLoss.UNKNOWN;
    } else if (lock.epoch() == token.epoch()) {
      loss = LockLoss.EXPIRED;
    } else if (lock.epoch() > 0) {
      loss = LockLoss.HELD_BY_NEWER;
    } else {
      loss = LockLoss.RELEASED;
    }
    return loss.error(operation, token);
  }
}
