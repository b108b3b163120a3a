// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies turns that come with the message that causes them, in its place: the message itself is
 * never stored (AHEAD-02).
 */
public final class AheadTurns {

  private static final String BEGIN = "SAVEPOINT turn_ahead";
  private static final String UNDO = "ROLLBACK TO turn_ahead";
  private static final String END = "RELEASE turn_ahead";

  private AheadTurns() {}

  /**
   * Which ack of a list is the first that is applied, instance by instance: only its turn may be
   * (AHEAD-09). Used by one thread at a time.
   */
  @FunctionalInterface
  public interface Order {
    /** {@return whether an ack that is being applied is the first of its instance} */
    boolean isFirst(ActivityAck ack);
  }

  /** {@return the order of the acks of a list, which may be applied again and again} */
  public static Order orderOf(List<ActivityAck> acks) {
    if (acks.size() == 1) {
      return ack -> true;
    }
    Map<String, LockToken> first = new HashMap<>();
    return ack -> {
      LockToken before = first.putIfAbsent(ack.lockToken().instanceId(), ack.lockToken());
      return before == null || before.equals(ack.lockToken());
    };
  }

  /**
   * Applies the turn of a message that is not stored yet, if it fits. What cannot be applied leaves
   * nothing behind.
   *
   * @param instance the instance of the message, null when nothing is known of it
   * @param message the message
   * @param checks what the turn may not have
   * @return applied, or rejected with the reason; null when it does not fit
   */
  static @Nullable AckResult apply(
      WriteTx tx,
      String operation,
      @Nullable InstanceRow instance,
      OrchestratorMessage message,
      EagerInstance eager,
      RequestChecks checks)
      throws SQLException {
    TurnAhead turn = eager.turnAhead();
    long now = tx.now();
    if (turn == null
        || RequestChecks.visibleAt(operation, message, now) > now
        || !fits(tx.session(), eager, turn, instance, message, now)) {
      return null;
    }
    ProviderError.Permanent refusal = checks.refusal(operation, message.instanceId(), turn);
    if (refusal != null) {
      return AckResult.rejected(refusal);
    }
    Session session = tx.session();
    session.run(BEGIN);
    AckResult result = null;
    try {
      result = write(tx, operation, instance, message, turn, now);
    } catch (ProviderError.Permanent late) {
      result = AckResult.rejected(late);
    }
    if (!(result instanceof AckResult.Applied)) {
      session.run(UNDO);
    }
    session.run(END);
    return result;
  }

  private static @Nullable AckResult write(
      WriteTx tx,
      String operation,
      @Nullable InstanceRow found,
      OrchestratorMessage message,
      TurnAhead turn,
      long now)
      throws SQLException {
    Session session = tx.session();
    InstanceRow instance =
        found == null ? InstanceTable.findOrInsert(session, message.instanceId()) : found;
    try {
      if (!MessageIdTable.remember(session, operation, instance, message)) {
        return null;
      }
    } catch (ProviderError.IdempotencyMismatch e) {
      return null; // the call itself will be refused
    }
    return OrchestrationAcker.ackAhead(
        tx, instance, turn.ack(new LockToken.OfInstance(instance.id(), tx.next())), now);
  }

  private static boolean fits(
      Session session,
      EagerInstance eager,
      TurnAhead turn,
      @Nullable InstanceRow instance,
      OrchestratorMessage message,
      long now)
      throws SQLException {
    VersionFilter versions = eager.versionFilter();
    if (instance == null) {
      return (versions == null || versions.matches(null))
          && message.start() != null
          && turn.onExecutionId() == 1
          && turn.onLastEventId() == 0;
    }
    return instance.isReplayableBy(versions)
        && isAlone(session, instance, message, now)
        && Math.max(1, instance.executionId()) == turn.onExecutionId()
        && HistoryTable.endsWhere(session, instance, turn);
  }

  /**
   * Returns whether a fetch after the message could take the instance, with this message and no
   * other: it is neither locked nor held back, and nothing is visible yet.
   */
  private static boolean isAlone(
      Session session, InstanceRow instance, OrchestratorMessage message, long now)
      throws SQLException {
    if (instance.held() || instance.holdUntil() > now || instance.isReady(now)) {
      return false;
    }
    if (instance.known()) {
      return true; // of a known instance, everything that is visible makes it ready
    }
    Long waiting = MessageTable.nextVisibleAt(session, instance);
    return message.start() != null && (waiting == null || waiting > now);
  }
}
