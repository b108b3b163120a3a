// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Cancellations that miss, hit too much, or come undone. */
final class CancelMutants {

  private CancelMutants() {}

  static List<Mutant> all() {
    return new Family("CANCEL")
        .store(
            "ended-instances-have-no-activities",
            "Activities of an instance that has ended are not delivered.",
            "CANCEL-01: the worker queue joins with the status",
            store -> {
              Set<String> ended = ConcurrentHashMap.newKeySet();
              return inner -> new EndedHaveNoActivities(inner, ended);
            })
        .handle(
            "cancelling-nothing-fails",
            "Cancelling an activity that is not there rejects the ack.",
            "CANCEL-02: the number of deleted rows is compared",
            CancellingNothingFails::new)
        .handle(
            "cancels-the-first-hundred",
            "Of many cancellations the first hundred take effect.",
            "CANCEL-02: a limit on parameters",
            inner -> new CancelsSome(inner, 100))
        .handle(
            "cancels-one",
            "Of several cancellations the first takes effect.",
            "CANCEL-02: a loop that ends too early",
            inner -> new CancelsSome(inner, 1))
        .store(
            "held-activities-survive",
            "An activity that a worker holds is not cancelled.",
            "CANCEL-03: the delete skips locked rows",
            store -> {
              Held held = new Held(store);
              return inner -> new HeldActivitiesSurvive(inner, held);
            })
        .store(
            "activities-that-are-kept-back-survive",
            "An activity that the delay of an abandon keeps back is not cancelled.",
            "CANCEL-04: the delete looks at activities that are ready or locked",
            store -> {
              Set<ActivityIdentity> delayed = ConcurrentHashMap.newKeySet();
              return inner -> new KeptBackSurvive(inner, delayed);
            })
        .store(
            "abandon-revives",
            "Abandoning a cancelled activity inserts it again.",
            "CANCEL-04: abandon is an upsert",
            store -> {
              Map<LockToken, ActivityTask> fetched = new ConcurrentHashMap<>();
              return inner -> new AbandonRevives(inner, fetched);
            })
        .store(
            "rejected-acks-cancel",
            "A rejected ack cancels all the same.",
            "CANCEL-05: the delete has a transaction of its own",
            store -> {
              Set<ActivityIdentity> gone = ConcurrentHashMap.newKeySet();
              return inner -> new RejectedAcksCancel(inner, gone);
            })
        .handle(
            "cancels-before-it-schedules",
            "An activity that is scheduled and cancelled in one ack stays.",
            "subtle points: insert activities, then delete cancelled ones",
            CancelsFirst::new)
        .handle(
            "cancels-in-its-own-execution-only",
            "A cancellation takes the execution of the ack.",
            "CANCEL-07: the ack's execution replaces the one in the identity",
            CancelsInItsExecution::new)
        .handle(
            "cancels-in-every-execution",
            "A cancellation hits the activity id in every execution.",
            "CANCEL-07: the execution is missing in the WHERE",
            CancelsInEveryExecution::new)
        .handle(
            "merges-queued-identities",
            "Scheduling an identity that is queued does nothing and is no error.",
            "CANCEL-08: ON CONFLICT DO NOTHING",
            MergesIdentities::new)
        .store(
            "identities-are-used-once",
            "An identity that was acked cannot be scheduled again.",
            "CANCEL-08: an acked activity leaves a row behind",
            store -> {
              Set<ActivityIdentity> used = ConcurrentHashMap.newKeySet();
              return inner -> new IdentitiesAreUsedOnce(inner, used);
            })
        .store(
            "cancelling-takes-the-completion",
            "Cancelling an activity takes its completion from the queue.",
            "CANCEL-09: a cascading key",
            store -> {
              Map<ActivityIdentity, OrchestratorMessage> done = new ConcurrentHashMap<>();
              return inner -> new TakesTheCompletion(inner, done);
            })
        .store(
            "cancelled-acks-are-applied",
            "The ack of a cancelled activity says that it was applied.",
            "CANCEL-10: a delete that hits no row is taken for success",
            store -> inner -> new CancelledAcksAreApplied(inner))
        .mutants();
  }

  private static final class EndedHaveNoActivities extends Forwarding {
    private final Set<String> ended;

    EndedHaveNoActivities(Provider inner, Set<String> ended) {
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
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      return super.fetchActivityItems(request).stream()
          .filter(item -> !ended.contains(item.task().instanceId()))
          .toList();
    }
  }

  private static final class CancellingNothingFails extends Forwarding {
    private final Set<ActivityIdentity> scheduled = ConcurrentHashMap.newKeySet();

    CancellingNothingFails(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      ack.activities().forEach(task -> scheduled.add(task.identity()));
      return scheduled.containsAll(ack.cancelledActivities())
          ? super.ackOrchestrationItem(ack)
          : AckResult.rejected(
              new NotFound("ackOrchestrationItem", ack.lockToken().instanceId(), "no activity"));
    }
  }

  private static final class CancelsSome extends Altering {
    private final int most;

    CancelsSome(Provider inner, int most) {
      super(inner);
      this.most = most;
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      List<ActivityIdentity> cancelled = ack.cancelledActivities();
      return Change.of(ack)
          .cancelledActivities(cancelled.subList(0, Math.min(most, cancelled.size())))
          .build();
    }
  }

  private static final class HeldActivitiesSurvive extends Tracking {
    private final Set<ActivityIdentity> fetched = ConcurrentHashMap.newKeySet();

    HeldActivitiesSurvive(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      held.ends().keySet().stream()
          .filter(token -> !held.isExpired(token))
          .filter(LockToken.OfActivity.class::isInstance)
          .forEach(token -> fetched.add(((LockToken.OfActivity) token).activity()));
      return super.ackOrchestrationItem(
          Change.of(ack)
              .cancelledActivities(
                  ack.cancelledActivities().stream().filter(one -> !fetched.contains(one)).toList())
              .build());
    }
  }

  private static final class AbandonRevives extends Forwarding {
    private final Map<LockToken, ActivityTask> fetched;

    AbandonRevives(Provider inner, Map<LockToken, ActivityTask> fetched) {
      super(inner);
      this.fetched = fetched;
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      List<ActivityItem> items = super.fetchActivityItems(request);
      items.forEach(item -> fetched.put(item.lockToken(), item.task()));
      return items;
    }

    @Override
    protected void abandonActivity(LockToken token, AbandonOptions how) {
      try {
        super.abandonActivity(token, how);
      } catch (LockLost lost) {
        ActivityTask task = fetched.get(token);
        if (task == null) {
          throw lost;
        }
        scheduleAgain(task);
      }
    }

    private void scheduleAgain(ActivityTask task) {
      inner.enqueue(OrchestratorMessage.of(task.instanceId(), "revive", task.input()));
      for (OrchestrationItem item :
          inner.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofSeconds(1)))) {
        inner.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), task.executionId())
                .activities(List.of(task))
                .build());
      }
    }
  }

  private static final class RejectedAcksCancel extends Forwarding {
    private final Set<ActivityIdentity> gone;

    RejectedAcksCancel(Provider inner, Set<ActivityIdentity> gone) {
      super(inner);
      this.gone = gone;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Rejected) {
        gone.addAll(ack.cancelledActivities());
      }
      return result;
    }

    @Override
    protected boolean renewActivity(LockToken token, Duration extendFor) {
      if (token instanceof LockToken.OfActivity(ActivityIdentity activity, long epoch)
          && gone.contains(activity)) {
        return false;
      }
      return super.renewActivity(token, extendFor);
    }
  }

  private static final class KeptBackSurvive extends Altering {
    private final Set<ActivityIdentity> delayed;

    KeptBackSurvive(Provider inner, Set<ActivityIdentity> delayed) {
      super(inner);
      this.delayed = delayed;
    }

    @Override
    protected void abandonActivity(LockToken token, AbandonOptions how) {
      super.abandonActivity(token, how);
      if (!how.delay().isZero() && token instanceof LockToken.OfActivity ofActivity) {
        delayed.add(ofActivity.activity());
      }
    }

    @Override
    ActivityItem delivered(ActivityItem item) {
      delayed.remove(item.task().identity());
      return item;
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return Change.of(ack)
          .cancelledActivities(
              ack.cancelledActivities().stream().filter(one -> !delayed.contains(one)).toList())
          .build();
    }
  }

  private static final class CancelsFirst extends Altering {
    CancelsFirst(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      Set<ActivityIdentity> scheduled = new HashSet<>();
      ack.activities().forEach(task -> scheduled.add(task.identity()));
      return Change.of(ack)
          .cancelledActivities(
              ack.cancelledActivities().stream().filter(one -> !scheduled.contains(one)).toList())
          .build();
    }
  }

  private static final class CancelsInItsExecution extends Altering {
    CancelsInItsExecution(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return Change.of(ack)
          .cancelledActivities(
              ack.cancelledActivities().stream()
                  .map(one ->
                      new ActivityIdentity(one.instanceId(), ack.executionId(), one.activityId()))
                  .toList())
          .build();
    }
  }

  private static final class CancelsInEveryExecution extends Altering {
    CancelsInEveryExecution(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      List<ActivityIdentity> all = new ArrayList<>(ack.cancelledActivities());
      for (ActivityIdentity one : ack.cancelledActivities()) {
        for (long execution = 1; execution <= ack.executionId(); execution++) {
          all.add(new ActivityIdentity(one.instanceId(), execution, one.activityId()));
        }
      }
      return Change.of(ack).cancelledActivities(all).build();
    }
  }

  private static final class MergesIdentities extends Forwarding {
    MergesIdentities(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      return result instanceof AckResult.Rejected(InvalidRequest refused)
              && String.valueOf(refused.getMessage()).contains("is queued")
          ? super.ackOrchestrationItem(Change.of(ack).activities(List.of()).build())
          : result;
    }
  }

  private static final class IdentitiesAreUsedOnce extends Forwarding {
    private final Set<ActivityIdentity> used;

    IdentitiesAreUsedOnce(Provider inner, Set<ActivityIdentity> used) {
      super(inner);
      this.used = used;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      for (ActivityTask task : ack.activities()) {
        if (used.contains(task.identity())) {
          return AckResult.rejected(
              new InvalidRequest("ackOrchestrationItem", "the identity was used before"));
        }
      }
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied) {
        ack.activities().forEach(task -> used.add(task.identity()));
      }
      return result;
    }
  }

  private static final class TakesTheCompletion extends Altering {
    private final Map<ActivityIdentity, OrchestratorMessage> done;

    TakesTheCompletion(Provider inner, Map<ActivityIdentity, OrchestratorMessage> done) {
      super(inner);
      this.done = done;
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      OrchestratorMessage completion = ack.completion();
      if (result instanceof AckResult.Applied
          && completion != null
          && ack.lockToken() instanceof LockToken.OfActivity(ActivityIdentity activity, long e)) {
        done.put(activity, completion);
      }
      return result;
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      ack.cancelledActivities().forEach(this::take);
      return ack;
    }

    private void take(ActivityIdentity activity) {
      OrchestratorMessage completion = done.get(activity);
      if (completion != null) {
        done.put(activity, Change.of(completion).discardIfUnknown(true).build());
      }
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      List<OrchestratorMessage> rest =
          item.messages().stream()
              .filter(message ->
                  done.values().stream()
                      .noneMatch(
                          taken -> taken.discardIfUnknown() && taken.body().equals(message.body())))
              .toList();
      return Change.messages(item, rest);
    }
  }

  private static final class CancelledAcksAreApplied extends Forwarding {
    CancelledAcksAreApplied(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      return result instanceof AckResult.Rejected(LockLost lost) ? AckResult.applied() : result;
    }
  }
}
