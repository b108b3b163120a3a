// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * An instance that exists, has nothing to do, and can be claimed by one of the two calls that claim
 * an instance: a test says what happens once and looks at both. Not thread-safe.
 */
final class Claimer {

  private static final int ACTIVITIES = 5;
  private static final int LOCKS = 20;

  private final StoreUnderTest store;
  private final String id;
  private final boolean byEnqueue;
  private final Deque<ActivityItem> activities = new ArrayDeque<>();
  private final List<OrchestratorMessage> sent = new ArrayList<>();

  private Claimer(StoreUnderTest store, String id, boolean byEnqueue) {
    this.store = store;
    this.id = id;
    this.byEnqueue = byEnqueue;
  }

  /** One for each call. Nothing is deliverable, before and afterwards. */
  static List<Claimer> both(StoreUnderTest store) {
    return List.of(byEnqueue(store, "enqueued"), byCompletion(store, "completed"));
  }

  /** An instance that is claimed with enqueue. */
  static Claimer byEnqueue(StoreUnderTest store, String id) {
    store.first().create(id);
    return new Claimer(store, id, true);
  }

  /** An instance that is claimed with the ack of an activity, a few times. */
  static Claimer byCompletion(StoreUnderTest store, String id) {
    store.first().create(id);
    store.first().schedule(id, LongStream.rangeClosed(1, ACTIVITIES).toArray());
    Claimer claimer = new Claimer(store, id, false);
    claimer.activities.addAll(
        store
            .first()
            .provider()
            .fetchActivityItems(ActivityFetch.of(ACTIVITIES, store.lockFor().multipliedBy(LOCKS))));
    return claimer;
  }

  String id() {
    return id;
  }

  /** Makes the call on the first handle and claims for L. */
  Optional<OrchestrationItem> ask() {
    return ask(Claims.instance(store.lockFor()));
  }

  /** Makes the call on the first handle. */
  Optional<OrchestrationItem> ask(@Nullable EagerInstance eager) {
    return ask(store.first(), eager);
  }

  /** Makes the call. */
  Optional<OrchestrationItem> ask(Handle handle, @Nullable EagerInstance eager) {
    if (!byEnqueue) {
      ActivityItem activity = activities.remove();
      OrchestratorMessage completion = Sample.completion(activity);
      sent.add(completion);
      ActivityAck ack = new ActivityAck(activity.lockToken(), completion, eager);
      return Claims.completed(Contention.repeated(() -> handle.provider().ackActivityItem(ack)));
    }
    OrchestratorMessage message = Sample.message(id, "claiming " + store.nextNumber());
    sent.add(message);
    if (eager == null) {
      handle.enqueue(message);
      return Optional.empty();
    }
    return Optional.ofNullable(handle.provider().enqueue(message, eager).eagerInstance());
  }

  /** Makes the call on the first handle and expects the instance for L. */
  OrchestrationItem claim() {
    return claim(Claims.instance(store.lockFor()));
  }

  /** Makes the call on the first handle and expects the instance. */
  OrchestrationItem claim(EagerInstance eager) {
    return Claims.claimed(
        "An instance that is free and eligible was not claimed: " + id + ".", ask(eager));
  }

  /** Takes back the activities that were not used, so that they never come again. */
  void discard() {
    for (ActivityItem activity : activities) {
      Expect.applied(
          store.first().provider().ackActivityItem(ActivityAck.of(activity.lockToken(), null)));
    }
    activities.clear();
  }

  /** The message of the latest call. */
  OrchestratorMessage sent() {
    return sent.get(sent.size() - 1);
  }
}
