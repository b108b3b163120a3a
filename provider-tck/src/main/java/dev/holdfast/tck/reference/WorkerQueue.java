// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hands out activities, takes them back and completes them. Runs under the store's lock. */
final class WorkerQueue {

  private final ReferenceStore store;
  private final Mailbox mailbox;
  private final RequestChecks checks;

  WorkerQueue(ReferenceStore store, Mailbox mailbox, RequestChecks checks) {
    this.store = store;
    this.mailbox = mailbox;
    this.checks = checks;
  }

  /**
   * Locks ready activities, longest ready first. A corrupt one is reported only when there is
   * nothing else.
   */
  List<ActivityItem> fetch(String operation, ActivityFetch request) {
    Instant now = store.now();
    List<ActivityState> ready =
        store.activities.values().stream()
            .filter(activity -> activity.lock.isFree(now))
            .filter(activity -> request.tagFilter().matches(activity.task.tag()))
            .filter(activity -> isServed(activity.task, request.served()))
            .sorted(
                Comparator.<ActivityState>comparingInt(
                        one -> store.preference.firstOfAll(one.task.identity()))
                    .thenComparing(ActivityState::readySince)
                    .thenComparing(ActivityState::number))
            .toList();
    List<ActivityItem> items = new ArrayList<>();
    ByteBudget budget = new ByteBudget(request.maxBytes());
    for (ActivityState activity : ready) {
      if (!activity.corrupt
          && store.sessions.mayHave(request.session(), activity.task.sessionId(), now)) {
        long size = activity.task.input().size();
        if (items.size() == request.max() || !budget.admits(size)) {
          break;
        }
        budget.take(size);
        store.sessions.take(request.session(), activity.task.sessionId(), now);
        items.add(lock(activity, ReferenceStore.plus(now, request.lockFor())));
      }
    }
    ready.stream()
        .filter(activity -> activity.corrupt && items.isEmpty())
        .findFirst()
        .ifPresent(activity -> {
          throw new CorruptData(
              operation, activity.task.instanceId(), "an activity cannot be read", null);
        });
    return items;
  }

  private static boolean isServed(ActivityTask task, @Nullable Set<String> served) {
    return served == null || served.contains(task.name());
  }

  /** Says of a locked activity why it does not move. */
  void report(String operation, LockToken.OfActivity token, String problem) {
    live(operation, token).problem = new ReportedProblem(problem, store.now(), store.nextNumber());
  }

  /** Locks what an ack has just scheduled and not cancelled itself, in its order. */
  List<ActivityItem> claim(List<ActivityTask> scheduled, EagerActivities eager) {
    Instant now = store.now();
    Instant until = ReferenceStore.plus(now, eager.lockFor());
    return scheduled.stream()
        .flatMap(task -> Optional.ofNullable(store.activities.get(task.identity())).stream())
        .filter(activity -> eager.tagFilter().matches(activity.task.tag()))
        .filter(activity -> store.preference.claims(activity.task))
        .filter(activity -> store.sessions.mayHave(eager.session(), activity.task.sessionId(), now))
        .limit(eager.max())
        .peek(activity -> store.sessions.take(eager.session(), activity.task.sessionId(), now))
        .map(activity -> lock(activity, until))
        .toList();
  }

  private ActivityItem lock(ActivityState activity, Instant until) {
    activity.lock.acquire(store.nextNumber(), until);
    return new ActivityItem(
        activity.task,
        activity.lock.deliveries(),
        new LockToken.OfActivity(activity.task.identity(), activity.lock.epoch()));
  }

  /** Applies an ack, or throws the permanent error that rejects it. */
  AckResult ack(String operation, ActivityAck ack) {
    LockToken.OfActivity token = checks.activityToken(operation, ack.lockToken());
    InstanceState instance = store.instances.get(token.instanceId());
    if (instance != null && instance.completions.containsKey(token)) {
      return AckResult.alreadyApplied();
    }
    ActivityState activity = live(operation, token);
    checks.check(operation, ack);
    Instant now = store.now();
    OrchestratorMessage completion = ack.completion();
    if (completion != null) {
      mailbox.check(operation, List.of(completion), now);
    }
    ChangeDraft changes = new ChangeDraft(operation, mailbox, now);
    changes.behind(completion == null ? List.of() : List.of(completion));
    changes.add(ack.changes());
    store.sessions.use(activity.task.sessionId(), now);
    store.activities.remove(token.activity());
    if (completion != null) {
      mailbox
          .put(operation, completion, now)
          .ifPresent(number -> store.instance(token.instanceId()).completions.put(token, number));
    }
    changes.write();
    return new AckResult.Applied(List.of(), null, null, changes.results());
  }

  void abandon(String operation, LockToken.OfActivity token, AbandonOptions how) {
    ActivityState activity = store.activities.get(token.activity());
    if (activity == null || !activity.lock.isCurrent(token.epoch())) {
      throw new LockLost(operation, token, "it does not hold the lock");
    }
    activity.lock.abandoned(
        ReferenceStore.plus(store.now(), how.delay()), how.countDelivery(), store.nextNumber());
  }

  boolean renew(LockToken.OfActivity token, Duration extendFor) {
    ActivityState activity = store.activities.get(token.activity());
    if (activity == null || !activity.lock.isLive(token.epoch(), store.now())) {
      return false;
    }
    store.sessions.use(activity.task.sessionId(), store.now());
    activity.lock.extend(ReferenceStore.plus(store.now(), extendFor));
    return true;
  }

  /** Requires a live lock. */
  static ActivityState live(ReferenceStore store, String operation, LockToken.OfActivity token) {
    ActivityState activity = store.activities.get(token.activity());
    if (activity == null || !activity.lock.isLive(token.epoch(), store.now())) {
      throw new LockLost(operation, token, "it does not hold the lock now");
    }
    return activity;
  }

  private ActivityState live(String operation, LockToken.OfActivity token) {
    return live(store, operation, token);
  }
}
