// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges what killed children left that stored changes with everything they did: what was answered
 * is there; what was not is there completely or not at all. For one thread.
 */
public final class ChangeAudit {

  private static final int FEWEST_LINES = 30;
  private static final int LINES = 60;
  private static final int ATTEMPTS = 10;
  private static final Set<String> ANNOUNCED =
      Set.of("making", "turning", "acting", "recovering", "resuming");

  private final StoreUnderTest store;
  private final boolean rows;
  private final List<String> prefixes = new ArrayList<>();
  private final Set<String> begun = new TreeSet<>();
  private final Set<String> answered = new TreeSet<>();
  private final Map<String, Left> left = new TreeMap<>();

  /** What is left of one instance. */
  private static final class Left {
    int events;
    @Nullable Run run;
    final Map<String, Step> steps = new TreeMap<>();
    final Set<String> told = new HashSet<>();
    final List<String> messages = new ArrayList<>();
    final Set<Long> activities = new HashSet<>();

    int turns() {
      return events / ChangeWork.EVENTS;
    }

    boolean did(String what) {
      return told.contains(what);
    }

    RunStatus status() {
      return Objects.requireNonNull(run).summary().status();
    }

    StepStatus status(String step) {
      return Objects.requireNonNull(steps.get(step), step).summary().status();
    }
  }

  /**
   * An audit of a store.
   *
   * @param store the store
   */
  public ChangeAudit(StoreUnderTest store) {
    this.store = store;
    rows = store.declares(Feature.STATE_TABLES);
  }

  /**
   * Has children work and kills each: one in the middle of a call, the next one right behind an
   * answer, and so on.
   *
   * @param kills how many
   * @return this audit, which has read what is left
   */
  public ChangeAudit of(int kills) {
    for (int n = 0; n < kills; n++) {
      killOne("kill" + prefixes.size(), n % 2 == 0);
    }
    read();
    return this;
  }

  private void killOne(String prefix, boolean inTheMiddle) {
    prefixes.add(prefix);
    CrashTarget target = store.crashTarget();
    String lockFor = String.valueOf(CrashAudit.lockFor(store).toNanos());
    try (ChildJvm child = ChildJvm.start(target, Task.CHANGE, prefix, lockFor)) {
      int least = FEWEST_LINES + store.random().nextInt(LINES);
      String line = "";
      for (int n = 0; n < least || isAnnounced(line) != inTheMiddle; n++) {
        line = child.line();
        note(child, line);
        if (rows && !target.exclusive() && line.startsWith("turning ")) {
          expectNotBehind(line.split(" ", -1)[1]);
        }
      }
      child.kill().forEach(more -> note(child, more));
    }
    store.catchUpWithOtherJvms();
  }

  private static boolean isAnnounced(String line) {
    return ANNOUNCED.contains(line.split(" ", -1)[0]);
  }

  private void note(ChildJvm child, String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "making" -> begun.add(words[1]);
      case "made", "turned", "acted", "recovered", "resumed" -> answered.add(line);
      case "turning", "acting", "recovering", "resuming", "refused" -> {
        // Whether it was done is seen from what is left.
      }
      default -> throw child.failure("A child's call went wrong.", "an answer", line);
    }
  }

  /** What is read second is never behind what was read first, while the child works. */
  private void expectNotBehind(String id) {
    Handle handle = store.second();
    long before = turnOf(tables(handle).run(id).orElseThrow());
    long turns = handle.history(id, 1).size() / ChangeWork.EVENTS;
    long after = turnOf(tables(handle).run(id).orElseThrow());
    Expect.that(
        "A turn and its changes became visible apart: " + id + ".",
        "turns that never fall",
        before + ", " + turns + ", " + after,
        before <= turns && turns <= after);
  }

  private static long turnOf(Run run) {
    String data = Objects.requireNonNull(run.data()).asUtf8();
    return data.equals("made") ? 0 : Long.parseLong(data.substring("turn ".length()));
  }

  private static StateTables tables(Handle handle) {
    return handle.provider().capability(StateTables.class).orElseThrow();
  }

  // ---- reading

  private void read() {
    store.moveTime(CrashAudit.lockFor(store));
    Handle handle = store.first();
    settle(handle);
    for (String id : begun) {
      left.put(id, rows(handle, id));
    }
    for (String prefix : prefixes) {
      handle.start(ChangeWork.sink(prefix));
    }
    for (OrchestrationItem item : handle.fetch(Handle.ALL)) {
      Left one = left.get(item.instanceId());
      if (one != null) {
        item.messages()
            .forEach(message -> one.messages.add(text(message.start() != null, message.body())));
      } else {
        item.messages().forEach(message -> noteTold(message.body().asUtf8()));
      }
    }
    for (ActivityItem item : handle.fetchActivities(Handle.ALL)) {
      Objects.requireNonNull(left.get(item.task().instanceId()))
          .activities
          .add(item.task().activityId());
    }
  }

  private static String text(boolean starts, Payload body) {
    return starts ? "start" : body.asUtf8();
  }

  private void noteTold(String text) {
    int at = text.lastIndexOf(" of ");
    Left one = at < 0 ? null : left.get(text.substring(at + " of ".length()));
    if (one != null) {
      Expect.that("Something was told twice: " + text + ".", one.told.add(text.substring(0, at)));
    }
  }

  /**
   * Reads until nothing changes any more: a server may go on with a call of a child that is dead.
   */
  private void settle(Handle handle) {
    List<Object> before = List.of();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Object> now = new ArrayList<>();
      for (String id : begun) {
        Left one = rows(handle, id);
        now.add(one.events);
        now.add(String.valueOf(one.run));
      }
      if (now.equals(before)) {
        return;
      }
      before = now;
    }
  }

  private Left rows(Handle handle, String id) {
    Left one = new Left();
    List<?> events = handle.history(id, 1);
    one.events = events.size();
    Expect.equal("The events of " + id + " are others.", Sample.events(1, one.events), events);
    if (rows) {
      one.run = tables(handle).run(id).orElse(null);
      tables(handle)
          .steps(id, Set.of(ChangeWork.WORK, ChangeWork.ASK, ChangeWork.SIBLING))
          .forEach(step -> one.steps.put(step.summary().stepId(), step));
    }
    return one;
  }

  // ---- judging

  private void each(BiConsumer<String, Left> judge) {
    Expect.above("No child did anything.", 0, left.size());
    left.forEach(judge);
  }

  /** Expects of each turn everything, or nothing (CHANGE-02). */
  public void expectTurnsWhole() {
    each((id, one) -> {
      Expect.equal("A turn is there in part: " + id + ".", 0, one.events % ChangeWork.EVENTS);
      boolean made = one.did("made");
      for (int turn = 1; turn <= ChangeWork.TURNS; turn++) {
        Expect.equal(
            "Turn %d is there without its message, or that without the turn: %s."
                .formatted(turn, id),
            turn <= one.turns(),
            one.did("turn " + turn));
      }
      for (int number = 1; number < ChangeWork.TURNS; number++) {
        Expect.equal(
            "An activity is queued without its turn, or that left none: " + id + ".",
            number <= one.turns() && !one.did("activity " + number),
            one.activities.contains((long) number));
      }
      Expect.equal(
          "A start is not there with what was made with it: " + id + ".",
          made && one.turns() == 0,
          one.messages.contains("start"));
      if (rows) {
        Expect.equal("A run is there without its start: " + id + ".", made, one.run != null);
      }
      if (one.run != null) {
        Expect.equal(
            "The run is behind its history, or that behind the run: " + id + ".",
            (long) one.turns(),
            turnOf(one.run));
      }
    });
  }

  /** Expects of each activity everything, or nothing (CHANGE-03). */
  public void expectActivitiesWhole() {
    each((id, one) -> {
      boolean first = one.did("activity 1");
      Expect.equal(
          "A completion is not there with its changes: " + id + ".",
          first && one.turns() < 2,
          one.messages.contains(ChangeWork.done(id, 1)));
      boolean second = one.did("activity 2");
      Expect.equal(
          "A message is not there with the changes beside it: " + id + ".",
          second && one.turns() < ChangeWork.TURNS,
          one.messages.contains(ChangeWork.GO_ON));
      Expect.that(
          "An activity went on without the one before: " + id + ".",
          (first || one.turns() < 2) && (second || one.turns() < ChangeWork.TURNS));
      if (one.run != null && one.turns() > 0) {
        Expect.equal(
            "A step is not there with its activity: " + id + ".",
            first ? StepStatus.COMPLETED : StepStatus.RUNNING,
            one.status(ChangeWork.WORK));
      }
    });
  }

  /** Expects everything that was answered to be there (CHANGE-17). */
  public void expectAnswersKept() {
    Expect.above("No child was told of anything.", 0, answered.size());
    for (String line : answered) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("recovered") || words[0].equals("resumed")) {
        Run run = tables(store.first()).run(words[1]).orElseThrow();
        Expect.above(
            "What was answered is not in the store: " + line + ".",
            Integer.parseInt(words[2]) - 1,
            run.summary().attempt());
        continue;
      }
      String what =
          switch (words[0]) {
            case "turned" -> "turn " + words[2];
            case "acted" -> "activity " + words[2];
            default -> words[0];
          };
      Left one = left.get(words[1]);
      Expect.that(
          "What was answered is not in the store: " + line + ".", one != null && one.did(what));
    }
  }

  /** Expects runs to be wholly running, or wholly suspended (RUN-15). */
  public void expectSuspensionsWhole() {
    each((id, one) -> {
      if (one.run == null) {
        return;
      }
      boolean suspended = one.turns() == 2 && !one.did("activity 2");
      boolean ended = one.turns() == ChangeWork.TURNS;
      StepStatus before = one.turns() == 0 ? StepStatus.IDLE : StepStatus.RUNNING;
      Expect.equal(
          "A suspension is there in part: " + id + ".",
          List.of(
              ended ? RunStatus.COMPLETED : suspended ? RunStatus.SUSPENDED : RunStatus.RUNNING,
              ended ? StepStatus.COMPLETED : suspended ? StepStatus.SUSPENDED : before,
              one.turns() < 2 ? before : StepStatus.CANCELLED,
              one.turns() >= 2),
          List.of(
              one.status(),
              one.status(ChangeWork.ASK),
              one.status(ChangeWork.SIBLING),
              one.run.suspension() != null));
    });
  }

  /** Expects each step that has completed to have its outputs, and no other one (STEP-09). */
  public void expectOutputsKept() {
    each((id, one) -> {
      if (one.run != null) {
        Step step = Objects.requireNonNull(one.steps.get(ChangeWork.WORK));
        Expect.equal(
            "The outputs of a step are not those of its activity: " + id + ".",
            step.summary().status() == StepStatus.COMPLETED ? ChangeWork.outputs(id) : null,
            step.outputs());
      }
    });
  }

  /**
   * The runs that children recovered again and again, once they had begun with that.
   *
   * @return the ids
   */
  public List<String> recovered() {
    List<String> ids = new ArrayList<>();
    for (String prefix : prefixes) {
      for (int thread = 0; thread < ChangeWork.THREADS; thread++) {
        ids.add(ChangeWork.recovered(prefix, thread));
      }
    }
    ids.removeIf(id -> tables(store.first()).run(id).isEmpty());
    return ids;
  }

  /**
   * Expects a recovery to have happened as a whole (RUN-25).
   *
   * @param id the run
   * @return how often it was recovered, plus one
   */
  public int expectRecoveredWhole(String id) {
    Run run = tables(store.first()).run(id).orElseThrow();
    List<Step> steps = tables(store.first()).steps(id, Set.of(ChangeWork.WORK, ChangeWork.ASK));
    int attempt = run.summary().attempt();
    Expect.equal("A recovered run has lost a step: " + id + ".", 2, steps.size());
    for (Step step : steps) {
      StepStatus status = step.summary().status();
      boolean begins = attempt == 1 && status == StepStatus.IDLE;
      StepStatus expected =
          run.summary().status() == RunStatus.RECOVERING
              ? StepStatus.SCHEDULED
              : StepStatus.RUNNING;
      Expect.equal(
          "A recovery is there in part: " + id + ".",
          List.of(attempt, begins ? StepStatus.IDLE : expected),
          List.of(step.summary().attempt(), status));
    }
    return attempt;
  }
}
