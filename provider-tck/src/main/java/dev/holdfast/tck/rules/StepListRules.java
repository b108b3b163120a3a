// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lists of steps, and many callers who make them. */
@RuleFamily("STEP")
final class StepListRules {

  private static final int HANDLES = 4;
  private static final int ROUNDS = 8;
  private static final int MANY = 200;

  /** The page that every store has. */
  private static final int PAGE = 100;

  private static final Comparator<StepSummary> BY_IDS =
      Comparator.comparing(StepSummary::runId, IdOrder.BY_CODE_POINT)
          .thenComparing(StepSummary::stepId, IdOrder.BY_CODE_POINT);

  /**
   * Together, EnsureStep makes one row.
   *
   * <p><b>Shape:</b> several handles ensure the same step, and some make it by a change with
   * version 0, many rounds: one has created it, all who ensure return the same version.
   */
  @Rule("STEP-02")
  void togetherOneStepIsMade(StoreUnderTest store) {
    Stated.requireDeclared(store);
    List<Stated> handles = store.newHandles(HANDLES).stream().map(Stated::of).toList();
    handles.get(0).create("order");
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      EnsureStep ensure = new EnsureStep("order", "step " + round);
      List<StepWritten> results =
          Together.times(
              HANDLES,
              n -> (StepWritten) Contention.repeated(() -> handles.get(n).apply(ensure).get(0)));
      Expect.equal(
          "A step was made more or less than once.",
          1L,
          results.stream().filter(StepWritten::created).count());
      Expect.equal(
          "Callers were told of different steps.",
          1L,
          results.stream().map(StepWritten::step).distinct().count());
    }
    Expect.equal(
        "There are other steps.", store.rounds(ROUNDS), handles.get(1).steps("order").size());
  }

  private static List<StepSummary> all(Stated stated, StepQuery query, Runnable betweenPages) {
    List<StepSummary> steps = new ArrayList<>();
    StepPage page = stated.reads().steps(query);
    while (true) {
      Expect.atMost("A page has more rows than asked for.", query.limit(), page.steps().size());
      steps.addAll(page.steps());
      Expect.atMost("The pages do not come to an end.", 10L * MANY, steps.size());
      String token = page.nextPageToken();
      if (token == null) {
        return steps;
      }
      Expect.equal("A page before another is not full.", query.limit(), page.steps().size());
      betweenPages.run();
      page = stated.reads().steps(query.from(token));
    }
  }

  private static List<String> ids(List<StepSummary> steps) {
    return steps.stream().map(step -> step.runId() + " / " + step.stepId()).toList();
  }

  /**
   * Steps of the runs asked for are listed in order, with the rows of those runs.
   *
   * <p><b>Shape:</b> three runs with steps in every status, ids with capitals, accents and
   * characters beyond 16 bits; one, two, three and unknown runs; every kind of filter; pages of
   * every size, with changes and new steps between them.
   */
  @Rule("STEP-12")
  void stepsAreListed(StoreUnderTest store) {
    Stated a = Stated.first(store);
    List<String> ids = List.of("b", "a", "B", "á", "\uFF5E", "\uD83D\uDE00", "a/b", "a b", "q\"");
    List<RunSummary> runs = new ArrayList<>();
    List<StepSummary> steps = new ArrayList<>();
    for (String run : List.of("run", "Run", "run\"")) {
      runs.add(a.create(run));
      for (int n = 0; n < ids.size(); n++) {
        steps.add(a.step(run, ids.get(n), StepStatus.values()[n]));
      }
    }
    a.create("not asked for");
    a.step("not asked for", "step", StepStatus.RUNNING);
    runs.sort(Comparator.comparing(RunSummary::runId, IdOrder.BY_CODE_POINT));
    steps.sort(BY_IDS);
    for (Set<String> asked :
        List.of(
            Set.of("run"),
            Set.of("run", "unknown"),
            Set.of("run\"", "Run"),
            Set.of("run", "Run", "run\""),
            Set.of("unknown"),
            Set.<String>of())) {
      for (Set<StepStatus> statuses :
          List.of(
              Set.<StepStatus>of(),
              Set.of(StepStatus.SUSPENDED),
              Set.of(StepStatus.SCHEDULED, StepStatus.RUNNING),
              Set.of(StepStatus.FAILED, StepStatus.PAUSED, StepStatus.IDLE))) {
        List<StepSummary> expected =
            steps.stream()
                .filter(step -> asked.contains(step.runId()))
                .filter(step -> statuses.isEmpty() || statuses.contains(step.status()))
                .toList();
        for (int limit : List.of(1, 2, expected.size() + 1, PAGE)) {
          StepQuery query = new StepQuery(asked, statuses, limit, null);
          Expect.equal("The steps are others: " + query, expected, all(a, query, () -> {}));
          Expect.equal(
              "The runs beside the steps are others: " + query,
              runs.stream().filter(run -> asked.contains(run.runId())).toList(),
              Stated.second(store).reads().steps(query).runs());
        }
      }
    }
    expectSteadyPages(store, a, steps);
    expectTokens(store, a);
  }

  private static void expectSteadyPages(StoreUnderTest store, Stated a, List<StepSummary> steps) {
    StepQuery query = new StepQuery(Set.of("run", "Run", "run\""), Set.of(), 4, null);
    List<String> seen =
        ids(
            all(
                a,
                query,
                () -> {
                  StepSummary some = steps.get(store.random().nextInt(steps.size()));
                  StepSummary now = a.step(some.runId(), some.stepId());
                  if (!now.status().isFinal()) {
                    a.stepWritten(StepChange.of(now).lastError("changed").build());
                  }
                  a.apply(new EnsureStep("run", "new " + store.nextNumber()));
                }));
    Expect.equal(
        "Changes between pages moved a step.",
        ids(steps),
        seen.stream().filter(ids(steps)::contains).toList());
    Expect.equal("A step came twice.", seen.size(), Set.copyOf(seen).size());
  }

  private static void expectTokens(StoreUnderTest store, Stated a) {
    int most = a.handle().provider().info().limits().maxPageSize();
    Expect.invalid(
        "A page above the limit was accepted.",
        () -> a.reads().steps(StepQuery.firstPage("run", most + 1)));
    Set<String> tooMany = new HashSet<>();
    for (int n = 0; n <= most; n++) {
      tooMany.add("run " + n);
    }
    Expect.invalid(
        "More runs than a page has were accepted.",
        () -> a.reads().steps(new StepQuery(tooMany, Set.of(), 1, null)));
    Expect.invalid(
        "More steps than a page has were accepted.", () -> a.reads().steps("run", tooMany));
    StepQuery query = StepQuery.firstPage("run", 2);
    String token = a.reads().steps(query).nextPageToken();
    Expect.invalid(
        "A token was taken for another run.",
        () -> a.reads().steps(StepQuery.firstPage("Run", 2).from(String.valueOf(token))));
    Expect.invalid("A damaged token was accepted.", () -> a.reads().steps(query.from("x")));
    Expect.equal(
        "A token is not good for another handle.",
        a.reads().steps(query.from(String.valueOf(token))),
        Stated.second(store).reads().steps(query.from(String.valueOf(token))));
  }

  /**
   * Whole steps are read of one committed state, and unknown ones are left out.
   *
   * <p><b>Shape:</b> 1, 10 and 100 ids, half of them unknown; one handle writes one number into all
   * steps of a run, and another one reads them and the run: never two numbers.
   */
  @Rule("STEP-13")
  void wholeStepsAreOfOneState(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    a.create("order");
    List<StepSummary> steps = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      steps.add(a.step("order", "step " + n, StepStatus.RUNNING));
    }
    Expect.equal("No ids have steps.", List.of(), a.reads().steps("order", Set.of()));
    Expect.equal("An unknown run has steps.", List.of(), a.reads().steps("none", Set.of("step 1")));
    for (int known : List.of(1, 5, 10)) {
      Set<String> asked = new HashSet<>();
      for (int n = 0; n < known; n++) {
        asked.add("step " + n);
        asked.add("unknown " + n);
      }
      Expect.equal(
          "The steps read are others.",
          steps.subList(0, known),
          a.reads().steps("order", asked).stream().map(Step::summary).toList());
    }
    Set<String> all = new HashSet<>();
    steps.forEach(step -> all.add(step.stepId()));
    AtomicBoolean done = new AtomicBoolean();
    Together.all(
        () -> {
          try {
            for (int round = 0; round < 15; round++) {
              List<Change> list = new ArrayList<>();
              for (StepSummary step : a.steps("order")) {
                list.add(StepChange.of(step).lastError("number " + round).build());
              }
              a.changes().apply(list);
            }
          } finally {
            done.set(true);
          }
        },
        () -> {
          do {
            List<Step> read = b.reads().steps("order", all);
            Expect.equal("A step is missing.", all.size(), read.size());
            Expect.equal(
                "One answer mixes two states.",
                1L,
                read.stream().map(step -> String.valueOf(step.lastError())).distinct().count());
          } while (!done.get());
        });
  }

  /**
   * A step costs the same in a small run and in a large one.
   *
   * <p><b>Shape:</b> on a warm handle a change, an ensured step, whole steps and a page by status,
   * in a run of few steps and in one of many: as many statements and rows.
   */
  @Rule("STEP-14")
  void aStepCostsTheSameInALargeRun(StoreUnderTest store) {
    Stated a = Stated.first(store);
    StatementCounter counter = store.statements();
    a.create("small");
    a.create("large");
    List<Change> list = new ArrayList<>();
    for (int n = 0; n < MANY; n++) {
      list.add(new EnsureStep("large", "idle " + n));
    }
    a.changes().apply(list);
    costs(a, counter, "small", "warm");
    costs(a, counter, "large", "warm");
    Map<String, Traffic> small = costs(a, counter, "small", "step");
    Map<String, Traffic> large = costs(a, counter, "large", "step");
    Expect.equal("Calls cost more in a large run.", small, large);
  }

  private static Map<String, Traffic> costs(
      Stated a, StatementCounter counter, String run, String name) {
    Map<String, Traffic> costs = new LinkedHashMap<>();
    Traffic before = counter.soFar();
    StepSummary step = a.stepWritten(new EnsureStep(run, name));
    Traffic ensured = counter.soFar();
    costs.put("ensure", ensured.since(before));
    a.move(step, StepStatus.RUNNING);
    Traffic changed = counter.soFar();
    costs.put("change", changed.since(ensured));
    a.readStep(run, name);
    Traffic read = counter.soFar();
    costs.put("steps by id", read.since(changed));
    a.reads().steps(StepQuery.firstPage(run, 1, StepStatus.RUNNING));
    costs.put("page by status", counter.soFar().since(read));
    return costs;
  }

  /**
   * Steps change alike through every handle, whatever the run's status becomes meanwhile.
   *
   * <p><b>Shape:</b> callers on several handles add to one step's number: the sum is exact, while
   * the run is paused and resumed beside them.
   */
  @Rule("STEP-07")
  void noChangeOfAStepIsLost(StoreUnderTest store) {
    Stated.requireDeclared(store);
    List<Handle> handles = store.newHandles(HANDLES);
    Stated a = Stated.of(handles.get(0));
    a.create("order");
    a.step("order", "step", StepStatus.RUNNING);
    long before = a.step("order", "step").version();
    List<Runnable> bodies = new ArrayList<>();
    for (Handle handle : handles) {
      Stated stated = Stated.of(handle);
      bodies.add(() -> {
        for (int n = 0; n < ROUNDS; ) {
          StepChange change =
              StepChange.of(stated.step("order", "step")).lastError("n" + n).build();
          try {
            Contention.repeated(() -> stated.apply(change));
            n++;
          } catch (VersionConflict conflict) {
            // Another caller was first; it is read again.
          }
        }
      });
    }
    bodies.add(() -> {
      RunSummary run = a.read("order").summary();
      for (int n = 0; n < ROUNDS; n++) {
        RunSummary seen = run;
        RunStatus to = run.status() == RunStatus.RUNNING ? RunStatus.PAUSED : RunStatus.RUNNING;
        run = Contention.repeated(() -> a.move(seen, to));
      }
    });
    Together.all(bodies.toArray(Runnable[]::new));
    Expect.equal(
        "A change of a step was lost.",
        before + (long) HANDLES * ROUNDS,
        a.step("order", "step").version());
  }
}
