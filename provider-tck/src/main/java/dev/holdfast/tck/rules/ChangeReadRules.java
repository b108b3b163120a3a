// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Reads beside changes and locks. */
@RuleFamily("CHANGE")
final class ChangeReadRules {

  private static final int RUNS = 4;
  private static final int ROUNDS = 40;
  private static final int FEWEST_READS = 20;
  private static final int PAGE = 100;
  private static final Duration HANG = Duration.ofMinutes(1);

  /** Every read there is of runs and steps, by its name. */
  private static Map<String, Supplier<Object>> reads(Stated stated, List<String> runIds) {
    String first = runIds.get(0);
    Map<String, Supplier<Object>> reads = new LinkedHashMap<>();
    reads.put("run", () -> stated.reads().run(first));
    reads.put("runs", () -> stated.reads().runs(RunQuery.firstPage(PAGE)));
    reads.put("runCounts", () -> stated.reads().runCounts(null));
    reads.put("steps, a page", () -> stated.reads().steps(stepsOf(runIds)));
    reads.put("steps, whole", () -> stated.reads().steps(first, Set.of("step")));
    reads.put("stepCounts", () -> stated.reads().stepCounts(first));
    reads.put("stuckRuns", () -> stated.reads().stuckRuns(Duration.ZERO, PAGE, null));
    return reads;
  }

  private static StepQuery stepsOf(List<String> runIds) {
    return new StepQuery(Set.copyOf(runIds), Set.of(), PAGE, null);
  }

  /**
   * Each answer shows one committed state, while changes are applied.
   *
   * <p><b>Shape:</b> A moves some runs, each with its step in one list, between running and
   * suspended; B reads: counts add up to the runs there are, a step fits the row of its run beside
   * it, nothing that is not running is stuck.
   */
  @Rule("CHANGE-22")
  void eachAnswerShowsOneState(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    List<String> ids = runs(a);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger reads = new AtomicInteger();
    Together.all(
        () -> {
          try {
            // As long as the reader has not seen enough of it.
            for (int n = 0; n < store.rounds(ROUNDS) || reads.get() < FEWEST_READS; n++) {
              move(a, ids.get(n % RUNS));
              if (done.get()) {
                return;
              }
            }
          } finally {
            done.set(true);
          }
        },
        () -> {
          try {
            do {
              expectOneState(b, ids);
              reads.incrementAndGet();
            } while (!done.get());
          } finally {
            done.set(true);
          }
        });
  }

  private static List<String> runs(Stated stated) {
    List<String> ids = new ArrayList<>();
    for (int n = 0; n < RUNS; n++) {
      String id = "run " + n;
      ids.add(id);
      stated.create(id);
      stated.step(id, "step", StepStatus.RUNNING);
    }
    return ids;
  }

  private static void move(Stated stated, String id) {
    RunSummary run = stated.read(id).summary();
    StepSummary step = stated.step(id, "step");
    boolean on = run.status() == RunStatus.SUSPENDED;
    RunChange ofRun = RunChange.to(run, on ? RunStatus.RUNNING : RunStatus.SUSPENDED);
    StepChange ofStep = StepChange.to(step, on ? StepStatus.RUNNING : StepStatus.SUSPENDED);
    Contention.repeated(() -> stated.apply(ofRun, ofStep));
  }

  private static void expectOneState(Stated stated, List<String> ids) {
    Expect.equal(
        "Counts of runs do not add up.",
        (long) RUNS,
        stated.reads().runCounts(null).values().stream().mapToLong(count -> count).sum());
    StepPage page = stated.reads().steps(stepsOf(ids));
    Map<String, RunStatus> statuses = new LinkedHashMap<>();
    page.runs().forEach(run -> statuses.put(run.runId(), run.status()));
    for (StepSummary step : page.steps()) {
      Expect.equal(
          "A step does not fit the row of its run beside it.",
          String.valueOf(statuses.get(step.runId())),
          step.status().name());
    }
    for (RunSummary stuck : stated.reads().stuckRuns(Duration.ZERO, PAGE, null).rows()) {
      Expect.equal("A run is stuck that is not running.", RunStatus.RUNNING, stuck.status());
    }
  }

  /**
   * Reads change nothing.
   *
   * <p><b>Shape:</b> an instance and an activity are locked; every read, on both handles: all rows
   * and locks are what they were, and the acks go through.
   */
  @Rule("CHANGE-22")
  void readsChangeNothing(StoreUnderTest store) {
    Stated a = Stated.first(store);
    List<String> ids = runs(a);
    OrchestrationItem turn = ChangeCarrier.lockedTurn(store);
    ActivityItem activity = ChangeCarrier.lockedActivity(store);
    Snapshot locks = store.snapshot(turn.instanceId(), activity.task().instanceId());
    List<Object> rows = a.snapshot(ids.toArray(String[]::new));
    for (Stated stated : List.of(a, Stated.second(store))) {
      reads(stated, ids)
          .forEach((name, read) -> {
            Expect.different("A read says nothing: " + name + ".", null, read.get());
            store.expectUnchanged("A read has changed something: " + name + ".", locks);
          });
    }
    Expect.equal(
        "Reads have changed a row.",
        rows,
        Stated.second(store).snapshot(ids.toArray(String[]::new)));
    store.first().turn(turn).apply();
    store.first().complete(activity);
  }

  /**
   * A reader does not wait for a writer.
   *
   * <p><b>Shape:</b> a list that moves a run and its steps is held before its commit: every read
   * comes back meanwhile and shows what was before; once it is let go they show what it wrote.
   */
  @Rule("CHANGE-22")
  void aReaderDoesNotWaitForAWriter(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    CommitHold hold = store.commitHold();
    List<String> ids = runs(a);
    String id = ids.get(0);
    Change[] list = {
      RunChange.of(a.read(id).summary()).status(RunStatus.SUSPENDED).lastError("held").build(),
      StepChange.to(a.step(id, "step"), StepStatus.SUSPENDED),
      new EnsureStep(id, "new")
    };
    Map<String, Object> before = new LinkedHashMap<>();
    Map<String, Supplier<Object>> reads = reads(b, ids);
    reads.forEach((name, read) -> before.put(name, read.get()));
    Parked<List<ChangeResult>> writer;
    try (CommitHold.Held standing = hold.take()) {
      writer = Parked.beginning(() -> a.apply(list));
      Waiting.until(() -> standing.isReached() || writer.isDone(), HANG);
      Expect.that("A call could not be held before its commit.", !writer.isDone());
      reads.forEach((name, read) -> {
        try (Parked<Object> reader = Parked.beginning(read)) {
          Expect.equal(
              "A read shows what is not committed: " + name + ".",
              before.get(name),
              reader.within("A read waits for a writer: " + name + ".", Waiters.bound(store)));
        }
      });
      Expect.that("A call went on that was held.", !writer.isDone());
    }
    writer.answer();
    Run now = b.read(id);
    Expect.equal(
        "A call that was held is not there.",
        List.of(RunStatus.SUSPENDED, "held", StepStatus.SUSPENDED, 2),
        List.of(
            now.summary().status(),
            String.valueOf(now.lastError()),
            b.step(id, "step").status(),
            b.steps(id).size()));
  }
}
