// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A writer and readers at one time. Whether threads meet is up to the machine, and a writer may be
 * through before a reader has asked twice: so it goes on until each reader has seen changes.
 * Stateless.
 */
final class Witnesses {

  /** How many changes each reader has to see. */
  private static final int CHANGES = 5;

  /** After how many times the writes that a test asks for readers are not waited for. */
  private static final int PATIENCE = 100;

  private Witnesses() {}

  /**
   * Writes and reads together.
   *
   * @param atLeast how many writes to make at least
   * @param write makes one, given its number from 1
   * @param readers each reads once, checks it, and returns what differs after each write
   * @return how many writes were made
   */
  static int watch(int atLeast, IntConsumer write, Supplier<?>... readers) {
    AtomicBoolean done = new AtomicBoolean();
    List<CountDownLatch> unseen = new ArrayList<>();
    List<Runnable> bodies = new ArrayList<>();
    int[] written = new int[1];
    bodies.add(() -> {
      try {
        while (written[0] < atLeast || (written[0] < PATIENCE * atLeast && remains(unseen))) {
          write.accept(written[0] + 1);
          written[0]++;
        }
      } finally {
        done.set(true);
      }
    });
    for (Supplier<?> reader : readers) {
      CountDownLatch changes = new CountDownLatch(CHANGES);
      unseen.add(changes);
      bodies.add(() -> read(reader, changes, done));
    }
    Together.all(bodies.toArray(Runnable[]::new));
    return written[0];
  }

  private static boolean remains(List<CountDownLatch> unseen) {
    return unseen.stream().anyMatch(changes -> changes.getCount() > 0);
  }

  private static void read(Supplier<?> reader, CountDownLatch unseen, AtomicBoolean done) {
    try {
      @Nullable Object last = null;
      do {
        Object now = reader.get();
        if (!Objects.equals(now, last)) {
          unseen.countDown();
        }
        last = now;
      } while (!done.get());
    } finally {
      while (unseen.getCount() > 0) {
        unseen.countDown(); // a reader that has failed is not waited for
      }
    }
  }
}
