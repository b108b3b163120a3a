// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One locked instance, {@code order}, and one locked activity of it, for rules that hold for both
 * queues alike: a test says what happens once and looks at both. Immutable.
 *
 * @param instance the locked instance
 * @param activity the locked activity
 */
record BothQueues(OrchestrationItem instance, ActivityItem activity) {

  /** The one instance. */
  static final String ORDER = "order";

  /**
   * Creates the instance with a message and an activity that are deliverable, and with nothing
   * else.
   */
  static void fill(Handle handle) {
    handle.create(ORDER);
    handle.schedule(ORDER, 1);
    handle.poke(ORDER);
  }

  /** Fills the store and locks both for L. */
  static BothQueues locked(Handle handle) {
    fill(handle);
    return fetch(handle);
  }

  /** Fetches both, which must be deliverable, and locks them for L. */
  static BothQueues fetch(Handle handle) {
    return fetch(handle, handle.lockFor());
  }

  /** Fetches both, which must be deliverable. */
  static BothQueues fetch(Handle handle, Duration lockFor) {
    return new BothQueues(
        one("The instance was not delivered.", handle.fetch(OrchestrationFetch.of(1, lockFor))),
        one(
            "The activity was not delivered.",
            handle.provider().fetchActivityItems(ActivityFetch.of(1, lockFor))));
  }

  private static <T> T one(String what, List<T> items) {
    if (items.size() != 1) {
      throw Expect.violation(what, "1 item", items);
    }
    return items.get(0);
  }

  /** Expects both fetches to answer nothing. */
  static void expectNone(Handle handle, String what) {
    handle.fetchNone(what);
    handle.fetchNoActivity(what);
  }

  /** Expects both to be deliverable, and gives them back. */
  static void expectAgain(Handle handle, String what) {
    List<OrchestrationItem> instances = handle.fetch(1);
    List<ActivityItem> activities = handle.fetchActivities(1);
    new BothQueues(one(what, instances), one(what, activities))
        .abandon(handle, AbandonOptions.now());
  }

  /** Both tokens. */
  List<LockToken> tokens() {
    return List.of(instance.lockToken(), activity.lockToken());
  }

  void renew(Handle handle, Duration extendFor) {
    handle.renew(instance, extendFor);
    handle.renew(activity, extendFor);
  }

  void abandon(Handle handle, AbandonOptions how) {
    handle.abandon(instance, how);
    handle.abandon(activity, how);
  }

  /** Acks both and expects it to be applied; the completion is then the next message. */
  void finish(Handle handle) {
    handle.finish(instance);
    handle.complete(activity);
  }

  void expectRenewLost(Handle handle, String what) {
    handle.renewLost(what, instance.lockToken());
    handle.renewLost(what, activity.lockToken());
    Expect.equal(what, Set.of(), handle.provider().renew(tokens(), handle.lockFor()));
  }

  void expectAbandonLost(Handle handle, String what, AbandonOptions how) {
    Expect.lockLost(what, () -> handle.abandon(instance, how));
    Expect.lockLost(what, () -> handle.abandon(activity, how));
  }

  void expectAckLost(Handle handle, String what) {
    handle.turn(instance).reject(what, LockLost.class);
    Expect.rejected(what, LockLost.class, handle.ack(activity));
  }

  void expectDeliveries(String what, int expected) {
    Expect.equal(what, expected, instance.deliveryCount());
    Expect.equal(what, expected, activity.deliveryCount());
  }
}
