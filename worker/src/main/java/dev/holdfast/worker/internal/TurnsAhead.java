// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.worker.AheadTurn;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.internal.util.Told;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has engines compute the turns that calls of this worker are about to cause, so that they go to
 * the store with these calls. Nothing depends on it: where it does not work out, the instance is
 * delivered, and what the engine threw is met again and counted there. Thread-safe.
 */
final class TurnsAhead {

  private static final Logger LOG = LoggerFactory.getLogger(TurnsAhead.class);

  private final boolean possible;
  private final Engines engines;
  private final EagerDispatch eager;
  private final StoreClock clock;
  private final Routes routes;
  private final OpenAheadTurn.Settled settled;

  /**
   * Creates them for one worker.
   *
   * @param clock the store's time
   * @param routes which activities come with a turn
   * @param settled is called when it is known what became of a turn
   */
  TurnsAhead(
      Provider provider,
      Engines engines,
      EagerDispatch eager,
      StoreClock clock,
      Routes routes,
      OpenAheadTurn.Settled settled) {
    this.possible =
        provider.info().declares(Feature.EAGER_DISPATCH)
            && provider.info().declares(Feature.TURNS_AHEAD);
    this.engines = engines;
    this.eager = eager;
    this.clock = clock;
    this.routes = routes;
    this.settled = settled;
  }

  /**
   * Computes the turn that the result of an activity causes. Only at the first delivery of the
   * activity: a turn that kills the process would otherwise have it done again and again, and never
   * count against its instance.
   *
   * @param room for the instance, should the turn not fit; a turn needs no free slot
   */
  Ahead of(
      ActivityItem item,
      @Nullable OrchestratorMessage completion,
      SlotReservation<OrchestrationItem> room) {
    ActivityTask task = item.task();
    if (completion == null
        || completion.start() != null
        || item.deliveryCount() > 1
        || !completion.instanceId().equals(task.instanceId())) {
      return Ahead.NONE;
    }
    return of(
        task.orchestrationName(),
        task.orchestrationVersion(),
        task.executionId(),
        completion,
        room);
  }

  /**
   * Computes the first turn of an instance that is about to be started.
   *
   * @param room for the instance, should the turn not fit; a turn needs no free slot
   */
  Ahead of(
      OrchestratorMessage message, ExecutionStart start, SlotReservation<OrchestrationItem> room) {
    return of(start.name(), start.version(), 1, message, room);
  }

  private Ahead of(
      String name,
      @Nullable String version,
      long executionId,
      OrchestratorMessage message,
      SlotReservation<OrchestrationItem> room) {
    if (!possible
        || (room.size() == 0 && !room.mayOverdraw())
        || !(message.due() instanceof Due.Now)) {
      return Ahead.NONE;
    }
    TurnHandler engine = engines.turns(name, version);
    Instant now = clock.now();
    if (engine == null || now == null) {
      return Ahead.NONE;
    }
    long begun = System.nanoTime();
    try {
      AheadTurn turn = engine.ahead(message, now);
      if (turn == null) {
        return Ahead.NONE;
      }
      Work work = new Work(Work.Kind.TURN, message.instanceId(), executionId, name, null, 1);
      return open(work, begun, turn, room);
    } catch (Throwable e) {
      LOG.debug("instance {}: its turn is not computed ahead", message.instanceId(), Told.brief(e));
      return Ahead.NONE;
    }
  }

  private Ahead open(
      Work work, long begun, AheadTurn turn, SlotReservation<OrchestrationItem> room) {
    boolean handedOn = false;
    try {
      if (turn.result() instanceof TurnResult.Ack ack) {
        TurnOutput output = ack.alternatives().getFirst();
        if (!output.changes().isEmpty()) {
          return Ahead.NONE; // a turn ahead carries none
        }
        Ahead open =
            new OpenAheadTurn(work, begun, turn, output, eager.reserve(output), routes, settled);
        handedOn = true;
        if (room.size() == 0) {
          room.overdraw();
        }
        return open;
      }
      return Ahead.NONE;
    } finally {
      if (!handedOn) {
        OpenAheadTurn.close(turn, work.instanceId());
      }
    }
  }
}
