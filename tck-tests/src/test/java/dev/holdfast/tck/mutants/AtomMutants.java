// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Acks that are not whole, or not recognised when they come again. */
final class AtomMutants {

  private AtomMutants() {}

  static List<Mutant> all() {
    return new Family("ATOM")
        .handle(
            "acked-activities-are-renewed-for-ever",
            "A renewal of an activity never says that its lock is lost.",
            "ATOM-14: the update count of a renewal is not looked at",
            RenewsForEver::new)
        .handle(
            "messages-in-a-commit-of-their-own",
            "The messages of an ack are stored before the rest is checked.",
            "ATOM-01: two transactions in one ack",
            MessagesFirst::new)
        .handle(
            "activity-after-the-ack",
            "The activities of an ack are lost when there is more than one.",
            "ATOM-03: a loop that ends too early",
            LosesActivities::new)
        .handle(
            "drops-the-last-event",
            "The last of several events of an ack is not stored.",
            "ATOM-03: a batch insert whose rest is forgotten",
            LosesEvents::new)
        .handle(
            "ignores-duplicate-events",
            "Events whose id is taken are left out without a word.",
            "INSERT OR IGNORE into the history",
            IgnoresDuplicateEvents::new)
        .handle(
            "sorts-events",
            "Events of one ack are sorted by id before they are checked.",
            "ATOM-06: the order of the delta is not looked at",
            SortsEvents::new)
        .handle(
            "renumbers-events",
            "Gaps between event ids of one ack are closed.",
            "ATOM-06: the store numbers events itself",
            RenumbersEvents::new)
        .handle(
            "skips-empty-acks",
            "An ack with nothing in it does nothing and says it was applied.",
            "ATOM-07: an early exit for an empty delta",
            SkipsEmptyAcks::new)
        .handle(
            "status-needs-events",
            "Status and output are stored only together with events.",
            "ATOM-07: the status is taken from the last event",
            StatusNeedsEvents::new)
        .handle(
            "repeat-is-lock-lost",
            "An ack that comes again is told that its lock is lost.",
            "ATOM-08: the token is deleted with the lock",
            RepeatIsLockLost::new)
        .handle(
            "repeat-is-applied",
            "An ack that comes again is told that it was applied now.",
            "ATOM-08: success without looking at the update count",
            RepeatIsApplied::new)
        .store(
            "repeat-is-known-to-its-handle-only",
            "Only the handle that acked recognises the repeat.",
            "ATOM-08: the last token is kept in memory",
            store -> inner -> new RepeatKnownToItsHandle(inner))
        .store(
            "every-old-ack-is-a-repeat",
            "Any token that was ever acked is a repeat.",
            "ATOM-09: a smaller epoch is taken for a repeat",
            store -> {
              Set<LockToken> acked = ConcurrentHashMap.newKeySet();
              return inner -> new EveryOldAckIsARepeat(inner, acked);
            })
        .store(
            "compares-the-content",
            "A repeat with another content is refused.",
            "ATOM-08: a hash of the ack is compared",
            store -> {
              Map<LockToken, OrchestrationAck> acked = new ConcurrentHashMap<>();
              return inner -> new ComparesTheContent(inner, acked);
            })
        .handle(
            "list-stops-at-the-first-bad-ack",
            "Acks behind a rejected one in a list are not tried.",
            "ATOM-11: a loop that throws",
            ListStopsAtBadAck::new)
        .handle(
            "list-rejects-all",
            "One bad ack in a list makes all of them rejected.",
            "ATOM-11: one transaction for the list, without savepoints",
            ListRejectsAll::new)
        .handle(
            "list-is-sorted",
            "A list of acks is applied in the order of instance ids.",
            "ATOM-12: sorted to avoid deadlocks",
            ListIsSorted::new)
        .handle(
            "list-merges-repeats",
            "A token that stands twice in a list gets one answer for both.",
            "ATOM-11: results in a map by token",
            ListMergesRepeats::new)
        .handle(
            "messages-of-a-list-come-last",
            "The messages of a list of acks are stored when all acks are.",
            "ATOM-12: writes grouped by table",
            MessagesOfAListComeLast::new)
        .handle(
            "completion-before-the-check",
            "The completion is enqueued before the activity's lock is looked at.",
            "duroxide: insert completion, then delete where token",
            CompletionFirst::new)
        .handle(
            "repeated-completion-is-lock-lost",
            "A repeated activity ack is told that its lock is lost.",
            "ATOM-15: the row is gone, so the lock is",
            RepeatedCompletionIsLockLost::new)
        .handle(
            "repeated-completion-is-enqueued",
            "A repeated activity ack enqueues its completion again.",
            "ATOM-15: insert without looking at the delete's count",
            RepeatedCompletionIsEnqueued::new)
        .handle(
            "activity-list-stops",
            "Activity acks behind a rejected one in a list are not tried.",
            "ATOM-16: a loop that throws",
            ActivityListStops::new)
        .handle(
            "activity-list-is-reversed",
            "A list of activity acks is applied from its end.",
            "ATOM-16: a stack",
            ActivityListIsReversed::new)
        .handle(
            "foreign-cancellations-pass",
            "Cancellations of other instances' activities are left out without a word.",
            "ATOM-17: silently overwritten instead of refused",
            ForeignCancellationsPass::new)
        .handle(
            "foreign-activities-pass",
            "Activities for other instances are left out without a word.",
            "ATOM-17: silently overwritten instead of refused",
            ForeignActivitiesPass::new)
        .mutants();
  }

  private static final class MessagesFirst extends Forwarding {
    MessagesFirst(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      ack.messages().forEach(inner::enqueue);
      return super.ackOrchestrationItem(Change.of(ack).messages(List.of()).build());
    }
  }

  private static final class LosesActivities extends Altering {
    LosesActivities(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return ack.activities().size() > 1
          ? Change.of(ack).activities(ack.activities().subList(0, 1)).build()
          : ack;
    }
  }

  private static final class LosesEvents extends Altering {
    LosesEvents(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      int size = ack.historyDelta().size();
      return size > 1
          ? Change.of(ack).historyDelta(ack.historyDelta().subList(0, size - 1)).build()
          : ack;
    }
  }

  private static final class IgnoresDuplicateEvents extends Forwarding {
    IgnoresDuplicateEvents(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      return result instanceof AckResult.Rejected(DuplicateEvent taken)
          ? super.ackOrchestrationItem(Change.of(ack).historyDelta(List.of()).build())
          : result;
    }
  }

  private static final class SortsEvents extends Altering {
    SortsEvents(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      List<HistoryEvent> events = new ArrayList<>(ack.historyDelta());
      events.sort(Comparator.comparingLong(HistoryEvent::eventId));
      return Change.of(ack).historyDelta(events).build();
    }
  }

  private static final class RenumbersEvents extends Altering {
    RenumbersEvents(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      List<HistoryEvent> events = new ArrayList<>();
      for (HistoryEvent event : ack.historyDelta()) {
        long id = events.isEmpty() ? event.eventId() : events.get(0).eventId() + events.size();
        events.add(new HistoryEvent(id, event.kind(), event.data(), event.recordedAt()));
      }
      return Change.of(ack).historyDelta(events).build();
    }
  }

  private static final class SkipsEmptyAcks extends Forwarding {
    SkipsEmptyAcks(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      boolean empty =
          ack.historyDelta().isEmpty()
              && ack.activities().isEmpty()
              && ack.messages().isEmpty()
              && ack.metadata().equals(ExecutionMetadata.none());
      return empty ? AckResult.applied() : super.ackOrchestrationItem(ack);
    }
  }

  private static final class StatusNeedsEvents extends Altering {
    StatusNeedsEvents(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      ExecutionMetadata metadata = ack.metadata();
      if (!ack.historyDelta().isEmpty() || metadata.status() == null) {
        return ack;
      }
      ExecutionMetadata.Builder rest = ExecutionMetadata.builder();
      rest.name(metadata.name())
          .version(metadata.version())
          .parentInstanceId(metadata.parentInstanceId());
      return Change.of(ack).metadata(rest.build()).build();
    }
  }

  private static final class RepeatIsLockLost extends Forwarding {
    RepeatIsLockLost(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      return result.equals(AckResult.alreadyApplied())
          ? AckResult.rejected(
              new LockLost("ackOrchestrationItem", ack.lockToken(), "nobody holds the lock"))
          : result;
    }
  }

  private static final class RepeatIsApplied extends Forwarding {
    RepeatIsApplied(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      return result.equals(AckResult.alreadyApplied()) ? AckResult.applied() : result;
    }
  }

  private static final class RepeatKnownToItsHandle extends Forwarding {
    private final Set<LockToken> acked = ConcurrentHashMap.newKeySet();

    RepeatKnownToItsHandle(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied) {
        acked.add(ack.lockToken());
      }
      return result.equals(AckResult.alreadyApplied()) && !acked.contains(ack.lockToken())
          ? AckResult.rejected(
              new LockLost("ackOrchestrationItem", ack.lockToken(), "nobody holds the lock"))
          : result;
    }
  }

  private static final class EveryOldAckIsARepeat extends Forwarding {
    private final Set<LockToken> acked;

    EveryOldAckIsARepeat(Provider inner, Set<LockToken> acked) {
      super(inner);
      this.acked = acked;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      if (acked.contains(ack.lockToken())) {
        return AckResult.alreadyApplied();
      }
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied) {
        acked.add(ack.lockToken());
      }
      return result;
    }
  }

  private static final class ComparesTheContent extends Forwarding {
    private final Map<LockToken, OrchestrationAck> acked;

    ComparesTheContent(Provider inner, Map<LockToken, OrchestrationAck> acked) {
      super(inner);
      this.acked = acked;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied) {
        acked.put(ack.lockToken(), ack);
      }
      return result.equals(AckResult.alreadyApplied())
              && !ack.equals(acked.getOrDefault(ack.lockToken(), ack))
          ? AckResult.rejected(
              new InvalidRequest("ackOrchestrationItem", "it was acked with another content"))
          : result;
    }
  }

  private static final class ListStopsAtBadAck extends Forwarding {
    ListStopsAtBadAck(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      List<AckResult> results = new ArrayList<>();
      AckResult bad = null;
      for (OrchestrationAck ack : acks) {
        AckResult result = bad != null ? bad : ackOrchestrationItem(ack);
        bad = result instanceof AckResult.Rejected ? result : null;
        results.add(result);
      }
      return results;
    }
  }

  private static final class ListRejectsAll extends Forwarding {
    ListRejectsAll(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      List<AckResult> results = super.ackOrchestrationItems(acks);
      return results.stream()
          .filter(AckResult.Rejected.class::isInstance)
          .findFirst()
          .map(bad -> Collections.nCopies(acks.size(), bad))
          .orElse(results);
    }
  }

  private static final class ListIsSorted extends Forwarding {
    ListIsSorted(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < acks.size(); i++) {
        order.add(i);
      }
      order.sort(Comparator.comparing(i -> acks.get(i).lockToken().instanceId()));
      List<AckResult> results =
          new ArrayList<>(Collections.nCopies(acks.size(), AckResult.applied()));
      order.forEach(i -> results.set(i, ackOrchestrationItem(acks.get(i))));
      return results;
    }
  }

  private static final class ListMergesRepeats extends Forwarding {
    ListMergesRepeats(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      Map<LockToken, AckResult> results = new LinkedHashMap<>();
      for (OrchestrationAck ack : acks) {
        if (!results.containsKey(ack.lockToken())) {
          results.put(ack.lockToken(), ackOrchestrationItem(ack));
        }
      }
      return acks.stream().map(ack -> results.get(ack.lockToken())).toList();
    }
  }

  private static final class MessagesOfAListComeLast extends Forwarding {
    MessagesOfAListComeLast(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      List<AckResult> results = new ArrayList<>();
      List<OrchestratorMessage> messages = new ArrayList<>();
      for (OrchestrationAck ack : acks) {
        results.add(ackOrchestrationItem(Change.of(ack).messages(List.of()).build()));
        messages.addAll(0, ack.messages());
      }
      inner.enqueueAll(messages);
      return results;
    }
  }

  private static final class CompletionFirst extends Forwarding {
    CompletionFirst(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      OrchestratorMessage completion = ack.completion();
      if (completion != null && completion.instanceId().equals(ack.lockToken().instanceId())) {
        inner.enqueue(completion);
        return super.ackActivityItem(ActivityAck.of(ack.lockToken(), null));
      }
      return super.ackActivityItem(ack);
    }
  }

  private static final class RepeatedCompletionIsLockLost extends Forwarding {
    RepeatedCompletionIsLockLost(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      return result.equals(AckResult.alreadyApplied())
          ? AckResult.rejected(new LockLost("ackActivityItem", ack.lockToken(), "it is gone"))
          : result;
    }
  }

  private static final class RepeatedCompletionIsEnqueued extends Forwarding {
    RepeatedCompletionIsEnqueued(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      OrchestratorMessage completion = ack.completion();
      if (result.equals(AckResult.alreadyApplied()) && completion != null) {
        inner.enqueue(completion);
      }
      return result;
    }
  }

  private static final class ActivityListStops extends Forwarding {
    ActivityListStops(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
      List<AckResult> results = new ArrayList<>();
      AckResult bad = null;
      for (ActivityAck ack : acks) {
        AckResult result = bad != null ? bad : ackActivityItem(ack);
        bad = result instanceof AckResult.Rejected ? result : null;
        results.add(result);
      }
      return results;
    }
  }

  private static final class ActivityListIsReversed extends Forwarding {
    ActivityListIsReversed(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
      List<ActivityAck> reversed = new ArrayList<>(acks);
      Collections.reverse(reversed);
      List<AckResult> results = new ArrayList<>(super.ackActivityItems(reversed));
      Collections.reverse(results);
      return results;
    }
  }

  private static final class ForeignCancellationsPass extends Altering {
    ForeignCancellationsPass(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return Change.of(ack)
          .cancelledActivities(
              ack.cancelledActivities().stream()
                  .filter(one -> one.instanceId().equals(ack.lockToken().instanceId()))
                  .toList())
          .build();
    }
  }

  private static final class ForeignActivitiesPass extends Altering {
    ForeignActivitiesPass(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      String own = ack.lockToken().instanceId();
      return Change.of(ack)
          .activities(
              ack.activities().stream().filter(one -> own.equals(one.instanceId())).toList())
          .build();
    }
  }

  private static final class RenewsForEver extends Forwarding {
    RenewsForEver(Provider inner) {
      super(inner);
    }

    @Override
    protected boolean renewActivity(LockToken token, Duration extendFor) {
      super.renewActivity(token, extendFor);
      // As if the lock were still there.
      return true;
    }
  }
}
