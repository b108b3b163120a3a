// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.words.Together;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Work in rounds, and a look at it that is repeated as long as the work goes on. Stateless. */
final class Meanwhile {

  private static final int FAILED = -1;

  private Meanwhile() {}

  /** Does the rounds, counted from 0, and looks all the while, and once more at the end. */
  static void all(int rounds, IntConsumer work, Runnable look) {
    all(rounds, 0, work, look);
  }

  /**
   * Likewise, with more rounds if there were fewer looks meanwhile, so that however slow one of
   * them is, both have met the other.
   *
   * @return how many rounds there were
   */
  static int all(int rounds, int looks, IntConsumer work, Runnable look) {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger looked = new AtomicInteger();
    Together.all(
        () -> {
          try {
            for (int round = 0; round < rounds || isWaitedFor(looked, looks); round++) {
              work.accept(round);
              done.set(round + 1);
            }
          } finally {
            over.set(true);
          }
        },
        () -> {
          boolean last;
          try {
            do {
              last = over.get();
              look.run();
              looked.incrementAndGet();
            } while (!last);
          } catch (RuntimeException | Error e) {
            looked.set(FAILED);
            throw e;
          }
        });
    return done.get();
  }

  private static boolean isWaitedFor(AtomicInteger looked, int looks) {
    int soFar = looked.get();
    return soFar != FAILED && soFar < looks;
  }
}
