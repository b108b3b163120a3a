// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries changes into a store on one way, again and again under one token: an ack that is refused
 * can be corrected. Of one test.
 */
final class ChangeCarrier {

  private final ChangeWay way;
  private final Handle handle;
  private final @Nullable OrchestrationItem turn;
  private final @Nullable ActivityItem activity;
  private final @Nullable OrchestrationItem otherTurn;
  private final @Nullable ActivityItem otherActivity;

  /**
   * How a call that carries changes was answered.
   *
   * @param results those of an applied one
   * @param error that of a refused one
   */
  record Answer(@Nullable List<ChangeResult> results, @Nullable Permanent error) {

    boolean isRepeat() {
      return results == null && error == null;
    }

    List<ChangeResult> applied(String what) {
      if (results == null) {
        throw Expect.violation(what, "applied", error == null ? "AlreadyApplied" : error);
      }
      return results;
    }

    <E extends Permanent> E refused(String what, Class<E> type) {
      if (!type.isInstance(error)) {
        throw Expect.violation(
            what,
            type.getSimpleName(),
            error != null ? error : results != null ? results : "AlreadyApplied");
      }
      return type.cast(error);
    }
  }

  private ChangeCarrier(
      ChangeWay way,
      Handle handle,
      @Nullable OrchestrationItem turn,
      @Nullable ActivityItem activity,
      @Nullable OrchestrationItem otherTurn,
      @Nullable ActivityItem otherActivity) {
    this.way = way;
    this.handle = handle;
    this.turn = turn;
    this.activity = activity;
    this.otherTurn = otherTurn;
    this.otherActivity = otherActivity;
  }

  /** Ends a test of what only a provider with changes can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.CHANGES)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.CHANGES.name());
    }
  }

  /** The calls of the feature, through a handle. */
  static Changes calls(Handle handle) {
    return handle
        .provider()
        .capability(Changes.class)
        .orElseThrow(() ->
            Expect.violation(
                "CHANGES is declared, and the capability is not offered.", "Changes", "none"));
  }

  /** A new carrier through the first handle. What is deliverable is taken away. */
  static ChangeCarrier on(StoreUnderTest store, ChangeWay way) {
    Handle first = store.first();
    takeAll(first);
    if (!way.isAck()) {
      return new ChangeCarrier(way, first, null, null, null, null);
    }
    if (way.isTurn()) {
      OrchestrationItem other = way.isInList() ? lockedTurn(store) : null;
      return new ChangeCarrier(way, first, lockedTurn(store), null, other, null);
    }
    ActivityItem other = way.isInList() ? lockedActivity(store) : null;
    return new ChangeCarrier(way, first, null, lockedActivity(store), null, other);
  }

  static OrchestrationItem lockedTurn(StoreUnderTest store) {
    String id = "turn " + store.nextNumber();
    store.first().create(id);
    store.first().poke(id);
    return store.first().fetchOne(id);
  }

  static ActivityItem lockedActivity(StoreUnderTest store) {
    String id = "worker " + store.nextNumber();
    store.first().create(id);
    store.first().schedule(id, 1);
    return store.first().fetchActivity(1);
  }

  /** Takes away what is deliverable. */
  static void takeAll(Handle handle) {
    for (List<OrchestrationItem> items = handle.fetch(Handle.ALL);
        !items.isEmpty();
        items = handle.fetch(Handle.ALL)) {
      items.forEach(handle::finish);
    }
    for (ActivityItem item : handle.fetchActivities(Handle.ALL)) {
      Expect.applied(handle.provider().ackActivityItem(ActivityAck.of(item.lockToken(), null)));
    }
  }

  ChangeWay way() {
    return way;
  }

  /** The instances that its acks are about. */
  List<String> instances() {
    return turn != null
        ? List.of(turn.instanceId())
        : activity != null ? List.of(activity.task().instanceId()) : List.of();
  }

  /** Makes the call with these changes. */
  Answer carry(List<Change> changes) {
    return carry(handle, changes);
  }

  /** The same through another handle. */
  Answer carry(Handle through, List<Change> changes) {
    return turn == null && activity == null
        ? applyAlone(through, changes)
        : ofAck(ack(through.provider(), changes, false));
  }

  /** Makes the ack with these changes, and a part of its own that does not fit. */
  Answer carryWithBadPart(List<Change> changes) {
    return ofAck(ack(handle.provider(), changes, true));
  }

  private static Answer applyAlone(Handle through, List<Change> changes) {
    try {
      return new Answer(calls(through).apply(changes), null);
    } catch (Permanent refused) {
      return new Answer(null, refused);
    }
  }

  private static Answer ofAck(AckResult result) {
    return switch (result) {
      case AckResult.Applied applied -> new Answer(applied.results(), null);
      case AckResult.AlreadyApplied repeated -> new Answer(null, null);
      case AckResult.Rejected(Permanent error) -> new Answer(null, error);
    };
  }

  private AckResult ack(Provider provider, List<Change> changes, boolean bad) {
    if (turn != null) {
      OrchestrationAck ack = turnAck(turn, changes, bad);
      if (otherTurn == null) {
        return provider.ackOrchestrationItem(ack);
      }
      return provider
          .ackOrchestrationItems(List.of(turnAck(otherTurn, List.of(), false), ack))
          .get(1);
    }
    if (activity == null) {
      throw new IllegalStateException("there is no ack");
    }
    ActivityAck ack = activityAck(activity, changes, bad);
    if (otherActivity == null) {
      return provider.ackActivityItem(ack);
    }
    return provider
        .ackActivityItems(List.of(activityAck(otherActivity, List.of(), false), ack))
        .get(1);
  }

  private static OrchestrationAck turnAck(
      OrchestrationItem item, List<Change> changes, boolean bad) {
    return OrchestrationAck.builder(item.lockToken(), item.executionId())
        .historyDelta(bad ? List.of(Sample.event(1), Sample.event(1)) : Sample.events(1, 1))
        .changes(changes)
        .build();
  }

  private static ActivityAck activityAck(ActivityItem item, List<Change> changes, boolean bad) {
    return ActivityAck.of(
            item.lockToken(), bad ? Sample.message("stranger", "lost") : Sample.completion(item))
        .withChanges(changes);
  }
}
