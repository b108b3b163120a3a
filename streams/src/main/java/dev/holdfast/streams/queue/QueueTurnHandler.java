// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.internal.Commands;
import dev.holdfast.worker.Turn;
import dev.holdfast.worker.TurnContext;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.internal.util.Told;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine of queues: does their turns in a worker. Thread-safe. */
final class QueueTurnHandler implements TurnHandler {

  private static final Logger LOG = LoggerFactory.getLogger(QueueTurnHandler.class);

  /**
   * So often a turn is decided without a look at what was appended under the ids of its entries.
   */
  private static final int MOST_CARELESS = 2;

  private final Map<String, Commands<?, QueueEntry, ?>> queues = new HashMap<>();
  private final QueuePolicy policy;
  private final Counters counters;

  QueueTurnHandler(
      EventSourcing events,
      Iterable<QueuedAggregate<?, ?, ?>> aggregates,
      QueuePolicy policy,
      Counters counters) {
    this.policy = policy;
    this.counters = counters;
    for (QueuedAggregate<?, ?, ?> aggregate : aggregates) {
      String category = aggregate.aggregate().category();
      Commands<?, QueueEntry, ?> queue = events.repository(aggregate.ofEntries()).commands();
      if (queues.putIfAbsent(QueueNames.code(category), queue) != null) {
        throw new IllegalArgumentException(
            "the category %s is registered twice".formatted(category));
      }
    }
  }

  @Override
  public Set<OrchestrationCode> code() {
    return queues.keySet().stream()
        .map(name -> new OrchestrationCode(name, null))
        .collect(Collectors.toSet());
  }

  @Override
  public int inlineHistory() {
    return Journal.PAGE;
  }

  @Override
  public Turn take(TurnContext context) {
    return taken(context, 1);
  }

  /**
   * Others have appended meanwhile: it is decided on what they left. When that does not fit either,
   * it may be what is queued here that was appended, under its id.
   */
  @Override
  public Turn outdated(TurnContext context, Turn refused, ProviderError.Permanent why) {
    counters.conflicted();
    return taken(context, refused instanceof Computed before ? before.tries + 1 : 1);
  }

  private Turn taken(TurnContext context, int tries) {
    Commands<?, QueueEntry, ?> queue = queue(context);
    if (queue == null) {
      // an instance of nobody: it was known once, and has no row
      return Turn.of(new TurnResult.Ack(TurnOutput.of(context.executionId()).build()));
    }
    try {
      QueueTurn<?, ?> turn = new QueueTurn<>(context, queue, policy, tries > MOST_CARELESS);
      return computed(turn, turn::compute, tries);
    } catch (EventSourcingException e) {
      LOG.debug("queue {} cannot be read", context.instanceId(), e);
      return Turn.of(
          new TurnResult.Failed(new WorkFailure(WorkFailure.Reason.UNREADABLE, Told.text(e), e)));
    }
  }

  @Override
  public Turn fail(TurnContext context, WorkFailure why) {
    LOG.warn("queue {} does not go on: {}", context.instanceId(), why.message());
    Commands<?, QueueEntry, ?> queue = queue(context);
    if (queue == null) {
      return Turn.of(new TurnResult.Ack(TurnOutput.of(context.executionId()).build()));
    }
    QueueTurn<?, ?> turn = new QueueTurn<>(context, queue, policy, true);
    return computed(turn, () -> turn.giveUp(why), 1);
  }

  private Turn computed(QueueTurn<?, ?> turn, Supplier<TurnOutput> compute, int tries) {
    boolean handedOn = false;
    try {
      Turn computed = new Computed(turn, compute.get(), tries);
      handedOn = true;
      return computed;
    } finally {
      if (!handedOn) {
        turn.close();
      }
    }
  }

  private @Nullable Commands<?, QueueEntry, ?> queue(TurnContext context) {
    String name = context.name();
    return name == null ? null : queues.get(name);
  }

  /** A turn that is counted when it is stored. */
  private final class Computed implements Turn {
    private final QueueTurn<?, ?> turn;
    private final TurnOutput output;
    private final int tries;

    Computed(QueueTurn<?, ?> turn, TurnOutput output, int tries) {
      this.turn = turn;
      this.output = output;
      this.tries = tries;
    }

    @Override
    public TurnResult result() {
      return new TurnResult.Ack(output);
    }

    @Override
    public void applied(TurnOutput stored) {
      counters.stored(turn.tally());
      turn.applied();
    }

    @Override
    public void close() {
      turn.close();
    }
  }
}
