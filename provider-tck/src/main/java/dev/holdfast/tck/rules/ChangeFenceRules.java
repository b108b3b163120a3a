// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.rules.ChangeKind.Subject;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Changes under a fence. */
@RuleFamily("CHANGE")
final class ChangeFenceRules {

  private static final int THREADS = 8;
  private static final int CONTESTS = 30;
  private static final int CONTESTS_IN_REAL_TIME = 6;
  private static final Duration HANG = Duration.ofMinutes(1);

  /**
   * The fence is decided before any change.
   *
   * <p><b>Shape:</b> fences lost in every way, each with changes that fit, with each misfit, and
   * with none at all: LockLost, without a place, and nothing is written.
   */
  @Rule("CHANGE-09")
  void theFenceIsDecidedFirst(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    Map<String, Fence> lost = ChangeFences.lost(store);
    ChangeCarrier.takeAll(store.first());
    Changes calls = ChangeCarrier.calls(store.first());
    for (ChangeKind kind : ChangeKind.declared(store)) {
      Subject subject = kind.subject(store);
      List<List<Change>> lists = new ArrayList<>();
      lists.add(List.of());
      lists.add(List.of(subject.next()));
      subject.misfits().forEach(misfit -> lists.add(List.of(misfit.change())));
      Snapshot before = store.snapshot(subject.id());
      lost.forEach((why, fence) -> {
        for (List<Change> list : lists) {
          LockLost error =
              Expect.thrown(
                  "A lost fence was taken: " + why + ".",
                  LockLost.class,
                  () -> calls.apply(list, fence));
          Expect.equal("A lost fence has a place.", null, error.changeIndex());
        }
        store.expectUnchanged("Something was written under a lost fence.", before);
      });
    }
  }

  /**
   * Any live token is a fence, and showing it moves nothing of it.
   *
   * <p><b>Shape:</b> each kind, shown many times and by several threads; the lock ends when it
   * would have ended, and before that its ack or release goes through, first in its line.
   */
  @Rule("CHANGE-10")
  void showingAFenceMovesNothing(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (Map.Entry<String, Supplier<Fence>> kind : ChangeFences.live(store).entrySet()) {
      ChangeCarrier.takeAll(store.first());
      store.first().create("receiver of " + kind.getKey());
      Fence fence = kind.getValue().get();
      String[] ids = locked(fence);
      Snapshot before = store.snapshot(ids);
      Changes calls = ChangeCarrier.calls(store.first());
      Changes others = ChangeCarrier.calls(store.second());
      for (Changes shown : List.of(calls, others, calls)) {
        Expect.equal("An empty list was refused.", List.of(), shown.apply(List.of(), fence));
      }
      store.expectUnchanged("Showing a fence moved its lock.", before);
      Together.times(
          THREADS,
          n ->
              Contention.repeated(() ->
                  (n % 2 == 0 ? calls : others)
                      .apply(
                          List.of(MessageChanges.send("receiver of " + kind.getKey(), "n" + n)),
                          fence)));
      Expect.equal(
          "Changes under a fence are not there.",
          THREADS,
          MessageChanges.taken(store.second(), "receiver of " + kind.getKey()).size());
      finish(store, fence);

      Fence ending = kind.getValue().get();
      store.moveToJustBefore(store.lockFor());
      calls.apply(List.of(MessageChanges.send("receiver of " + kind.getKey(), "last")), ending);
      store.moveTime(store.tick());
      Expect.thrown(
          "Showing a fence prolonged its lock.",
          LockLost.class,
          () -> calls.apply(List.of(), ending));
    }
  }

  private static String[] locked(Fence fence) {
    return fence instanceof LockToken lock ? new String[] {lock.instanceId()} : new String[0];
  }

  /** Does what the holder of a fence does in the end. */
  private static void finish(StoreUnderTest store, Fence fence) {
    String what = "The holder's ack is refused.";
    Handle handle = store.first();
    switch (fence) {
      case LockToken.OfInstance instance -> Expect.applied(what, handle.turn(instance, 1).ack());
      case LockToken.OfActivity activity ->
          Expect.applied(what, handle.provider().ackActivityItem(ActivityAck.of(activity, null)));
      case LeaseToken lease -> Leased.first(store).release(lease);
      case InboxToken message ->
          Inboxed.first(store)
              .consume(new ConsumeInbox(message.key(), message.sequence(), message));
    }
  }

  /**
   * A number counts only for what it was given out for.
   *
   * <p><b>Shape:</b> a lease and an instance of one name, each shown with the other's number, and
   * both with those of an activity.
   */
  @Rule("CHANGE-10")
  void aNumberCountsOnlyForItsKind(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    if (!store.declares(Feature.LEASES)) {
      return;
    }
    OrchestrationItem item = ChangeCarrier.lockedTurn(store);
    LeaseToken lease = Leased.first(store).acquire(item.instanceId(), "A").token();
    long ofInstance = item.lockToken().epoch();
    if (lease.epoch() == ofInstance) {
      return;
    }
    Changes calls = ChangeCarrier.calls(store.first());
    for (Fence wrong :
        List.of(
            new LeaseToken(item.instanceId(), ofInstance),
            new LockToken.OfInstance(item.instanceId(), lease.epoch()))) {
      Expect.thrown(
          "A number was taken that was given out for something else.",
          LockLost.class,
          () -> calls.apply(List.of(), wrong));
    }
    calls.apply(List.of(), lease);
    calls.apply(List.of(), item.lockToken());
  }

  /**
   * Of a former holder nothing is written behind anything of the next one.
   *
   * <p><b>Shape:</b> many rounds, for each kind of fence: A sends under its fence until it is lost,
   * around the end, while B takes over and sends under its own: in the batch all of A's messages
   * stand before all of B's.
   */
  @Rule("CHANGE-11")
  void aFormerHolderWritesNothingBehindTheNext(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    int rounds =
        store.pace().clock() == Pace.Clock.REAL ? CONTESTS_IN_REAL_TIME : store.rounds(CONTESTS);
    List<Supplier<Fence>> kinds = List.copyOf(ChangeFences.live(store).values());
    for (int round = 0; round < rounds; round++) {
      contest(store, kinds.get(round % kinds.size()));
    }
  }

  private static void contest(StoreUnderTest store, Supplier<Fence> kind) {
    ChangeCarrier.takeAll(store.first());
    ChangeCarrier.takeAll(store.second());
    String receiver = "receiver " + store.nextNumber();
    store.first().create(receiver);
    Fence held = kind.get();
    AtomicBoolean over = new AtomicBoolean();
    Duration pause = someTime(store);
    store.moveToJustBefore(store.lockFor());
    Together.all(
        () -> {
          try {
            for (int n = 0; !over.get(); n++) {
              String body = "A" + n;
              Contention.repeated(() -> send(store.first(), receiver, body, held));
            }
          } catch (LockLost lost) {
            // It is another's by now.
          }
        },
        () -> {
          try {
            Waiting.realTime(pause);
            store.moveTime(store.tick());
            Fence next = Contention.repeated(() -> takenOver(store, held));
            Contention.repeated(() -> send(store.second(), receiver, "B", next));
            Contention.repeated(() -> send(store.second(), receiver, "B", next));
          } finally {
            over.set(true);
          }
        });
    store.moveTime(store.lockFor());
    List<String> order = new ArrayList<>();
    MessageChanges.taken(store.second(), receiver)
        .forEach(message -> order.add(MessageChanges.text(message).substring(0, 1)));
    Expect.equal(
        "A former holder wrote behind the next one.", order.stream().sorted().toList(), order);
    Expect.equal("The next holder's changes are not there.", 2L, count(order));
  }

  /**
   * Nor does it when its call takes long to commit.
   *
   * <p><b>Shape:</b> for each kind of fence: A's call under its fence is held before its commit;
   * time moves past the end; B takes over as soon as it can, sends under its own fence and fetches
   * what is there; A's call is let go. If it was applied, B has seen its message, and it stands in
   * front.
   */
  @Rule("CHANGE-11")
  void aSlowCommitIsNotBehindTheNextHolder(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    CommitHold hold = store.commitHold();
    for (Supplier<Fence> kind : ChangeFences.live(store).values()) {
      ChangeCarrier.takeAll(store.first());
      String receiver = "receiver " + store.nextNumber();
      store.first().create(receiver);
      Fence held = kind.get();
      Parked<Boolean> former;
      Parked<List<String>> next;
      try (CommitHold.Held standing = hold.take()) {
        former = Parked.beginning(() -> sends(store.first(), receiver, "A", held));
        Waiting.until(() -> standing.isReached() || former.isDone(), HANG);
        store.moveTime(store.lockFor());
        next = Parked.beginning(() -> takesOver(store, held, receiver));
        // It may wait for the call that stands, or pass over what that holds.
        Waiting.until(next::isDone, store.pace().glance());
      }
      boolean applied = former.answer();
      Expect.equal(
          "A former holder wrote behind the next one.",
          applied ? List.of("A", "B") : List.of("B"),
          next.answer());
    }
  }

  private static boolean sends(Handle handle, String receiver, String body, Fence fence) {
    try {
      Contention.repeated(() -> send(handle, receiver, body, fence));
      return true;
    } catch (LockLost lost) {
      return false;
    }
  }

  /** Takes over once that is possible, sends, and returns what is there then. */
  private static List<String> takesOver(StoreUnderTest store, Fence held, String receiver) {
    List<Fence> next = new ArrayList<>();
    Waiting.until(
        () -> {
          try {
            taken(store, held).ifPresent(next::add);
          } catch (Retryable busy) {
            // The call that stands has it in hand.
          }
          return !next.isEmpty();
        },
        HANG);
    if (next.isEmpty()) {
      throw Expect.violation("What has ended cannot be taken over.", "a new token", "none");
    }
    Contention.repeated(() -> send(store.second(), receiver, "B", next.get(0)));
    return MessageChanges.taken(store.second(), receiver).stream()
        .map(MessageChanges::text)
        .toList();
  }

  private static long count(List<String> order) {
    return order.stream().filter("B"::equals).count();
  }

  private static Object send(Handle handle, String receiver, String body, Fence fence) {
    List<Change> changes = List.of(new SendMessage(Sample.message(receiver, body)));
    return ChangeCarrier.calls(handle).apply(changes, fence);
  }

  /** Takes over what has ended; asks until it is there, since an apply may have it in hand. */
  static Fence takenOver(StoreUnderTest store, Fence held) {
    for (int tries = 0; tries < 10_000; tries++) {
      Optional<Fence> next = taken(store, held);
      if (next.isPresent()) {
        return next.get();
      }
    }
    throw Expect.violation("What has ended cannot be taken over.", "a new token", "none");
  }

  /** Fetches one instance, and gives back what else comes. */
  private static Optional<Fence> taken(Handle handle, String instanceId) {
    Optional<Fence> token = Optional.empty();
    for (OrchestrationItem item : handle.fetch(Handle.ALL)) {
      if (item.instanceId().equals(instanceId)) {
        token = Optional.of(item.lockToken());
      } else {
        handle.abandon(item, AbandonOptions.now().uncounted());
      }
    }
    return token;
  }

  private static Optional<Fence> taken(StoreUnderTest store, Fence held) {
    return switch (held) {
      case LockToken.OfInstance instance -> taken(store.second(), instance.instanceId());
      case LockToken.OfActivity activity ->
          store.second().fetchActivities(Handle.ALL).stream()
              .<Fence>map(item -> item.lockToken())
              .findFirst();
      case LeaseToken lease ->
          Leased.second(store).ask(lease.name(), "B") instanceof Acquired got
              ? Optional.of(got.token())
              : Optional.empty();
      case InboxToken message ->
          Inboxed.second(store).fetch(message.key(), 1).stream()
              .<Fence>map(InboxItem::lockToken)
              .findFirst();
    };
  }

  static Duration someTime(StoreUnderTest store) {
    double share = store.random().nextDouble();
    return Duration.ofNanos((long) (store.pace().roundTrip().toNanos() * 2 * share));
  }
}
