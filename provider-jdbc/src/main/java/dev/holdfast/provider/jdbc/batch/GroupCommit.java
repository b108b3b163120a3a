// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Group commit by flat combining: callers do each other's work. A caller that finds nobody leading
 * becomes the leader, and does its own together with what others have submitted, group by group;
 * the others sleep until theirs is done. Alone, a caller pays no hand-over to another thread; in a
 * crowd, many share one commit. There is no thread and no timer: a group is whatever came while the
 * one before was under way.
 *
 * <p>Others wait for the leader, so whatever goes wrong on its thread, out of memory included, must
 * not leave one of them waiting: what decides who goes on needs no memory. Thread-safe.
 *
 * @param <S> a submission
 */
public final class GroupCommit<S extends Submission<S>> {

  private final Queue<S> queue;
  private final Consumer<? super Line<S>> work;
  private final ReentrantLock leadership = new ReentrantLock();
  private final Line<S> group = new Line<>(); // used under the leadership only

  /** Who has come since the leader last looked, the latest first, linked through themselves. */
  private final AtomicReference<@Nullable S> arrived = new AtomicReference<>();

  /**
   * Creates it.
   *
   * @param queue who waits, and who goes next
   * @param work carries a group out and leaves it as it is; called by one thread at a time, which
   *     sees what those before it have done. Whatever it throws ends the whole group, and each
   *     caller gets it as {@link Submission#problem}
   */
  public GroupCommit(Queue<S> queue, Consumer<? super Line<S>> work) {
    this.queue = queue;
    this.work = work;
  }

  /**
   * Who waits, and who goes next. Used by the leader only. Nothing here needs memory, and nothing
   * throws.
   *
   * @param <S> a submission
   */
  public interface Queue<S extends Submission<S>> {

    /**
     * Takes one in.
     *
     * @param submission behind those that came before
     */
    void add(S submission);

    /**
     * Tells who could lead next.
     *
     * @return one of those that wait, null when nobody does
     */
    @Nullable S first();

    /**
     * Moves those that go next into a group.
     *
     * @param group empty; at least one is moved when anybody waits
     */
    void next(Line<S> group);

    /**
     * Takes back one that is not complete, as the next of its kind.
     *
     * @param submission of the group that was carried out
     */
    void putBack(S submission);
  }

  /**
   * Something to do while nobody leads.
   *
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface Action<E extends Exception> {

    /**
     * Does it.
     *
     * @throws E when it fails
     */
    void run() throws E;
  }

  /**
   * Has a submission carried out, by this thread or by another. Not interruptible: its outcome must
   * be known. An interrupted thread keeps its flag.
   *
   * @param own made by this thread, for this call
   */
  public void run(S own) {
    arrive(own);
    boolean interrupted = false;
    while (!own.isDone()) {
      if (leadership.tryLock()) {
        try {
          while (!own.isDone()) {
            lead();
          }
        } finally {
          passOn();
        }
      } else {
        LockSupport.park(this);
        // A pending interrupt would make park return at once, over and over.
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Lets the group under way finish, then does something before the next one.
   *
   * @param <E> what it throws
   * @param action what to do
   * @throws E what the action throws; those that wait go on all the same
   */
  public <E extends Exception> void betweenGroups(Action<E> action) throws E {
    leadership.lock();
    try {
      action.run();
    } finally {
      passOn();
    }
  }

  /**
   * How many have come since the leader last looked; exact while nobody takes them in.
   *
   * @return their number
   */
  int arrived() {
    int count = 0;
    for (S next = arrived.get(); next != null; next = next.behind()) {
      count++;
    }
    return count;
  }

  private void arrive(S own) {
    S before;
    do {
      before = arrived.get();
      own.setBehind(before);
    } while (!arrived.compareAndSet(before, own));
  }

  /** Who came first goes in first. */
  private void takeIn() {
    S latest = arrived.getAndSet(null);
    S earliest = null;
    while (latest != null) {
      S before = latest.behind();
      latest.setBehind(earliest);
      earliest = latest;
      latest = before;
    }
    while (earliest != null) {
      S after = earliest.behind();
      queue.add(earliest);
      earliest = after;
    }
  }

  /**
   * Hands the leadership on. Somebody may have found it taken a moment before it was given up, so
   * one of those who have just come is woken when nobody waits in line.
   */
  private void passOn() {
    S heir = queue.first();
    leadership.unlock();
    if (heir == null) {
      heir = arrived.get();
    }
    if (heir != null) {
      heir.wake();
    }
  }

  /** Each of a group has an outcome at the end, or is in line again. */
  private void lead() {
    takeIn();
    queue.next(group);
    Throwable problem = null;
    try {
      work.accept(group);
    } catch (RuntimeException | Error e) {
      problem = e;
    }
    for (S next = group.poll(); next != null; next = group.poll()) {
      if (problem != null) {
        next.abort(problem);
      } else if (next.isComplete()) {
        next.finish();
      } else {
        queue.putBack(next);
      }
    }
  }
}
