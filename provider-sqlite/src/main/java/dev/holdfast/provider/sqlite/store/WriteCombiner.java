// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.jdbc.batch.GroupCommit;
import dev.holdfast.provider.jdbc.batch.GroupSizes;
import dev.holdfast.provider.jdbc.batch.Line;
import dev.holdfast.provider.jdbc.batch.Outcome;
import dev.holdfast.provider.sqlite.store.FileGuard.FileLost;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a handle: callers combine ({@link GroupCommit}), and a group is one transaction
 * and one durable commit.
 *
 * <p>Waiting submissions are taken in the order of {@link Lanes}: small writes never wait for more
 * than one large group. A submission of many large writes is committed group by group, and other
 * callers write in between.
 *
 * <p>A write that throws undoes the whole batch; each is then run again in a transaction of its
 * own, so that one bad write never harms the others. Thread-safe.
 */
public final class WriteCombiner {

  private static final Logger LOG = LoggerFactory.getLogger(WriteCombiner.class);

  private final WriterSession writer;
  private final @Nullable Path file;
  private final FileGuard guard;
  private final InstantSource clock;
  private final long owner;
  private final ReadyListener listener;
  private final GroupCommit<WriteSubmission<?>> commits =
      new GroupCommit<>(new Lanes(), this::runTogether);
  private final GroupSizes sizes = new GroupSizes("write");
  private boolean closed; // read and written by the leader and between groups only

  /** Is told, after a commit, that work may be ready. */
  public interface ReadyListener {
    void ready(boolean orchestrations, boolean activities);

    /** Is told that events were appended. */
    default void appended() {}
  }

  /**
   * Creates the writer.
   *
   * @param session the session that writes first; later ones are opened when one breaks
   * @param guard watches over the file
   * @param owner the owner of the locks that are taken through this
   */
  WriteCombiner(
      SqliteFile file,
      FileGuard guard,
      Session session,
      InstantSource clock,
      long owner,
      ReadyListener listener) {
    this.file = file.path();
    this.writer = new WriterSession(file, guard, session);
    this.guard = guard;
    this.clock = clock;
    this.owner = owner;
    this.listener = listener;
  }

  /**
   * Runs one write and returns its result once it is committed. Not interruptible: its outcome must
   * be known.
   */
  public <R extends @Nullable Object> R run(Write<R> write) {
    return runAll(List.of(write)).get(0).orThrow();
  }

  /**
   * Runs several writes, in order and in one commit if none fails and they are not large; each
   * stays atomic on its own.
   */
  public <R extends @Nullable Object> List<Outcome<R>> runAll(List<Write<R>> writes) {
    return runAll(writes, null);
  }

  /**
   * Runs several writes, with something added at the end.
   *
   * @param finish what to add, null for nothing
   */
  public <R extends @Nullable Object> List<Outcome<R>> runAll(
      List<Write<R>> writes, @Nullable AfterWrites<R> finish) {
    if (writes.isEmpty()) {
      return List.of();
    }
    WriteSubmission<R> own = new WriteSubmission<>(writes, finish);
    commits.run(own);
    return own.outcomes();
  }

  /** Lets the group under way finish, then refuses every write, waiting ones included. */
  public void close() throws SQLException {
    commits.betweenGroups(() -> {
      closed = true;
      writer.close();
    });
  }

  /** {@return how many writes durable commits have carried} */
  CommitCounts.OfCalls sizes() {
    return sizes.counts();
  }

  private static List<Part<?>> parts(Line<WriteSubmission<?>> group) {
    List<Part<?>> parts = new ArrayList<>();
    for (WriteSubmission<?> next = group.first(); next != null; next = next.behind()) {
      parts.add(Part.next(next));
    }
    return parts;
  }

  /**
   * What a group has of a submission: all of it, or the next few writes of one that is too large.
   *
   * @param count how many writes
   */
  private record Part<R extends @Nullable Object>(WriteSubmission<R> submission, int count) {

    static <R extends @Nullable Object> Part<R> next(WriteSubmission<R> submission) {
      return new Part<>(submission, submission.nextWithin(Lanes.MOST_BYTES));
    }

    void apply(WriteTx tx) throws SQLException {
      submission.applyNext(tx, count);
    }

    void undo() {
      submission.undo();
    }
  }

  private void runTogether(Line<WriteSubmission<?>> group) {
    List<Part<?>> parts = parts(group);
    boolean durable = parts.stream().anyMatch(part -> part.submission().mustLast());
    Failure failure =
        transaction(
            durable,
            tx -> {
              for (Part<?> part : parts) {
                part.apply(tx);
              }
            });
    if (failure == null) {
      if (durable) {
        sizes.committed(parts.stream().mapToInt(Part::count).sum());
      }
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).submission().stand();
      }
      return;
    }
    parts.forEach(Part::undo);
    boolean alone = parts.size() == 1 && parts.get(0).submission().size() == 1;
    if (failure.phase() == Phase.BODY && !alone) {
      // One of the writes is bad. If the store were failing, trying each alone would only be
      // slower.
      parts.forEach(this::runOneByOne);
    } else {
      parts.forEach(part -> part.submission().failRest(failure));
    }
  }

  private <R extends @Nullable Object> void runOneByOne(Part<R> part) {
    WriteSubmission<R> submission = part.submission();
    if (submission.size() == 1) {
      Failure failure = transactionOf(submission, part::apply);
      if (failure != null) {
        submission.failRest(failure);
      }
      return;
    }
    for (int i = 0; i < part.count(); i++) {
      Failure failure = transactionOf(submission, submission::applyOne);
      if (failure != null) {
        submission.failNext(1, failure);
      }
    }
    if (submission.isComplete() && submission.hasFinish()) {
      Failure failure = transactionOf(submission, submission::applyFinish);
      if (failure != null) {
        LOG.debug("adding to writes that are committed: {}", failure.text());
      }
    }
  }

  /** For one submission: what was applied stands, or is undone. */
  private @Nullable Failure transactionOf(WriteSubmission<?> submission, Work work) {
    Failure failure = transaction(submission.mustLast(), work);
    if (failure == null) {
      if (submission.mustLast()) {
        sizes.committed(1);
      }
      submission.stand();
    } else {
      submission.undo();
    }
    return failure;
  }

  private interface Work {
    void run(WriteTx tx) throws SQLException;
  }

  enum Phase {
    CLOSED,
    BEGIN,
    BODY,
    COMMIT
  }

  /** The phase in which a transaction failed, and the cause. */
  record Failure(Phase phase, @Nullable Path file, Throwable cause) {

    ProviderError error(String operation) {
      if (phase == Phase.CLOSED) {
        return Database.closedError(operation);
      }
      return switch (cause) {
        case ProviderError known -> known;
        case FileLost lost -> lost.in(operation);
        case SQLException e when phase == Phase.COMMIT ->
            SqlErrors.classifyCommit(operation, file, e);
        case SQLException e -> SqlErrors.classify(operation, file, e);
        default -> new StoreFailure(operation, "unexpected: " + text(), cause);
      };
    }

    /** {@return the message of the cause, if it can be read} */
    private String text() {
      try {
        return cause.toString();
      } catch (RuntimeException | Error e) {
        return cause.getClass().getName();
      }
    }
  }

  /** Runs work in a transaction; returns null when it was committed. */
  private @Nullable Failure transaction(boolean durable, Work work) {
    if (closed) {
      return new Failure(Phase.CLOSED, file, new IllegalStateException());
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
      // Errors too: an open transaction would lock out every writer, and callers wait for an
      // outcome.
      writer.endAfter(e, phase != Phase.BEGIN);
      return new Failure(phase, file, e);
    }
    if (durable) {
      // Only what is in the file at the path may be acknowledged: that is the one that others will
      // open.
      try {
        guard.check();
      } catch (FileLost e) {
        return new Failure(Phase.COMMIT, file, e);
      }
    }
    tellReady(tx);
    return null;
  }

  /**
   * Tells listeners. The write is committed even if that fails, and waiting fetches poll all the
   * same.
   */
  private void tellReady(WriteTx tx) {
    try {
      listener.ready(tx.orchestrationsReady(), tx.activitiesReady());
      if (tx.appended()) {
        listener.appended();
      }
    } catch (RuntimeException | Error e) {
      LOG.warn("nobody was told of new work, which is found by looking", e);
    }
  }
}
