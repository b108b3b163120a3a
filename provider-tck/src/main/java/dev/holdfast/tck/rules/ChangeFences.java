// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Fences, live and lost. Stateless. */
final class ChangeFences {

  private ChangeFences() {}

  /** What makes a live fence of each kind that is declared, by its name. */
  static Map<String, Supplier<Fence>> live(StoreUnderTest store) {
    Map<String, Supplier<Fence>> fences = new LinkedHashMap<>();
    fences.put("instance", () -> ChangeCarrier.lockedTurn(store).lockToken());
    fences.put("activity", () -> ChangeCarrier.lockedActivity(store).lockToken());
    if (store.declares(Feature.LEASES)) {
      fences.put(
          "lease", () -> Leased.first(store).acquire("lease " + store.nextNumber(), "A").token());
    }
    if (store.declares(Feature.INBOX)) {
      fences.put("inbox message", () -> lockedMessage(store).lockToken());
    }
    return fences;
  }

  private static InboxItem lockedMessage(StoreUnderTest store) {
    Inboxed inbox = Inboxed.first(store);
    InboxKey key = Inboxed.key("order " + store.nextNumber());
    inbox.fill(key, 1);
    return inbox.fetchOne(key);
  }

  /** Fences that are lost, each in its own way, by what happened to them. */
  static Map<String, Fence> lost(StoreUnderTest store) {
    Map<String, Fence> fences = new LinkedHashMap<>();
    fences.putAll(lostInstances(store));
    fences.putAll(lostActivities(store));
    if (store.declares(Feature.LEASES)) {
      fences.putAll(lostLeases(store));
    }
    if (store.declares(Feature.INBOX)) {
      fences.putAll(lostMessages(store));
    }
    return fences;
  }

  private static Map<String, Fence> lostInstances(StoreUnderTest store) {
    Handle first = store.first();
    Map<String, Fence> fences = new LinkedHashMap<>();
    OrchestrationItem acked = ChangeCarrier.lockedTurn(store);
    first.finish(acked);
    fences.put("acked", acked.lockToken());
    OrchestrationItem abandoned = ChangeCarrier.lockedTurn(store);
    first.abandon(abandoned);
    fences.put("abandoned", abandoned.lockToken());
    ChangeCarrier.takeAll(first);
    fences.put("never given out", new LockToken.OfInstance("nobody", 1));
    LockToken.OfInstance right = (LockToken.OfInstance) ChangeCarrier.lockedTurn(store).lockToken();
    fences.put("another number", new LockToken.OfInstance(right.instanceId(), right.epoch() + 1));
    if (store.declares(Feature.INSTANCE_DELETION)) {
      OrchestrationItem deleted = ChangeCarrier.lockedTurn(store);
      first
          .provider()
          .capability(InstanceDeletion.class)
          .orElseThrow()
          .delete(List.of(deleted.instanceId()), true);
      fences.put("deleted", deleted.lockToken());
    }
    OrchestrationItem takenOver = ChangeCarrier.lockedTurn(store);
    OrchestrationItem expired = ChangeCarrier.lockedTurn(store);
    store.moveTime(store.lockFor());
    List<OrchestrationItem> again = new ArrayList<>(store.second().fetch(Handle.ALL));
    again.removeIf(item -> item.instanceId().equals(takenOver.instanceId()));
    again.forEach(item -> store.second().abandon(item));
    fences.put("taken over", takenOver.lockToken());
    fences.put("expired, taken over and abandoned", expired.lockToken());
    ChangeCarrier.takeAll(first);
    OrchestrationItem ended = ChangeCarrier.lockedTurn(store);
    store.moveTime(store.lockFor());
    fences.put("expired", ended.lockToken());
    return fences;
  }

  private static Map<String, Fence> lostActivities(StoreUnderTest store) {
    Handle first = store.first();
    ChangeCarrier.takeAll(first);
    Map<String, Fence> fences = new LinkedHashMap<>();
    ActivityItem acked = ChangeCarrier.lockedActivity(store);
    first.complete(acked);
    fences.put("activity acked", acked.lockToken());
    ChangeCarrier.takeAll(first);
    ActivityItem cancelled = ChangeCarrier.lockedActivity(store);
    String id = cancelled.task().instanceId();
    first.poke(id);
    first.turn(first.fetchOne(id)).cancel(cancelled.task().identity()).apply();
    fences.put("activity cancelled", cancelled.lockToken());
    fences.put(
        "activity never given out",
        new LockToken.OfActivity(new ActivityIdentity("nobody", 1, 1), 1));
    ActivityItem expired = ChangeCarrier.lockedActivity(store);
    store.moveTime(store.lockFor());
    fences.put("activity expired", expired.lockToken());
    return fences;
  }

  private static Map<String, Fence> lostMessages(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Map<String, Fence> fences = new LinkedHashMap<>();
    InboxItem consumed = lockedMessage(store);
    a.consume(ConsumeInbox.of(consumed));
    fences.put("message consumed", consumed.lockToken());
    InboxItem cleanedUp = lockedMessage(store);
    a.consume(ConsumeInbox.of(cleanedUp));
    a.calls().cleanUp(cleanedUp.message().key(), 2, 1);
    fences.put("message cleaned up", cleanedUp.lockToken());
    InboxItem abandoned = lockedMessage(store);
    a.calls().abandon(abandoned.lockToken());
    fences.put("message abandoned", abandoned.lockToken());
    InboxToken right = lockedMessage(store).lockToken();
    fences.put(
        "message with another number", new InboxToken(right.key(), 1, right.epoch() + 1_000));
    fences.put("message of another place", new InboxToken(right.key(), 2, right.epoch()));
    fences.put("message never given out", new InboxToken(Inboxed.key("nobody's"), 1, 1));
    InboxItem takenOver = lockedMessage(store);
    InboxItem expired = lockedMessage(store);
    store.moveTime(store.lockFor());
    Inboxed.second(store)
        .calls()
        .fetch(takenOver.message().key(), 1, store.lockFor().multipliedBy(100));
    fences.put("message taken over", takenOver.lockToken());
    fences.put("message expired", expired.lockToken());
    return fences;
  }

  private static Map<String, Fence> lostLeases(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Map<String, Fence> fences = new LinkedHashMap<>();
    LeaseToken released = a.acquire("released", "A").token();
    a.release(released);
    fences.put("lease released", released);
    LeaseToken expired = a.acquire("expired", "A").token();
    LeaseToken takenOver = a.acquire("taken over", "A").token();
    store.moveTime(store.lockFor());
    Leased.second(store).acquire("taken over", "B");
    fences.put("lease expired", expired);
    fences.put("lease taken over", takenOver);
    fences.put("lease never given out", new LeaseToken("nobody's", 1));
    return fences;
  }
}
