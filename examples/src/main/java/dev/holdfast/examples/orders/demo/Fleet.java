// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The workers of a run. Not thread-safe. */
final class Fleet {

  private final Place place;
  private final Store store;
  private final Progress progress;
  private final Deque<WorkerProcess> workers = new ArrayDeque<>();
  private int started;

  Fleet(Place place, Store store, Progress progress) {
    this.place = place;
    this.store = store;
    this.progress = progress;
  }

  /** Starts one more. */
  void start() throws IOException {
    WorkerProcess worker = WorkerProcess.start(++started, place, store);
    workers.add(worker);
    progress.say("Started %s.".formatted(worker));
  }

  /** How many were ever started. */
  int started() {
    return started;
  }

  int size() {
    return workers.size();
  }

  /** The one that has been there longest. */
  WorkerProcess first() {
    return workers.element();
  }

  /** Kills {@link #first()}. */
  WorkerProcess killFirst() throws InterruptedException {
    WorkerProcess victim = workers.element();
    victim.kill();
    workers.remove();
    return victim;
  }

  /** Says so when one died by itself. */
  void checkAlive() {
    workers.forEach(WorkerProcess::checkAlive);
  }

  /** Asks all to finish what they do and to end. */
  void stop() throws InterruptedException {
    workers.forEach(WorkerProcess::askToStop);
    while (!workers.isEmpty()) {
      workers.element().stop();
      workers.remove();
    }
  }

  /** Ends all in any way, when the demo has failed. */
  void discard() {
    workers.forEach(WorkerProcess::discard);
    workers.clear();
  }

  String logEnd() {
    return WorkerLog.end(place.workerLog());
  }

  /** Such as {@code worker 2} or {@code workers 1, 2 and 3}. */
  @Override
  public String toString() {
    List<String> numbers =
        workers.stream().map(worker -> Integer.toString(worker.number())).toList();
    int last = numbers.size() - 1;
    return last < 1
        ? "worker " + String.join("", numbers)
        : "workers %s and %s"
            .formatted(String.join(", ", numbers.subList(0, last)), numbers.get(last));
  }
}
