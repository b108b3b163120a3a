// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.LockToken;
import dev.holdfast.tck.rules.QueueUnderTest.Item;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What LOCK says of locks on both queues; of activities it is LOCK-10. */
final class QueueLocks {

  private static final int ROUNDS = 20;
  private static final int CALLERS = 8;
  private static final int STEPS = 30;

  private QueueLocks() {}

  /** A fetches; A and B fetch nothing, also when other work comes, until just before L. */
  static void expectLockedWorkIsDeliveredToNobody(StoreUnderTest store, QueueUnderTest queue) {
    Handle first = store.first();
    Handle second = store.second();
    queue.begin(first);
    queue.add(first, 1);
    Item held = queue.fetch(first, 1);
    queue.fetchNone(first, "Locked work was delivered to its holder again.");
    queue.fetchNone(second, "Locked work was delivered to another handle.");

    queue.moreComes(second);

    queue.fetchNone(first, "What came meanwhile broke the lock for its holder.");
    queue.fetchNone(second, "What came meanwhile broke the lock for another handle.");
    store.moveToJustBefore(store.lockFor());
    queue.fetchNone(second, "A lock ended before its time.");
    queue.finish(first, held);
  }

  /** Locks end in random ways; the new epoch is compared with all earlier ones. */
  static void expectTokensGrowWithEveryAcquisition(StoreUnderTest store, QueueUnderTest queue) {
    Handle handle = store.first();
    queue.begin(handle);
    queue.add(handle, 1);
    List<LockToken> older = new ArrayList<>();
    LockToken acked = null;
    for (int step = 0; step < store.rounds(STEPS); step++) {
      Item item = queue.fetch(handle, 1);
      for (LockToken earlier : older) {
        Expect.above(
            "A token is not greater than an earlier one.", earlier.epoch(), item.token().epoch());
      }
      if (!older.isEmpty()) {
        LockToken one = older.get(store.random().nextInt(older.size()));
        queue.expectOver(handle, one, one.equals(acked));
      }
      older.add(item.token());
      switch (store.random().nextInt(queue.canBeDeleted(handle) ? 5 : 4)) {
        case 0 -> {
          queue.finish(handle, item);
          queue.takeResults(handle, 1);
          queue.addAgain(handle, 1);
          acked = item.token();
        }
        case 1 -> queue.abandon(handle, item, AbandonOptions.now());
        case 2 -> store.moveTime(store.lockFor());
        case 3 -> {
          queue.abandon(handle, item, AbandonOptions.now());
          handle = store.reopen();
        }
        default -> {
          queue.delete(handle, 1);
          queue.add(handle, 1);
          acked = null;
        }
      }
    }
  }

  /** Refused calls, rejected acks and a closed handle leave the lock held until its end. */
  static void expectOnlyTheLockEndReleases(StoreUnderTest store, QueueUnderTest queue) {
    Handle holder = store.newHandle();
    queue.begin(holder);
    queue.add(holder, 1);
    Item held = queue.fetch(holder, 1);
    LockToken wrong = queue.token(1, held.token().epoch() + 1);

    Expect.invalid(
        "A renewal by zero was accepted.",
        () -> holder.provider().renew(List.of(held.token()), Duration.ZERO));
    queue.fetchNone(store.second(), "A refused renewal released the lock.");
    holder.renewLost("A wrong token was renewed.", wrong);
    queue.fetchNone(store.second(), "A renewal with a wrong token released the lock.");
    queue.disturb(holder, held);
    queue.fetchNone(store.second(), "A call that is no ack and no abandon released the lock.");
    holder.close();
    queue.fetchNone(store.second(), "Closing the handle released the lock.");
    store.moveTime(store.lockFor());
    queue.fetch(store.second(), 1);
  }

  /** Tokens with past, future and exchanged epochs, and of unknown work, are tried. */
  static void expectATokenIsGoodForItsOwnLockOnly(StoreUnderTest store, QueueUnderTest queue) {
    Handle first = store.first();
    queue.begin(first);
    queue.add(first, 1);
    Item one = queue.fetch(first, 1);
    queue.add(first, 2);
    Item two = queue.fetch(first, 2);
    long epochOfOne = one.token().epoch();
    long epochOfTwo = two.token().epoch();

    queue.expectLost(first, queue.token(1, epochOfOne + 1_000));
    queue.expectLost(first, queue.token(1, Long.MAX_VALUE));
    queue.expectLost(first, queue.token(1, epochOfTwo));
    queue.expectLost(first, queue.token(2, epochOfOne));
    queue.expectLost(first, queue.token(77, epochOfOne));
    QueueUnderTest.expectNotHeld(first, queue.token(1, epochOfOne - 1));

    queue.fetchNone(store.second(), "A call with a token of its own making released a lock.");
    queue.finish(first, one);
    queue.finish(first, two);
  }

  /** In each round eight handles fetch together, first what is free, then what has expired. */
  static void expectOneOfManyCallersWins(StoreUnderTest store, QueueUnderTest queue) {
    List<Handle> handles = store.newHandles(CALLERS);
    queue.begin(store.first());
    queue.add(store.first(), 1);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      Item earlier =
          theOneWinner("Of many fetches of free work not exactly one won.", handles, queue);
      store.moveTime(store.lockFor());
      Item later =
          theOneWinner("Of many fetches at the lock end not exactly one won.", handles, queue);
      QueueUnderTest.expectNotHeld(store.first(), earlier.token());
      queue.finish(store.first(), later);
      queue.addAgain(store.first(), 1);
    }
  }

  private static Item theOneWinner(String what, List<Handle> handles, QueueUnderTest queue) {
    List<Item> items =
        Together.times(handles.size(), i -> queue.fetchAny(handles.get(i))).stream()
            .flatMap(List::stream)
            .toList();
    if (items.size() != 1) {
      throw Expect.violation(what, "1 item", items);
    }
    return items.get(0);
  }
}
