// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.sqlite.store.Write.Loss;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a handle: callers combine. Whoever finds the writer free becomes the leader and
 * runs its own write together with all that wait, in one transaction and one durable commit; the
 * others sleep until theirs is done. Alone, a caller pays no hand-over to another thread; in a
 * crowd, many share one commit. There are no timers: a batch is whatever came while the commit
 * before was under way.
 *
 * <p>A write that throws undoes the whole batch; each is then run again in a transaction of its
 * own, so that one bad write never harms its neighbours. Thread-safe.
 */
public final class WriteCombiner {

  private static final Logger LOG = LoggerFactory.getLogger(WriteCombiner.class);
  private static final int MAX_BATCH = 128;

  private final WriterSession writer;
  private final InstantSource clock;
  private final long owner;
  private final ReadyListener listener;
  private final ReentrantLock leadership = new ReentrantLock();
  private final ConcurrentLinkedQueue<Submission<?>> waiting = new ConcurrentLinkedQueue<>();
  private boolean closed; // read and written under the leadership only

  /** Learns, after a commit, that work may be ready. */
  public interface ReadyListener {
    void ready(boolean orchestrations, boolean activities);
  }

  /**
   * Creates the writer.
   *
   * @param session the session that writes first; later ones are opened when one breaks
   * @param owner whose locks those are that are taken here
   */
  public WriteCombiner(
      SqliteFile file, Session session, InstantSource clock, long owner, ReadyListener listener) {
    this.writer = new WriterSession(file, session);
    this.clock = clock;
    this.owner = owner;
    this.listener = listener;
  }

  /**
   * Runs one write and answers its result once it is committed. Not interruptible: its outcome must
   * be known.
   */
  public <R extends @Nullable Object> R run(Write<R> write) {
    return runAll(List.of(write)).get(0).orThrow();
  }

  /**
   * Runs several writes, in order and in one commit if none fails; each stays atomic on its own.
   */
  public <R extends @Nullable Object> List<Outcome<R>> runAll(List<Write<R>> writes) {
    return runAll(writes, null);
  }

  /**
   * The same, with something added at the end.
   *
   * @param finish what to add, null for nothing
   */
  public <R extends @Nullable Object> List<Outcome<R>> runAll(
      List<Write<R>> writes, @Nullable Finish<R> finish) {
    if (writes.isEmpty()) {
      return List.of();
    }
    Submission<R> own = new Submission<>(writes, finish);
    waiting.add(own);
    boolean interrupted = false;
    while (!own.done) {
      if (leadership.tryLock()) {
        try {
          while (!own.done) {
            lead();
          }
        } finally {
          leadership.unlock();
        }
        passOn();
      } else {
        LockSupport.park(this);
        // A pending interrupt would make park return at once, over and over.
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return own.outcomes;
  }

  /** Lets the batch under way finish, then refuses every write, those that wait included. */
  public void close() throws SQLException {
    leadership.lock();
    try {
      closed = true;
      writer.close();
    } finally {
      leadership.unlock();
    }
    passOn();
  }

  /**
   * Somebody may have found the leadership taken a moment before it was given up; wake the first to
   * take it.
   */
  private void passOn() {
    Submission<?> next = waiting.peek();
    if (next != null) {
      LockSupport.unpark(next.owner);
    }
  }

  private void lead() {
    List<Submission<?>> batch = drain();
    try {
      runTogether(batch);
    } finally {
      batch.forEach(Submission::finish);
    }
  }

  private List<Submission<?>> drain() {
    List<Submission<?>> batch = new ArrayList<>();
    int size = 0;
    while (size < MAX_BATCH) {
      Submission<?> next = waiting.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
      size += next.writes.size();
    }
    return batch;
  }

  private void runTogether(List<Submission<?>> batch) {
    boolean durable = batch.stream().anyMatch(Submission::mustLast);
    Failure failure =
        transaction(
            durable,
            tx -> {
              for (Submission<?> submission : batch) {
                submission.applyAll(tx);
              }
            });
    if (failure == null) {
      return;
    }
    batch.forEach(Submission::forget);
    boolean alone = batch.size() == 1 && batch.get(0).writes.size() == 1;
    if (failure.phase() == Phase.BODY && !alone) {
      // One of them is bad. Were it the store that fails, trying each alone would only be slower.
      batch.forEach(this::runOneByOne);
    } else {
      batch.forEach(submission -> submission.failWith(failure));
    }
  }

  private <R extends @Nullable Object> void runOneByOne(Submission<R> submission) {
    if (submission.writes.size() == 1) {
      Failure failure = transaction(submission.mustLast(), submission::applyAll);
      if (failure != null) {
        submission.forget();
        submission.failWith(failure);
      }
      return;
    }
    for (Write<R> write : submission.writes) {
      int before = submission.outcomes.size();
      Failure failure = transaction(submission.mustLast(), tx -> submission.applyOne(write, tx));
      if (failure != null) {
        submission.outcomes.subList(before, submission.outcomes.size()).clear();
        submission.outcomes.add(new Outcome.Failed<>(failure.error(write.operation())));
      }
    }
    if (submission.finish != null) {
      List<Outcome<R>> committed = submission.outcomes;
      Failure failure = transaction(submission.mustLast(), submission::applyFinish);
      if (failure != null) {
        LOG.debug("adding to writes that are committed: {}", failure.cause().getMessage());
        submission.outcomes = committed;
      }
    }
  }

  private interface Work {
    void run(WriteTx tx) throws SQLException;
  }

  private enum Phase {
    CLOSED,
    BEGIN,
    BODY,
    COMMIT
  }

  /** Where a transaction failed, and with what. */
  private record Failure(Phase phase, Throwable cause) {

    ProviderError error(String operation) {
      if (phase == Phase.CLOSED) {
        return Database.closedError(operation);
      }
      return switch (cause) {
        case ProviderError known -> known;
        case SQLException e when phase == Phase.COMMIT -> SqlErrors.classifyCommit(operation, e);
        case SQLException e -> SqlErrors.classify(operation, e);
        default -> new StoreFailure(operation, "unexpected: " + cause, cause);
      };
    }
  }

  /** Runs work in a transaction; answers null when it was committed. */
  private @Nullable Failure transaction(boolean durable, Work work) {
    if (closed) {
      return new Failure(Phase.CLOSED, new IllegalStateException());
    }
    Phase phase = Phase.BEGIN;
    WriteTx tx;
    try {
      Session session = writer.get(durable);
      tx = new WriteTx(session, clock, owner);
      session.run("BEGIN IMMEDIATE");
      phase = Phase.BODY;
      work.run(tx);
      tx.flush();
      phase = Phase.COMMIT;
      session.run("COMMIT");
    } catch (SQLException | RuntimeException | Error e) {
      // Errors too: an open transaction would lock out everybody, and others wait for an answer.
      writer.endAfter(e, phase != Phase.BEGIN);
      return new Failure(phase, e);
    }
    listener.ready(tx.orchestrationsReady(), tx.activitiesReady());
    return null;
  }

  /** The writes of one caller, in order, and their outcomes. */
  private static final class Submission<R extends @Nullable Object> {
    private final List<Write<R>> writes;
    private final @Nullable Finish<R> finish;
    private final Thread owner = Thread.currentThread();
    private List<Outcome<R>> outcomes; // the leader's until done
    private volatile boolean done;

    Submission(List<Write<R>> writes, @Nullable Finish<R> finish) {
      this.writes = writes;
      this.finish = finish;
      this.outcomes = new ArrayList<>(writes.size());
    }

    /** Whether any of it has to survive a power cut. */
    boolean mustLast() {
      return writes.stream().anyMatch(write -> write.loss() == Loss.UNACCEPTABLE);
    }

    void applyAll(WriteTx tx) throws SQLException {
      for (Write<R> write : writes) {
        applyOne(write, tx);
      }
      applyFinish(tx);
    }

    void applyFinish(WriteTx tx) throws SQLException {
      if (finish != null) {
        outcomes = finish.apply(tx, outcomes);
      }
    }

    void applyOne(Write<R> write, WriteTx tx) throws SQLException {
      outcomes.add(new Outcome.Done<>(write.body().apply(tx)));
    }

    void failWith(Failure failure) {
      writes.forEach(write -> outcomes.add(new Outcome.Failed<>(failure.error(write.operation()))));
    }

    void forget() {
      outcomes = new ArrayList<>(writes.size());
    }

    void finish() {
      done = true;
      LockSupport.unpark(owner);
    }
  }
}
