// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.worker.AheadTurn;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A turn that an engine has computed ahead, and that is not settled yet. Not thread-safe. */
final class OpenAheadTurn implements Ahead {

  private static final Logger LOG = LoggerFactory.getLogger(OpenAheadTurn.class);

  private final Work work;
  private final long begun;
  private final AheadTurn turn;
  private final TurnOutput output;
  private final SlotReservation<ActivityItem> room;
  private final Routes routes;
  private final Settled settled;
  private boolean closed;

  /**
   * Opens a turn.
   *
   * @param work what it would be if it were delivered
   * @param begun since when it is computed, by {@code System.nanoTime()}
   * @param output what it stores
   * @param room slots for the activities that it schedules; it belongs to this from now on
   * @param routes which of these are claimed
   * @param settled is called when it is known what became of it
   */
  OpenAheadTurn(
      Work work,
      long begun,
      AheadTurn turn,
      TurnOutput output,
      SlotReservation<ActivityItem> room,
      Routes routes,
      Settled settled) {
    this.work = work;
    this.begun = begun;
    this.turn = turn;
    this.output = output;
    this.room = room;
    this.routes = routes;
    this.settled = settled;
  }

  /** What else is done when it is known what became of a turn. */
  interface Settled {
    /** Called when it was applied. */
    void stored(Work work, TurnOutput output, Duration took);

    /** Called when the store did not use it. */
    void notUsed(Work work);
  }

  @Override
  public TurnAhead turn() {
    EagerActivities eager = room.size() == 0 ? null : routes.activities(room.size());
    return new TurnAhead(
        turn.onExecutionId(),
        turn.onLastEventId(),
        turn.onLastEventAt(),
        TurnContents.of(output, eager));
  }

  @Override
  public void settled(@Nullable AckResult result) {
    switch (result) {
      case null -> {
        LOG.trace("the turn ahead of {} was not used", work.instanceId());
        settled.notUsed(work);
      }
      case AckResult.Applied applied -> applied(applied);
      // Nothing is known of it, so the engine must not build on it.
      case AckResult.AlreadyApplied already ->
          LOG.debug("the turn ahead of {} was applied before", work.instanceId());
      case AckResult.Rejected(ProviderError.Permanent error) -> {
        LOG.debug("the turn ahead of {} is delivered", work.instanceId(), Told.brief(error));
        settled.notUsed(work);
      }
    }
  }

  private void applied(AckResult.Applied applied) {
    // The activities begin when this is closed, and so after the execution is parked: the
    // completion of a quick one must find it there.
    room.received(applied.eagerActivities());
    try {
      turn.applied(output);
    } catch (Throwable e) {
      Told.error(LOG, "instance " + work.instanceId() + ": its turn cannot be parked", e);
    }
    settled.stored(work, output, Duration.ofNanos(System.nanoTime() - begun));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    room.close();
    close(turn, work.instanceId());
  }

  /** Closes a turn; what it throws is only logged. */
  static void close(AheadTurn turn, String instanceId) {
    try {
      turn.close();
    } catch (Throwable e) {
      Told.error(LOG, "instance " + instanceId + ": its turn cannot be closed", e);
    }
  }
}
