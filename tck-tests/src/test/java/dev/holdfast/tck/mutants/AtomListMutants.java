// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lists of acks that lose what is not their own, and acks that are remembered though rejected. */
final class AtomListMutants {

  private static final int MANY = 1_000;

  private AtomListMutants() {}

  static List<Mutant> all() {
    return new Family("ATOM")
        .handle(
            "a-list-removes-what-it-sends-to-members",
            "A message from one ack of a list to the instance of another one is lost.",
            "ATOM-12: batches are deleted by instance id, after the messages were inserted",
            RemovesWhatItSends::new)
        .store(
            "a-list-removes-what-came-later",
            "A list of acks removes messages that came after the fetch.",
            "ATOM-12: batches are deleted by instance id",
            store -> {
              Held held = new Held(store);
              Set<String> late = ConcurrentHashMap.newKeySet();
              return inner -> new RemovesWhatCameLater(inner, held, late);
            })
        .handle(
            "a-rejected-delta-is-cached",
            "The handle that sent a rejected ack delivers its events with the next item.",
            "ATOM-01: a cache of histories that is filled before the commit",
            inner -> new CachesRejected(inner, false))
        .handle(
            "a-rejected-delta-of-a-list-is-cached",
            "Events of a rejected ack of a list are delivered with the next item.",
            "ATOM-01: the cache is taken back in the single form only",
            inner -> new CachesRejected(inner, true))
        .mutants();
  }

  private static final class RemovesWhatItSends extends Forwarding {
    RemovesWhatItSends(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      Set<String> members = new HashSet<>();
      acks.forEach(ack -> members.add(ack.lockToken().instanceId()));
      return super.ackOrchestrationItems(
          acks.stream()
              .map(ack ->
                  Change.of(ack)
                      .messages(
                          ack.messages().stream()
                              .filter(one ->
                                  !members.contains(one.instanceId())
                                      || one.instanceId().equals(ack.lockToken().instanceId()))
                              .toList())
                      .build())
              .toList());
    }
  }

  private static final class RemovesWhatCameLater extends Tracking {
    private final Set<String> late;

    RemovesWhatCameLater(Provider inner, Held held, Set<String> late) {
      super(inner, held);
      this.late = late;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      if (held.isHeld(message.instanceId())) {
        late.add(message.instanceId());
      }
      return super.enqueue(message);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      List<AckResult> results = super.ackOrchestrationItems(acks);
      Set<String> members = new HashSet<>();
      acks.forEach(ack -> members.add(ack.lockToken().instanceId()));
      for (OrchestrationItem item :
          inner.fetchOrchestrationItems(OrchestrationFetch.of(MANY, Duration.ofMinutes(1)))) {
        if (members.contains(item.instanceId()) && late.remove(item.instanceId())) {
          inner.ackOrchestrationItem(
              OrchestrationAck.builder(item.lockToken(), item.executionId()).build());
        } else {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        }
      }
      return results;
    }
  }

  private static final class CachesRejected extends Forwarding {
    private final boolean inLists;
    private final Map<String, List<HistoryEvent>> rejected = new ConcurrentHashMap<>();

    CachesRejected(Provider inner, boolean inLists) {
      super(inner);
      this.inLists = inLists;
    }

    private AckResult noted(OrchestrationAck ack, AckResult result) {
      if (result instanceof AckResult.Rejected(var error) && !(error instanceof LockLost)) {
        rejected.put(ack.lockToken().instanceId(), ack.historyDelta());
      }
      return result;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = inner.ackOrchestrationItem(ack);
      return inLists ? result : noted(ack, result);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      List<AckResult> results = inner.ackOrchestrationItems(acks);
      for (int i = 0; inLists && i < acks.size(); i++) {
        noted(acks.get(i), results.get(i));
      }
      return results;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream()
          .map(item -> {
            List<HistoryEvent> more = rejected.remove(item.instanceId());
            if (more == null || more.isEmpty()) {
              return item;
            }
            List<HistoryEvent> events = new ArrayList<>(item.history().events());
            events.addAll(more);
            return Change.history(
                item, new History(events.getLast().eventId(), events, item.history().complete()));
          })
          .toList();
    }
  }
}
