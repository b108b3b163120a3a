// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.TurnContent;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.control.ControlTurn;
import dev.holdfast.runtime.internal.control.Delivered;
import dev.holdfast.runtime.internal.control.Ending;
import dev.holdfast.runtime.internal.control.InstanceLog;
import dev.holdfast.worker.Turn;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes turns of what needs no code of the instance, and tells local waiters of ends. */
final class CodelessTurns {

  private static final Logger LOG = LoggerFactory.getLogger(CodelessTurns.class);

  private final CompletionSignals signals;

  CodelessTurns(CompletionSignals signals) {
    this.signals = signals;
  }

  /** Makes a turn that ends the instance as failed. */
  Turn fail(Delivered it, Failure failure) {
    LOG.error("instance {} is failed: {}", it.instanceId(), failure);
    List<TurnContent> alternatives = Ending.failing(it, failure);
    return alternatives.isEmpty()
        ? Turn.of(new TurnResult.Ack(TurnOutput.of(it.executionId()).build()))
        : new Codeless(it, alternatives, () -> {}, true);
  }

  /** Makes the turn that operators asked for. */
  Turn of(Delivered it, ControlTurn control) {
    return new Codeless(
        it,
        control.alternatives(),
        () -> applied(it, control),
        control.what() == ControlTurn.What.TERMINATE);
  }

  private void applied(Delivered it, ControlTurn control) {
    InstanceLog.controlled(it, control);
    if (control.goesOn()) {
      signals.begun(it.instanceId());
    }
  }

  private final class Codeless implements Turn {
    private final Delivered it;
    private final TurnResult result;
    private final Runnable applied;
    private final boolean ends;

    Codeless(Delivered it, List<TurnContent> alternatives, Runnable applied, boolean ends) {
      this.it = it;
      this.result = new TurnResult.Ack(alternatives.stream().map(Codeless::output).toList());
      this.applied = applied;
      this.ends = ends;
    }

    private static TurnOutput output(TurnContent content) {
      return TurnOutput.of(content.executionId())
          .historyDelta(content.historyDelta())
          .activities(content.activities())
          .messages(content.messages())
          .metadata(content.metadata())
          .cancelledActivities(content.cancelledActivities())
          .build();
    }

    @Override
    public TurnResult result() {
      return result;
    }

    @Override
    public void applied(TurnOutput stored) {
      applied.run();
      if (ends) {
        signals.ended(
            it.instanceId(),
            new CompletionSignals.Ended(
                stored.executionId(), it.name(), stored.historyDelta().getLast()));
      }
    }
  }
}
