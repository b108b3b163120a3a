// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.jdbc.batch.Outcome;
import dev.holdfast.provider.sqlite.queue.MessageTable.Stored;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hands out instances in the transaction that made them ready (CLAIM-02, CLAIM-05). */
public final class EagerFetcher {

  private EagerFetcher() {}

  /**
   * Stores a message and locks its instance if a fetch right after it could; or applies the turn
   * that a start brings along.
   */
  public static EnqueueResult enqueue(
      WriteTx tx,
      String operation,
      OrchestratorMessage message,
      EagerInstance eager,
      RequestChecks checks)
      throws SQLException {
    AckResult turn =
        message.start() == null || eager.turnAhead() == null
            ? null
            : AheadTurns.apply(
                tx,
                operation,
                InstanceTable.find(tx.session(), message.instanceId()),
                message,
                eager,
                checks);
    if (turn instanceof AckResult.Applied) {
      return new EnqueueResult(true, null, turn);
    }
    // A repeated call may not count a delivery, so it claims nothing (CLAIM-06).
    return Enqueuer.enqueue(tx, operation, message)
        ? new EnqueueResult(true, claim(tx, message.instanceId(), eager).orElse(null), turn)
        : EnqueueResult.of(false);
  }

  /**
   * Locks the instances that acks of activities ask for, each once, and returns each with the last
   * applied ack that asks for it: a caller that reads the list in order has seen all completions of
   * the item by then (CLAIM-07).
   *
   * @param acks the acks
   * @param outcomes how each of them ended
   * @return the outcomes with what was claimed
   */
  public static List<Outcome<AckResult>> claim(
      WriteTx tx, List<ActivityAck> acks, List<Outcome<AckResult>> outcomes) throws SQLException {
    Map<String, Integer> lastAsking = new LinkedHashMap<>();
    for (int i = 0; i < acks.size(); i++) {
      ActivityAck ack = acks.get(i);
      OrchestratorMessage completion = ack.completion();
      if (ack.eager() != null && completion != null && mayClaim(outcomes.get(i))) {
        lastAsking.put(completion.instanceId(), i);
      }
    }
    List<Outcome<AckResult>> answers = new ArrayList<>(outcomes);
    for (Map.Entry<String, Integer> asking : lastAsking.entrySet()) {
      EagerInstance eager = acks.get(asking.getValue()).eager();
      if (eager != null) {
        claim(tx, asking.getKey(), eager)
            .ifPresent(item -> answers.set(asking.getValue(), with(item, outcomes, asking)));
      }
    }
    return answers;
  }

  private static Outcome<AckResult> with(
      OrchestrationItem item,
      List<Outcome<AckResult>> outcomes,
      Map.Entry<String, Integer> asking) {
    AckResult result =
        outcomes.get(asking.getValue())
                instanceof Outcome.Done<AckResult>(AckResult.Applied applied)
            ? applied.withEagerInstance(item)
            : new AckResult.Applied(List.of(), item);
    return new Outcome.Done<>(result);
  }

  /** {@return whether an ack was applied, and left its completion for a claim} */
  private static boolean mayClaim(Outcome<AckResult> outcome) {
    return outcome instanceof Outcome.Done<AckResult>(AckResult.Applied applied)
        && !(applied.turnAhead() instanceof AckResult.Applied);
  }

  /** {@return whether the filter of a claim lets the instance pass; not when it cannot be read} */
  private static boolean mayReplay(InstanceRow instance, EagerInstance eager) throws SQLException {
    try {
      return instance.isReplayableBy(eager.versionFilter());
    } catch (CorruptData e) {
      return false;
    }
  }

  /** Locks an instance if a fetch could, and otherwise leaves everything as it is. */
  private static Optional<OrchestrationItem> claim(
      WriteTx tx, String instanceId, EagerInstance eager) throws SQLException {
    long now = tx.now();
    InstanceRow instance = InstanceTable.find(tx.session(), instanceId);
    if (instance == null || !instance.isReady(now) || !mayReplay(instance, eager)) {
      return Optional.empty();
    }
    Delivery delivery =
        new Delivery(tx, now, eager.lockFor(), eager.inlineHistory(), new Bytes(Long.MAX_VALUE));
    try {
      if (delivery.lacksStart(instance)) {
        return Optional.empty();
      }
      List<Stored> batch = delivery.batch(instance, true);
      return batch == null || batch.isEmpty()
          ? Optional.empty()
          : Optional.of(delivery.deliver(instance, batch));
    } catch (CorruptData e) {
      // Not an error of this call; a fetch will report it (ERR-11).
      return Optional.empty();
    }
  }
}
