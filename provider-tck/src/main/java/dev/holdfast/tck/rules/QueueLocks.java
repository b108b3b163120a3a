// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.rules.QueueUnderTest.Item;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.List;

/** What LOCK says of locks on both queues: LOCK-04 and LOCK-09, and of activities LOCK-10. */
final class QueueLocks {

  private static final int ROUNDS = 20;
  private static final int CALLERS = 8;

  private QueueLocks() {}

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
