// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.jdbc.batch.Outcome;
import dev.holdfast.provider.jdbc.batch.Submission;
import dev.holdfast.provider.sqlite.store.Write.Durability;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one caller, in order, and their outcomes. Outcomes stand once they are committed or
 * failed for good; until then a rollback undoes them.
 */
final class WriteSubmission<R extends @Nullable Object> extends Submission<WriteSubmission<?>> {

  private final List<Write<R>> writes;
  private final @Nullable AfterWrites<R> finish;
  private final boolean urgent;
  private final long bytes;
  private List<Outcome<R>> outcomes;
  private List<Outcome<R>> standing = List.of(); // the outcomes that are final
  private int stand;

  WriteSubmission(List<Write<R>> writes, @Nullable AfterWrites<R> finish) {
    this.writes = writes;
    this.finish = finish;
    this.urgent = writes.stream().allMatch(Write::urgent);
    this.bytes = writes.stream().mapToLong(Write::bytes).sum();
    this.outcomes = new ArrayList<>(writes.size());
  }

  /** {@return whether its lock ends while it waits} */
  boolean urgent() {
    return urgent;
  }

  /** {@return how many bytes it writes, as far as its caller can tell} */
  long bytes() {
    return bytes;
  }

  int size() {
    return writes.size();
  }

  private int judged() {
    return outcomes.size();
  }

  @Override
  protected boolean isComplete() {
    return outcomes.size() == writes.size();
  }

  /** How each write ended; for the caller, when it is done. */
  List<Outcome<R>> outcomes() {
    Throwable cause = problem();
    if (cause == null) {
      return outcomes;
    }
    undo();
    failRest(new WriteCombiner.Failure(WriteCombiner.Phase.BODY, null, cause));
    return outcomes;
  }

  /** Whether any of it has to survive a power cut. */
  boolean mustLast() {
    return writes.stream().anyMatch(write -> write.durability() == Durability.FULL);
  }

  /**
   * {@return how many of the next writes go together: as many as stay within a size, and at least
   * one}
   */
  int nextWithin(long mostBytes) {
    int end = judged() + 1;
    long sum = writes.get(judged()).bytes();
    while (end < writes.size() && sum + writes.get(end).bytes() <= mostBytes) {
      sum += writes.get(end).bytes();
      end++;
    }
    return end - judged();
  }

  /** Applies the next writes, and what is to be added when they are the last. */
  void applyNext(WriteTx tx, int count) throws SQLException {
    for (Write<R> write : List.copyOf(writes.subList(judged(), judged() + count))) {
      outcomes.add(new Outcome.Done<>(write.body().apply(tx)));
    }
    if (isComplete()) {
      applyFinish(tx);
    }
  }

  /** Applies the next write and nothing else. */
  void applyOne(WriteTx tx) throws SQLException {
    outcomes.add(new Outcome.Done<>(writes.get(judged()).body().apply(tx)));
  }

  boolean hasFinish() {
    return finish != null;
  }

  void applyFinish(WriteTx tx) throws SQLException {
    if (finish != null) {
      outcomes = finish.apply(tx, outcomes);
    }
  }

  /** Makes the outcomes so far final: they are committed. */
  void stand() {
    standing = outcomes;
    stand = outcomes.size();
  }

  /** Goes back to the final outcomes. */
  void undo() {
    outcomes = new ArrayList<>(writes.size());
    outcomes.addAll(standing.subList(0, stand));
  }

  /** Fails the next writes. */
  void failNext(int count, WriteCombiner.Failure failure) {
    for (Write<R> write : List.copyOf(writes.subList(judged(), judged() + count))) {
      outcomes.add(new Outcome.Failed<>(failure.error(write.operation())));
    }
    stand();
  }

  /** Fails every write that has no outcome yet. */
  void failRest(WriteCombiner.Failure failure) {
    failNext(writes.size() - judged(), failure);
  }
}
