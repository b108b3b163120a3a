// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What changes of runs and steps are about: a run that is running, and beside it rows that no
 * fitting change touches, for those that do not fit.
 */
abstract class StateSubject implements ChangeKind.Subject {

  final StoreUnderTest store;
  final RunSummary run;

  /** A run that has completed. */
  final RunSummary settled;

  /** An idle step of that. */
  final StepSummary idle;

  private final ChangeKind kind;
  private final List<Change> given = new ArrayList<>();

  StateSubject(ChangeKind kind, StoreUnderTest store) {
    this.kind = kind;
    this.store = store;
    long number = store.nextNumber();
    String beside = "settled " + number;
    Stated a = Stated.first(store);
    List<ChangeResult> made =
        a.apply(
            CreateRun.running("run " + number, Stated.KIND),
            CreateRun.running(beside, Stated.KIND),
            new EnsureStep(beside, "idle"));
    run = ((RunWritten) made.get(0)).run();
    idle = ((StepWritten) made.get(2)).step();
    settled = a.move(((RunWritten) made.get(1)).run(), RunStatus.COMPLETED);
  }

  /** The next change of {@link #next}. */
  abstract Change make();

  @Override
  public ChangeKind kind() {
    return kind;
  }

  @Override
  public String id() {
    return run.runId();
  }

  @Override
  public Change next() {
    Change change = make();
    given.add(change);
    return change;
  }

  List<Change> given() {
    return given;
  }

  List<Change> own(List<Change> changes) {
    return changes.stream().filter(given::contains).toList();
  }

  /** The id of a run that is nowhere. */
  String unknown() {
    return "unknown " + id();
  }

  /** Expects a change of a run to be answered with what a read says. */
  RunSummary expectWritten(String what, ChangeResult result, boolean last) {
    if (!(result instanceof RunWritten(RunSummary written))) {
      throw Expect.violation(what, "RunWritten", result);
    }
    if (last) {
      Expect.equal(what, Stated.second(store).read(written.runId()).summary(), written);
    }
    return written;
  }

  /** Expects a change of a step to be answered with what a read says. */
  StepSummary expectWritten(String what, ChangeResult result, boolean made, boolean last) {
    if (!(result instanceof StepWritten(StepSummary written, boolean created))) {
      throw Expect.violation(what, "StepWritten", result);
    }
    Expect.equal(what, made, created);
    if (last) {
      Expect.equal(what, Stated.second(store).step(written.runId(), written.stepId()), written);
    }
    return written;
  }

  /** Each change is about rows of its own. */
  abstract static class Own extends StateSubject {

    private final Set<Change> applied = new HashSet<>();

    Own(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
    }

    /** Expects a change to have been applied, or not. */
    abstract void expect(String what, Change change, boolean applied);

    @Override
    public void expectApplied(String what, List<Change> changes) {
      applied.addAll(own(changes));
      given().forEach(change -> expect(what, change, applied.contains(change)));
    }
  }

  /** All changes are about one row, each with the version that the one before makes. */
  abstract static class Chained extends StateSubject {

    private long stored;
    private long seen;

    Chained(ChangeKind kind, StoreUnderTest store) {
      super(kind, store);
    }

    /** Begins with a version. */
    final void begin(long version) {
      stored = version;
      seen = version;
    }

    /** A change of the row. */
    abstract Change make(long seenVersion, String text);

    /** Expects the row to have a version, and the text that was written with it. */
    abstract void expect(String what, long version, String text);

    @Override
    Change make() {
      return make(seen++, "change " + store.nextNumber());
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      List<Change> own = own(changes);
      stored += own.size();
      if (!own.isEmpty()) {
        expect(what, stored, text(own.get(own.size() - 1)));
      }
    }

    /** What {@link #make(long, String)} wrote. */
    abstract String text(Change change);
  }
}
