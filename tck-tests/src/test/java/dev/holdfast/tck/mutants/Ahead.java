// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TurnAhead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes turns ahead and what became of them on, in single and list forms; broken variants change
 * what is asked or answered.
 */
class Ahead extends Forwarding {

  Ahead(Provider inner) {
    super(inner);
  }

  /** What a call with a turn ahead got. */
  record Got(@Nullable OrchestrationItem claimed, @Nullable AckResult turn) {}

  /** A turn on its way in; null for none. */
  @Nullable TurnAhead asked(TurnAhead turn) {
    return turn;
  }

  /** What a call with a turn got, on its way out. */
  Got got(TurnAhead turn, Got got) {
    return got;
  }

  /** The turn of a claim, null for none. */
  static @Nullable TurnAhead turn(@Nullable EagerInstance eager) {
    return eager == null ? null : eager.turnAhead();
  }

  final ActivityAck in(ActivityAck ack) {
    EagerInstance eager = ack.eager();
    return eager == null ? ack : new ActivityAck(ack.lockToken(), ack.completion(), in(eager));
  }

  final EagerInstance in(EagerInstance eager) {
    TurnAhead turn = eager.turnAhead();
    return turn == null ? eager : eager.withTurnAhead(asked(turn));
  }

  final AckResult out(ActivityAck ack, AckResult result) {
    TurnAhead turn = turn(ack.eager());
    if (turn == null || !(result instanceof AckResult.Applied applied)) {
      return result;
    }
    Got got = got(turn, new Got(applied.eagerInstance(), applied.turnAhead()));
    return new AckResult.Applied(applied.eagerActivities(), got.claimed(), got.turn());
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return out(ack, inner.ackActivityItem(in(ack)));
  }

  @Override
  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    List<AckResult> results = inner.ackActivityItems(acks.stream().map(this::in).toList());
    List<AckResult> answers = new ArrayList<>();
    for (int i = 0; i < acks.size(); i++) {
      answers.add(out(acks.get(i), results.get(i)));
    }
    return answers;
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    EnqueueResult result = inner.enqueue(message, in(eager));
    TurnAhead turn = eager.turnAhead();
    if (turn == null || !result.stored()) {
      return result;
    }
    Got got = got(turn, new Got(result.eagerInstance(), result.turnAhead()));
    return new EnqueueResult(true, got.claimed(), got.turn());
  }
}
