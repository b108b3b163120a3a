// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChangeAudit;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a step keeps: attempts, outputs, suspension and times. */
@RuleFamily("STEP")
final class StepStateRules {

  private static final int KILLS = 2;
  private static final int WALK = 60;
  private static final int MANY = 8;

  /**
   * The attempt is the store's.
   *
   * <p><b>Shape:</b> random walks along the table: running to scheduled and failed to scheduled add
   * one, and nothing else does.
   */
  @Rule("STEP-08")
  void attemptsAreTheStores(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("order");
    StepSummary step = a.step("order", "step 0", StepStatus.IDLE);
    for (int n = 1; n < store.rounds(WALK); n++) {
      List<StepStatus> next = new ArrayList<>();
      for (StepStatus to : StepStatus.values()) {
        // Ends are where a walk stops, so most of them are left for later.
        if (step.status().mayBecome(to) && (!to.isFinal() || n % 7 == 0)) {
          next.add(to);
        }
      }
      if (next.isEmpty()) {
        step = a.step("order", "step " + n, StepStatus.IDLE);
        Expect.equal("A first attempt is not 1.", 1, step.attempt());
        continue;
      }
      StepStatus to = next.get(store.random().nextInt(next.size()));
      boolean again =
          to == StepStatus.SCHEDULED
              && (step.status() == StepStatus.RUNNING || step.status() == StepStatus.FAILED);
      StepSummary after = a.move(step, to);
      Expect.equal(
          "The attempt is wrong from " + step.status() + " to " + to,
          step.attempt() + (again ? 1 : 0),
          after.attempt());
      Expect.equal("Another attempt is read.", after, a.step("order", after.stepId()));
      step = after;
    }
  }

  /**
   * Outputs come back exactly as they were stored, for as long as the run is there.
   *
   * <p><b>Shape:</b> empty ones, one byte of every value, and many bytes; completed in the ack of
   * the activity; after reopening, and after the run was suspended, failed and restarted without
   * naming the step.
   */
  @Rule("STEP-09")
  void outputsComeBack(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Handle handle = a.handle();
    handle.create("order");
    a.create("order");
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    byte[] many = new byte[100_000];
    store.random().nextBytes(many);
    List<Payload> outputs =
        List.of(Payload.empty(), Payload.of(every), Payload.utf8("{}"), Payload.of(many));
    for (int n = 0; n < outputs.size(); n++) {
      StepSummary step = a.step("order", "step " + n, StepStatus.RUNNING);
      handle.schedule("order", n + 1);
      ActivityItem activity = handle.fetchActivity(n + 1);
      StepChange done =
          StepChange.of(step).status(StepStatus.COMPLETED).outputs(outputs.get(n)).build();
      Expect.applied(
          handle
              .provider()
              .ackActivityItem(
                  ActivityAck.of(activity.lockToken(), null).withChanges(List.of(done))));
      expectOutputs(a, outputs.subList(0, n + 1));
    }
    var run = a.move(a.read("order").summary(), RunStatus.SUSPENDED);
    run = a.move(run, RunStatus.FAILED);
    a.restart(run);
    expectOutputs(Stated.second(store), outputs);
    store.reopen();
    expectOutputs(Stated.first(store), outputs);
  }

  /**
   * After a kill a step that has completed has its outputs.
   *
   * <p><b>Shape:</b> child JVMs complete steps with outputs, empty ones too, in the acks of
   * activities, and are killed in the middle of a call or right behind an answer.
   */
  @Rule("STEP-09")
  void afterAKillOutputsAreThere(StoreUnderTest store) {
    Stated.requireDeclared(store);
    new ChangeAudit(store).of(store.rounds(KILLS)).expectOutputsKept();
  }

  private static void expectOutputs(Stated stated, List<Payload> outputs) {
    for (int n = 0; n < outputs.size(); n++) {
      Step step = stated.readStep("order", "step " + n);
      Expect.equal("A step is not completed.", StepStatus.COMPLETED, step.summary().status());
      Expect.equal("Outputs are others.", outputs.get(n), step.outputs());
    }
  }

  /**
   * Suspension, last error and retryable stay until they are replaced.
   *
   * <p><b>Shape:</b> suspend with every combination of parts, resume, fail, schedule again: all is
   * there; retryable absent, true and false.
   */
  @Rule("STEP-10")
  void whatIsLeftOutStays(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("order");
    for (Suspension suspension : Suspensions.all()) {
      StepSummary step = a.step("order", "step " + store.nextNumber(), StepStatus.RUNNING);
      Expect.equal("A new step knows whether it may be retried.", null, step.retryable());
      step =
          a.stepWritten(
              StepChange.of(step).status(StepStatus.SUSPENDED).suspension(suspension).build());
      expectKept(a, step, null, suspension, null);
      step = a.move(step, StepStatus.RUNNING);
      step =
          a.stepWritten(
              StepChange.of(step)
                  .status(StepStatus.FAILED)
                  .lastError("two\nlines")
                  .retryable(false)
                  .build());
      expectKept(a, step, false, suspension, "two\nlines");
      step = a.move(step, StepStatus.SCHEDULED);
      expectKept(a, step, false, suspension, "two\nlines");
      step = a.stepWritten(StepChange.of(step).retryable(true).outputs(Payload.empty()).build());
      expectKept(a, step, true, suspension, "two\nlines");
      Suspension fewer = Suspension.builder().reason("only").build();
      step = a.stepWritten(StepChange.of(step).suspension(fewer).lastError("").build());
      expectKept(a, step, true, fewer, "");
      Expect.equal(
          "Outputs are gone.", Payload.empty(), a.readStep("order", step.stepId()).outputs());
    }
  }

  private static void expectKept(
      Stated a,
      StepSummary step,
      @Nullable Boolean retryable,
      Suspension suspension,
      @Nullable String lastError) {
    Step read = a.readStep("order", step.stepId());
    Expect.equal("What is read is not the result.", step, read.summary());
    Expect.equal("retryable is another.", retryable, step.retryable());
    Expect.equal("The suspension is another.", suspension, read.suspension());
    Expect.equal("The last error is another.", lastError, read.lastError());
  }

  /**
   * Times are the store's, and none is invented.
   *
   * <p><b>Shape:</b> a walk over moved time: scheduled and started are of the present attempt's
   * first entry; completed without having run leaves no start; a new attempt clears start and end.
   */
  @Rule("STEP-11")
  void timesAreTheStores(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("order");
    StepSummary step = a.step("order", "step", StepStatus.IDLE);
    expectTimes(step, null, null, null, null);
    step = later(store, a, step, StepStatus.SCHEDULED);
    Instant scheduled = now(step);
    expectTimes(step, scheduled, null, null, null);
    step = later(store, a, step, StepStatus.SCHEDULED);
    expectTimes(step, scheduled, null, null, null);
    step = later(store, a, step, StepStatus.RUNNING);
    Instant started = now(step);
    expectTimes(step, scheduled, started, null, null);
    step = later(store, a, step, StepStatus.SUSPENDED);
    Instant suspended = now(step);
    expectTimes(step, scheduled, started, suspended, null);
    step = later(store, a, step, StepStatus.SCHEDULED);
    expectTimes(step, scheduled, started, suspended, null);
    step = later(store, a, step, StepStatus.RUNNING);
    expectTimes(step, scheduled, started, suspended, null);
    step = later(store, a, step, StepStatus.FAILED);
    expectTimes(step, scheduled, started, suspended, now(step));
    step = later(store, a, step, StepStatus.SCHEDULED);
    expectTimes(step, now(step), null, suspended, null);
    Instant again = now(step);
    step = later(store, a, step, StepStatus.COMPLETED);
    expectTimes(step, again, null, suspended, now(step));
    StepSummary direct =
        later(store, a, a.step("order", "direct", StepStatus.IDLE), StepStatus.RUNNING);
    expectTimes(direct, null, now(direct), null, null);
    direct = later(store, a, direct, StepStatus.SCHEDULED);
    expectTimes(direct, now(direct), null, null, null);
    store.moveTime(store.tick());
    a.written(RunChange.of(a.read("order").summary()).lastError("e").build());
    Expect.equal("A change of the run moved a step.", direct, a.step("order", "direct"));
  }

  private static StepSummary later(
      StoreUnderTest store, Stated a, StepSummary step, StepStatus to) {
    store.moveTime(store.tick());
    StepSummary after = a.move(step, to);
    Expect.that(
        "A change did not move updatedAt.",
        "after " + step.times().updatedAt(),
        after.times().updatedAt(),
        after.times().updatedAt().isAfter(step.times().updatedAt()));
    Expect.equal("What is read is not the result.", after, a.step("order", step.stepId()));
    return after;
  }

  private static Instant now(StepSummary step) {
    return step.times().updatedAt();
  }

  private static void expectTimes(
      StepSummary step,
      @Nullable Instant scheduled,
      @Nullable Instant started,
      @Nullable Instant suspended,
      @Nullable Instant ended) {
    StepTimes times = step.times();
    Expect.equal(
        "A time is wrong of a step that is " + step.status(),
        new StepTimes(times.createdAt(), times.updatedAt(), scheduled, started, suspended, ended),
        times);
  }

  /**
   * Steps of one run change side by side, beside a turn that changes the run.
   *
   * <p><b>Shape:</b> many acks of activities complete a step each, while an ack of a turn changes
   * the run: all are applied, none meets a conflict.
   */
  @Rule("STEP-07")
  void stepsChangeSideBySide(StoreUnderTest store) {
    Stated.requireDeclared(store);
    Handle first = store.first();
    Stated a = Stated.of(first);
    first.create("order");
    a.create("order");
    long[] ids = new long[MANY];
    for (int n = 0; n < MANY; n++) {
      ids[n] = n + 1L;
    }
    first.schedule("order", ids);
    List<ActivityItem> items = first.fetchActivities(MANY);
    first.poke("order");
    var turn = first.fetchOne("order");
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (ActivityItem item : items) {
      String id = "step " + item.task().activityId();
      StepSummary step = a.step("order", id, StepStatus.RUNNING);
      StepChange done = StepChange.to(step, StepStatus.COMPLETED);
      ActivityAck ack = ActivityAck.of(item.lockToken(), null).withChanges(List.of(done));
      calls.add(() -> {
        Expect.applied(Contention.repeated(() -> first.provider().ackActivityItem(ack)));
        return true;
      });
    }
    RunChange change = RunChange.of(a.read("order").summary()).lastError("turn").build();
    calls.add(() -> {
      var ack = first.turn(turn).build().withChanges(List.of(change));
      Expect.applied(Contention.repeated(() -> first.provider().ackOrchestrationItem(ack)));
      return true;
    });
    Together.run(calls);
    Expect.equal("A step was lost.", MANY, a.steps("order", StepStatus.COMPLETED).size());
    Expect.equal("The run has another version.", 2L, a.read("order").summary().version());
  }
}
