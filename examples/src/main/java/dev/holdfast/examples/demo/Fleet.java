// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** The workers of a run. Not thread-safe. */
public final class Fleet {

  private final String what;
  private final Supplier<ProcessBuilder> launcher;
  private final Path log;
  private final Progress progress;
  private final Deque<WorkerProcess> workers = new ArrayDeque<>();
  private int started;

  /**
   * Creates one without workers.
   *
   * @param what what they are called, {@code worker} for instance
   * @param launcher prepares the process of a worker
   * @param log what the workers say
   */
  public Fleet(String what, Supplier<ProcessBuilder> launcher, Path log, Progress progress) {
    this.what = what;
    this.launcher = launcher;
    this.log = log;
    this.progress = progress;
  }

  /** Starts one more. */
  public void start() throws IOException {
    WorkerProcess worker = WorkerProcess.start(what, ++started, launcher.get(), log);
    workers.add(worker);
    progress.say("Started %s.".formatted(worker));
  }

  /** How many were ever started. */
  public int started() {
    return started;
  }

  /** How many there are. */
  public int size() {
    return workers.size();
  }

  /** The one that has been there longest. */
  public WorkerProcess first() {
    return workers.element();
  }

  /** Kills {@link #first()}. */
  public WorkerProcess killFirst() throws InterruptedException {
    WorkerProcess victim = workers.element();
    kill(victim);
    return victim;
  }

  /** The one that has been there longest but for so many. */
  public WorkerProcess get(int index) {
    return List.copyOf(workers).get(index);
  }

  /** Kills one. */
  public void kill(WorkerProcess victim) throws InterruptedException {
    victim.kill();
    workers.remove(victim);
  }

  /** Has another one take the place of {@link #first()}, which finishes what it does. */
  public void replaceFirst() throws IOException, InterruptedException {
    start();
    workers.element().stop();
    workers.remove();
  }

  /** Says so when one died by itself. */
  public void checkAlive() {
    workers.forEach(WorkerProcess::checkAlive);
  }

  /** Asks all to finish what they do and to end. */
  public void stop() throws InterruptedException {
    workers.forEach(WorkerProcess::askToStop);
    while (!workers.isEmpty()) {
      workers.element().stop();
      workers.remove();
    }
  }

  /** Ends all in any way, when the demo has failed. */
  public void discard() {
    workers.forEach(WorkerProcess::discard);
    workers.clear();
  }

  /** The last lines of what they say. */
  public String logEnd() {
    return WorkerLog.end(log);
  }

  /** Such as {@code worker 2} or {@code workers 1, 2 and 3}. */
  @Override
  public String toString() {
    List<String> numbers =
        workers.stream().map(worker -> Integer.toString(worker.number())).toList();
    int last = numbers.size() - 1;
    return last < 1
        ? what + " " + String.join("", numbers)
        : "%ss %s and %s"
            .formatted(what, String.join(", ", numbers.subList(0, last)), numbers.get(last));
  }
}
