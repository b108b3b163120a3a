// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Messages that are merged, or said to be merged, where they are not. */
final class QueueMergeMutants {

  private QueueMergeMutants() {}

  static List<Mutant> all() {
    return new Family("QUEUE")
        .store(
            "equal-timers-are-one",
            "Of equal messages that are due at one later instant the first one is kept.",
            "QUEUE-08: timers are keyed by instance, due time and content",
            store -> {
              Set<OrchestratorMessage> seen = ConcurrentHashMap.newKeySet();
              return inner -> new MergesTimers(inner, seen);
            })
        .handle(
            "every-message-is-said-to-be-stored",
            "Whoever enqueues is told that the message was stored.",
            "QUEUE-26: a constant",
            inner -> new Telling(inner, true))
        .store(
            "what-has-no-id-is-not-stored",
            "A message without an id is said not to be stored.",
            "QUEUE-26: an absent id is looked up",
            store -> inner -> new Telling(inner, false))
        .store(
            "a-consumed-id-is-said-to-be-stored",
            "A repeat of a message that was consumed is said to be stored.",
            "QUEUE-26: the queue alone is looked at",
            store -> {
              Set<Object> queued = ConcurrentHashMap.newKeySet();
              return inner -> new LooksAtTheQueue(inner, queued);
            })
        .mutants();
  }

  private static final class Telling extends Forwarding {
    private final boolean told;

    Telling(Provider inner, boolean told) {
      super(inner);
      this.told = told;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      EnqueueResult result = super.enqueue(message);
      return told || message.messageId() == null ? EnqueueResult.of(told) : result;
    }
  }

  private static final class LooksAtTheQueue extends Forwarding {
    private final Set<Object> queued;

    LooksAtTheQueue(Provider inner, Set<Object> queued) {
      super(inner);
      this.queued = queued;
    }

    private static Object id(OrchestratorMessage message) {
      return List.of(message.instanceId(), String.valueOf(message.messageId()));
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      EnqueueResult result = super.enqueue(message);
      return message.messageId() == null
          ? result
          : EnqueueResult.of(result.stored() | queued.add(id(message)));
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.forEach(item -> item.messages().forEach(message -> queued.remove(id(message))));
      return items;
    }
  }

  private static final class MergesTimers extends Forwarding {
    private final Set<OrchestratorMessage> seen;

    MergesTimers(Provider inner, Set<OrchestratorMessage> seen) {
      super(inner);
      this.seen = seen;
    }

    private boolean isNew(OrchestratorMessage message) {
      return message.messageId() != null || !(message.due() instanceof Due.At) || seen.add(message);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      return isNew(message) ? super.enqueue(message) : EnqueueResult.of(true);
    }

    @Override
    public void enqueueAll(List<OrchestratorMessage> messages) {
      super.enqueueAll(messages.stream().filter(this::isNew).toList());
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(
          Change.of(ack).messages(ack.messages().stream().filter(this::isNew).toList()).build());
    }
  }
}
