// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs that several callers want to change. */
@RuleFamily("RUN")
final class RunRaceRules {

  private static final int HANDLES = 4;
  private static final int ADDITIONS = 8;
  private static final int ROUNDS = 6;
  private static final Duration HANG = Duration.ofMinutes(1);

  /** Makes a change together, and tells whether it fitted. */
  private static boolean fits(Stated stated, Change... list) {
    try {
      Contention.repeated(() -> stated.apply(list));
      return true;
    } catch (VersionConflict conflict) {
      return false;
    }
  }

  private static List<Stated> handles(StoreUnderTest store) {
    Stated.requireDeclared(store);
    return store.newHandles(HANDLES).stream().map(Stated::of).toList();
  }

  /**
   * Of those who make one run, one does.
   *
   * <p><b>Shape:</b> several handles create the same id together, many times: one run, the others
   * are told of its version.
   */
  @Rule("RUN-02")
  void oneOfManyMakesARun(StoreUnderTest store) {
    List<Stated> handles = handles(store);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      List<Boolean> made =
          Together.times(
              HANDLES,
              n ->
                  fits(
                      handles.get(n),
                      new CreateRun(id, "kind " + n, RunStatus.RUNNING, Payload.utf8("by " + n))));
      Expect.equal("A run was made more than once.", 1L, made.stream().filter(one -> one).count());
      int winner = made.indexOf(true);
      Run run = handles.get(0).read(id);
      Expect.equal("The run is another's.", "kind " + winner, run.summary().kind());
      Expect.equal("The run is another's.", Payload.utf8("by " + winner), run.data());
    }
  }

  /**
   * Of changes together with one seen version, one is applied.
   *
   * <p><b>Shape:</b> callers on several handles add to a number in the data; who meets a conflict
   * reads and repeats: the sum is exact, and every version was used once.
   */
  @Rule("RUN-10")
  void noAdditionIsLost(StoreUnderTest store) {
    List<Stated> handles = handles(store);
    handles.get(0).apply(new CreateRun("order", Stated.KIND, RunStatus.RUNNING, Payload.utf8("0")));
    List<List<Long>> versions = Together.times(HANDLES, n -> add(handles.get(n)));
    Set<Long> all = new HashSet<>();
    versions.forEach(all::addAll);
    Run run = handles.get(0).read("order");
    int sum = HANDLES * ADDITIONS;
    Expect.equal("An addition was lost.", sum, number(run));
    Expect.equal("Two changes have one version.", sum, all.size());
    Expect.equal("Versions have gaps.", sum + 1L, run.summary().version());
  }

  private static int number(Run run) {
    return Integer.parseInt(Objects.requireNonNull(run.data()).asUtf8());
  }

  private static List<Long> add(Stated stated) {
    List<Long> versions = new ArrayList<>();
    while (versions.size() < ADDITIONS) {
      Run run = stated.read("order");
      RunChange change =
          RunChange.of(run.summary()).data(Payload.utf8("" + (number(run) + 1))).build();
      if (fits(stated, change)) {
        versions.add(run.summary().version() + 1);
      }
    }
    return versions;
  }

  /**
   * Outside code merges into the saved state without losing another's merge or the resume.
   *
   * <p><b>Shape:</b> two mergers add keys while the run is suspended, and a turn resumes it: what
   * the resume has read is what is stored, every merge before it is in it, none is behind it.
   */
  @Rule("RUN-14")
  void mergesMeetTheResume(StoreUnderTest store) {
    List<Stated> handles = handles(store);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      Stated a = handles.get(0);
      RunSummary run = a.create(id);
      a.apply(
          RunChange.of(run)
              .status(RunStatus.SUSPENDED)
              .suspension(Suspension.builder().state(Payload.utf8("")).build())
              .build());
      String[] seen = new String[1];
      List<List<String>> merged = new ArrayList<>(List.of(List.of(), List.of()));
      AtomicInteger merges = new AtomicInteger();
      Together.all(
          () -> merged.set(0, merge(handles.get(1), id, "a", merges)),
          () -> merged.set(1, merge(handles.get(2), id, "b", merges)),
          () -> {
            // In the midst of them: the first to come would meet no merge.
            Waiting.until(() -> merges.get() >= ADDITIONS / 2, HANG);
            seen[0] = resume(handles.get(3), id);
          });
      Set<String> expected = new HashSet<>();
      merged.forEach(expected::addAll);
      String stored = state(a.read(id));
      Expect.equal("A merge came behind the resume.", seen[0], stored);
      Set<String> there = new HashSet<>(List.of(stored.split(",")));
      there.remove("");
      Expect.equal("A merge was lost, or not refused.", expected, there);
    }
  }

  private static String state(Run run) {
    return Objects.requireNonNull(Objects.requireNonNull(run.suspension()).state()).asUtf8();
  }

  private static List<String> merge(Stated stated, String id, String name, AtomicInteger merges) {
    List<String> merged = new ArrayList<>();
    while (merged.size() < ADDITIONS) {
      Run run = stated.read(id);
      if (run.summary().status() != RunStatus.SUSPENDED) {
        return merged;
      }
      String key = name + merged.size();
      Suspension more =
          Objects.requireNonNull(run.suspension()).toBuilder()
              .state(Payload.utf8(state(run) + key + ","))
              .build();
      if (fits(stated, RunChange.of(run.summary()).suspension(more).build())) {
        merged.add(key);
        merges.incrementAndGet();
      }
    }
    return merged;
  }

  private static String resume(Stated stated, String id) {
    while (true) {
      Run run = stated.read(id);
      if (fits(stated, RunChange.to(run.summary(), RunStatus.RUNNING))) {
        return state(run);
      }
    }
  }

  /**
   * A suspension is whole: run and step suspended, siblings cancelled, in one list.
   *
   * <p><b>Shape:</b> one handle suspends and resumes, in the acks of turns and of activities, while
   * another one reads run and steps: never one without the others.
   */
  @Rule("RUN-15")
  void aSuspensionIsWhole(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    ChangeWays ways = new ChangeWays(a.handle(), a.changes(), "carrier");
    a.create("order");
    a.step("order", "asks", StepStatus.RUNNING);
    AtomicBoolean done = new AtomicBoolean();
    Together.all(
        () -> {
          try {
            for (int round = 0; round < 2 * ChangeWays.Way.values().length; round++) {
              StepSummary sibling = a.step("order", "sibling " + round, StepStatus.RUNNING);
              ways.apply(way(round), suspension(a, sibling));
              ways.apply(
                  way(round + 1),
                  RunChange.to(a.read("order").summary(), RunStatus.RUNNING),
                  StepChange.to(a.step("order", "asks"), StepStatus.RUNNING));
            }
          } finally {
            done.set(true);
          }
        },
        () -> {
          do {
            expectWhole(b.page("order"));
          } while (!done.get());
        });
  }

  private static ChangeWays.Way way(int round) {
    return ChangeWays.Way.values()[round % ChangeWays.Way.values().length];
  }

  private static Change[] suspension(Stated a, StepSummary sibling) {
    Suspension suspension = Suspension.builder().stepId("asks").reason("waits").build();
    return new Change[] {
      RunChange.of(a.read("order").summary())
          .status(RunStatus.SUSPENDED)
          .suspension(suspension)
          .build(),
      StepChange.of(a.step("order", "asks"))
          .status(StepStatus.SUSPENDED)
          .suspension(suspension)
          .build(),
      StepChange.to(sibling, StepStatus.CANCELLED)
    };
  }

  private static void expectWhole(StepPage page) {
    boolean suspended = page.runs().get(0).status() == RunStatus.SUSPENDED;
    for (StepSummary step : page.steps()) {
      if (step.stepId().equals("asks")) {
        Expect.equal(
            "Run and step are not suspended together.",
            suspended,
            step.status() == StepStatus.SUSPENDED);
      } else {
        Expect.that(
            "A sibling runs in a suspended run.",
            !suspended || step.status() == StepStatus.CANCELLED);
      }
    }
  }

  /**
   * A recovery that is written as one list happens once.
   *
   * <p><b>Shape:</b> several recoverers read the rows, meet, and apply one list with the versions
   * read: one is applied, and each running step is scheduled in one more attempt; others do it
   * again from recovering.
   */
  @Rule("RUN-25")
  void aRecoveryHappensOnce(StoreUnderTest store) {
    List<Stated> handles = handles(store);
    Stated a = handles.get(0);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "run " + round;
      a.create(id);
      for (String step : List.of("one", "two")) {
        a.step(id, step, StepStatus.RUNNING);
      }
      StepSummary kept = a.step(id, "kept", StepStatus.SUSPENDED);
      recoverTogether(handles, id);
      for (String step : List.of("one", "two")) {
        StepSummary recovered = a.step(id, step);
        Expect.equal(
            "A step was recovered more or less than once.",
            List.of(StepStatus.SCHEDULED, 2),
            List.of(recovered.status(), recovered.attempt()));
      }
      Expect.equal("A step moved that was not to.", kept, a.step(id, "kept"));
      Expect.equal("A recovery counts twice.", 2, a.read(id).summary().attempt());
      recoverTogether(handles, id);
      Expect.equal("A second recovery counts an attempt.", 2, a.step(id, "one").attempt());
    }
  }

  private static void recoverTogether(List<Stated> handles, String id) {
    List<Change[]> plans = handles.stream().map(one -> plan(one, id)).toList();
    List<Boolean> applied = Together.times(handles.size(), n -> fits(handles.get(n), plans.get(n)));
    Expect.equal(
        "A recovery was not applied once.", 1L, applied.stream().filter(one -> one).count());
  }

  /** What a recoverer does with the rows that it has read. */
  private static Change[] plan(Stated stated, String id) {
    RunSummary run = stated.read(id).summary();
    List<Change> list = new ArrayList<>();
    list.add(
        run.status() == RunStatus.RECOVERING
            ? RunChange.of(run).build()
            : RunChange.to(run, RunStatus.RECOVERING));
    stated
        .steps(id, StepStatus.RUNNING)
        .forEach(step -> list.add(StepChange.to(step, StepStatus.SCHEDULED)));
    return list.toArray(Change[]::new);
  }

  /**
   * What was changed twice from one reading is refused the second time, in any way.
   *
   * <p><b>Shape:</b> the same list by each way in turn: applied, and then a conflict or an illegal
   * status; the lock of a refused ack is held on.
   */
  @Rule("RUN-10")
  void aSeenVersionIsGoodOnce(StoreUnderTest store) {
    Stated a = Stated.first(store);
    Handle handle = a.handle();
    ChangeWays ways = new ChangeWays(handle, a.changes(), "carrier");
    for (ChangeWays.Way way : ChangeWays.Way.values()) {
      RunSummary run = a.create("run " + way);
      RunChange change = RunChange.of(run).lastError("once").build();
      ways.apply(way, change);
      ProviderError error =
          ways.refused("A version was good twice.", way, VersionConflict.class, change);
      Expect.equal("The error names another run.", run.runId(), error.instanceId());
      ways.refused(
          "A status came again.",
          way,
          IllegalTransition.class,
          RunChange.of(run.runId(), run.version() + 1).status(RunStatus.RUNNING).build());
      ways.apply(way);
    }
  }
}
