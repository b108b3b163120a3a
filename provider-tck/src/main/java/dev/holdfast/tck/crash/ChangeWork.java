// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The work of a child that is going to be killed and stores changes with everything it does. Each
 * instance has {@value #TURNS} turns with an activity between two of them. Whatever is done leaves
 * a message in the sink, so that an audit can tell what was applied, and where the provider has
 * state tables it moves the run of that id and its steps:
 *
 * <ul>
 *   <li>made: the start is sent, the run is running, three steps are idle;
 *   <li>turn 1: all steps are running, activity 1 is scheduled;
 *   <li>activity 1, with a completion: step {@value #WORK} has completed, with outputs;
 *   <li>turn 2: the run and step {@value #ASK} are suspended, step {@value #SIBLING} is cancelled,
 *       activity 2 is scheduled;
 *   <li>activity 2, without a completion: run and step are running again, and the instance is told
 *       to go on;
 *   <li>turn 3: both have completed.
 * </ul>
 *
 * <p>Beside that each thread recovers a run of its own again and again. Thread-safe.
 */
final class ChangeWork {

  /** How many turns an instance has. */
  static final int TURNS = 3;

  /** How many events a turn appends. */
  static final int EVENTS = 2;

  /** The step that has outputs. */
  static final String WORK = "work";

  /** The step that is suspended. */
  static final String ASK = "ask";

  /** The step that is cancelled with the suspension. */
  static final String SIBLING = "sibling";

  /** What an instance is told after its suspension. */
  static final String GO_ON = "go on";

  /** How many threads work, each with a run that it recovers. */
  static final int THREADS = 3;

  private static final List<String> STEPS = List.of(WORK, ASK, SIBLING);
  private static final int AT_ONCE = 2;

  private final Provider provider;
  private final Changes changes;
  private final @Nullable StateTables tables;
  private final Consumer<String> say;
  private final String prefix;
  private final Duration lockFor;
  private final AtomicInteger started = new AtomicInteger();

  ChangeWork(Provider provider, Consumer<String> say, String prefix, Duration lockFor) {
    this.provider = provider;
    changes = provider.capability(Changes.class).orElseThrow();
    tables = provider.capability(StateTables.class).orElse(null);
    this.say = say;
    this.prefix = prefix;
    this.lockFor = lockFor;
  }

  // ---- what follows from a number

  /** An instance of a child, and the run of that id. */
  static String instance(String prefix, int number) {
    return prefix + "-" + number;
  }

  /** To which instance everything that is done is told. It is never started by the child. */
  static String sink(String prefix) {
    return prefix + "-sink";
  }

  /** The run that a thread recovers. */
  static String recovered(String prefix, int thread) {
    return prefix + "-recovered-" + thread;
  }

  /** What is told of something that was done. */
  static String told(String what, String id) {
    return what + " of " + id;
  }

  /** What an activity answers. */
  static String done(String id, long activityId) {
    return "done " + activityId + " of " + id;
  }

  /**
   * What a step puts out: nothing at all for every other instance, which is not the same as none.
   */
  static Payload outputs(String id) {
    return id.hashCode() % 2 == 0 ? Payload.empty() : Payload.utf8("outputs of " + id);
  }

  // ---- working and saying what was answered

  /** Works until the process is killed. */
  void work() {
    for (int thread = 1; thread < THREADS; thread++) {
      int number = thread;
      Thread.ofPlatform().daemon().start(() -> work(number));
    }
    work(0);
  }

  private void work(int thread) {
    for (int n = 0; ; n++) {
      boolean asList = n % 2 == 0;
      patiently(this::make);
      for (int i = 0; i < TURNS; i++) {
        patiently(() -> turns(asList));
        patiently(() -> activities(asList));
      }
      if (tables != null) {
        StateTables there = tables;
        patiently(() -> recover(there, recovered(prefix, thread)));
      }
    }
  }

  /** Nothing was answered then; the audit judges what is there. */
  private void patiently(Runnable call) {
    try {
      call.run();
    } catch (Retryable busy) {
      say.accept("refused " + busy.getClass().getSimpleName());
    } catch (RuntimeException e) {
      // What stands there is part of the failure's text.
      e.printStackTrace();
      say.accept("failed " + e);
    }
  }

  private void make() {
    String id = instance(prefix, started.incrementAndGet());
    List<Change> list = new ArrayList<>();
    list.add(new SendMessage(Sample.start(id, Sample.NAME, Sample.VERSION)));
    if (tables != null) {
      list.add(new CreateRun(id, "order", RunStatus.RUNNING, Payload.utf8("made")));
      STEPS.forEach(step -> list.add(new EnsureStep(id, step)));
    }
    list.add(tell("made", id));
    say.accept("making " + id);
    changes.apply(list);
    say.accept("made " + id);
  }

  private Change tell(String what, String id) {
    return new SendMessage(Sample.message(sink(prefix), told(what, id)));
  }

  private void turns(boolean asList) {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(AT_ONCE, lockFor));
    List<OrchestrationAck> acks = items.stream().map(this::turn).toList();
    acks.forEach(ack -> say.accept("turning " + of(ack)));
    List<AckResult> results =
        asList
            ? provider.ackOrchestrationItems(acks)
            : acks.stream().map(provider::ackOrchestrationItem).toList();
    for (int i = 0; i < acks.size(); i++) {
      answered("turned " + of(acks.get(i)), results.get(i));
    }
  }

  private static String of(OrchestrationAck ack) {
    return ack.lockToken().instanceId() + " " + ack.historyDelta().get(1).eventId() / EVENTS;
  }

  private void answered(String what, AckResult result) {
    say.accept(result instanceof AckResult.Applied ? what : "failed: " + what + " was " + result);
  }

  private OrchestrationAck turn(OrchestrationItem item) {
    String id = item.instanceId();
    long last = item.history().lastEventId();
    int turn = (int) (last / EVENTS) + 1;
    List<Change> list = new ArrayList<>();
    if (tables != null) {
      move(tables, id, turn, list);
    }
    list.add(tell("turn " + turn, id));
    List<ActivityTask> activities = turn == TURNS ? List.of() : List.of(Sample.activity(id, turn));
    return OrchestrationAck.builder(item.lockToken(), 1)
        .historyDelta(Sample.events(last + 1, last + EVENTS))
        .activities(activities)
        .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
        .changes(list)
        .build();
  }

  private static void move(StateTables tables, String id, int turn, List<Change> list) {
    RunChange.Builder run =
        RunChange.of(tables.run(id).orElseThrow().summary()).data(Payload.utf8("turn " + turn));
    switch (turn) {
      case 1 -> STEPS.forEach(step -> list.add(step(tables, id, step, StepStatus.RUNNING)));
      case 2 -> {
        run.status(RunStatus.SUSPENDED).suspension(Suspension.builder().stepId(ASK).build());
        list.add(step(tables, id, ASK, StepStatus.SUSPENDED));
        list.add(step(tables, id, SIBLING, StepStatus.CANCELLED));
      }
      default -> {
        run.status(RunStatus.COMPLETED);
        list.add(step(tables, id, ASK, StepStatus.COMPLETED));
      }
    }
    list.add(run.build());
  }

  private static StepChange step(StateTables tables, String id, String stepId, StepStatus to) {
    return StepChange.to(row(tables, id, stepId), to);
  }

  private static StepSummary row(StateTables tables, String id, String stepId) {
    List<Step> rows = tables.steps(id, Set.of(stepId));
    return rows.get(0).summary();
  }

  private void activities(boolean asList) {
    List<ActivityItem> items = provider.fetchActivityItems(ActivityFetch.of(AT_ONCE, lockFor));
    List<ActivityAck> acks = items.stream().map(this::activity).toList();
    acks.forEach(ack -> say.accept("acting " + of(ack)));
    List<AckResult> results =
        asList
            ? provider.ackActivityItems(acks)
            : acks.stream().map(provider::ackActivityItem).toList();
    for (int i = 0; i < acks.size(); i++) {
      answered("acted " + of(acks.get(i)), results.get(i));
    }
  }

  private static String of(ActivityAck ack) {
    String text = ack.lockToken().instanceId();
    return text + (ack.completion() == null ? " 2" : " 1");
  }

  private ActivityAck activity(ActivityItem item) {
    String id = item.task().instanceId();
    long number = item.task().activityId();
    List<Change> list = new ArrayList<>();
    if (number == 1) {
      if (tables != null) {
        list.add(
            StepChange.of(row(tables, id, WORK))
                .status(StepStatus.COMPLETED)
                .outputs(outputs(id))
                .build());
      }
    } else {
      if (tables != null) {
        list.add(RunChange.to(tables.run(id).orElseThrow().summary(), RunStatus.RUNNING));
        list.add(step(tables, id, ASK, StepStatus.RUNNING));
      }
      list.add(new SendMessage(Sample.message(id, GO_ON)));
    }
    list.add(tell("activity " + number, id));
    return ActivityAck.of(
            item.lockToken(), number == 1 ? Sample.message(id, done(id, number)) : null)
        .withChanges(list);
  }

  /** Recovers a run, in one list, and has it go on, in another one. */
  private void recover(StateTables there, String id) {
    if (there.run(id).isEmpty()) {
      changes.apply(
          List.of(
              CreateRun.running(id, "order"), new EnsureStep(id, WORK), new EnsureStep(id, ASK)));
      changes.apply(
          List.of(
              step(there, id, WORK, StepStatus.RUNNING), step(there, id, ASK, StepStatus.RUNNING)));
    }
    int attempt = there.run(id).orElseThrow().summary().attempt() + 1;
    for (boolean recovers : List.of(true, false)) {
      StepStatus status = recovers ? StepStatus.SCHEDULED : StepStatus.RUNNING;
      List<Change> list =
          List.of(
              RunChange.to(
                  there.run(id).orElseThrow().summary(),
                  recovers ? RunStatus.RECOVERING : RunStatus.RUNNING),
              step(there, id, WORK, status),
              step(there, id, ASK, status));
      say.accept((recovers ? "recovering " : "resuming ") + id);
      changes.apply(list);
      say.accept((recovers ? "recovered " : "resumed ") + id + " " + attempt);
    }
  }
}
