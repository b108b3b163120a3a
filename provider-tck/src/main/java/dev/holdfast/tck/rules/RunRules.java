// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.ChangeWays.Way;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs: where they stand, and how they move. */
@RuleFamily("RUN")
final class RunRules {

  /** The table of the specification, by itself. */
  private static final Map<RunStatus, Set<RunStatus>> LEGAL =
      Map.of(
          RunStatus.SCHEDULED,
          EnumSet.of(RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED),
          RunStatus.RUNNING,
          EnumSet.of(
              RunStatus.SUSPENDED,
              RunStatus.PAUSED,
              RunStatus.RECOVERING,
              RunStatus.COMPLETED,
              RunStatus.FAILED,
              RunStatus.CANCELLED),
          RunStatus.SUSPENDED,
          EnumSet.of(
              RunStatus.RUNNING, RunStatus.RECOVERING, RunStatus.FAILED, RunStatus.CANCELLED),
          RunStatus.PAUSED,
          EnumSet.of(
              RunStatus.RUNNING, RunStatus.RECOVERING, RunStatus.FAILED, RunStatus.CANCELLED),
          RunStatus.RECOVERING,
          EnumSet.of(
              RunStatus.RUNNING,
              RunStatus.SUSPENDED,
              RunStatus.COMPLETED,
              RunStatus.FAILED,
              RunStatus.CANCELLED),
          RunStatus.FAILED,
          EnumSet.noneOf(RunStatus.class),
          RunStatus.COMPLETED,
          EnumSet.noneOf(RunStatus.class),
          RunStatus.CANCELLED,
          EnumSet.noneOf(RunStatus.class));

  /**
   * A run is made as it was said to be, or not at all.
   *
   * <p><b>Shape:</b> declared: both statuses, with, without and with empty data, read on both
   * handles; other statuses are refused, an unknown run is empty. Undeclared: the capability is not
   * there, and every kind of change is refused in every call.
   */
  @Rule("RUN-01")
  void aRunIsMade(StoreUnderTest store) {
    if (!store.declares(Feature.STATE_TABLES)) {
      expectUndeclared(store);
      return;
    }
    Stated a = Stated.first(store);
    Stated b = Stated.second(store);
    for (Payload data : new Payload[] {null, Payload.empty(), Payload.utf8("{\"a\": 1}")}) {
      for (RunStatus status : List.of(RunStatus.SCHEDULED, RunStatus.RUNNING)) {
        String id = "run " + store.nextNumber();
        RunSummary made = a.written(new CreateRun(id, "kind of " + id, status, data));
        RunTimes times = made.times();
        Expect.equal(
            "A run is not as it was made.",
            new Run(
                new RunSummary(
                    id,
                    "kind of " + id,
                    status,
                    1,
                    1,
                    new RunTimes(
                        times.createdAt(),
                        times.createdAt(),
                        status == RunStatus.RUNNING ? times.createdAt() : null,
                        null,
                        null)),
                data,
                null,
                null),
            a.read(id));
        Expect.equal("A result is not what is read.", a.read(id).summary(), made);
        Expect.equal("Another handle reads another run.", a.read(id), b.read(id));
        Expect.equal("A new run has steps.", List.of(), b.steps(id));
      }
    }
    for (RunStatus status : RunStatus.values()) {
      if (status != RunStatus.SCHEDULED && status != RunStatus.RUNNING) {
        Expect.invalid(
            "A run began as " + status + ".",
            () -> a.apply(new CreateRun("wrong", Stated.KIND, status, null)));
      }
    }
    Expect.equal("An unknown run is there.", Optional.empty(), b.reads().run("wrong"));
  }

  private static void expectUndeclared(StoreUnderTest store) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Optional<? extends Capability> found = handle.provider().capability(StateTables.class);
      Expect.equal("A capability is offered that is not declared.", Optional.empty(), found);
    }
    store
        .first()
        .provider()
        .capability(Changes.class)
        .ifPresent(changes -> expectRefused(store, changes));
  }

  private static void expectRefused(StoreUnderTest store, Changes changes) {
    ChangeWays ways = new ChangeWays(store.first(), changes, "carrier");
    for (Way way : Way.values()) {
      for (Change change : everyKind("run", 1)) {
        NotSupported error =
            ways.refused(
                "A change was taken that is not declared.", way, NotSupported.class, change);
        Expect.equal("The error names another feature.", Feature.STATE_TABLES, error.feature());
      }
      ways.apply(way);
    }
  }

  /** One change of each kind but the one that makes a run. */
  private static List<Change> everyKind(String run, long version) {
    return List.of(
        RunChange.of(run, version).status(RunStatus.PAUSED).build(),
        new RestartRun(run, version, Set.of()),
        new DeleteRun(run, version),
        new EnsureStep(run, "step"),
        StepChange.of(run, "step", 0).status(StepStatus.IDLE).build(),
        StepChange.of(run, "step", 1).status(StepStatus.RUNNING).build());
  }

  /**
   * A run that exists is not made again.
   *
   * <p><b>Shape:</b> in every status, with equal and other content: a conflict with the found
   * version, and nothing has changed.
   */
  @Rule("RUN-02")
  void aRunIsMadeOnce(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (RunStatus status : RunStatus.values()) {
      RunSummary run = a.run("run " + status, status);
      List<Object> before = a.snapshot(run.runId());
      Payload data = a.read(run.runId()).data();
      for (CreateRun again :
          List.of(
              new CreateRun(run.runId(), Stated.KIND, RunStatus.RUNNING, data),
              new CreateRun(run.runId(), "other", RunStatus.SCHEDULED, Payload.utf8("other")))) {
        VersionConflict error = a.refused("A run was made twice.", VersionConflict.class, again);
        Expect.equal("The found version is wrong.", run.version(), error.foundVersion());
        Expect.equal("The expected version is wrong.", 0L, error.expectedVersion());
        Expect.equal("The subject is wrong.", "run " + run.runId(), error.subject());
      }
      Expect.equal("A refused call has changed a run.", before, a.snapshot(run.runId()));
    }
  }

  /**
   * Only CreateRun makes a run.
   *
   * <p><b>Shape:</b> every other change of an unknown run is refused, and messages, fetches and
   * acks of an instance of the id leave it unknown.
   */
  @Rule("RUN-03")
  void nothingElseMakesARun(StoreUnderTest store) {
    Stated a = Stated.first(store);
    List<Object> before = a.snapshot("order");
    for (Change change : everyKind("order", 1)) {
      NotFound error =
          a.refused("A change found an unknown run: " + change, NotFound.class, change);
      Expect.equal("The error names another run.", "order", error.instanceId());
    }
    a.handle().create("order");
    a.handle().poke("order");
    a.handle().finish(a.handle().fetchOne("order"));
    Expect.equal("A run came into being.", before, a.snapshot("order"));
    Expect.equal(
        "A run is listed that was never made.",
        List.of(),
        a.reads().runs(RunQuery.firstPage(10)).rows());
  }

  /**
   * Every transition of the table is applied.
   *
   * <p><b>Shape:</b> all of them, each from a run that came there on its own path, alone and in one
   * more way.
   */
  @Rule("RUN-04")
  void runsMoveAlongTheTable(StoreUnderTest store) {
    expectTable(store, true);
  }

  /**
   * Every other transition is refused.
   *
   * <p><b>Shape:</b> all other pairs of statuses, equal ones among them, alone and in one more way:
   * the error names run, from and to, and nothing changes.
   */
  @Rule("RUN-05")
  void runsMoveAlongTheTableOnly(StoreUnderTest store) {
    expectTable(store, false);
  }

  private static void expectTable(StoreUnderTest store, boolean legals) {
    Stated a = Stated.first(store);
    ChangeWays ways = new ChangeWays(a.handle(), a.changes(), "carrier");
    int pairs = 0;
    for (RunStatus from : RunStatus.values()) {
      for (RunStatus to : RunStatus.values()) {
        boolean legal = LEGAL.getOrDefault(from, Set.of()).contains(to);
        if (legal != legals) {
          continue;
        }
        Way other = Way.values()[1 + pairs++ % (Way.values().length - 1)];
        for (Way way : List.of(Way.ALONE, other)) {
          RunSummary run = a.run("run " + store.nextNumber(), from);
          RunChange change = RunChange.to(run, to);
          Expect.equal(
              "mayBecome says otherwise: " + from + " to " + to, legal, from.mayBecome(to));
          if (legal) {
            ways.apply(way, change);
            Expect.equal("A run has another status.", to, a.read(run.runId()).summary().status());
          } else {
            List<Object> before = a.snapshot(run.runId());
            IllegalTransition error =
                ways.refused(from + " became " + to + ".", way, IllegalTransition.class, change);
            Expect.equal(
                "The error names another transition.",
                List.of(run.runId(), "run " + run.runId(), from.label(), to.label()),
                List.of(
                    Optional.ofNullable(error.instanceId()).orElse("none"),
                    error.subject(),
                    error.from(),
                    error.to()));
            Expect.equal("A refused change has changed a run.", before, a.snapshot(run.runId()));
          }
        }
      }
    }
  }

  private static final Set<RunStatus> FINAL = EnumSet.of(RunStatus.COMPLETED, RunStatus.CANCELLED);

  private static final Suspension WAITS = Suspension.builder().reason("waits").build();

  private static RunChange keeping(RunSummary run) {
    return RunChange.of(run).data(Payload.utf8("new")).suspension(WAITS).lastError("oh").build();
  }

  /**
   * A change without a status keeps it.
   *
   * <p><b>Shape:</b> data, suspension and last error are set in every status but the final ones.
   */
  @Rule("RUN-06")
  void aChangeWithoutAStatusKeepsIt(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (RunStatus status : EnumSet.complementOf(EnumSet.copyOf(FINAL))) {
      RunSummary run = a.run("run " + status, status);
      RunSummary after = a.written(keeping(run));
      Expect.equal("A change without a status moved a run.", status, after.status());
      Expect.equal(
          "A change without a status was not stored.",
          new Run(after, Payload.utf8("new"), WAITS, "oh"),
          a.read(run.runId()));
    }
  }

  /**
   * A final run takes no change at all.
   *
   * <p><b>Shape:</b> completed and cancelled: changes without a status, with every status, and a
   * restart are refused, and nothing changes.
   */
  @Rule("RUN-07")
  void finalIsFinal(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (RunStatus status : FINAL) {
      RunSummary run = a.run("run " + status, status);
      List<Object> before = a.snapshot(run.runId());
      for (RunChange change :
          List.of(
              RunChange.of(run).build(), RunChange.of(run).lastError("oh").build(), keeping(run))) {
        a.refused("A final run took a change.", IllegalTransition.class, change);
      }
      for (RunStatus to : RunStatus.values()) {
        a.refused("A final run took a status.", IllegalTransition.class, RunChange.to(run, to));
      }
      a.refused(
          "A final run was restarted.",
          IllegalTransition.class,
          new RestartRun(run.runId(), run.version(), Set.of()));
      Expect.equal("A final run has changed.", before, a.snapshot(run.runId()));
    }
  }

  /**
   * A change is applied only if its seen version is the stored one.
   *
   * <p><b>Shape:</b> one below, one above and that of another run, each with a legal and an illegal
   * status: a conflict with both versions; zero is refused.
   */
  @Rule("RUN-08")
  void aChangeFitsOneVersion(StoreUnderTest store) {
    Stated a = Stated.first(store);
    RunSummary run = a.move(a.move(a.create("order"), RunStatus.PAUSED), RunStatus.RUNNING);
    RunSummary far = a.create("other");
    for (int i = 0; i < 5; i++) {
      far = a.written(RunChange.of(far).build());
    }
    List<Object> before = a.snapshot("order");
    for (long seen : List.of(run.version() - 1, run.version() + 1, far.version())) {
      for (RunStatus to : List.of(RunStatus.COMPLETED, RunStatus.SCHEDULED)) {
        expectConflict(a, run, seen, RunChange.of("order", seen).status(to).build());
      }
      expectConflict(a, run, seen, RunChange.of("order", seen).lastError("late").build());
      expectConflict(a, run, seen, new RestartRun("order", seen, Set.of("unknown")));
      expectConflict(a, run, seen, new DeleteRun("order", seen));
    }
    Expect.invalid("Version 0 was taken.", () -> a.apply(RunChange.of("order", 0).build()));
    Expect.invalid("Version 0 was taken.", () -> a.apply(new DeleteRun("order", 0)));
    Expect.equal("A refused change has changed a run.", before, a.snapshot("order"));
  }

  private static void expectConflict(Stated a, RunSummary run, long seen, Change change) {
    VersionConflict error =
        a.refused(
            "A change was not refused for its version: " + change, VersionConflict.class, change);
    Expect.equal(
        "The error has other versions.",
        List.of(seen, run.version(), "run " + run.runId()),
        List.of(error.expectedVersion(), error.foundVersion(), error.subject()));
  }

  /**
   * The version grows by one with each applied change of the row, and with nothing else.
   *
   * <p><b>Shape:</b> changes with and without a status count; changes of steps, refused changes,
   * turns of the instance and reads do not.
   */
  @Rule("RUN-09")
  void versionsCountChanges(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.handle().create("order");
    RunSummary run = a.create("order");
    Expect.equal("A first version is not 1.", 1L, run.version());
    for (int i = 0; i < 4; i++) {
      RunSummary after =
          i % 2 == 0
              ? a.written(RunChange.of(run).lastError("e" + i).build())
              : a.move(
                  run, run.status() == RunStatus.RUNNING ? RunStatus.PAUSED : RunStatus.RUNNING);
      Expect.equal("A version did not grow by one.", run.version() + 1, after.version());
      run = after;
    }
    Run before = a.read("order");
    StepSummary step = a.step("order", "step", StepStatus.RUNNING);
    a.stepWritten(StepChange.of(step).outputs(Payload.utf8("out")).build());
    a.refused("A step was changed twice.", VersionConflict.class, StepChange.of(step).build());
    a.refused(
        "A run began again.", IllegalTransition.class, RunChange.to(run, RunStatus.SCHEDULED));
    a.handle().poke("order");
    a.handle().turn(a.handle().fetchOne("order")).event(1).apply();
    a.snapshot("order");
    Expect.equal("Something else has changed the run.", before, Stated.second(store).read("order"));
  }

  /**
   * The attempt grows with each entry into recovering, and with nothing else.
   *
   * <p><b>Shape:</b> from each status that may become recovering, changes that keep it, and a
   * restart.
   */
  @Rule("RUN-11")
  void attemptsCountRecoveries(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (RunStatus from : List.of(RunStatus.RUNNING, RunStatus.SUSPENDED, RunStatus.PAUSED)) {
      RunSummary run = a.run("run " + from, from);
      Expect.equal("A first attempt is not 1.", 1, run.attempt());
      run = a.move(run, RunStatus.RECOVERING);
      Expect.equal("Recovering is not another attempt.", 2, run.attempt());
      run = a.written(RunChange.of(run).lastError("again").build());
      Expect.equal("A change that keeps recovering counts.", 2, run.attempt());
      run = a.move(a.move(run, RunStatus.RUNNING), RunStatus.FAILED);
      Expect.equal("Another status counts.", 2, run.attempt());
      run = a.restart(run);
      Expect.equal("A restart is not another attempt.", 3, run.attempt());
      Expect.equal("Another attempt is read.", 3, a.read(run.runId()).summary().attempt());
    }
  }

  /**
   * A suspension comes back as it was given, until another one replaces it whole.
   *
   * <p><b>Shape:</b> every part absent, empty and present; it is there after the run went on,
   * failed and was restarted; a second one with fewer parts leaves nothing of the first.
   */
  @Rule("RUN-13")
  void aSuspensionStaysUntilReplaced(StoreUnderTest store) {
    Stated a = Stated.first(store);
    for (Suspension suspension : Suspensions.all()) {
      String id = "run " + store.nextNumber();
      RunSummary run = a.create(id);
      Expect.equal("A run begins with a suspension.", null, a.read(id).suspension());
      run = a.written(RunChange.of(run).status(RunStatus.SUSPENDED).suspension(suspension).build());
      Expect.equal("A suspension is another one.", suspension, a.read(id).suspension());
      for (RunStatus to : List.of(RunStatus.RUNNING, RunStatus.FAILED)) {
        run = a.move(run, to);
        Expect.equal("A suspension is gone in " + to, suspension, a.read(id).suspension());
      }
      run = a.move(a.restart(run), RunStatus.RUNNING);
      Expect.equal("A restart took a suspension.", suspension, a.read(id).suspension());
      Suspension fewer = Suspension.builder().state(Payload.utf8("only")).build();
      a.written(RunChange.of(run).status(RunStatus.SUSPENDED).suspension(fewer).build());
      Expect.equal(
          "Something of a replaced suspension is left.",
          fewer,
          Stated.second(store).read(id).suspension());
    }
  }
}
