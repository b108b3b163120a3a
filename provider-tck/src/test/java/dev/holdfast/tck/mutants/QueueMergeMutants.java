// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
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
        .mutants();
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
