// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.Condition;
import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.Trigger;
import dev.holdfast.graph.internal.Conditions;
import dev.holdfast.graph.plan.GraphIndex.Node;
import dev.holdfast.graph.plan.Selection.Limit;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One look at a run's rows, from its first step to its last. */
final class Planning {

  private final GraphIndex index;
  private final RunRows rows;
  private final Instant now;
  private final PlannedRows planned;
  private final StreamPlanning streams;
  private final Selection selection = new Selection();
  private final List<String> suspended = new ArrayList<>();
  private boolean retriesLater;
  private boolean receivedAndEnded;
  private @Nullable Instant wakeUp;

  /** How far a step or a graph has come, as its neighbours see it. */
  enum Progress {
    /** It has its outputs. */
    DONE,
    /** It has ended, and its outputs are absent. */
    ABSENT,
    /** It has failed for good, and with it the graph that it is in. */
    FAILED,
    /** It has not ended. */
    OPEN
  }

  /** What is going on in a graph and below it. */
  static final class Tally {
    int active;
    final List<String> failed = new ArrayList<>();

    void add(Tally inner) {
      active += inner.active;
      failed.addAll(inner.failed);
    }
  }

  Planning(GraphIndex index, RunRows rows, Instant now) {
    this.index = index;
    this.rows = rows;
    this.now = now;
    this.planned = new PlannedRows(rows);
    this.streams = new StreamPlanning(planned);
  }

  Plan plan() {
    RunStatus status = rows.run().status();
    if (status.isEnded() || status == RunStatus.PAUSED) {
      return Plan.NOTHING;
    }
    Instant started = rows.timeFrom() == null ? rows.run().times().startedAt() : rows.timeFrom();
    if (index.graph.timeout() != null && started != null) {
      Instant end = started.plus(index.graph.timeout());
      if (!now.isBefore(end)) {
        return tookTooLong(index.graph.timeout());
      }
      wakeUpAt(end);
    }
    Tally tally = new Tally();
    Scope scope = Scope.ofRun(index, planned);
    Progress progress = graph(scope, new Stop(null), tally, List.of());
    Map<String, ValueRef> outputs = new LinkedHashMap<>();
    if (progress == Progress.DONE) {
      for (GraphOutput output : index.graph.outputs()) {
        ValueRef ref = scope.findFirst(output.sources());
        if (ref != null) {
          outputs.put(output.name(), ref);
        }
      }
    }
    if (!planned.toRead.isEmpty() || !planned.toReceive.isEmpty()) {
      return new Plan(List.of(), Set.of(), planned.toRead, planned.toReceive, null);
    }
    if (!planned.toCreate.isEmpty()) {
      return new Plan(List.of(), planned.toCreate, Set.of(), Map.of(), null);
    }
    return decided(progress, tally, outputs);
  }

  private Plan decided(Progress progress, Tally tally, Map<String, ValueRef> outputs) {
    List<Decision> decisions = new ArrayList<>(selection.select());
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Fire
          || (receivedAndEnded && decision instanceof Decision.Receive)) {
        wakeUpAt(now); // what it stores is to be looked at
      }
    }
    // What ends, is skipped or is opened has been looked at already, and nothing tells of it again.
    boolean moves =
        tally.active > 0 || retriesLater || decisions.stream().anyMatch(Planning::beginsWork);
    RunStatus status = rows.run().status();
    switch (progress) {
      case DONE, ABSENT -> decisions.add(new Decision.CompleteRun(outputs));
      case FAILED ->
          decisions.add(
              new Decision.FailRun(
                  tally.failed,
                  tally.failed.size() == 1
                      ? "step \"%s\" has failed".formatted(tally.failed.getFirst())
                      : "steps %s have failed".formatted(tally.failed)));
      case OPEN -> {
        if (!moves && !suspended.isEmpty()) {
          return suspend(status, decisions);
        }
      }
    }
    if (status != RunStatus.RUNNING) {
      decisions.addFirst(new Decision.BeginRun());
    }
    boolean ended = progress != Progress.OPEN;
    return new Plan(decisions, ended ? null : wakeUp);
  }

  /** Whether a decision leads to another look at the rows; what follows from others is decided. */
  private static boolean beginsWork(Decision decision) {
    return decision instanceof Decision.Schedule
        || decision instanceof Decision.Receive
        || decision instanceof Decision.Fire;
  }

  /** A run that nobody has begun yet must be running before it can be suspended. */
  private Plan suspend(RunStatus status, List<Decision> before) {
    List<Decision> decisions = new ArrayList<>(before);
    if (status == RunStatus.SCHEDULED) {
      decisions.addFirst(new Decision.BeginRun());
    }
    if (status != RunStatus.SUSPENDED) {
      decisions.add(new Decision.SuspendRun(suspended));
    }
    return new Plan(decisions, wakeUp);
  }

  private Plan tookTooLong(Duration limit) {
    String reason = "the run took longer than " + limit;
    cancelBelow("", reason);
    List<Decision> decisions = new ArrayList<>(selection.select());
    decisions.add(new Decision.FailRun(List.of(), reason));
    return new Plan(decisions, null);
  }

  void wakeUpAt(Instant time) {
    if (wakeUp == null || time.isBefore(wakeUp)) {
      wakeUp = time;
    }
  }

  void suspended(String id) {
    suspended.add(id);
  }

  // graphs

  private Progress graph(Scope scope, Stop stop, Tally tally, List<Limit> around) {
    List<Limit> limits = around;
    if (scope.index.graph.maxParallel() != null) {
      limits = new ArrayList<>(around);
      limits.add(new Limit(scope.index.graph.maxParallel()));
    }
    Map<String, Progress> steps = new HashMap<>();
    boolean open = false;
    for (Node node : scope.index.order) {
      Progress progress = step(scope, node, steps, stop, tally, limits);
      steps.put(node.step().id(), progress);
      if (progress == Progress.FAILED) {
        stop.fail();
      }
      open |= progress == Progress.OPEN;
    }
    if (stop.isFailing()) {
      return tally.active == 0 ? Progress.FAILED : Progress.OPEN;
    }
    return open ? Progress.OPEN : Progress.DONE;
  }

  private Progress step(
      Scope scope,
      Node node,
      Map<String, Progress> before,
      Stop stop,
      Tally tally,
      List<Limit> limits) {
    StepDefinition step = node.step();
    String id = scope.rowId(step);
    StepStatus status = planned.status(id);
    if (status == StepStatus.IDLE) {
      if (stop.isStopped() || waits(node, before)) {
        return Progress.OPEN;
      }
      String skip = whyNot(scope, node);
      if (!planned.toRead.isEmpty()) {
        return Progress.OPEN;
      }
      if (skip != null) {
        return skip(id, skip, stop);
      }
    }
    return step.isGroup()
        ? group(scope, node, id, stop, tally, limits)
        : task(scope, node, -1, stop, tally, limits);
  }

  private static boolean waits(Node node, Map<String, Progress> before) {
    for (String id : node.predecessors()) {
      if (before.get(id) == Progress.OPEN) {
        return true;
      }
    }
    return false;
  }

  /** Returns why a step is not to be done, or null when it is, or when that cannot be said yet. */
  private @Nullable String whyNot(Scope scope, Node node) {
    for (Map.Entry<String, Input> entry : node.step().inputs().entrySet()) {
      Input input = entry.getValue();
      if (!input.ifPresent() && scope.findFirst(input.sources()) == null) {
        return "nothing is there for input \"%s\", which is %s".formatted(entry.getKey(), input);
      }
    }
    Condition when = node.step().when();
    if (when == null) {
      return null;
    }
    boolean holds =
        Conditions.holds(
            when,
            source -> {
              ValueRef ref = scope.find(source);
              return ref == null ? null : planned.value(ref);
            });
    return holds ? null : "the condition does not hold: " + when;
  }

  private Progress skip(String id, String reason, Stop stop) {
    planned.needRow(id);
    planned.decide(id, StepStatus.SKIPPED);
    selection.add(new Decision.Skip(id, reason), stop, List.of());
    return Progress.ABSENT;
  }

  // tasks

  private Progress task(
      Scope scope, Node node, int item, Stop stop, Tally tally, List<Limit> limits) {
    StepDefinition step = node.step();
    String id = scope.rowId(step, item);
    StepSummary row = planned.row(id);
    return switch (planned.status(id)) {
      case IDLE -> {
        schedule(scope, node, item, row == null ? 1 : row.attempt(), stop, limits);
        yield Progress.OPEN;
      }
      case SCHEDULED, RUNNING -> {
        if (row != null && tookTooLong(step, row, stop)) {
          boolean again = row.attempt() < step.retry().maxAttempts();
          yield afterFailure(scope, node, item, row.attempt(), again, now, stop, tally, limits);
        }
        tally.active++;
        limits.forEach(Limit::take);
        yield Progress.OPEN;
      }
      case SUSPENDED -> {
        boolean more = !node.step().receives().isEmpty() && streams.ready(scope, node) != null;
        if (more && row != null) {
          schedule(scope, node, item, row.attempt(), stop, limits);
        } else {
          suspended.add(id);
        }
        yield Progress.OPEN;
      }
      case PAUSED -> {
        suspended.add(id);
        yield Progress.OPEN;
      }
      case COMPLETED -> Progress.DONE;
      case SKIPPED, CANCELLED -> Progress.ABSENT;
      case FAILED -> {
        boolean again = row != null && retries(step, row);
        int attempt = row == null ? 1 : row.attempt();
        Instant ended = row == null ? now : row.times().endedAt();
        yield afterFailure(
            scope, node, item, attempt, again, ended == null ? now : ended, stop, tally, limits);
      }
    };
  }

  private Progress afterFailure(
      Scope scope,
      Node node,
      int item,
      int attempt,
      boolean again,
      Instant ended,
      Stop stop,
      Tally tally,
      List<Limit> limits) {
    if (!again) {
      return failed(node.step(), scope.rowId(node.step(), item), tally);
    }
    Instant due = ended.plus(node.step().retry().delayAfter(attempt));
    if (!now.isBefore(due)) {
      schedule(scope, node, item, attempt + 1, stop, limits);
    } else if (!stop.isStopped()) {
      retriesLater = true;
      wakeUpAt(due);
    }
    return Progress.OPEN;
  }

  private void schedule(
      Scope scope, Node node, int item, int attempt, Stop stop, List<Limit> limits) {
    Set<String> ended = streams.ready(scope, node);
    if (ended != null) {
      Map<String, ValueRef> inputs = scope.inputs(node, item);
      String id = scope.rowId(node.step(), item);
      selection.add(new Decision.Schedule(id, node.step(), attempt, inputs, ended), stop, limits);
    }
  }

  static boolean retries(StepDefinition step, StepSummary row) {
    return Boolean.TRUE.equals(row.retryable()) && row.attempt() < step.retry().maxAttempts();
  }

  /** Decides that an attempt has failed which runs for too long. */
  private boolean tookTooLong(StepDefinition step, StepSummary row, Stop stop) {
    Instant started = row.times().startedAt();
    if (step.timeout() == null || row.status() != StepStatus.RUNNING || started == null) {
      return false;
    }
    Instant end = started.plus(step.timeout());
    if (now.isBefore(end)) {
      wakeUpAt(end);
      return false;
    }
    boolean again = row.attempt() < step.retry().maxAttempts();
    String reason = "attempt %d took longer than %s".formatted(row.attempt(), step.timeout());
    selection.add(new Decision.TimeOut(row.stepId(), reason, again), stop, List.of());
    return true;
  }

  private static Progress failed(StepDefinition step, String id, Tally tally) {
    if (step.mayFail()) {
      return Progress.ABSENT;
    }
    tally.failed.add(id);
    return Progress.FAILED;
  }

  // groups

  private Progress group(
      Scope scope, Node node, String id, Stop stop, Tally tally, List<Limit> limits) {
    return switch (planned.status(id)) {
      case IDLE -> open(scope, node, id, stop, tally, limits);
      case SCHEDULED, RUNNING -> members(scope, node, id, stop, tally, limits);
      case SUSPENDED, PAUSED -> {
        Trigger trigger = node.step().trigger();
        if (trigger != null && trigger(scope, node, trigger).reopens(stop)) {
          yield members(scope, node, id, stop, tally, limits);
        }
        suspended.add(id);
        yield Progress.OPEN;
      }
      case COMPLETED -> Progress.DONE;
      case SKIPPED, CANCELLED -> Progress.ABSENT;
      case FAILED -> failed(node.step(), id, tally);
    };
  }

  private Progress open(
      Scope scope, Node node, String id, Stop stop, Tally tally, List<Limit> limits) {
    planned.needRow(id);
    Integer items = null;
    if (node.step().forEach() != null) {
      ListSize list = list(scope, node, node.step().forEach());
      if (!planned.toRead.isEmpty()) {
        return Progress.OPEN;
      }
      if (list.wrong() != null) {
        return fail(node.step(), id, list.wrong(), stop, tally);
      }
      items = list.size();
      planned.open(id, items);
    }
    planned.decide(id, StepStatus.SCHEDULED);
    selection.add(new Decision.Open(id, items), stop, List.of());
    return members(scope, node, id, stop, tally, limits);
  }

  /** The number of elements, or what is wrong with the list. */
  private record ListSize(int size, @Nullable String wrong) {}

  private ListSize list(Scope scope, Node node, ForEach forEach) {
    ValueRef ref = scope.inputs(node, -1).get(forEach.input());
    int size;
    if (ref instanceof ValueRef.Gathered(List<ValueRef> parts)) {
      size = parts.size();
    } else {
      JsonNode value = ref == null ? null : planned.value(ref);
      if (value == null || !value.isArray()) {
        return new ListSize(
            0,
            "input \"%s\" is no list, and each element is to be done".formatted(forEach.input()));
      }
      size = value.size();
    }
    return size <= forEach.maxItems()
        ? new ListSize(size, null)
        : new ListSize(
            0,
            "input \"%s\" has %d elements, and maxItems is %d"
                .formatted(forEach.input(), size, forEach.maxItems()));
  }

  private Progress members(
      Scope scope, Node node, String id, Stop stop, Tally tally, List<Limit> limits) {
    if (!node.step().isEach()) {
      return subGraph(scope, node, -1, stop, tally, limits);
    }
    Tally inner = new Tally();
    Stop inside = new Stop(stop);
    Trigger trigger = node.step().trigger();
    Progress progress =
        trigger == null
            ? elements(scope, node, id, inside, inner, limits)
            : trigger(scope, node, trigger).inputs(inside, inner, limits);
    return ended(node.step(), id, progress, inside, inner, tally);
  }

  private TriggerPlanning trigger(Scope scope, Node node, Trigger trigger) {
    return new TriggerPlanning(this, planned, selection, now, scope, node, trigger);
  }

  private Progress elements(
      Scope scope, Node node, String id, Stop stop, Tally tally, List<Limit> limits) {
    ForEach forEach = node.step().forEach();
    int open = 0;
    List<Integer> idle = new ArrayList<>();
    for (int i = 0; i < planned.items(id); i++) {
      if (planned.status(scope.rowId(node.step(), i)) == StepStatus.IDLE) {
        idle.add(i);
      } else {
        open += isOpen(element(scope, node, i, stop, tally, limits), stop);
      }
    }
    // What has ended just now leaves its place: nothing else may happen that would have us look
    // again.
    for (int i : idle) {
      if (forEach == null || open >= forEach.atOnce() || stop.isStopped()) {
        open++;
      } else if (scope.inputs(node, i).get(forEach.input()) instanceof ValueRef.Absent) {
        skip(scope.rowId(node.step(), i), "its element is absent", stop);
      } else {
        open += isOpen(element(scope, node, i, stop, tally, limits), stop);
      }
    }
    if (stop.isFailing()) {
      return tally.active == 0 ? Progress.FAILED : Progress.OPEN;
    }
    return open > 0 ? Progress.OPEN : Progress.DONE;
  }

  private static int isOpen(Progress progress, Stop stop) {
    if (progress == Progress.FAILED) {
      stop.fail();
    }
    return progress == Progress.OPEN ? 1 : 0;
  }

  Progress element(Scope scope, Node node, int item, Stop stop, Tally tally, List<Limit> limits) {
    if (node.inner() == null) {
      return task(scope, node, item, stop, tally, limits);
    }
    String id = scope.rowId(node.step(), item);
    return switch (planned.status(id)) {
      case IDLE -> {
        planned.needRow(id);
        planned.decide(id, StepStatus.SCHEDULED);
        selection.add(new Decision.Open(id, null), stop, List.of());
        yield subGraph(scope, node, item, stop, tally, limits);
      }
      case SCHEDULED, RUNNING -> subGraph(scope, node, item, stop, tally, limits);
      case SUSPENDED, PAUSED -> {
        suspended.add(id);
        yield Progress.OPEN;
      }
      case COMPLETED -> Progress.DONE;
      case SKIPPED, CANCELLED -> Progress.ABSENT;
      case FAILED -> failed(node.step(), id, tally);
    };
  }

  Progress subGraph(Scope scope, Node node, int item, Stop stop, Tally tally, List<Limit> limits) {
    String id = scope.rowId(node.step(), item);
    Scope inner = scope.inner(node, item);
    Duration limit = inner.index.graph.timeout();
    StepSummary row = planned.row(id);
    if (limit != null && row != null && row.times().scheduledAt() != null) {
      Instant end = row.times().scheduledAt().plus(limit);
      if (!now.isBefore(end) && !row.status().isEnded() && row.status() != StepStatus.IDLE) {
        return fail(node.step(), id, "it took longer than " + limit, stop, tally);
      }
      wakeUpAt(end);
    }
    Tally inside = new Tally();
    Stop innerStop = new Stop(stop);
    Progress progress = graph(inner, innerStop, inside, limits);
    return ended(node.step(), id, progress, innerStop, inside, tally);
  }

  /** Says what the progress of its members means for a group. */
  private Progress ended(
      StepDefinition step, String id, Progress members, Stop stop, Tally inner, Tally tally) {
    if (members != Progress.OPEN && planned.isReceived(id)) {
      receivedAndEnded = true; // its row is being made, and can be changed once it is there
      tally.add(inner);
      return Progress.OPEN;
    }
    switch (members) {
      case DONE, ABSENT -> {
        planned.decide(id, StepStatus.COMPLETED);
        selection.add(new Decision.Complete(id), stop, List.of());
        return Progress.DONE;
      }
      case FAILED -> {
        String reason =
            inner.failed.size() == 1
                ? "step \"%s\" has failed".formatted(inner.failed.getFirst())
                : "steps %s have failed".formatted(inner.failed);
        if (!step.mayFail()) {
          tally.failed.addAll(inner.failed);
        }
        return failGroup(step, id, reason, stop);
      }
      case OPEN -> {
        tally.add(inner);
        return Progress.OPEN;
      }
    }
    throw new AssertionError(members);
  }

  Progress fail(StepDefinition step, String id, String reason, Stop stop, Tally tally) {
    if (!step.mayFail()) {
      tally.failed.add(id);
    }
    return failGroup(step, id, reason, stop);
  }

  private Progress failGroup(StepDefinition step, String id, String reason, Stop stop) {
    cancelBelow(id, reason);
    planned.decide(id, StepStatus.FAILED);
    selection.add(new Decision.Fail(id, reason), stop, List.of());
    return step.mayFail() ? Progress.ABSENT : Progress.FAILED;
  }

  /** What has begun below and not ended is not wanted any more. */
  private void cancelBelow(String id, String reason) {
    for (String below : planned.below(id)) {
      StepStatus status = planned.status(below);
      if (planned.row(below) != null && status != StepStatus.IDLE && !status.isEnded()) {
        planned.decide(below, StepStatus.CANCELLED);
        selection.add(new Decision.Cancel(below, reason), new Stop(null), List.of());
      }
    }
  }
}
