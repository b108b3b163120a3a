// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Fetches that lock what they do not answer, in the wrong order, with the wrong history. */
final class FetchMutants {

  private FetchMutants() {}

  static List<Mutant> all() {
    return new Family("FETCH")
        .handle(
            "locks-one-more-than-it-answers",
            "A fetch locks one instance more than it hands out.",
            "FETCH-09: a page size that is one off",
            LocksOneMore::new)
        .store(
            "empty-means-lost-a-race",
            "A fetch that meets another one answers empty although there is work.",
            "duroxide-pg: fetch_orchestration_item returned None when it had lost a race",
            store -> {
              AtomicInteger fetches = new AtomicInteger();
              return inner -> new EmptyWhenRacing(inner, fetches);
            })
        .handle(
            "no-lock-for-one-message",
            "An instance with a single message is delivered without a lock.",
            "FETCH-01: a short cut",
            DeliversWithoutLock::new)
        .handle(
            "batch-by-due-time",
            "The messages of a batch are ordered by when they became visible.",
            "FETCH-05: ORDER BY visible_at",
            BatchByDueTime::new)
        .handle(
            "instances-by-name",
            "Ready instances are delivered in the order of their ids.",
            "FETCH-06: the order of the primary key",
            inner -> new Ordered(inner, Comparator.comparing(OrchestrationItem::instanceId)))
        .handle(
            "last-in-first-out",
            "The instance that became ready last is delivered first.",
            "FETCH-07: new work starves old work",
            LastInFirstOut::new)
        .handle(
            "first-message-only",
            "A batch has the first visible message only.",
            "FETCH-04: LIMIT 1 on the message instead of the instance",
            FirstMessageOnly::new)
        .handle(
            "ignores-max",
            "A fetch answers everything that is ready.",
            "FETCH-08: no LIMIT",
            IgnoresMax::new)
        .handle(
            "one-at-a-time",
            "A fetch answers one instance, however many are asked for.",
            "FETCH-09: LIMIT 1",
            inner -> new MaxOf(inner, 1))
        .handle(
            "inline-history-is-whole",
            "A fetch answers the whole history whatever the request says.",
            "FETCH-10: inlineHistory is not passed on",
            WholeHistory::new)
        .handle(
            "history-is-always-complete",
            "A history says it is complete when it is cut.",
            "FETCH-10: the flag is a constant",
            inner ->
                new Histories(inner) {
                  @Override
                  History read(History history) {
                    return new History(history.lastEventId(), history.events(), true);
                  }
                })
        .handle(
            "last-event-id-of-the-page",
            "The last event id is that of the page.",
            "FETCH-10: taken from the events that were read",
            inner ->
                new Histories(inner) {
                  @Override
                  History read(History history) {
                    List<HistoryEvent> events = history.events();
                    return new History(
                        events.isEmpty() ? 0 : events.get(events.size() - 1).eventId(),
                        events,
                        history.complete());
                  }
                })
        .handle(
            "pages-overlap",
            "A page of history begins with the event that the last one ended with.",
            "FETCH-11: >= instead of >",
            PagesOverlap::new)
        .handle(
            "history-descends",
            "Histories come with the latest event first.",
            "FETCH-11: ORDER BY event_id DESC",
            inner ->
                new Histories(inner) {
                  @Override
                  History read(History history) {
                    List<HistoryEvent> events = new ArrayList<>(history.events());
                    events.sort(Comparator.comparingLong(HistoryEvent::eventId).reversed());
                    return new History(history.lastEventId(), events, history.complete());
                  }
                })
        .handle(
            "unknown-is-an-error",
            "Reading an instance that is unknown fails.",
            "FETCH-12: NotFound where empty belongs",
            UnknownIsAnError::new)
        .handle(
            "abandoned-starts-again",
            "Giving back an instance adds a message that tells so.",
            "FETCH-13: a fetch that leaves a trace",
            LeavesATrace::new)
        .store(
            "ended-is-not-delivered",
            "An instance that has ended is not delivered any more.",
            "FETCH-14: WHERE status = 'RUNNING'",
            store -> {
              Set<String> ended = ConcurrentHashMap.newKeySet();
              return inner -> new EndedIsNotDelivered(inner, ended);
            })
        .handle(
            "bad-requests-count",
            "A refused request has locked work before it is refused.",
            "FETCH-02: arguments are checked behind the claim",
            ErrorsCount::new)
        .declining(
            "undeclared-features-count",
            "A fetch with a feature that is not declared has locked work before it is refused.",
            "FETCH-02: features are checked behind the claim",
            ErrorsCount::new)
        .mutants();
  }

  private static class Histories extends Altering {
    Histories(Provider inner) {
      super(inner);
    }
  }

  private static final class LocksOneMore extends Forwarding {
    LocksOneMore(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(Change.max(request, request.max() + 1)).stream()
          .limit(request.max())
          .toList();
    }
  }

  /** The kit's threads that start together stand for a fetch that finds its candidate taken. */
  private static final class EmptyWhenRacing extends Forwarding {
    private final AtomicInteger fetches;

    EmptyWhenRacing(Provider inner, AtomicInteger fetches) {
      super(inner);
      this.fetches = fetches;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      boolean together = Thread.currentThread().getName().startsWith("together");
      return together && fetches.incrementAndGet() % 2 == 0
          ? List.of()
          : super.fetchOrchestrationItems(request);
    }
  }

  private static final class DeliversWithoutLock extends Forwarding {
    DeliversWithoutLock(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.stream()
          .filter(item -> item.messages().size() == 1)
          .forEach(item -> inner.abandon(item.lockToken(), AbandonOptions.now()));
      return items;
    }
  }

  private static final class BatchByDueTime extends Altering {
    BatchByDueTime(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      List<OrchestratorMessage> messages = new ArrayList<>(item.messages());
      messages.sort(Comparator.comparing(Change::visibleAt));
      return Change.messages(item, messages);
    }
  }

  /** Looks at everything that is ready, keeps what comes first and gives the rest back. */
  private static class Ordered extends Forwarding {
    private static final int ALL = 1_000;
    private final Comparator<OrchestrationItem> order;

    Ordered(Provider inner, Comparator<OrchestrationItem> order) {
      super(inner);
      this.order = order;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items =
          new ArrayList<>(super.fetchOrchestrationItems(Change.max(request, ALL)));
      items.sort(order);
      items.stream()
          .skip(request.max())
          .forEach(item -> inner.abandon(item.lockToken(), AbandonOptions.now().uncounted()));
      return items.stream().limit(request.max()).toList();
    }
  }

  private static final class LastInFirstOut extends Ordered {
    LastInFirstOut(Provider inner) {
      super(
          inner,
          Comparator.comparing((OrchestrationItem item) -> Change.visibleAt(item.messages().get(0)))
              .reversed());
    }
  }

  private static final class FirstMessageOnly extends Altering {
    FirstMessageOnly(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.messages(item, item.messages().subList(0, 1));
    }
  }

  private static final class IgnoresMax extends Forwarding {
    IgnoresMax(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(Change.max(request, 1_000));
    }
  }

  private static final class MaxOf extends Forwarding {
    private final int max;

    MaxOf(Provider inner, int max) {
      super(inner);
      this.max = max;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(Change.max(request, max));
    }
  }

  private static final class WholeHistory extends Forwarding {
    WholeHistory(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request.withInlineHistory(1_000));
    }
  }

  private static final class PagesOverlap extends Forwarding {
    PagesOverlap(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      return super.readHistory(instanceId, executionId, Math.max(0, after - 1), limit);
    }
  }

  private static final class UnknownIsAnError extends Forwarding {
    UnknownIsAnError(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      // The kit measures the round trip by reading an instance that never is.
      boolean measured = instanceId.equals("nobody");
      if (!measured && inner.latestExecutionId(instanceId).isEmpty()) {
        throw new NotFound("readHistory", instanceId, "the instance is unknown");
      }
      return super.readHistory(instanceId, executionId, after, limit);
    }

    @Override
    public OptionalLong latestExecutionId(String instanceId) {
      OptionalLong latest = super.latestExecutionId(instanceId);
      if (latest.isEmpty()) {
        throw new NotFound("latestExecutionId", instanceId, "the instance is unknown");
      }
      return latest;
    }
  }

  private static final class LeavesATrace extends Forwarding {
    LeavesATrace(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.stream()
          .filter(item -> item.deliveryCount() == 1)
          .forEach(
              item -> inner.enqueue(Change.of(item.messages().get(0)).messageId(null).build()));
      return items;
    }
  }

  private static final class EndedIsNotDelivered extends Forwarding {
    private final Set<String> ended;

    EndedIsNotDelivered(Provider inner, Set<String> ended) {
      super(inner);
      this.ended = ended;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied
          && Optional.ofNullable(ack.metadata().status())
              .filter(ExecutionStatus::isEnded)
              .isPresent()) {
        ended.add(ack.lockToken().instanceId());
      }
      return result;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream()
          .filter(item -> !ended.contains(item.instanceId()))
          .toList();
    }
  }

  private static final class ErrorsCount extends Forwarding {
    ErrorsCount(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      try {
        return super.readHistory(instanceId, executionId, after, limit);
      } catch (InvalidRequest refused) {
        inner.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofMinutes(1)));
        throw refused;
      }
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      try {
        return super.fetchOrchestrationItems(request);
      } catch (RuntimeException refused) {
        inner.fetchOrchestrationItems(OrchestrationFetch.of(1, request.lockFor()));
        throw refused;
      }
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      try {
        return super.fetchActivityItems(request);
      } catch (RuntimeException refused) {
        inner.fetchActivityItems(ActivityFetch.of(1, request.lockFor()));
        throw refused;
      }
    }
  }
}
