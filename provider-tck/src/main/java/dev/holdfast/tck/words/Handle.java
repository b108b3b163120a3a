// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.instrument.Owed;
import dev.holdfast.tck.instrument.RecordingProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One handle on the store under test, with the words that the contract's proofs use. Locks last
 * {@link #lockFor()} unless said otherwise; fetches do not wait. Every call is recorded.
 * Thread-safe.
 */
public final class Handle implements AutoCloseable {

  /** More items than any test has, for "all of them". */
  public static final int ALL = 1_000;

  private final StoreUnderTest store;
  private final RecordingProvider provider;

  Handle(StoreUnderTest store, RecordingProvider provider) {
    this.store = store;
    this.provider = provider;
  }

  /**
   * The provider itself, for calls that have no words here. Recorded like the others.
   *
   * @return the provider
   */
  public Provider provider() {
    return provider;
  }

  private Owed owed() {
    return provider.owed();
  }

  /**
   * How long tests lock.
   *
   * @return L
   */
  public Duration lockFor() {
    return store.lockFor();
  }

  /** Closes this handle and not the store. */
  @Override
  public void close() {
    provider.close();
  }

  // ---- messages

  /**
   * Enqueues a message.
   *
   * @param message the message
   * @return the message
   */
  public OrchestratorMessage enqueue(OrchestratorMessage message) {
    provider.enqueue(message);
    return message;
  }

  /**
   * Enqueues a start message with the sample name and version: the contract's <em>start(i)</em>.
   *
   * @param instanceId the instance
   * @return the message
   */
  public OrchestratorMessage start(String instanceId) {
    return enqueue(Sample.start(instanceId, Sample.NAME, Sample.VERSION));
  }

  /**
   * Enqueues one plain message: the contract's <em>poke(i)</em>. No two have the same body.
   *
   * @param instanceId the instance
   * @return the message
   */
  public OrchestratorMessage poke(String instanceId) {
    return enqueue(Sample.message(instanceId, "poke " + store.nextNumber()));
  }

  /**
   * Enqueues a message that is due later.
   *
   * @param instanceId the instance
   * @param in how much later
   * @return the message
   */
  public OrchestratorMessage timer(String instanceId, Duration in) {
    return enqueue(Sample.timer(instanceId, "timer " + store.nextNumber(), in));
  }

  // ---- instances

  /**
   * Starts an instance, fetches it, and acks with the sample name and version: the contract's
   * <em>create(i)</em>. Nothing else may be deliverable.
   *
   * @param instanceId the instance
   */
  public void create(String instanceId) {
    start(instanceId);
    turn(fetchOne(instanceId)).name(Sample.NAME).version(Sample.VERSION).apply();
  }

  /**
   * Fetches up to {@code max} instances.
   *
   * @param max how many at most
   * @return the items
   */
  public List<OrchestrationItem> fetch(int max) {
    return fetch(OrchestrationFetch.of(max, lockFor()));
  }

  /**
   * Fetches instances.
   *
   * @param request the request
   * @return the items
   */
  public List<OrchestrationItem> fetch(OrchestrationFetch request) {
    return provider.fetchOrchestrationItems(request);
  }

  /**
   * Fetches with max 1 and expects an item.
   *
   * @return the item
   */
  public OrchestrationItem fetchOne() {
    List<OrchestrationItem> items = fetch(1);
    if (items.size() != 1) {
      throw Expect.violation(
              "A fetch with max 1 did not answer the instance that is ready." + owed().messages(),
              "1 item",
              items)
          .foundOnTheWay();
    }
    return items.get(0);
  }

  /**
   * Fetches with max 1 and expects a certain instance. Instances that became ready at the same
   * moment may come in any order, so let time pass between them.
   *
   * @param instanceId the instance
   * @return the item
   */
  public OrchestrationItem fetchOne(String instanceId) {
    OrchestrationItem item = fetchOne();
    if (!item.instanceId().equals(instanceId)) {
      throw Expect.unlike(
              "A fetch answered another instance than the one that is due." + owed().messages(),
              instanceId,
              item.instanceId())
          .foundOnTheWay();
    }
    return item;
  }

  /**
   * Fetches and expects nothing.
   *
   * @param what what happened when something comes
   */
  public void fetchNone(String what) {
    Expect.none(what, fetch(ALL));
  }

  /** Fetches and expects nothing. */
  public void fetchNone() {
    fetchNone("An instance was delivered that is not deliverable.");
  }

  /**
   * Begins the result of a turn.
   *
   * @param item the item
   * @return an empty result
   */
  public Turn turn(OrchestrationItem item) {
    return new Turn(provider, item.lockToken(), item.executionId());
  }

  /**
   * Begins the result of a turn under any token.
   *
   * @param token the token
   * @param executionId the execution to ack
   * @return an empty result
   */
  public Turn turn(LockToken token, long executionId) {
    return new Turn(provider, token, executionId);
  }

  /**
   * Acks with an empty result and expects it to be applied.
   *
   * @param item the item
   */
  public void finish(OrchestrationItem item) {
    turn(item).apply();
  }

  /**
   * Abandons without delay.
   *
   * @param item the item
   */
  public void abandon(OrchestrationItem item) {
    abandon(item, AbandonOptions.now());
  }

  /**
   * Abandons.
   *
   * @param item the item
   * @param how with which delay, and counted or not
   */
  public void abandon(OrchestrationItem item, AbandonOptions how) {
    provider.abandon(item.lockToken(), how);
  }

  /**
   * Renews and expects the lock to be live.
   *
   * @param item the item
   * @param extendFor how far from now
   */
  public void renew(OrchestrationItem item, Duration extendFor) {
    renew(item.lockToken(), extendFor);
  }

  // ---- activities

  /**
   * Pokes an instance, fetches it, and schedules sample activities in its current execution.
   * Nothing else may be deliverable.
   *
   * @param instanceId the instance
   * @param activityIds the activities
   */
  public void schedule(String instanceId, long... activityIds) {
    poke(instanceId);
    turn(fetchOne(instanceId)).activities(activityIds).apply();
  }

  /**
   * Fetches up to {@code max} activities.
   *
   * @param max how many at most
   * @return the items
   */
  public List<ActivityItem> fetchActivities(int max) {
    return provider.fetchActivityItems(ActivityFetch.of(max, lockFor()));
  }

  /**
   * Fetches with max 1 and expects an activity.
   *
   * @return the item
   */
  public ActivityItem fetchActivity() {
    List<ActivityItem> items = fetchActivities(1);
    if (items.size() != 1) {
      throw Expect.violation(
              "A fetch with max 1 did not answer the activity that is ready." + owed().activities(),
              "1 item",
              items)
          .foundOnTheWay();
    }
    return items.get(0);
  }

  /**
   * Fetches with max 1 and expects a certain activity.
   *
   * @param activityId its number
   * @return the item
   */
  public ActivityItem fetchActivity(long activityId) {
    ActivityItem item = fetchActivity();
    if (item.task().activityId() != activityId) {
      throw Expect.unlike(
              "A fetch answered another activity than the one that is due." + owed().activities(),
              activityId,
              item.task().activityId())
          .foundOnTheWay();
    }
    return item;
  }

  /**
   * Fetches activities and expects none.
   *
   * @param what what happened when one comes
   */
  public void fetchNoActivity(String what) {
    Expect.none(what, fetchActivities(ALL));
  }

  /** Fetches activities and expects none. */
  public void fetchNoActivity() {
    fetchNoActivity("An activity was delivered that is not deliverable.");
  }

  /**
   * Acks an activity with its sample completion, whatever comes of it.
   *
   * @param item the activity
   * @return the answer
   */
  public AckResult ack(ActivityItem item) {
    return provider.ackActivityItem(ActivityAck.of(item.lockToken(), Sample.completion(item)));
  }

  /**
   * Acks an activity with its sample completion and expects it to be applied.
   *
   * @param item the activity
   * @return the completion
   */
  public OrchestratorMessage complete(ActivityItem item) {
    Expect.applied(ack(item));
    return Sample.completion(item);
  }

  /**
   * Abandons without delay.
   *
   * @param item the activity
   */
  public void abandon(ActivityItem item) {
    abandon(item, AbandonOptions.now());
  }

  /**
   * Abandons.
   *
   * @param item the activity
   * @param how with which delay, and counted or not
   */
  public void abandon(ActivityItem item, AbandonOptions how) {
    provider.abandon(item.lockToken(), how);
  }

  /**
   * Renews and expects the lock to be live.
   *
   * @param item the activity
   * @param extendFor how far from now
   */
  public void renew(ActivityItem item, Duration extendFor) {
    renew(item.lockToken(), extendFor);
  }

  // ---- locks of both queues

  /**
   * Renews one lock.
   *
   * @param token the token of an instance or activity
   * @param extendFor how far from now
   * @return whether its token is among those returned, which says that the lock is live
   */
  public boolean renews(LockToken token, Duration extendFor) {
    Set<LockToken> live = provider.renew(List.of(token), extendFor);
    Set<LockToken> others = new HashSet<>(live);
    others.remove(token);
    Expect.none("A renewal returned tokens that it was not asked for.", others);
    return live.contains(token);
  }

  private void renew(LockToken token, Duration extendFor) {
    if (!renews(token, extendFor)) {
      throw Expect.violation(
              "A live lock was not renewed.", Set.of(token), "not among the tokens returned")
          .foundOnTheWay();
    }
  }

  /**
   * Renews by L and expects the lock to be lost.
   *
   * @param what what happened when it was renewed
   * @param token a token that holds nothing
   */
  public void renewLost(String what, LockToken token) {
    Expect.equal(what, Set.of(), provider.renew(List.of(token), lockFor()));
  }

  // ---- history

  /**
   * The whole history of an execution.
   *
   * @param instanceId the instance
   * @param executionId the execution
   * @return its events
   */
  public List<HistoryEvent> history(String instanceId, long executionId) {
    return provider.readHistory(instanceId, executionId, 0, Integer.MAX_VALUE).events();
  }
}
