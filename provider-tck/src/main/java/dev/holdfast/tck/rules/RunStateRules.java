// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a run keeps, and what a restart makes of it. */
@RuleFamily("RUN")
final class RunStateRules {

  private static final int TEXT = 4_096;

  /**
   * A restart takes a failed run to recovering, and makes the named steps idle.
   *
   * <p><b>Shape:</b> steps in all statuses, each twice, one of them named; from every other status
   * of the run, with an unknown step, without steps; a version read before is refused.
   */
  @Rule("RUN-12")
  void aRestartMakesStepsBeginAgain(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("order");
    Set<String> named = new HashSet<>();
    for (StepStatus status : StepStatus.values()) {
      for (String which : List.of("named ", "left ")) {
        StepSummary step = a.step("order", which + status, status);
        if (!status.isFinal()) {
          a.stepWritten(
              StepChange.of(step)
                  .outputs(Payload.utf8("out"))
                  .lastError("oh")
                  .retryable(true)
                  .suspension(Suspension.builder().reason("waits").build())
                  .build());
        }
      }
      named.add("named " + status);
    }
    RunSummary run = a.move(a.read("order").summary(), RunStatus.FAILED);
    List<Step> before = new ArrayList<>();
    a.steps("order").forEach(step -> before.add(a.readStep("order", step.stepId())));

    Set<String> wrong = new HashSet<>(named);
    wrong.add("unknown");
    List<Object> all = a.snapshot("order");
    a.refused(
        "An unknown step began again.",
        NotFound.class,
        new RestartRun("order", run.version(), wrong));
    Expect.equal("A refused restart has changed something.", all, a.snapshot("order"));

    store.moveTime(store.tick());
    RunSummary again = a.written(new RestartRun("order", run.version(), named));
    Expect.equal(
        "A restarted run is another one.",
        List.of(RunStatus.RECOVERING, run.version() + 1, run.attempt() + 1),
        List.of(again.status(), again.version(), again.attempt()));
    for (Step was : before) {
      StepSummary old = was.summary();
      Step now = a.readStep("order", old.stepId());
      if (!named.contains(old.stepId())) {
        Expect.equal("A step began again that was not named.", was, now);
        continue;
      }
      expectBegunAgain(was, now);
      a.refused(
          "A version from before a restart is good.",
          VersionConflict.class,
          StepChange.to(old, StepStatus.SCHEDULED));
    }
    for (RunStatus status : RunStatus.values()) {
      RunSummary other = a.run("run " + status, status);
      RestartRun none = new RestartRun(other.runId(), other.version(), Set.of());
      if (status == RunStatus.FAILED) {
        Expect.equal("A restart without steps did nothing.", 2, a.written(none).attempt());
      } else {
        a.refused("A run was restarted that is " + status, IllegalTransition.class, none);
      }
    }
  }

  private static void expectBegunAgain(Step was, Step now) {
    StepSummary old = was.summary();
    StepSummary fresh = now.summary();
    Expect.equal(
        "A step did not begin again: " + old.stepId(),
        List.of(
            StepStatus.IDLE,
            old.version() + 1,
            old.status() == StepStatus.IDLE ? old.attempt() : old.attempt() + 1),
        List.of(fresh.status(), fresh.version(), fresh.attempt()));
    Expect.that(
        "Something of the last attempt is left: " + now,
        now.outputs() == null
            && fresh.times().scheduledAt() == null
            && fresh.times().startedAt() == null
            && fresh.times().endedAt() == null);
    Expect.that(
        "A restart took more than the attempt: " + now,
        Objects.equals(was.suspension(), now.suspension())
            && Objects.equals(was.lastError(), now.lastError())
            && Objects.equals(old.retryable(), fresh.retryable())
            && old.times().createdAt().equals(fresh.times().createdAt()));
  }

  /**
   * What a change leaves out stays, and what it sets is replaced exactly.
   *
   * <p><b>Shape:</b> random changes with every combination of parts against a model; payloads of
   * every byte and none, texts of every kind up to their limit; longer ones, NUL and half of a pair
   * are refused.
   */
  @Rule("RUN-16")
  void whatIsLeftOutStays(StoreUnderTest store) {
    Stated a = Stated.first(store);
    RunSummary run = a.create("order");
    List<Suspension> suspensions = Suspensions.all();
    List<String> texts =
        List.of("", "two\r\nlines\t", "ä".repeat(TEXT), "\uD83D\uDE00".repeat(TEXT / 2));
    byte[] bytes = new byte[1_000];
    store.random().nextBytes(bytes);
    List<Payload> payloads = List.of(Payload.empty(), Payload.utf8("{}"), Payload.of(bytes));
    Payload data = null;
    Suspension suspension = null;
    String lastError = null;
    for (int round = 0; round < 24; round++) {
      RunChange.Builder change = RunChange.of(run);
      if ((round & 1) != 0) {
        data = payloads.get(round % payloads.size());
        change.data(data);
      }
      if ((round & 2) != 0) {
        suspension = suspensions.get(store.random().nextInt(suspensions.size()));
        change.suspension(suspension);
      }
      if ((round & 4) != 0) {
        lastError = texts.get(store.random().nextInt(texts.size()));
        change.lastError(lastError);
      }
      run = a.written(change.build());
      Expect.equal(
          "A run is not what its changes made it.",
          new Run(run, data, suspension, lastError),
          a.read("order"));
    }
    RunSummary last = run;
    for (String wrong : List.of("x".repeat(TEXT + 1), "nul \u0000", "half \uD83D")) {
      Expect.invalid(
          "A wrong text was taken.", () -> a.apply(RunChange.of(last).lastError(wrong).build()));
      Expect.invalid(
          "A wrong text was taken.",
          () ->
              a.apply(
                  RunChange.of(last)
                      .suspension(Suspension.builder().reason(wrong).build())
                      .build()));
    }
    int most = a.handle().provider().info().limits().maxPayloadBytes();
    Payload tooLarge = Payload.of(new byte[most + 1]);
    Expect.invalid(
        "A payload over the limit was taken.",
        () -> a.apply(RunChange.of(last).data(tooLarge).build()));
    Expect.invalid(
        "A payload over the limit was taken.",
        () -> a.apply(new CreateRun("large", Stated.KIND, RunStatus.RUNNING, tooLarge)));
    Expect.equal(
        "A refused change has changed a run.",
        new Run(last, data, suspension, lastError),
        a.read("order"));
  }

  /**
   * Times are the store's.
   *
   * <p><b>Shape:</b> a walk over moved time: each time moves with what it is about, and with
   * nothing else; refused changes and changes of steps move none.
   */
  @Rule("RUN-17")
  void timesAreTheStores(StoreUnderTest store) {
    Stated a = Stated.first(store);
    RunSummary run = a.written(new CreateRun("order", Stated.KIND, RunStatus.SCHEDULED, null));
    Instant created = run.times().createdAt();
    Expect.that(
        "A scheduled run has more than its creation: " + run,
        run.times().startedAt() == null
            && run.times().suspendedAt() == null
            && run.times().endedAt() == null);
    RunSummary first = later(store, a, run, RunStatus.RUNNING);
    expectNow("A start", first, first.times().startedAt());
    RunSummary suspended = later(store, a, first, RunStatus.SUSPENDED);
    expectNow("A suspension", suspended, suspended.times().suspendedAt());
    RunSummary running = later(store, a, suspended, RunStatus.RUNNING);
    Expect.equal(
        "A second start moved the first.", first.times().startedAt(), running.times().startedAt());
    Expect.equal(
        "A resume moved the suspension.",
        suspended.times().suspendedAt(),
        running.times().suspendedAt());
    RunSummary twice = later(store, a, running, RunStatus.SUSPENDED);
    expectNow("A second suspension", twice, twice.times().suspendedAt());
    RunSummary failed = later(store, a, twice, RunStatus.FAILED);
    expectNow("An end", failed, failed.times().endedAt());
    store.moveTime(store.tick());
    RunSummary kept = a.written(RunChange.of(failed).lastError("why").build());
    Expect.equal("A change moved the end.", failed.times().endedAt(), kept.times().endedAt());
    store.moveTime(store.tick());
    RunSummary again = a.restart(kept);
    Expect.equal("A restarted run has an end.", null, again.times().endedAt());
    RunSummary done = later(store, a, again, RunStatus.COMPLETED);
    expectNow("An end", done, done.times().endedAt());
    Expect.equal("A change moved the creation.", created, done.times().createdAt());
    store.moveTime(store.tick());
    a.step("order", "step", StepStatus.RUNNING);
    a.refused("A final run moved.", IllegalTransition.class, RunChange.of(done).build());
    Expect.equal("Something else moved a time.", done, a.read("order").summary());
  }

  private static RunSummary later(StoreUnderTest store, Stated a, RunSummary run, RunStatus to) {
    store.moveTime(store.tick());
    RunSummary after = a.move(run, to);
    Expect.that(
        "A change did not move updatedAt.",
        "after " + run.times().updatedAt(),
        after.times().updatedAt(),
        after.times().updatedAt().isAfter(run.times().updatedAt()));
    Expect.equal("What is read is not the result.", after, a.read(run.runId()).summary());
    return after;
  }

  private static void expectNow(String what, RunSummary run, @Nullable Instant moment) {
    Expect.equal(what + " is not at its moment.", run.times().updatedAt(), moment);
  }

  /**
   * Run and instance are tied by the id alone.
   *
   * <p><b>Shape:</b> an instance works on while its run is suspended, completed, deleted and was
   * never made; it ends while its run is running.
   */
  @Rule("RUN-18")
  void runAndInstanceAreTiedByTheIdAlone(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Handle handle = a.handle();
    handle.create("order");
    works(handle, "order", 1);
    RunSummary run = a.move(a.create("order"), RunStatus.SUSPENDED);
    works(handle, "order", 2);
    Expect.equal("A turn moved a run.", run, a.read("order").summary());
    run = a.move(a.move(run, RunStatus.RUNNING), RunStatus.COMPLETED);
    works(handle, "order", 3);
    a.apply(new DeleteRun("order", run.version()));
    works(handle, "order", 4);
    Expect.equal("A history has lost events.", 4, handle.history("order", 1).size());
    RunSummary second = a.create("order");
    handle.poke("order");
    handle.turn(handle.fetchOne("order")).status(ExecutionStatus.COMPLETED).output("done").apply();
    Expect.equal("The end of an instance moved its run.", second, a.read("order").summary());
    a.move(second, RunStatus.PAUSED);
  }

  private static void works(Handle handle, String id, long event) {
    handle.poke(id);
    handle.turn(handle.fetchOne(id)).event(event).apply();
  }
}
