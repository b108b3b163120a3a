// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TurnAhead;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Turns ahead that are applied where they do not fit, or not where they do. */
final class AheadConditionMutants {

  private static final Duration LONG = Duration.ofMinutes(10);

  private AheadConditionMutants() {}

  static void addTo(Family family) {
    applied(family);
    unused(family);
  }

  private static void applied(Family family) {
    family
        .handle(
            "goes-ahead-over-other-messages",
            "A turn ahead is applied although another message is visible.",
            "AHEAD-03: the batch is not looked at",
            inner ->
                new AheadByHand(inner) {
                  @Override
                  boolean fits(TurnAhead turn, OrchestrationItem item, OrchestratorMessage sent) {
                    return item.executionId() == turn.onExecutionId()
                        && item.history().lastEventId() == turn.onLastEventId();
                  }
                })
        .handle(
            "goes-ahead-with-any-one-message",
            "A turn ahead is applied to the one message that is visible, whichever it is.",
            "AHEAD-03: the batch is counted and not compared",
            inner ->
                new AheadByHand(inner) {
                  @Override
                  boolean fits(TurnAhead turn, OrchestrationItem item, OrchestratorMessage sent) {
                    return turn.fits(item);
                  }
                })
        .handle(
            "goes-ahead-from-any-event",
            "A turn ahead is applied wherever the history ends.",
            "AHEAD-03: the last event is not compared",
            inner ->
                new AheadByHand(inner) {
                  @Override
                  boolean fits(TurnAhead turn, OrchestrationItem item, OrchestratorMessage sent) {
                    return super.fits(
                        new TurnAhead(
                            turn.onExecutionId(), item.history().lastEventId(), turn.content()),
                        item,
                        sent);
                  }
                })
        .handle(
            "goes-ahead-from-an-event-of-any-time",
            "A turn ahead is applied whenever the last event was recorded.",
            "AHEAD-03: the moment is not compared",
            inner ->
                new Ahead(inner) {
                  @Override
                  TurnAhead asked(TurnAhead turn) {
                    return new TurnAhead(
                        turn.onExecutionId(), turn.onLastEventId(), turn.content());
                  }
                })
        .handle(
            "goes-ahead-from-an-earlier-event",
            "A turn ahead is applied when events were appended since.",
            "AHEAD-03: the last event is compared with >",
            inner ->
                new AheadByHand(inner) {
                  @Override
                  boolean fits(TurnAhead turn, OrchestrationItem item, OrchestratorMessage sent) {
                    return super.fits(
                        new TurnAhead(
                            turn.onExecutionId(),
                            Math.max(turn.onLastEventId(), item.history().lastEventId()),
                            turn.content()),
                        item,
                        sent);
                  }
                })
        .handle(
            "goes-ahead-in-any-execution",
            "A turn ahead is applied whichever execution is current.",
            "AHEAD-03: the execution is not compared",
            inner ->
                new AheadByHand(inner) {
                  @Override
                  boolean fits(TurnAhead turn, OrchestrationItem item, OrchestratorMessage sent) {
                    return super.fits(
                        new TurnAhead(item.executionId(), turn.onLastEventId(), turn.content()),
                        item,
                        sent);
                  }
                })
        .handle(
            "an-unused-turn-leaves-its-messages",
            "The messages of a turn that is not used are sent.",
            "AHEAD-03: they are written before the condition is known",
            inner ->
                new Ahead(inner) {
                  @Override
                  Got got(TurnAhead turn, Got got) {
                    if (got.turn() == null) {
                      inner.enqueueAll(turn.content().messages());
                    }
                    return got;
                  }
                })
        .handle(
            "a-refused-turn-leaves-a-message",
            "The first message of a turn that is refused is sent.",
            "AHEAD-05: what was written before the error is not undone",
            inner ->
                new Ahead(inner) {
                  @Override
                  Got got(TurnAhead turn, Got got) {
                    if (got.turn() instanceof AckResult.Rejected) {
                      turn.content().messages().stream().findFirst().ifPresent(inner::enqueue);
                    }
                    return got;
                  }
                })
        .store(
            "goes-ahead-after-a-look",
            "What is stored between the look at the queue and the turn is consumed unread.",
            "AHEAD-11: the look and the turn are two transactions",
            store -> {
              AtomicInteger calls = new AtomicInteger();
              return inner -> new AfterALook(inner, calls);
            });
  }

  /** Looks, lets others be faster, and consumes what there is by then. */
  private static final class AfterALook extends Ahead {
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(5);

    private final AtomicInteger calls;

    AfterALook(Provider inner, AtomicInteger calls) {
      super(inner);
      this.calls = calls;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      try {
        return super.enqueue(message);
      } finally {
        calls.incrementAndGet();
      }
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      EagerInstance eager = ack.eager();
      TurnAhead turn = turn(eager);
      if (eager == null || turn == null) {
        return super.ackActivityItem(ack);
      }
      AckResult result =
          inner.ackActivityItem(
              new ActivityAck(ack.lockToken(), ack.completion(), eager.withTurnAhead(null)));
      if (!(result instanceof AckResult.Applied applied)
          || applied.eagerInstance() == null
          || !turn.fits(applied.eagerInstance())) {
        return result;
      }
      inner.abandon(applied.eagerInstance().lockToken(), AbandonOptions.now().uncounted());
      letOthersBeFaster();
      for (OrchestrationItem item : inner.fetchOrchestrationItems(OrchestrationFetch.of(1, LONG))) {
        AckResult ahead = inner.ackOrchestrationItem(turn.ack(item.lockToken()));
        return new AckResult.Applied(
            List.of(), ahead instanceof AckResult.Applied ? null : item, ahead);
      }
      return new AckResult.Applied(List.of(), null, null);
    }

    private void letOthersBeFaster() {
      int before = calls.get();
      long end = System.nanoTime() + PATIENCE;
      while (calls.get() == before && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  private static void unused(Family family) {
    family
        .store(
            "a-timer-stands-in-the-way",
            "A turn ahead is not used while a timer waits.",
            "AHEAD-04: visibleAt is not looked at",
            store -> {
              Set<String> timed = ConcurrentHashMap.newKeySet();
              return inner -> new Timed(inner, timed);
            })
        .handle(
            "a-start-does-not-go-ahead",
            "The turn ahead of a start is ignored.",
            "AHEAD-01: only completions were thought of",
            inner ->
                new Ahead(inner) {
                  @Override
                  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
                    return inner.enqueue(message, eager.withTurnAhead(null));
                  }
                })
        .store(
            "an-acked-instance-does-not-go-ahead",
            "A turn ahead is not used once a later execution has begun.",
            "AHEAD-02: the execution is taken for 1",
            store ->
                inner ->
                    new Ahead(inner) {
                      @Override
                      TurnAhead asked(TurnAhead turn) {
                        return new TurnAhead(1, turn.onLastEventId(), turn.content());
                      }
                    });
  }

  private static final class Timed extends Ahead {
    private final Set<String> timed;

    Timed(Provider inner, Set<String> timed) {
      super(inner);
      this.timed = timed;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      if (!(message.due() instanceof Due.Now)) {
        timed.add(message.instanceId());
      }
      return super.enqueue(message);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      EagerInstance eager = ack.eager();
      return eager != null && timed.contains(ack.lockToken().instanceId())
          ? inner.ackActivityItem(
              new ActivityAck(ack.lockToken(), ack.completion(), eager.withTurnAhead(null)))
          : super.ackActivityItem(ack);
    }
  }
}
