// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Changes in general, seen with runs and steps. */
@RuleFamily("CHANGE")
final class ChangeStateRules {

  private static final int STEPS = 10;
  private static final int ROUNDS = 6;

  /**
   * A list is a small program.
   *
   * <p><b>Shape:</b> every way: a list makes a run and a step, moves both, ends the run and makes a
   * second one; in any other order it is refused, and nothing is there.
   */
  @Rule("CHANGE-06")
  void aListMakesARowAndUsesIt(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      String id = "run " + way;
      // No run was deleted yet, so that versions begin at 1.
      List<Change> list =
          List.of(
              CreateRun.running(id, Stated.KIND),
              new EnsureStep(id, "step"),
              StepChange.of(id, "step", 1).status(StepStatus.RUNNING).build(),
              StepChange.of(id, "step", 2).status(StepStatus.COMPLETED).build(),
              RunChange.of(id, 1).status(RunStatus.COMPLETED).build());
      for (int first = 1; first < list.size(); first++) {
        List<Change> crossed = new ArrayList<>(list);
        crossed.add(0, crossed.remove(first));
        Permanent error =
            carrier.carry(crossed).refused("What was not made was used.", Permanent.class);
        Expect.is("A list in the wrong order is refused otherwise.", NotFound.class, error);
        Expect.equal("The error names another place.", 0, error.changeIndex());
      }
      Expect.equal("A refused list made a run.", false, a.reads().run(id).isPresent());
      carrier.carry(list).applied("A list that fits was refused.");
      Expect.equal(
          "A list was not applied in its order.",
          List.of(RunStatus.COMPLETED, 2L, StepStatus.COMPLETED, 3L),
          List.of(
              a.read(id).summary().status(),
              a.read(id).summary().version(),
              a.step(id, "step").status(),
              a.step(id, "step").version()));
    }
    ChangeCarrier carrier = ChangeCarrier.on(store, ChangeWay.APPLY);
    carrier
        .carry(
            List.of(
                new DeleteRun("run " + ChangeWay.APPLY, 2),
                CreateRun.running("run " + ChangeWay.APPLY, "again")))
        .applied("A run cannot be made again behind its deletion.");
    Expect.equal(
        "The run is not the new one.", "again", a.read("run " + ChangeWay.APPLY).summary().kind());
  }

  /**
   * A lock guards turns, not rows.
   *
   * <p><b>Shape:</b> A holds the instance; B merges into the suspension of its run; A's ack with
   * the version from before is a conflict, and with the one read again it is applied under the same
   * token.
   */
  @Rule("CHANGE-12")
  void aMergeGoesPastTheLock(StoreUnderTest store) {
    Stated a = Stated.first(store);
    OrchestrationItem held = ChangeCarrier.lockedTurn(store);
    String id = held.instanceId();
    RunSummary run = a.run(id, RunStatus.SUSPENDED);
    Suspension merged = Suspension.builder().state(Payload.utf8("merged")).build();
    Stated.second(store).apply(RunChange.of(run).suspension(merged).build());
    Handle first = store.first();
    OrchestrationAck ack = first.turn(held).event(1).build();
    Expect.rejected(
        "A version from before a merge is good.",
        VersionConflict.class,
        first
            .provider()
            .ackOrchestrationItem(ack.withChanges(List.of(RunChange.to(run, RunStatus.RUNNING)))));
    store.second().fetchNone("A refused ack has given up its lock.");
    Expect.applied(
        first
            .provider()
            .ackOrchestrationItem(
                ack.withChanges(List.of(RunChange.to(a.read(id).summary(), RunStatus.RUNNING)))));
    Run now = Stated.second(store).read(id);
    Expect.equal("A merge was lost.", merged, now.suspension());
    Expect.equal("A turn did not resume its run.", RunStatus.RUNNING, now.summary().status());
  }

  /**
   * A change may name any run.
   *
   * <p><b>Shape:</b> every way: the run of an instance that another handle holds, and one that is
   * no instance.
   */
  @Rule("CHANGE-13")
  void aChangeMayNameAnyRun(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      OrchestrationItem held = ChangeCarrier.lockedTurn(store);
      RunSummary locked = a.create(held.instanceId());
      RunSummary lone = a.create("no instance " + way);
      carrier
          .carry(
              List.of(
                  RunChange.of(locked).lastError("of another").build(),
                  RunChange.of(lone).lastError("of nobody").build(),
                  new EnsureStep(lone.runId(), "step")))
          .applied("A change of another run was refused.");
      Stated b = Stated.second(store);
      Expect.equal(
          "A change of another run is not there.",
          List.of("of another", "of nobody", 1),
          List.of(
              String.valueOf(b.read(locked.runId()).lastError()),
              String.valueOf(b.read(lone.runId()).lastError()),
              b.steps(lone.runId()).size()));
      Expect.equal(
          "A change of a run made an instance.",
          true,
          store.first().provider().latestExecutionId(lone.runId()).isEmpty());
      store.first().finish(held);
    }
  }

  /**
   * Changes of rows become visible together, to every handle, when the call returns.
   *
   * <p><b>Shape:</b> A writes one number into a run and ten steps, in lists by every way in turn; B
   * reads page, whole steps and run in a loop: one answer never mixes two lists, no number falls,
   * and none is older than a call that had returned before.
   */
  @Rule("CHANGE-15")
  void rowsBecomeVisibleTogether(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    ChangeWays ways = new ChangeWays(a.handle(), a.changes(), "carrier");
    a.create("order");
    Set<String> ids = new TreeSet<>();
    List<Change> making = new ArrayList<>();
    for (int n = 0; n < STEPS; n++) {
      ids.add("step " + n);
      making.add(new EnsureStep("order", "step " + n));
    }
    a.changes().apply(making);
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong returned = new AtomicLong(1);
    Together.all(
        () -> {
          try {
            for (int n = 0; n < store.rounds(ROUNDS) * ChangeWays.Way.values().length; n++) {
              long seen = returned.get();
              ways.apply(
                  ChangeWays.Way.values()[n % ChangeWays.Way.values().length],
                  numbered(ids, seen).toArray(Change[]::new));
              returned.set(seen + 1);
            }
          } finally {
            done.set(true);
          }
        },
        () -> {
          long last = 1;
          do {
            last = expectOneList(b, ids, Math.max(last, returned.get()));
          } while (!done.get());
        });
    Expect.equal(
        "What returned last is not there.", returned.get(), expectOneList(b, ids, returned.get()));
  }

  private static List<Change> numbered(Set<String> ids, long seen) {
    Payload number = Payload.utf8("" + (seen + 1));
    List<Change> list = new ArrayList<>();
    list.add(RunChange.of("order", seen).data(number).build());
    ids.forEach(id -> list.add(StepChange.of("order", id, seen).outputs(number).build()));
    return list;
  }

  /** Reads in every form, and returns the number that the last read has seen. */
  private static long expectOneList(Stated stated, Set<String> ids, long atLeast) {
    StepPage page = stated.page("order");
    long number = page.runs().get(0).version();
    Expect.above("A page is older than a call that had returned.", atLeast - 1, number);
    for (StepSummary step : page.steps()) {
      Expect.equal("A page mixes two lists.", number, step.version());
    }
    List<Step> steps = stated.reads().steps("order", ids);
    long ofSteps = steps.get(0).summary().version();
    Expect.above("Whole steps are older than a read before.", number - 1, ofSteps);
    for (Step step : steps) {
      Expect.equal("Whole steps mix two lists.", ofSteps, step.summary().version());
      expectNumber(ofSteps, step.outputs());
    }
    Run run = stated.read("order");
    Expect.above("A run is older than a read before.", ofSteps - 1, run.summary().version());
    expectNumber(run.summary().version(), run.data());
    return run.summary().version();
  }

  private static void expectNumber(long version, @Nullable Payload data) {
    if (version > 1) {
      Expect.equal(
          "A row has the content of another version.",
          "" + version,
          Objects.requireNonNull(data).asUtf8());
    }
  }
}
