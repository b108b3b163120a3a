// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.postings.flow.PostingRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Somebody who reads the rows again and again, and expects each time all those of postings that
 * have ended: all as one build makes them, or all as the other does. Thread-safe.
 */
final class Readers implements AutoCloseable {

  private static final long EVERY_MILLIS = 50;
  private static final long PATIENCE_SECONDS = 30;
  private static final int HOLES_KEPT = 10;

  private final Supplier<Map<String, PostingRow>> read;
  private final Map<String, PostingRow> before;
  private final Map<String, PostingRow> after;
  private final AtomicInteger sawBefore = new AtomicInteger();
  private final AtomicInteger sawAfter = new AtomicInteger();
  private final List<String> holes = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch firstBefore = new CountDownLatch(1);
  private final CountDownLatch firstAfter = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /**
   * Begins to read.
   *
   * @param before rows that have to be there, as the one build makes them
   * @param after the same, as the other does
   */
  Readers(
      Supplier<Map<String, PostingRow>> read,
      Map<String, PostingRow> before,
      Map<String, PostingRow> after) {
    this.read = read;
    this.before = before;
    this.after = after;
    thread = Thread.ofPlatform().daemon().name("reader").start(this::run);
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      hole("a read failed with " + e);
    }
  }

  private void look() {
    Map<String, PostingRow> rows = read.get();
    if (isThere(before, rows)) {
      sawBefore.incrementAndGet();
      firstBefore.countDown();
    } else if (isThere(after, rows)) {
      sawAfter.incrementAndGet();
      firstAfter.countDown();
    } else {
      hole(described(rows));
    }
  }

  private static boolean isThere(
      Map<String, PostingRow> expected, Map<String, PostingRow> rows) {
    return expected.entrySet().stream()
        .allMatch(row -> row.getValue().equals(rows.get(row.getKey())));
  }

  private String described(Map<String, PostingRow> rows) {
    for (Map.Entry<String, PostingRow> row : after.entrySet()) {
      PostingRow found = rows.get(row.getKey());
      if (!row.getValue().equals(found)
          && !Objects.requireNonNull(before.get(row.getKey())).equals(found)) {
        return "a reader found %s where %s has to be".formatted(found, row.getKey());
      }
    }
    return "a reader found rows of both builds at once";
  }

  private void hole(String described) {
    if (holes.size() < HOLES_KEPT) {
      holes.add(described);
    }
  }

  /** Waits for a read that finds the rows of the one build; not for ever. */
  boolean awaitBefore() throws InterruptedException {
    return firstBefore.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits for a read that finds those of the other; not for ever. */
  boolean awaitAfter() throws InterruptedException {
    return firstAfter.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** How many reads found the rows of the one build. */
  int sawBefore() {
    return sawBefore.get();
  }

  /** How many found those of the other. */
  int sawAfter() {
    return sawAfter.get();
  }

  /** What reads found that is neither. */
  List<String> holes() {
    return List.copyOf(holes);
  }

  /** Ends it, and waits for the read that is under way. */
  void end() throws InterruptedException {
    close();
    thread.join();
  }

  /** Ends it behind the read that is under way. */
  @Override
  public void close() {
    closed.countDown();
  }
}
