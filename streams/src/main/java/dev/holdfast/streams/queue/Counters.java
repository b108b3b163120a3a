// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a worker of queues has stored. Thread-safe. */
final class Counters {

  private final LongAdder turns = new LongAdder();
  private final LongAdder processed = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dead = new LongAdder();
  private final LongAdder conflicts = new LongAdder();

  void stored(QueueTurn.Tally tally) {
    turns.increment();
    processed.add(tally.processed);
    events.add(tally.events);
    failed.add(tally.failed);
    dead.add(tally.dead);
  }

  void conflicted() {
    conflicts.increment();
  }

  QueueCounts counts() {
    return new QueueCounts(
        turns.sum(), processed.sum(), events.sum(), failed.sum(), dead.sum(), conflicts.sum());
  }
}
