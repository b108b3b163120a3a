// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TurnAhead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies turns ahead of single calls by a claim and an ack; whoever looks at the store only, and
 * does not count, sees no difference. Broken variants change the condition or the ack. Messages
 * with an id, and lists, are left to the provider behind it.
 */
class AheadByHand extends Ahead {

  AheadByHand(Provider inner) {
    super(inner);
  }

  /** Whether a turn is applied to a claimed item. */
  boolean fits(TurnAhead turn, OrchestrationItem item, OrchestratorMessage sent) {
    return turn.fits(item) && item.messages().get(0).body().equals(sent.body());
  }

  /** Whether an enqueue may go ahead. */
  boolean counts(OrchestratorMessage message) {
    return message.start() != null;
  }

  /** The ack that a turn amounts to. */
  OrchestrationAck ack(TurnAhead turn, OrchestrationItem item) {
    return turn.ack(item.lockToken());
  }

  /** Does what there is to do behind an applied turn. */
  void applied(OrchestratorMessage sent, TurnAhead turn) {}

  private Got goAhead(
      OrchestratorMessage sent, TurnAhead turn, @Nullable OrchestrationItem claimed) {
    if (claimed == null || !fits(turn, claimed, sent)) {
      return new Got(claimed, null);
    }
    AckResult result = inner.ackOrchestrationItem(ack(turn, claimed));
    if (result instanceof AckResult.Applied) {
      applied(sent, turn);
      return new Got(null, result);
    }
    return new Got(claimed, result);
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    EagerInstance eager = ack.eager();
    TurnAhead turn = turn(eager);
    OrchestratorMessage completion = ack.completion();
    if (eager == null || turn == null || completion == null || completion.messageId() != null) {
      return super.ackActivityItem(ack);
    }
    AckResult result =
        inner.ackActivityItem(
            new ActivityAck(ack.lockToken(), completion, eager.withTurnAhead(null)));
    if (!(result instanceof AckResult.Applied call)) {
      return result;
    }
    Got got = got(turn, goAhead(completion, turn, call.eagerInstance()));
    return new AckResult.Applied(List.of(), got.claimed(), got.turn());
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    TurnAhead turn = eager.turnAhead();
    if (turn == null || !counts(message) || message.messageId() != null) {
      return super.enqueue(message, eager);
    }
    EnqueueResult result = inner.enqueue(message, eager.withTurnAhead(null));
    Got got = got(turn, goAhead(message, turn, result.eagerInstance()));
    return new EnqueueResult(true, got.claimed(), got.turn());
  }
}
